"""Who hears of the changes of a session."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from kustomer_nb.definition import CHANGE_LOCK

from .session_state import Leaf, Listener, Topic


class SessionListeners:
    """The listeners of a session, each told once of changes that belong together.

    Example:
        >>> listeners = SessionListeners()
        >>> stop = listeners.add(lambda topics: print(*sorted(topics)))
        >>> with listeners.changing(["inputs"]), listeners.changing(["preview"]):
        ...     pass
        inputs preview
    """

    def __init__(self) -> None:
        self._listeners: list[Listener] = []
        self._topics: set[Topic] = set()
        self._depth = 0

    def __iter__(self) -> Iterator[Listener]:
        """Return the listeners in the order in which they were added."""
        return iter(tuple(self._listeners))

    def add(self, listener: Listener) -> Callable[[], None]:
        """Call a listener with the topics of each change; return the function that ends it."""
        self._listeners.append(listener)

        def stop() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return stop

    @contextmanager
    def changing(self, topics: Iterable[Topic]) -> Iterator[None]:
        """Tell the listeners once, after the block, about these topics and those of the changes in it.

        One that raises keeps neither the others from hearing of it nor the change from being made. Another
        thread waits until all of them have heard of it.
        """
        with CHANGE_LOCK:
            self._topics.update(topics)
            self._depth += 1
            try:
                yield
            finally:
                self._depth -= 1
                if not self._depth and self._topics:
                    changed, self._topics = frozenset(self._topics), set()
                    for listener in self:
                        _call(listener, changed)


def _call(listener: Listener, topics: frozenset[Topic]) -> None:
    try:
        listener(topics)
    except Exception as error:
        leaf = getattr(listener, "__self__", None)
        if isinstance(leaf, Leaf):
            leaf.show_failure(error)
        else:
            # As Python does with an exception of a thread: nobody else hears of it.
            traceback.print_exception(error)

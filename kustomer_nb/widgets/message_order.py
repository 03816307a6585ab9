"""Handles the messages of a page in the order in which they were sent.

JupyterLab asks the kernel to handle messages of widgets in another thread than cells ("comms over
subshells"), and ipykernel 7 changes the thread of a widget with each answer to it. So a later message can be
handled first: a run before what was typed for it.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Mapping
from typing import Any

from IPython.core.getipython import get_ipython

from kustomer_nb.definition import one_at_a_time

# A restarted kernel is another one: its pages count from 1 again.
KERNEL = secrets.token_hex(8)
# Where a message carries its place in the order.
FIELD = "sent"
# After so many seconds in which the main thread was free to handle it, a message is taken for lost.
LONGEST_WAIT = 5.0


class _Page:
    """What a page sent: the number of the message that is due, and those that came too early."""

    def __init__(self) -> None:
        self._due = 1
        self._early: dict[int, Callable[[], object]] = {}
        self._timer: threading.Timer | None = None

    def take(self, number: int, handle: Callable[[], object]) -> None:
        if number > self._due and self._can_wait():
            self._early[number] = handle
            return
        self._due = max(self._due, number + 1)
        handle()
        self._catch_up()

    def _catch_up(self) -> None:
        while handle := self._early.pop(self._due, None):
            self._due += 1
            handle()
        if self._timer and not self._early:
            self._timer.cancel()
            self._timer = None

    def _can_wait(self) -> bool:
        """Return False where there are no threads, and so no other order; else see to it that a wait ends."""
        if self._timer is None:
            timer = threading.Timer(LONGEST_WAIT, self._give_up)
            timer.daemon = True
            try:
                timer.start()
            except RuntimeError:
                return False
            self._timer = timer
        return True

    def _give_up(self) -> None:
        timer = threading.current_thread()
        # A cell that runs holds up what the main thread is to handle, which is not lost.
        loop = getattr(getattr(get_ipython(), "kernel", None), "io_loop", None)
        if loop is None:
            self._handle_early(timer)
        else:
            loop.add_callback(loop.call_later, LONGEST_WAIT, self._handle_early, timer)

    @one_at_a_time
    def _handle_early(self, timer: threading.Thread) -> None:
        if timer is not self._timer:
            return
        self._timer = None
        while self._early:
            self._due = min(self._early)
            self._catch_up()


_PAGES: dict[str, _Page] = {}


@one_at_a_time
def in_order(content: Any, handle: Callable[[Any], object]) -> None:
    """Call `handle` with what a page sent, without its place in the order, when all before it was handled.

    What carries no place is handled at once.

    Example:
        >>> for number in (1, 3, 2):
        ...     in_order({"text": "ab"[:number], "sent": {"page": "p", "number": number}}, print)
        {'text': 'a'}
        {'text': 'ab'}
        {'text': 'ab'}
    """
    sent = content.get(FIELD) if isinstance(content, Mapping) else None
    page, number = (sent.get("page"), sent.get("number")) if isinstance(sent, Mapping) else (None, None)
    if not isinstance(page, str) or type(number) is not int:
        handle(content)
        return
    bare = {name: value for name, value in content.items() if name != FIELD}
    _PAGES.setdefault(page, _Page()).take(number, lambda: handle(bare))

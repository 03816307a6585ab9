"""Calls a function after some seconds, on a loop that is still there then."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable

from kustomer_nb.definition import one_at_a_time

Later = Callable[[float, Callable[[], object]], Callable[[], object] | None]


class LaterCalls:
    """Calls functions later on one loop, from any thread: that of a comm has a loop which may end before.

    It is the loop that is given, or else the first one that runs.

    Example:
        >>> async def wait():
        ...     LaterCalls()(0, lambda: print("called"))
        ...     await asyncio.sleep(0.01)
        >>> asyncio.run(wait())
        called
    """

    def __init__(self, loop: asyncio.AbstractEventLoop | None = None) -> None:
        self._loop = loop or _running_loop()

    def __call__(self, seconds: float, act: Callable[[], object]) -> Callable[[], object] | None:
        """Return what prevents the call; None if there is no loop to make it."""
        loop = self._loop or _running_loop()
        is_cancelled = threading.Event()

        @one_at_a_time
        def call() -> None:
            if not is_cancelled.is_set():
                act()

        if loop is None:
            return None
        try:
            loop.call_soon_threadsafe(loop.call_later, seconds, call)
        except RuntimeError:
            # It has ended.
            self._loop = None
            return None
        self._loop = loop
        return is_cancelled.set


def _running_loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None

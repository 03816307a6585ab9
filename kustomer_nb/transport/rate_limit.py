"""How many requests a minute: those of one `Connection` wait for each other, whichever loop sends them."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import deque
from collections.abc import Callable
from functools import cache

from .connection import Connection

MINUTE = 60.0


class RateLimiter:
    """Lets so many pass in any sixty seconds.

    Example:
        >>> seconds = iter([0.0, 10.0, 20.0, 60.0])
        >>> pace = RateLimiter(2, clock=lambda: next(seconds))
        >>> pace.ask(), pace.ask(), pace.ask(), pace.ask()
        (0.0, 0.0, 40.0, 0.0)
    """

    def __init__(self, per_minute: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._passed: deque[float] = deque(maxlen=per_minute)
        self._clock = clock
        self._lock = threading.Lock()

    def ask(self) -> float:
        """Let one pass and return 0.0, or return the seconds after which to ask again."""
        with self._lock:
            now = self._clock()
            if len(self._passed) == self._passed.maxlen and now - self._passed[0] < MINUTE:
                return self._passed[0] + MINUTE - now
            self._passed.append(now)
            return 0.0


async def turn(connection: Connection) -> None:
    """Return when the next request may be sent; one that is given up while it waits takes nobody's turn."""
    if connection.requests_per_minute is None:
        return
    pace = _pace(connection)
    while seconds := pace.ask():
        await asyncio.sleep(seconds)


@cache
def _pace(connection: Connection) -> RateLimiter:
    return RateLimiter(connection.requests_per_minute or 1)

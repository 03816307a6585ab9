"""The rate limit of a `Connection`: its requests wait for each other, whichever event loop sends them."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import deque
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .connection import Connection

MINUTE = 60.0


class RateLimiter:
    """Allows a number of requests in any sixty seconds.

    Example:
        >>> seconds = iter([0.0, 10.0, 20.0, 60.0])
        >>> limiter = RateLimiter(2, clock=lambda: next(seconds))
        >>> [limiter.acquire() for _ in range(4)]
        [0.0, 0.0, 40.0, 0.0]
    """

    def __init__(self, per_minute: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._sent: deque[float] = deque(maxlen=per_minute)
        self._clock = clock
        # Loops of several threads share one limiter.
        self._lock = threading.Lock()

    def acquire(self) -> float:
        """Count a request and return 0.0, or return the seconds after which to ask again."""
        with self._lock:
            now = self._clock()
            if len(self._sent) == self._sent.maxlen and now - self._sent[0] < MINUTE:
                return self._sent[0] + MINUTE - now
            self._sent.append(now)
            return 0.0


async def wait_for_turn(connection: Connection) -> None:
    """Return as soon as the next request may be sent; one that is cancelled while waiting does not count."""
    if connection.requests_per_minute is None:
        return
    limiter = _limiter(connection)
    while seconds := limiter.acquire():
        await asyncio.sleep(seconds)


# Equal connections share a limiter: each run makes a new Connection.
@cache
def _limiter(connection: Connection) -> RateLimiter:
    return RateLimiter(connection.requests_per_minute or 1)

"""The requests that the store received."""

from __future__ import annotations

import threading
from collections import deque
from typing import Any

CAPACITY = 1_000


class Journal:
    """The latest 1,000 requests and the number of all; safe to use from several threads.

    Example:
        >>> journal = Journal()
        >>> journal.add({"method": "GET", "target": "/orders"})
        1
        >>> journal.entries()
        [{'method': 'GET', 'target': '/orders'}]
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._entries: deque[dict[str, Any]] = deque(maxlen=CAPACITY)
        self._count = 0

    def add(self, entry: dict[str, Any]) -> int:
        """Record a request and return its number, starting at 1."""
        with self._lock:
            self._entries.append(entry)
            self._count += 1
            return self._count

    def entries(self) -> list[dict[str, Any]]:
        """Return the recorded requests, oldest first."""
        with self._lock:
            # Copies: a caller may change its own.
            return [dict(entry) for entry in self._entries]

    def clear(self) -> None:
        """Delete all requests and count from 1 again."""
        with self._lock:
            self._entries.clear()
            self._count = 0

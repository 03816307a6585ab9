"""Keeps requests out of the logs: httpcore logs response headers, and a service may return a token in one."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_LOGGERS = ("httpx", *(f"httpcore.{part}" for part in ("connection", "http11", "http2", "proxy", "socks")))
# A ContextVar, because requests of other libraries may be sent at the same time, on the same loop.
_is_ours: ContextVar[bool] = ContextVar("kustomer_nb sends", default=False)


class _OwnRequestFilter(logging.Filter):
    """Rejects the records of our requests, and lets those of other users of the library pass."""

    def filter(self, record: logging.LogRecord) -> bool:
        return not _is_ours.get()


_FILTER = _OwnRequestFilter()


@contextmanager
def unlogged() -> Iterator[None]:
    """Keep what is sent within the block out of the logs of httpx and httpcore.

    Example:
        >>> with unlogged():
        ...     logging.getLogger("httpcore.http11").error("not logged")
    """
    for name in _LOGGERS:
        # addFilter adds a filter once, however often it is called.
        logging.getLogger(name).addFilter(_FILTER)
    token = _is_ours.set(True)
    try:
        yield
    finally:
        _is_ours.reset(token)

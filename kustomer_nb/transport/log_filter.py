"""Silence about what is sent: httpcore logs the headers of answers, and a service may give a token back."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_LOGGERS = ("httpx", *(f"httpcore.{part}" for part in ("connection", "http11", "http2", "proxy", "socks")))
_is_ours: ContextVar[bool] = ContextVar("kustomer_nb sends", default=False)


class _NotOurs(logging.Filter):
    """Lets pass what others send with the same library."""

    def filter(self, record: logging.LogRecord) -> bool:
        return not _is_ours.get()


_NOT_OURS = _NotOurs()


@contextmanager
def unlogged() -> Iterator[None]:
    """Keep what is sent within the block out of the logs of the libraries that send it.

    Example:
        >>> with unlogged():
        ...     logging.getLogger("httpcore.http11").error("not said")
    """
    for name in _LOGGERS:
        # Added once, however often it is said.
        logging.getLogger(name).addFilter(_NOT_OURS)
    token = _is_ours.set(True)
    try:
        yield
    finally:
        _is_ours.reset(token)

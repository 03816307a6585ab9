"""The headers that define where a body ends and which host it is for, which npm ``request`` writes itself.

Measured with request 2.88.2 on Node 20: a ``content-length`` of the author replaces npm's own, even if it is
wrong or occurs twice; ``transfer-encoding`` is sent next to npm's ``content-length``; an empty array for
``content-length`` makes the body chunked. If a proxy and a service read such a request differently, one of
them takes the end of a body for the next request (request smuggling: RFC 9112, section 11.2). An array for
``host`` is sent as several headers, of which each may use another one.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

_LENGTH, _ENCODING, _HOST = "content-length", "transfer-encoding", "host"
FRAMING = frozenset({_LENGTH, _ENCODING})
_WHITE_SPACE = " \t"


@lru_cache(maxsize=256)
def is_framing(name: str) -> bool:
    """Return whether a header defines where the body ends, can remove one that does, or names the host.

    ``_`` counts as ``-``: CGI and WSGI servers map both to the same name.

    Example:
        >>> [is_framing(name) for name in ("Transfer-Encoding", "content_length", "Host", "te")]
        [True, True, True, False]
    """
    return _normalized(name) in FRAMING | {"connection", _HOST}


def fix_of_framing(name: str) -> str:
    """Return the fix for a header with a `framing_fault`.

    Example:
        >>> fix_of_framing("Host")
        'write a single host.'
    """
    if _normalized(name) == _HOST:
        return "write a single host."
    return "remove that header: npm request writes it by itself."


def framing_fault(name: str, values: Sequence[str], length: str) -> str | None:
    """Return what is wrong with a header that `is_framing`, None if it is harmless.

    ``values`` are those it is sent with, ``length`` is the content-length that npm request would write.

    Example:
        >>> framing_fault("Content-Length", ["2"], "2") is None
        True
        >>> framing_fault("Content-Length", ["2", "2"], "2")
        'occurs 2 times'
        >>> framing_fault("Connection", ["close, Content-Length"], "2")
        'makes a proxy remove content-length'
    """
    values = [value.strip(_WHITE_SPACE) for value in values]
    match _normalized(name):
        case "transfer-encoding":
            return "is sent next to the content-length of npm request"
        case "content-length" if name.lower() != _LENGTH:
            return "is a second content-length to a service that reads _ as -"
        case "content-length" if len(values) != 1:
            return f"occurs {len(values)} times"
        case "content-length" if values[0] != length:
            return f"is not {length}, the length of the body in bytes"
        case "host" if len(values) != 1:
            return f"occurs {len(values)} times, and a proxy may use another one than the service"
        case "connection" if names := _removed_headers(values):
            return f"makes a proxy remove {' and '.join(names)}"
    return None


def _removed_headers(values: Sequence[str]) -> list[str]:
    # RFC 9110, section 7.6.1: a proxy removes every header that the connection header lists.
    options = {option.strip(_WHITE_SPACE).lower() for value in values for option in value.split(",")}
    return sorted(options & FRAMING)


def _normalized(name: str) -> str:
    return name.lower().replace("_", "-")

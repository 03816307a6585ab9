"""The headers that say where a body ends and whom a request is for, which npm ``request`` writes by itself.

Measured with request 2.88.2 on Node 20: a ``content-length`` of the author is sent in the place of npm's own,
a wrong one and two of them too; ``transfer-encoding`` is sent beside npm's ``content-length``; an empty array
for ``content-length`` makes the body chunked. Where a proxy and a service read such a request differently,
one of them takes the end of a body for the next request. An array for ``host`` is sent as several, of which
they may each take another one.
"""

from __future__ import annotations

from collections.abc import Sequence

_LENGTH, _ENCODING, _HOST = "content-length", "transfer-encoding", "host"
FRAMING = frozenset({_LENGTH, _ENCODING})
_WHITE_SPACE = " \t"


def is_framing(name: str) -> bool:
    """Return whether a header says where the body ends, or takes that from others, or names the host.

    ``_`` counts as ``-``, as many services read it.

    Example:
        >>> [is_framing(name) for name in ("Transfer-Encoding", "content_length", "Host", "te")]
        [True, True, True, False]
    """
    return _plain(name) in FRAMING | {"connection", _HOST}


def fix_of_framing(name: str) -> str:
    """Return what to do about a header at fault.

    Example:
        >>> fix_of_framing("Host")
        'write one host.'
    """
    if _plain(name) == _HOST:
        return "write one host."
    return "leave that header out: where the body ends is written by itself."


def framing_fault(name: str, values: Sequence[str], length: str) -> str | None:
    """Return what is wrong with a header that `is_framing`, None where it is harmless.

    ``values`` are those it is sent with, ``length`` the one that npm request would write.

    Example:
        >>> framing_fault("Content-Length", ["2"], "2") is None
        True
        >>> framing_fault("Content-Length", ["2", "2"], "2")
        'is given 2 times'
        >>> framing_fault("Connection", ["close, Content-Length"], "2")
        'makes a proxy take content-length away'
    """
    values = [value.strip(_WHITE_SPACE) for value in values]
    match _plain(name):
        case "transfer-encoding":
            return "is sent beside the content-length of npm request"
        case "content-length" if name.lower() != _LENGTH:
            return "is a second content-length to a service that reads _ as -"
        case "content-length" if len(values) != 1:
            return f"is given {len(values)} times"
        case "content-length" if values[0] != length:
            return f"is not {length}, the length of the body in bytes"
        case "host" if len(values) != 1:
            return f"is given {len(values)} times, and a proxy may read another one than the service"
        case "connection":
            options = {option.strip(_WHITE_SPACE).lower() for value in values for option in value.split(",")}
            names = sorted(options & FRAMING)
            return f"makes a proxy take {' and '.join(names)} away" if names else None
    return None


def _plain(name: str) -> str:
    return name.lower().replace("_", "-")

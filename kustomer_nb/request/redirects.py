"""What npm ``request`` changes in a request that follows a redirect.

Measured with request 2.88.2: a redirect is followed unless the method, as written, is PATCH, PUT, POST or
DELETE. Only 307 keeps the body and an own ``host``. ``authorization`` is dropped for another host name than
that of the ``host`` header. ``referer`` keeps its position; ``host``, the user and password of the new URL
and the length of an empty body come last.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from .credentials import USER

if TYPE_CHECKING:
    from .url import Address

Value = TypeVar("Value")
# The only code for which npm request 2.88 keeps the body, 308 included.
KEEPS_BODY = 307
_NOT_FOLLOWED = frozenset({"PATCH", "PUT", "POST", "DELETE"})
_OF_BODY = frozenset({"content-type", "content-length"})


def is_followed(written_method: str, status_code: int, location: str | None) -> bool:
    """Return whether npm request follows a response to a request with this method.

    Example:
        >>> is_followed("POST", 302, "/b"), is_followed("post", 302, "/b"), is_followed("GET", 302, "")
        (False, True, False)
    """
    return bool(location) and 300 <= status_code < 400 and written_method not in _NOT_FOLLOWED


@dataclass(frozen=True)
class Hop(Generic[Value]):
    """One redirect, with the values of the headers that npm request sets for it.

    ``host_header`` is the one sent before, ``host`` the value to send unless the author's own is kept, None
    to send none. ``auth`` is None without user and password in the new URL, ``length`` if none is set.
    """

    status_code: int
    to: Address
    host_header: str
    referer: Value
    host: Value | None = None
    auth: Value | None = None
    length: Value | None = None

    @property
    def dropped(self) -> frozenset[str]:
        """The lower-case names of the headers that npm request removes."""
        if self.status_code == KEEPS_BODY:
            return frozenset()
        # Compared without ports. Of an IPv6 address split(":") leaves `[`, so the token is always dropped.
        is_same_host = self.to.host.strip("[]") == self.host_header.split(":")[0]
        return _OF_BODY | {"host"} | (frozenset() if is_same_host else {"authorization"})


def follow(
    headers: Iterable[tuple[str, Value]], hop: Hop[Value], host_name: str = "host"
) -> list[tuple[str, Value]]:
    """Return the author's and npm's headers after a redirect; ``host_name`` is the name as first sent.

    Example:
        >>> from kustomer_nb.template import Text
        >>> from .url import parse_address
        >>> hop = Hop(302, parse_address(Text.of("http://b/")), "a", "http://a/", host="b")
        >>> follow([("Authorization", "Bearer t"), ("x", "1")], hop)
        [('x', '1'), ('referer', 'http://a/'), ('host', 'b')]
    """
    followed = [(name, value) for name, value in headers if name.lower() not in hop.dropped]
    followed = _with("referer", hop.referer, followed)
    names = {name.lower() for name, _ in followed}
    if hop.host is not None and "host" not in names:
        followed.append((host_name, hop.host))
    if hop.auth is not None and "authorization" not in names:
        followed.append(("authorization", hop.auth))
    return followed if hop.length is None else _with("content-length", hop.length, followed)


def _with(name: str, value: Value, headers: list[tuple[str, Value]]) -> list[tuple[str, Value]]:
    """Return headers with one header of a name; an existing one keeps its position and spelling."""
    positions = [at for at, (other, _) in enumerate(headers) if other.lower() == name]
    if not positions:
        return [*headers, (name, value)]
    first, *others = positions
    updated = [*headers[:first], (headers[first][0], value), *headers[first + 1 :]]
    return [header for at, header in enumerate(updated) if at not in others]


def redirected(
    request_json: dict[str, Any], address: Address, target: Address, status_code: int, *, has_body: bool
) -> dict[str, Any]:
    """Return the request in the shape of ``toJSON()`` after one redirect, as npm request 2.88 changes it.

    ``address`` is the one it was sent to and ``target`` the new one; ``has_body`` says whether it has a body.
    """
    headers, method = request_json["headers"], request_json["method"]
    own_host = next((value for name, value in headers.items() if name.lower() == "host"), None)
    hop: Hop[Any] = Hop(
        status_code,
        target,
        address.host_header.shown if own_host is None else str(own_host),
        request_json["uri"]["href"],
        auth=None if target.auth is None else f"Basic {USER}",
        length=0 if method != "GET" and not (has_body and status_code == KEEPS_BODY) else None,
    )
    return {"uri": target.to_json(), "method": method, "headers": dict(follow(headers.items(), hop))}


def in_place_of(stand_in: Address, authored: Address) -> Address:
    """Return an address of the host that ``hosts=`` gives as one of the authored origin."""
    return replace(
        stand_in,
        scheme=authored.scheme,
        host=authored.host,
        port=authored.port,
        authority=authored.authority,
    )

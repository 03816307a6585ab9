"""Where a redirect leads and what is sent there: as npm request does, but no token to another origin."""

from __future__ import annotations

from dataclasses import replace

from kustomer_nb.codes import Code
from kustomer_nb.errors import TransportError
from kustomer_nb.request import Wire, in_place_of
from kustomer_nb.request.url import AddressError, parse_address, resolve
from kustomer_nb.secrets import hide_all
from kustomer_nb.template import Text

from .models import Redirect

# npm request 2.88.2: maxRedirects.
MAX_REDIRECTS = 10
_KEEPS_BODY = 307
_BODY_HEADERS = frozenset({b"content-type", b"content-length"})
_SAME_ORIGIN_HEADERS = frozenset({b"authorization", b"cookie", b"host"})


def redirect_of(wire: Wire, status_code: int, location: str) -> Redirect:
    """Return where a ``location`` header leads a request.

    Raises:
        TransportError: its URL cannot be called.
    """
    port = "" if wire.port is None else f":{wire.port}"
    base = parse_address(Text.of(f"{wire.scheme}://{wire.host}{port}{wire.target.decode('latin-1')}"))
    try:
        to = resolve(base, location)
        # Node sends Latin-1 unchanged; h11 does not.
        to.target.real.encode("ascii")
    except (AddressError, UnicodeEncodeError):
        message = f"{wire.masked} was redirected to a URL that cannot be called."
        fix = "correct the redirect in the service, or call its target directly."
        raise TransportError.from_code(Code.CONNECTION_BROKEN, message, fix) from None
    is_same_origin = (to.scheme, to.host, to.port) == (wire.scheme, wire.host, wire.port)
    return Redirect(status_code, to, is_same_origin)


def redirected(wire: Wire, redirect: Redirect) -> Wire:
    """Return the request that follows a redirect; to another origin without token, cookie and body."""
    to, is_same_origin = redirect.to, redirect.is_same_origin
    # npm request keeps a body only for 307. To another origin it is dropped: it may hold a token.
    keeps_body = is_same_origin and redirect.status_code == _KEEPS_BODY
    authored = in_place_of(to, parse_address(Text.of(wire.href.decode()))) if is_same_origin else to
    return replace(
        wire,
        scheme=to.scheme,
        host=to.host,
        port=to.port,
        target=to.target.real.encode(),
        href=authored.href.real.encode(),
        is_private=wire.is_private and is_same_origin,
        headers=tuple(_redirected_headers(wire, redirect, keeps_body=keeps_body)),
        body=wire.body if keeps_body else b"",
        # A host that the service names may contain anything it received, also a token.
        origin=wire.origin if is_same_origin else hide_all(to.origin),
    )


def _redirected_headers(wire: Wire, redirect: Redirect, *, keeps_body: bool) -> list[tuple[bytes, bytes]]:
    is_same_origin = redirect.is_same_origin
    dropped = _dropped_names(wire, is_same_origin=is_same_origin, keeps_body=keeps_body)
    wire_headers = wire.headers if keeps_body or not wire.body else _in_latin_1(wire.headers)
    headers = [(name, value) for name, value in wire_headers if name.lower() not in dropped]
    if not is_same_origin:
        headers.append((b"host", redirect.to.host_header.real.encode()))
    if is_same_origin or not wire.is_private:
        return _with_referer(headers, wire.href)
    # A URL that contains a setting must not be sent to another host.
    return [(name, value) for name, value in headers if name.lower() != b"referer"]


def _dropped_names(wire: Wire, *, is_same_origin: bool, keeps_body: bool) -> frozenset[bytes]:
    dropped = frozenset() if is_same_origin else _SAME_ORIGIN_HEADERS | wire.private
    return dropped if keeps_body else dropped | _BODY_HEADERS


def _in_latin_1(headers: tuple[tuple[bytes, bytes], ...]) -> tuple[tuple[bytes, bytes], ...]:
    """Return headers as Node writes them without a text body; with one it writes them in UTF-8."""
    return tuple((name, value.decode().encode("latin-1")) for name, value in headers)


def _with_referer(headers: list[tuple[bytes, bytes]], href: bytes) -> list[tuple[bytes, bytes]]:
    """Return headers with one ``referer``; an existing one keeps its position."""
    positions = [at for at, (name, _) in enumerate(headers) if name.lower() == b"referer"]
    if not positions:
        return [*headers, (b"referer", href)]
    first, *others = positions
    name, _ = headers[first]
    updated = [*headers[:first], (name, href), *headers[first + 1 :]]
    return [header for at, header in enumerate(updated) if at not in others]

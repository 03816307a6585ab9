"""Where a redirect leads and what is sent there: as npm request does, but no token to another origin."""

from __future__ import annotations

import re
from dataclasses import replace

from kustomer_nb.codes import Code
from kustomer_nb.errors import TransportError
from kustomer_nb.request import Wire, in_place_of
from kustomer_nb.request.checks import unsendable_character
from kustomer_nb.request.credentials import basic_auth, encoded
from kustomer_nb.request.redirects import KEEPS_BODY, Hop, follow
from kustomer_nb.request.url import AddressError, is_relative, parse_address, resolve
from kustomer_nb.secrets import hide_all
from kustomer_nb.template import Text

from .models import Redirect

# npm request 2.88.2: maxRedirects.
MAX_REDIRECTS = 10
# Named in an error; any other word before a colon may be a token.
_KNOWN_SCHEMES = frozenset(
    {"about", "blob", "data", "file", "ftp", "javascript", "mailto", "sms", "tel", "ws", "wss"}
)
_NOT_LATIN_1 = re.compile("[^\x00-\xff]")
_BODY_HEADERS = frozenset({b"content-type", b"content-length"})
# Those that npm request removes, and that are its own when it sets them again.
_SET_ANEW = _BODY_HEADERS | {b"host"}
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
    except AddressError as error:
        raise _uncallable(wire, _reason(error, location)) from None
    # The fragment is not sent, but it is in the referer.
    if unsendable_character(to) or _NOT_LATIN_1.search(wire.href.decode()):
        raise _uncallable(wire, "has a character that cannot be sent")
    if is_relative(location):
        to = replace(to, auth=wire.auth)
    is_same_origin = (to.scheme, to.host, to.port) == (wire.scheme, wire.host, wire.port)
    return Redirect(status_code, to, is_same_origin)


def _reason(error: AddressError, location: str) -> str:
    """Return why a target cannot be called, without quoting it: a service may echo a token in it."""
    scheme = location.partition(":")[0].lower()
    if scheme in _KNOWN_SCHEMES:
        return f"has the scheme {scheme}, not http or https"
    reason = str(error)
    return (
        reason
        if reason.startswith(("is empty", "has no ", "has another ", "has a port "))
        else "has an invalid host"
    )


def _uncallable(wire: Wire, reason: str) -> TransportError:
    message = f"{wire.masked} was redirected to a URL that cannot be called: it {reason}."
    fix = "correct the redirect in the service, or call its target directly."
    return TransportError.from_code(Code.CONNECTION_BROKEN, message, fix)


def redirected(wire: Wire, redirect: Redirect) -> Wire:
    """Return the request that follows a redirect; to another origin without token, cookie and body."""
    to, is_same_origin = redirect.to, redirect.is_same_origin
    # npm request keeps a body only for 307. To another origin it is dropped: it may hold a token.
    keeps_body = is_same_origin and redirect.status_code == KEEPS_BODY
    authored = in_place_of(to, parse_address(Text.of(wire.href.decode()))) if is_same_origin else to
    body = wire.body if keeps_body else b""
    headers = _redirected_headers(wire, redirect, body)
    return replace(
        wire,
        scheme=to.scheme,
        host=to.host,
        port=to.port,
        target=to.target.real.encode(_charset(body)),
        href=authored.href.real.encode(),
        is_private=wire.is_private and is_same_origin,
        headers=headers,
        body=body,
        auth=to.auth,
        authored=tuple(
            [name for name in wire.authored if redirect.status_code == KEEPS_BODY or name not in _SET_ANEW]
        ),
        # A host that the service names may contain anything it received, also a token.
        origin=wire.origin if is_same_origin else hide_all(to.origin),
    )


def _redirected_headers(wire: Wire, redirect: Redirect, body: bytes) -> tuple[tuple[bytes, bytes], ...]:
    host_name, host_header = next(header for header in wire.headers if header[0].lower() == b"host")
    last = [header for header in wire.headers if _is_added(wire, header[0], b"connection")]
    hop = _hop(wire, redirect, body, host_header)
    carried = _carried_headers(wire, redirect, body)
    followed = [(name.encode(), value) for name, value in follow(carried, hop, host_name.decode())]
    if wire.is_private and not redirect.is_same_origin:
        # A URL that contains a setting must not be sent to another host.
        followed = [(name, value) for name, value in followed if name.lower() != b"referer"]
    return (*followed, *last)


def _carried_headers(wire: Wire, redirect: Redirect, body: bytes) -> list[tuple[str, bytes]]:
    """Return the headers of a request that the one after a redirect has as well."""
    headers = wire.headers if body or not wire.body else _in_latin_1(wire.headers)
    dropped = _dropped_headers(wire, redirect, body)
    return [
        (name.decode(), value)
        for name, value in _with_empty_referer(wire, headers)
        if name.lower() not in dropped and not _is_added(wire, name, b"host", b"connection")
    ]


def _dropped_headers(wire: Wire, redirect: Redirect, body: bytes) -> frozenset[bytes]:
    dropped = frozenset[bytes]() if redirect.is_same_origin else _SAME_ORIGIN_HEADERS | wire.private
    return dropped | _BODY_HEADERS if wire.body and not body else dropped


def _hop(wire: Wire, redirect: Redirect, body: bytes, host_header: bytes) -> Hop[bytes]:
    to = redirect.to
    return Hop(
        redirect.status_code,
        to,
        host_header.decode("latin-1"),
        wire.href.decode().encode(_charset(body)),
        host=to.host_header.real.encode(),
        auth=None if to.auth is None else _basic(str(to.auth.reveal())),
        length=b"0" if not body and wire.written_method != "GET" else None,
    )


def _charset(body: bytes) -> str:
    # Node writes the head in the encoding of a string body, and in Latin-1 without one.
    return "utf-8" if body else "latin-1"


def _is_added(wire: Wire, name: bytes, *names: bytes) -> bool:
    """Return whether a header has one of the names, and npm request or Node added it."""
    return name.lower() in names and name.lower() not in wire.authored


def _basic(auth: str) -> bytes:
    return f"Basic {encoded(*basic_auth(auth))}".encode()


def _with_empty_referer(
    wire: Wire, headers: tuple[tuple[bytes, bytes], ...]
) -> tuple[tuple[bytes, bytes], ...]:
    """Return headers with the ``referer`` that an empty array sends as nothing: a redirect sets it there."""
    names = [name.lower() for name, _ in headers]
    if b"referer" not in wire.authored or b"referer" in names:
        return headers
    before = wire.authored[: wire.authored.index(b"referer")]
    at = max([index + 1 for index, name in enumerate(names) if name in before], default=0)
    return (*headers[:at], (b"referer", b""), *headers[at:])


def _in_latin_1(headers: tuple[tuple[bytes, bytes], ...]) -> tuple[tuple[bytes, bytes], ...]:
    """Return headers as Node writes them without a text body; with one it writes them in UTF-8."""
    return tuple((name, value.decode().encode("latin-1")) for name, value in headers)

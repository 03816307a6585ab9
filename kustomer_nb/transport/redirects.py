"""Where a redirect leads and what of a request goes there: as npm request does it, no token to others."""

from __future__ import annotations

from dataclasses import replace

from kustomer_nb.codes import Code
from kustomer_nb.errors import TransportError
from kustomer_nb.request import Wire, in_place_of
from kustomer_nb.request.url import AddressError, parse_address, resolve
from kustomer_nb.secrets import hide_all
from kustomer_nb.template import Text

from .errors import trouble
from .models import Redirect

MOST_REDIRECTS = 10
_KEEPS_BODY = 307
_OF_BODY = frozenset({b"content-type", b"content-length"})
_NOT_FOR_OTHERS = {b"authorization", b"cookie", b"host"}


def redirect_of(wire: Wire, status_code: int, location: str) -> Redirect:
    """Return where a ``location`` leads a request.

    Raises:
        TransportError: to nothing that can be called.
    """
    port = "" if wire.port is None else f":{wire.port}"
    here = parse_address(Text.of(f"{wire.scheme}://{wire.host}{port}{wire.target.decode('latin-1')}"))
    try:
        to = resolve(here, location)
        # Node sends Latin-1 as it is, which h11 does not.
        to.target.real.encode("ascii")
    except (AddressError, UnicodeEncodeError):
        message = f"{wire.masked} was redirected to an address that cannot be called."
        raise TransportError(
            [trouble(Code.CONNECTION_BROKEN, message, "mend the service, or call the other address.")]
        ) from None
    return Redirect(status_code, to, (to.scheme, to.host, to.port) == (wire.scheme, wire.host, wire.port))


def redirected(wire: Wire, redirect: Redirect) -> Wire:
    """Return the request that goes where a redirect leads; to another host without token, cookie and body."""
    to, stays = redirect.to, redirect.stays
    dropped = frozenset() if stays else _NOT_FOR_OTHERS | wire.private
    # npm request keeps a body for 307 alone; to another host it may hold a token.
    keeps_body = stays and redirect.status_code == _KEEPS_BODY
    dropped |= frozenset() if keeps_body else _OF_BODY
    headers = wire.headers if keeps_body or not wire.body else _in_latin_1(wire.headers)
    kept = [(name, value) for name, value in headers if name.lower() not in dropped]
    if not stays:
        kept.append((b"host", to.host_header.real.encode()))
    if stays or not wire.is_private:
        kept = _with_referer(kept, wire.href)
    else:
        # An address that holds a setting is for its own host alone.
        kept = [(name, value) for name, value in kept if name.lower() != b"referer"]
    return replace(
        wire,
        scheme=to.scheme,
        host=to.host,
        port=to.port,
        target=to.target.real.encode(),
        href=(
            in_place_of(to, parse_address(Text.of(wire.href.decode()))) if stays else to
        ).href.real.encode(),
        is_private=wire.is_private and stays,
        headers=tuple(kept),
        body=wire.body if keeps_body else b"",
        # A host that a service names may hold anything it was told.
        origin=wire.origin if stays else hide_all(to.origin),
    )


def _in_latin_1(headers: tuple[tuple[bytes, bytes], ...]) -> tuple[tuple[bytes, bytes], ...]:
    """Return headers as Node writes them without a text body, whose encoding they had before."""
    return tuple((name, value.decode().encode("latin-1")) for name, value in headers)


def _with_referer(headers: list[tuple[bytes, bytes]], href: bytes) -> list[tuple[bytes, bytes]]:
    """Return headers that tell where they come from; one that does so already keeps its place."""
    places = [at for at, (name, _) in enumerate(headers) if name.lower() == b"referer"]
    if not places:
        return [*headers, (b"referer", href)]
    named = [(name, href if at == places[0] else value) for at, (name, value) in enumerate(headers)]
    return [one for at, one in enumerate(named) if at not in places[1:]]

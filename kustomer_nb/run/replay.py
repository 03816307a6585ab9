"""The recorded response of a request, with its redirects. Imports nothing that can send."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kustomer_nb.codes import Code
from kustomer_nb.errors import LoadError
from kustomer_nb.printable import quoted
from kustomer_nb.request.url import Address, AddressError, parse_address, resolve
from kustomer_nb.storage.cassette import Cassette
from kustomer_nb.storage.cassette.mismatch import refusal
from kustomer_nb.template import Text
from kustomer_nb.transport.models import RawResponse, Redirect

from .recordable import to_recorded_request

if TYPE_CHECKING:
    from kustomer_nb.definition import AppDefinition

    from .prepare import Prepared

# The host of a URL that may hold labels such as $shop.default.region, which no host may contain.
_HOST = re.compile("//[^/?#]*")


def recorded_response(app: AppDefinition, prepared: Prepared) -> RawResponse:
    """Return the response that is recorded for a request.

    Raises:
        RequestError: there is no path for the cassette.
        ReplayError: no recorded request matches.
        LoadError: the cassette cannot be read.
    """
    if prepared.exchange is None:
        cassette = Cassette(prepared.context.require_cassette())
        raise refusal(to_recorded_request(app, prepared), cassette)
    recorded, url = prepared.exchange.response, prepared.request.address
    redirects = []
    for status_code, location in recorded.redirects:
        if url is None:  # pragma: no cover - a request without a URL is not recorded
            break
        redirects.append(_redirect(status_code, location, url))
        url = redirects[-1].to
    return RawResponse(
        recorded.status_code,
        recorded.headers,
        recorded.content,
        is_truncated=recorded.is_truncated,
        redirects=tuple(redirects),
    )


def _redirect(status_code: int, location: str, url: Address) -> Redirect:
    """Return a recorded redirect from a URL; its origin may contain the label of a setting."""
    # Compared as shown: a label such as $shop.default.region in the host is not a valid URL.
    origin = f"{url.scheme}://{url.authority.shown}"
    if f"{location}/".startswith(f"{origin}/"):
        return Redirect(status_code, resolve(url, location[len(origin) :] or "/"), is_same_origin=True)
    try:
        target = parse_address(Text.of(location))
    except AddressError:
        # A label in the host of another origin: the host is unknown here, only path and query are left.
        target = _parse_redirect(_HOST.sub("//hidden.invalid", location, count=1))
    return Redirect(status_code, target, is_same_origin=target.origin == url.origin)


def _parse_redirect(location: str) -> Address:
    try:
        return parse_address(Text.of(location))
    except AddressError as error:
        message = f"a recorded redirect goes to {quoted(location)}, which {error}."
        fix = "undo the edit in the cassette, or record the exchange again."
        raise LoadError.from_code(Code.CASSETTE_UNREADABLE, message, fix) from error

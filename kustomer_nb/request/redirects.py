"""What ``/#response.request`` tells after a redirect was followed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from .url import Address

_KEEPS_BODY = 307
_OF_BODY = {"content-type", "content-length"}


def redirected(told: dict[str, Any], address: Address, to: Address, status_code: int) -> dict[str, Any]:
    """Return the request in the shape of ``toJSON()`` after one redirect, as npm request 2.88 changes it.

    ``address`` is the one it was made to and ``to`` the new one. The headers of the body go, but for 307,
    the token where the host is another; where it comes from is told in ``referer``.
    """
    gone = set() if status_code == _KEEPS_BODY else set(_OF_BODY)
    if to.host != address.host:
        gone |= {"authorization"}
    headers = {name: value for name, value in told["headers"].items() if name.lower() not in gone}
    # The header of that name that is there already keeps its place.
    name = next((one for one in headers if one.lower() == "referer"), "referer")
    headers[name] = told["uri"]["href"]
    return {"uri": to.to_json(), "method": told["method"], "headers": headers}


def in_place_of(stand_in: Address, authored: Address) -> Address:
    """Return an address of the stand-in as one of the origin that was authored."""
    return replace(
        stand_in,
        scheme=authored.scheme,
        host=authored.host,
        port=authored.port,
        authority=authored.authority,
    )

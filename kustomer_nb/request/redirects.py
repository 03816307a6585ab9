"""The content of ``/#response.request`` after a redirect was followed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .url import Address

# npm request 2.88 removes the body's headers for every other code, 308 included.
_KEEPS_BODY = 307
_OF_BODY = {"content-type", "content-length"}


def redirected(
    request_json: dict[str, Any], address: Address, target: Address, status_code: int
) -> dict[str, Any]:
    """Return the request in the shape of ``toJSON()`` after one redirect, as npm request 2.88 changes it.

    ``address`` is the one it was sent to and ``target`` the new one. The headers of the body are removed,
    except for 307, and the token if the host changes; ``referer`` is set to the URL before.
    """
    removed = set() if status_code == _KEEPS_BODY else set(_OF_BODY)
    # npm request compares hosts without their ports, so another port of one host gets the token.
    if target.host != address.host:
        removed |= {"authorization"}
    headers = {name: value for name, value in request_json["headers"].items() if name.lower() not in removed}
    # An existing header keeps its position and spelling.
    name = next((name for name in headers if name.lower() == "referer"), "referer")
    headers[name] = request_json["uri"]["href"]
    return {"uri": target.to_json(), "method": request_json["method"], "headers": headers}


def in_place_of(stand_in: Address, authored: Address) -> Address:
    """Return an address of the host that ``hosts=`` gives as one of the authored origin."""
    return replace(
        stand_in,
        scheme=authored.scheme,
        host=authored.host,
        port=authored.port,
        authority=authored.authority,
    )

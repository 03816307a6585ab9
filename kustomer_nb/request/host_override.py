"""The option ``hosts=``: another origin to connect to in place of the authored one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from kustomer_nb.codes import Code
from kustomer_nb.printable import quoted
from kustomer_nb.template import Text

from .url import Address, AddressError, parse_address

if TYPE_CHECKING:
    from .context import BuildContext

_USER = re.compile("//[^/?#]*@")


def overriding_host(
    context: BuildContext, address: Address | None, hosts: Mapping[str, str]
) -> Address | None:
    """Return the address that ``hosts`` gives for the origin of a request, None if it gives none."""
    if address is None:
        return None
    for authored, replacement in hosts.items():
        try:
            if _origin(authored).origin == address.origin:
                return _origin(replacement)
        except AddressError as error:
            pair = f"{quoted(_without_user(authored))} to {quoted(_without_user(replacement))}"
            message = f"hosts maps {pair}; one of them {error}."
            fix = 'write both as origins, as in "http://127.0.0.1:8000".'
            context.report_error(Code.HOSTS_INVALID, "", message, fix)
    return None


def origin_problem(text: str) -> str:
    """Return why a string is not an origin; empty if it is one.

    Example:
        >>> origin_problem("https://api.shop.com"), origin_problem("api.shop.com")
        ('', '"api.shop.com" has no http:// or https:// before the host')
    """
    try:
        _origin(text)
    except AddressError as error:
        return f"{quoted(_without_user(text))} {error}"
    return ""


def is_origin_of(text: str, address: Address) -> bool:
    """Return whether a string is the origin of an address."""
    try:
        return _origin(text).origin == address.origin
    except AddressError:
        return False


def _origin(text: str) -> Address:
    address = parse_address(Text.of(text))
    if address.auth is not None or address.target.real != "/":
        raise AddressError("contains more than scheme, host and port")
    return address


def _without_user(url: str) -> str:
    # The user information may hold a password, so no message quotes it.
    return _USER.sub("//", url)

"""The address of a request as far as the text of an action says it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from kustomer_nb.errors import TemplateError
from kustomer_nb.platform import is_pointed
from kustomer_nb.request.url import Address, parse_address
from kustomer_nb.template import Kind, Piece, Template, Text

if TYPE_CHECKING:
    from kustomer_nb.linting.context import LintedAction


# What continues a host name after a variable, as ".shop.com/" does.
_REST_OF_HOST = re.compile(r"[.-]\w[\w-]*(?:\.\w|[/:])")


def address_of(action: LintedAction) -> Address | None:
    """Return the address of a request with a 1 for each variable; None when only a run knows it."""
    address = _parsed(uri_text((action.request or {}).get("uri")))
    return address if isinstance(address, Address) else None


def uri_text(uri: Any) -> Text:
    """Return a uri with a 1 for each variable; empty for a reference or a syntax error."""
    if not isinstance(uri, str) or is_pointed(uri):
        return Text()
    try:
        nodes = Template.parse(uri.strip()).nodes
    except TemplateError:
        return Text()
    pieces = (
        Piece(node, Kind.LITERAL)
        if isinstance(node, str)
        else Piece("1", Kind.INPUT, label=f"{{{{{{{node.path}}}}}}}")
        for node in nodes
    )
    return Text(tuple(pieces))


def address_problem(uri: Text) -> str | None:
    """Return why a `uri_text` is no address; None if it is one, or may be when its variables have values."""
    first, *others = uri.pieces
    if first.kind is Kind.LITERAL:
        address = _parsed(uri)
        return address if isinstance(address, str) else None
    # A variable at the start may hold a scheme and host, but then the text after it cannot continue the host.
    after = others[0].text if others and others[0].kind is Kind.LITERAL else ""
    return "has no http:// or https:// before the host" if _REST_OF_HOST.match(after) else None


def _parsed(uri: Text) -> Address | str | None:
    """Return the address of a uri, or what is wrong with it; None when only a run knows."""
    if not uri.pieces or uri.pieces[0].kind is not Kind.LITERAL:
        return None
    try:
        return parse_address(uri)
    except ValueError as error:
        # AddressError is a ValueError, and int() raises one for a port of thousands of digits.
        return str(error)

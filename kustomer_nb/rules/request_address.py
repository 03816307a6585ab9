"""The address of a request as far as the text of an action says it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kustomer_nb.errors import TemplateError
from kustomer_nb.platform import is_pointed
from kustomer_nb.request.url import Address, parse_address
from kustomer_nb.template import Kind, Piece, Template, Text

if TYPE_CHECKING:
    from kustomer_nb.linting.context import LintedAction


def address_of(action: LintedAction) -> Address | None:
    """Return the address of a request with a 1 for each variable; None when only a run knows it."""
    address = parse_pieces(uri_pieces((action.request or {}).get("uri")))
    return address if isinstance(address, Address) else None


def uri_pieces(uri: Any) -> tuple[Piece, ...]:
    """Return the pieces of a uri with a 1 for each variable; none for a reference or a syntax error."""
    if not isinstance(uri, str) or is_pointed(uri):
        return ()
    try:
        nodes = Template.parse(uri.strip()).nodes
    except TemplateError:
        return ()
    return tuple(
        Piece(node, Kind.LITERAL)
        if isinstance(node, str)
        else Piece("1", Kind.INPUT, label=f"{{{{{{{node.path}}}}}}}")
        for node in nodes
    )


def parse_pieces(pieces: tuple[Piece, ...]) -> Address | str | None:
    """Return the address of a uri, or what is wrong with it; None when only a run knows."""
    if not pieces or pieces[0].kind is not Kind.LITERAL:
        return None
    try:
        return parse_address(Text(pieces))
    except ValueError as error:
        # AddressError is a ValueError, and int() raises one for a port of thousands of digits.
        return str(error)

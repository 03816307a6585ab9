"""The headers that an author wrote in an input template."""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Severity
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.jsontext.javascript import ordered
from kustomer_nb.template import Text, Traced
from kustomer_nb.template.traced_values import as_text, real, shown

from .checks import check_basic, check_header_name, check_header_value

if TYPE_CHECKING:
    from .context import BuildContext

_SCHEME = re.compile(r"(?:^|[\s,])(bearer|basic|token)\s+\Z", re.IGNORECASE)


class AuthoredHeaders(NamedTuple):
    """The headers of the input template: as Node sends them, and as JSON, as the response reports them."""

    headers: list[tuple[str, Text]]
    as_json: dict[str, Any]


def authored_headers(context: BuildContext) -> AuthoredHeaders:
    """Return the headers of the input template.

    An array is sent as one header per item, but as a single ``cookie``; of a name that occurs twice the last
    one counts.
    """
    members = _members(context)
    # Node's setHeader keeps headers by lower-case name, so a later member replaces an earlier one.
    by_name: dict[str, list[tuple[str, Text]]] = {}
    for name, member in members:
        if member is None or (isinstance(member, Traced) and member.value is None):
            message = f"the header {name} is null, which is sent as the text null."
            pointer = pointers.join("/inputTemplate/headers", name)
            fix = "remove it, or leave the value out: a header without one is not sent."
            context.report(Code.VALUE_GAP, Severity.WARNING, pointer, message, fix)
        by_name[name.lower()] = [(name, text) for text in _texts(name, _opened(member))]
    headers = [*chain.from_iterable(by_name.values())]
    for name, text in headers:
        check_header(context, pointers.join("/inputTemplate/headers", name), name, text)
    return AuthoredHeaders(headers, shown(dict(members)))


def _members(context: BuildContext) -> list[tuple[str, Any]]:
    """Return the members in JavaScript's order; none if headers are not an object, which is reported."""
    tree = _opened(context.trace("headers"))
    if isinstance(tree, dict):
        return ordered(tree)
    if real(tree) and not context.has_error("headers"):
        from .part_types import check_headers_type

        context.add(check_headers_type(real(tree), "/inputTemplate/headers"))
    return []


def check_header(context: BuildContext, pointer: str, name: str, text: Text) -> None:
    """Add the diagnostics of one header as it is sent."""
    context.add(
        check_header_name(name, pointer),
        check_header_value(name, text, pointer),
        check_basic(name, text.real, pointer),
    )
    _check_scheme(context, pointer, name, text)


def _check_scheme(context: BuildContext, pointer: str, name: str, text: Text) -> None:
    """Warn if the value of a setting begins with the scheme that the template writes before it."""
    before = ""
    for piece in text.pieces:
        scheme = _SCHEME.search(before) if piece.label and before else None
        if scheme and _begins_with(piece.text, scheme[1]):
            message = f"the header {name} has {scheme[1]} twice: {piece.label} begins with it as well."
            fix = f"remove {scheme[1]} from the value of the setting, or from the template."
            context.report(Code.SCHEME_TWICE, Severity.WARNING, pointer, message, fix, piece.span)
        before += piece.text


def _begins_with(text: str, word: str) -> bool:
    return text.lstrip().lower().startswith(f"{word.lower()} ")


def _opened(tree: Any) -> Any:
    return tree.opened() if isinstance(tree, Traced) else tree


def _texts(name: str, value: Any) -> list[Text]:
    if not isinstance(value, list):
        return [as_text(value)]
    if name.lower() == "cookie" and len(value) > 1:
        # Node joins several cookies with Array.prototype.join, which writes nothing for null.
        parts = [Text() if real(item) is None else as_text(item) for item in value]
        return [Text.join(parts, separator="; ")]
    return [as_text(item) for item in value]

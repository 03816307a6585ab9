"""The URL of a request: ``uri`` of the input template with its ``qs`` merged in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Severity
from kustomer_nb.template import Piece, Text, Traced
from kustomer_nb.template.traced_values import as_text, real

from .checks import check_fragment, check_target, invalid_uri
from .context import BuildContext
from .query import merged
from .url import Address, AddressError, parse_address

_POINTER = "/inputTemplate/uri"


def build_address(context: BuildContext, uri: Text, qs: Any) -> Address | None:
    """Return the address of a rendered ``uri`` and ``qs``; None, and a diagnostic, if ``uri`` is invalid."""
    try:
        address = parse_address(uri)
    except AddressError as error:
        if not context.has_error("uri"):
            context.add(invalid_uri(uri, str(error), _POINTER))
        return None
    address = _with_query(context, address, qs)
    context.add(check_target(address, _POINTER))
    return address


def _with_query(context: BuildContext, address: Address, qs: Any) -> Address:
    origin = qs.piece if isinstance(qs, Traced) else None
    if isinstance(qs, Traced):
        qs = qs.opened()
    if isinstance(qs, list):
        # npm request 2.88.2: `for (var i in q) base[i] = q[i]`, so indexes become names.
        qs = {str(index): item for index, item in enumerate(qs)}
    if isinstance(qs, dict):
        return _merged(context, address, qs, origin)
    if not real(qs):
        return address
    if isinstance(real(qs), str):
        return _with_string(context, address, as_text(qs))
    # A number or true has nothing to enumerate, but npm request still rewrites the query of the uri.
    return _merged(context, address, {})


def _merged(
    context: BuildContext, address: Address, qs: dict[str, Any], origin: Piece | None = None
) -> Address:
    search = merged(address.search, qs, "/inputTemplate/qs", origin)
    if not search:
        return address
    context.add(check_fragment(address, _POINTER))
    return address.merged_with(search)


def _with_string(context: BuildContext, address: Address, qs: Text) -> Address:
    is_query = context.platform.string_qs_is_query
    result = "sent as the query string, as Kustomer's page shows it" if is_query else "split into characters"
    fix = "make qs an object: npm request, which the platform seems to use, splits a string into characters."
    message = f"qs is a string; it is {result}."
    context.report(Code.QS_IS_TEXT, Severity.WARNING, "/inputTemplate/qs", message, fix)
    if not is_query:
        # The same loop of npm request enumerates the characters of a string.
        return _merged(context, address, {str(index): char for index, char in enumerate(_characters(qs))})
    query = qs.after(1) if qs.real.startswith("?") else qs
    parsed = parse_address(Text.of("http://x/?") + query)
    separator = {"": "?", "?": ""}.get(address.search.real, "&")
    search = address.search + Text.of(separator) + parsed.search.after(1)
    # A # in the string begins a fragment, as it does anywhere in a URL.
    return replace(address, search=search, fragment=parsed.fragment + address.fragment)


def _characters(text: Text) -> Iterator[Text]:
    while text:
        character, text = text.split_at(1)
        yield character

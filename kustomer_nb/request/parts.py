"""The rendered parts of an input template, before npm ``request`` adds headers of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NamedTuple

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Severity
from kustomer_nb.template import Piece, Text, Traced
from kustomer_nb.template.traced_values import as_text, real

from .body import build_body
from .checks import check_fragment, check_method, check_target, invalid_uri
from .context import BuildContext, unset_settings
from .headers import authored_headers
from .query import merged, report_nulls, utf16_units
from .url import Address, AddressError, parse_address

_URI = "/inputTemplate/uri"


class RequestParts(NamedTuple):
    """Method, URL, headers and body of an input template.

    ``method`` is in upper case, as it is sent; npm request compares ``written_method``. ``address`` is None
    if there is no valid URL; ``headers_json`` are the headers as the response reports them.
    """

    uri: Text
    address: Address | None
    method: str
    written_method: str
    headers: list[tuple[str, Text]]
    headers_json: dict[str, Any]
    body: Text | None
    parses_json: bool


def render_parts(context: BuildContext) -> RequestParts:
    """Return the rendered parts of an input template; errors in them are added to the context."""
    # In this order, which is the order of the diagnostics.
    uri = context.text("uri")
    method = _method(context)
    qs = context.trace("qs")
    option = context.template.get("json")
    if "data" in context.template or not (option is None or isinstance(option, bool)):
        body, parses_json = build_body(context)
    else:
        body, parses_json = None, bool(option)
    # Without the value of a setting in it, a uri cannot be judged.
    has_value = not unset_settings(uri.pieces, context.secrets)
    address = _address(context, uri, qs) if has_value else None
    headers, headers_json = authored_headers(context)
    written = method if context.platform.keeps_method_case else method.upper()
    return RequestParts(uri, address, method.upper(), written, headers, headers_json, body, parses_json)


def _method(context: BuildContext) -> str:
    method = context.text("method").shown
    if not context.has_error("method"):
        context.add(check_method(method, "/inputTemplate/method"))
    return method


def _address(context: BuildContext, uri: Text, qs: Any) -> Address | None:
    """Return the address of a rendered ``uri`` and ``qs``; None, and a diagnostic, if ``uri`` is invalid."""
    try:
        address = parse_address(uri)
    except AddressError as error:
        if not context.has_error("uri"):
            context.add(invalid_uri(uri, str(error), _URI, context.template))
        return None
    address = _with_query(context, address, qs)
    context.add(check_target(address, _URI))
    return address


def _with_query(context: BuildContext, address: Address, qs: Any) -> Address:
    origin = None
    if isinstance(qs, Traced):
        origin, qs = qs.piece, qs.opened()
    if isinstance(qs, dict):
        return _merged(context, address, qs, origin)
    value = real(qs)
    if value:
        from .part_types import check_qs_type

        context.add(check_qs_type(value, "/inputTemplate/qs"))
    if isinstance(qs, list):
        # npm request 2.88.2: `for (var i in q) base[i] = q[i]`, so indexes become names.
        return _merged(context, address, {str(index): item for index, item in enumerate(qs)}, origin)
    if not value:
        return address
    if isinstance(value, str):
        return _with_string(context, address, as_text(qs))
    # A number or true has nothing to enumerate, but npm request still rewrites the query of the uri.
    return _merged(context, address, {})


def _merged(
    context: BuildContext, address: Address, qs: dict[str, Any], origin: Piece | None = None
) -> Address:
    for name, value in qs.items():
        if value is None or isinstance(value, (dict, list, Traced)):
            report_nulls(context, name, value)
    search = merged(address.search, qs, "/inputTemplate/qs", origin)
    if not search:
        return address
    context.add(check_fragment(address, _URI))
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
        # JavaScript counts the halves of a surrogate pair.
        for unit in utf16_units(character.real):
            yield character.rewritten(chr(unit))

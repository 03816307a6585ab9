"""What overrides the method of a request, as far as the text of an action says it."""

from __future__ import annotations

from typing import Any

from kustomer_nb.jsontext.javascript import string
from kustomer_nb.jsontext.pointer import join
from kustomer_nb.platform import is_pointed
from kustomer_nb.request.method_override import Override, overrides_of
from kustomer_nb.request.query import merged
from kustomer_nb.template import Scope, Text

from .written_body import body_text


def written_overrides(request: dict[str, Any]) -> tuple[Override, ...]:
    """Return the overrides of the method in an input template, found by the code that a run uses."""
    uri, qs, headers = request.get("uri"), request.get("qs"), request.get("headers")
    _, mark, query = uri.partition("?") if isinstance(uri, str) and not is_pointed(uri) else ("", "", "")
    search = Text.of(mark + query)
    if isinstance(qs, dict):
        # npm request sends a nested parameter as name[key]=…, which overrides nothing.
        plain = {key: value for key, value in qs.items() if not _is_nested(value)}
        search = merged(search, plain, "/inputTemplate/qs")
    located_headers = _located_headers(headers) if isinstance(headers, dict) else []
    return overrides_of(located_headers, search, body_text(request), Scope({}))


def _located_headers(headers: dict[str, Any]) -> list[tuple[str, Text, str]]:
    """Return the name, text and pointer of each header; a list of values is a header for each."""
    return [
        (name, Text.of(string(item)), join("/inputTemplate/headers", name))
        for name, value in headers.items()
        for item in (value if isinstance(value, list) else [value])
    ]


def _is_nested(value: Any) -> bool:
    """Return whether a parameter is an object, or an array that contains objects or arrays."""
    items = value if isinstance(value, list) else [value]
    return any(isinstance(item, (dict, list)) for item in items)

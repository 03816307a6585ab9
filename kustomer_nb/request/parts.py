"""The rendered parts of an input template, before npm ``request`` adds headers of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kustomer_nb.template import Text

from .body import build_body
from .checks import check_method
from .context import BuildContext, unset_settings
from .headers import authored_headers
from .uri import build_address
from .url import Address


@dataclass(frozen=True, slots=True)
class RequestParts:
    """Method, URL, headers and body of an input template.

    ``address`` is None if there is no valid URL; ``headers_json`` are the headers as the response reports
    them.
    """

    uri: Text
    address: Address | None
    method: str
    headers: list[tuple[str, Text]]
    headers_json: dict[str, Any]
    body: Text | None
    parses_json: bool


def render_parts(context: BuildContext, template: Mapping[str, Any]) -> RequestParts:
    """Return the rendered parts of an input template; errors in them are added to the context."""
    # In this order, which is the order of the diagnostics.
    uri = context.text(template, "uri")
    method = _method(context, template)
    qs = context.trace(template.get("qs"), "qs")
    body, parses_json = build_body(context, template)
    # Without the value of a setting in it, a uri cannot be judged.
    has_value = not unset_settings(uri.pieces, context.secrets)
    address = build_address(context, uri, qs) if has_value else None
    headers, headers_json = authored_headers(context, template.get("headers"))
    return RequestParts(uri, address, method, headers, headers_json, body, parses_json)


def _method(context: BuildContext, template: Mapping[str, Any]) -> str:
    method = context.text(template, "method").shown
    if not context.has_error("method"):
        context.add(check_method(method, "/inputTemplate/method"))
    return method.upper()

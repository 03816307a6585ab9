"""The body of a request as far as the text of an action says it."""

from __future__ import annotations

from typing import Any

from kustomer_nb.jsontext.javascript import utf8
from kustomer_nb.platform import is_fixed, is_pointed
from kustomer_nb.request.body import json_text
from kustomer_nb.request.written_tokens import written_strings
from kustomer_nb.template import Text

from .knb4_body import is_on


def body_length(request: dict[str, Any]) -> str | None:
    """Return the length of the body in bytes; None when only a run knows it.

    Example:
        >>> body_length({"data": "é"}), body_length({"data": "{{{note}}}"})
        ('2', None)
    """
    option, data = request.get("json"), request.get("data")
    body = option if isinstance(option, (dict, list)) else data
    if body is None:
        return "0"
    if not is_fixed(option) or not all(is_fixed(text) for _, text in written_strings(body)):
        return None
    if body is option or is_on(option):
        return str(len(utf8(json_text(body).real)))
    return str(len(utf8(body))) if isinstance(body, str) else None


def body_text(request: dict[str, Any]) -> tuple[Text, str] | None:
    """Return the text of the body as it is written, and its pointer; None when only a run knows it.

    Example:
        >>> text, pointer = body_text({"json": {"id": 5}})
        >>> text.real, pointer
        ('{"id":5}', '/inputTemplate/json')
    """
    name = "json" if isinstance(request.get("json"), (dict, list)) else "data"
    body, pointer = request.get(name), f"/inputTemplate/{name}"
    if isinstance(body, (dict, list)):
        return json_text(body, pointer), pointer
    return (Text.of(body), pointer) if isinstance(body, str) and not is_pointed(body) else None

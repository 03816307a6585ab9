"""Requests as the JSON documents that cases compare."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kustomer_nb.jsontext.json_styles import MAX_DEPTH, read_json
from kustomer_nb.run.recordable import to_recorded_request

if TYPE_CHECKING:
    from kustomer_nb.run.prepare import Prepared


def request_document(prepared: Prepared) -> dict[str, Any]:
    """Return a request as the JSON document that cases compare: settings as ``$<key>``, JSON parsed."""
    recorded = to_recorded_request(prepared.app, prepared)
    return {
        "method": recorded.method,
        "url": recorded.url,
        "headers": dict(recorded.headers),
        "body": body_value(recorded.body),
    }


def body_value(text: str | None) -> Any:
    """Return the value of a body: an object or array of JSON, otherwise the text.

    Example:
        >>> body_value('{"id": 7}'), body_value("7"), body_value(None)
        ({'id': 7}, '7', None)
    """
    if text is None or not text.lstrip().startswith(("{", "[")):
        return text
    parsed = read_json(text)
    return text if parsed is None else parsed[0]


def is_flat_text(text: str) -> bool:
    """Return whether a JSON text is certainly neither too deep nor too long for `body_value` to parse it.

    Example:
        >>> is_flat_text('{"id": [7]}'), is_flat_text("[" * 200)
        (True, False)
    """
    return text.count("{") + text.count("[") < MAX_DEPTH and len(text) <= _LONGEST


# Far less than what is parsed.
_LONGEST = 100_000

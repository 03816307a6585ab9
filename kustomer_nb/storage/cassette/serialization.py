"""The text of a cassette: exchanges to JSON that people can read and compare; `reader` is the way back."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from .body import serialize_body, serialize_text
from .model import VERSION, Exchange, RecordedResponse

if TYPE_CHECKING:
    from .matching import RecordedRequest

# What is around the exchanges as `format_exchanges` writes them. No string of JSON contains a line break.
_START = f'{{\n  "version": {VERSION},\n  "exchanges": [\n    {{\n'
_BETWEEN = "\n    },\n    {\n"
_END = "\n    }\n  ]\n}\n"
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def format_exchanges(exchanges: Iterable[Exchange]) -> str:
    """Return the text of a cassette; the exchanges are sorted, so that recording again gives a small diff."""
    ordered = sorted(exchanges, key=lambda exchange: exchange.order)
    cassette = {"version": VERSION, "exchanges": [_exchange_json(exchange) for exchange in ordered]}
    text = json.dumps(cassette, ensure_ascii=False, indent=2, allow_nan=False)
    # UTF-8 has no form for half of a surrogate pair; the rest stays readable.
    return _LONE_SURROGATE.sub(lambda match: f"\\u{ord(match[0]):04x}", text) + "\n"


def format_exchange(exchange: Exchange) -> str:
    """Return the text of one exchange, as `split_exchanges` returns it of a cassette."""
    return format_exchanges([exchange])[len(_START) : -len(_END)]


def split_exchanges(text: str) -> list[str] | None:
    """Return the text of each exchange in a cassette without its braces, None if it is laid out otherwise.

    Each is an object of its own: a part of one, such as an object in an array, is no JSON in braces.
    """
    if len(text) < len(_START) + len(_END) or not text.startswith(_START) or not text.endswith(_END):
        return None
    return text[len(_START) : -len(_END)].split(_BETWEEN)


def join_exchanges(blocks: Iterable[str]) -> str:
    """Return the text of a cassette from the texts of its exchanges, of which there is at least one."""
    return f"{_START}{_BETWEEN.join(blocks)}{_END}"


def _exchange_json(exchange: Exchange) -> dict[str, Any]:
    return {
        "action": exchange.action,
        "request": _request_json(exchange.request),
        "response": _response_json(exchange.response),
        "settings": dict(exchange.request.settings),
        "env": dict(exchange.env),
        "now": None if exchange.now is None else exchange.now.isoformat(),
        "seed": exchange.seed,
    }


def _request_json(request: RecordedRequest) -> dict[str, Any]:
    json_value: dict[str, Any] = {
        "method": request.method,
        "url": request.url,
        "headers": dict(request.headers),
    }
    if request.body is not None:
        json_value["body"] = serialize_text(request.body)
    if request.wildcards:
        json_value["wildcards"] = sorted(request.wildcards)
    return json_value


def _response_json(response: RecordedResponse) -> dict[str, Any]:
    json_value: dict[str, Any] = {
        "status_code": response.status_code,
        # An array of lines, because a header may occur more than once and its order counts.
        "headers": [f"{name}: {value}" for name, value in response.headers],
        "body": serialize_body(response.content),
    }
    if response.is_truncated:
        json_value["is_truncated"] = True
    if response.redirects:
        json_value["redirects"] = [f"{status_code} {url}" for status_code, url in response.redirects]
    return json_value

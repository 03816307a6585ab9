"""Exchanges of which a test names only what it is about."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kustomer_nb.response import Response
from kustomer_nb.secrets import Redactor, Secret
from kustomer_nb.storage.cassette import Cassette, Exchange, RecordedRequest
from kustomer_nb.transport import RawResponse, Redirect

LABEL = "$shop.default.token"
JSON = (("content-type", "application/json"),)
NOTHING = Redactor({})


def hiding(token: str) -> Redactor:
    return Redactor({LABEL: Secret(token, source="test")})


def ask(url: str = "https://api.shop.com/orders/7", **fields: Any) -> RecordedRequest:
    return RecordedRequest("GET", url, **fields)


def exchange(
    content: bytes = b'{"id":7}',
    headers: tuple[tuple[str, str], ...] = JSON,
    *,
    request: RecordedRequest | None = None,
    status_code: int = 200,
    redirects: tuple[Redirect, ...] = (),
    is_truncated: bool = False,
    action: str = "kustomer.app.shop.find",
    hide: Redactor = NOTHING,
    **fields: Any,
) -> Exchange:
    response = RawResponse(status_code, headers, content, is_truncated=is_truncated, redirects=redirects)
    return Exchange.from_response(
        action=action, request=request or ask(), response=response, hide=hide, **fields
    )


def again(exchange: Exchange, folder: Path) -> Exchange:
    """Return an exchange as it is read from a file."""
    path = folder / "shop.cassette.json"
    path.unlink(missing_ok=True)
    Cassette(path).record(exchange)
    (recorded,) = Cassette(path).exchanges
    return recorded


def response(raw: Any, redactor: Redactor = NOTHING) -> Response:
    return Response.from_bytes(
        raw.status_code,
        raw.headers,
        raw.content,
        parses_json=True,
        is_truncated=raw.is_truncated,
        redactor=redactor,
    )


def facts(response: Response) -> Mapping[str, Any]:
    return {
        "json": response.to_json(),
        "text": response.text,
        "size": response.size,
        "notes": response.notes,
    }

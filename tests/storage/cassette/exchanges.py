"""Exchanges of which a test writes only what it is about."""

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


def ask(url: str = "https://api.shop.com/orders/7", **given: Any) -> RecordedRequest:
    return RecordedRequest("GET", url, **given)


def exchange(
    content: bytes = b'{"id":7}',
    headers: tuple[tuple[str, str], ...] = JSON,
    *,
    asked: RecordedRequest | None = None,
    status_code: int = 200,
    redirects: tuple[Redirect, ...] = (),
    is_cut: bool = False,
    action: str = "kustomer.app.shop.find",
    hide: Redactor = NOTHING,
    **given: Any,
) -> Exchange:
    answer = RawResponse(status_code, headers, content, is_cut=is_cut, redirects=redirects)
    return Exchange.of(action=action, asked=asked or ask(), answer=answer, hide=hide, **given)


def again(one: Exchange, folder: Path) -> Exchange:
    """Return an exchange as it comes out of a file."""
    path = folder / "shop.cassette.json"
    path.unlink(missing_ok=True)
    Cassette(path).record(one)
    (read,) = Cassette(path).exchanges
    return read


def response(one: Any, redactor: Redactor = NOTHING) -> Response:
    return Response.from_bytes(
        one.status_code,
        one.headers,
        one.content,
        parses_json=True,
        is_truncated=one.is_cut,
        redactor=redactor,
    )


def facts(found: Response) -> Mapping[str, Any]:
    return {"json": found.to_json(), "text": found.text, "size": found.size, "notes": found.notes}

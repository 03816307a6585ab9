"""What a real service answered comes out of a cassette as the response it was."""

from __future__ import annotations

import asyncio
import gzip
from pathlib import Path
from typing import Any

import pytest

from kustomer_nb.demo import Store
from kustomer_nb.request import Request
from kustomer_nb.secrets import Redactor, Secret
from kustomer_nb.storage.cassette import Cassette, Exchange, RecordedRequest
from kustomer_nb.transport import RawResponse, send
from tests.samples import answer, asking, raw_server
from tests.storage.cassette.exchanges import LABEL, facts, response

API = "https://api.shop.com"
TOKEN = "s3cr3t&t0ken"


def request(url: str, path: str, method: str = "get", token: str = TOKEN) -> Request:
    template: dict[str, Any] = {"headers": {"authorization": "Bearer {{{token}}}"}}
    if method != "get":
        template["data"] = {"key": "/#token", "text": "is {{token}}"}
    settings = {"token": {"key": "shop.default.token"}}
    action = asking(f"{API}{path}", method, template=template, appSettings=settings)
    return action.render({}, settings={"shop.default.token": token}, hosts={API: url})


def recorded(made: Request, path: Path) -> tuple[RawResponse, Exchange]:
    """Return what came, and what a replay with another token finds of it."""
    raw = asyncio.run(send(made.wire(), timeout=60))
    hide = Redactor({label: secret for label, secret in made.secrets.items() if secret})
    recorded_request = RecordedRequest.from_request(made, {}).hidden(hide)
    Cassette(path).record(
        Exchange.from_response(action="find", request=recorded_request, response=raw, hide=hide)
    )
    exchange = Cassette(path).find(recorded_request)
    assert exchange is not None
    return raw, exchange


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "shop.cassette.json"


@pytest.mark.parametrize(
    "place", ["/health", "/html", "/broken-json", "/empty", "/redirect", "/fail?status=503"]
)
def test_a_response_of_the_store_is_replayed(store: Store, path: Path, place: str) -> None:
    raw, exchange = recorded(request(store.url, place, token=store.token), path)

    assert raw.status_code != 401
    assert facts(response(exchange.response)) == facts(response(raw))
    assert [status for status, _ in exchange.response.redirects] == [
        redirect.status_code for redirect in raw.redirects
    ]


def test_a_redirect_is_recorded_with_the_authored_origin(store: Store, path: Path) -> None:
    _, exchange = recorded(request(store.url, "/redirect", token=store.token), path)

    assert exchange.response.redirects == ((302, f"{API}/health"),)
    assert store.url not in path.read_text()


def test_an_echoed_token_is_not_recorded(store: Store, path: Path) -> None:
    raw, exchange = recorded(request(store.url, "/echo", "post", store.token), path)

    hide = Redactor({LABEL: Secret(store.token, source="test")})
    assert response(exchange.response).to_json() == response(raw, hide).to_json()
    assert store.token not in path.read_text()
    assert f"Bearer {LABEL}" in path.read_text()


def test_an_exchange_is_found_with_any_token(store: Store, path: Path) -> None:
    recorded(request(store.url, "/echo", "post", store.token), path)

    other = RecordedRequest.from_request(
        request("http://127.0.0.1:1", "/echo", "post", "a much longer token"), {}
    )

    assert Cassette(path).find(other) is not None


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (gzip.compress(b'{"id": 7}'), [b"content-encoding: gzip", b"content-type: application/json"]),
        (b"caf\xe9", [b"content-type: text/plain; charset=latin-1"]),
        (b'{"a": 1, "a": 2}', [b"x-name: caf\xe9", b"set-cookie: a=", b"vary: a", b"set-cookie: b="]),
    ],
    ids=["compressed", "no UTF-8", "headers"],
)
def test_an_unusual_response_is_replayed(path: Path, body: bytes, headers: list[bytes]) -> None:
    with raw_server(answer(body, b"200 OK", *headers)) as server:
        raw, exchange = recorded(request(server.url, "/"), path)

    assert facts(response(exchange.response)) == facts(response(raw))
    assert exchange.response.content == body

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from kustomer_nb.demo import Store
from kustomer_nb.demo.gate import Gate
from kustomer_nb.demo.journal import Journal

TOKENS = [
    pytest.param(None, id="no token"),
    pytest.param("", id="an empty header"),
    pytest.param("Bearer", id="a scheme alone"),
    pytest.param("Bearer wrong", id="a wrong token"),
    pytest.param("Bearer {token}x", id="a token and more"),
    pytest.param("Basic {token}", id="another scheme"),
    pytest.param("{token}", id="no scheme"),
    pytest.param("Bearer {escaped}", id="the token as double braces write it"),
]


@pytest.mark.parametrize("header", TOKENS)
def test_answers_401_to_anyone_else(store: Store, stranger: httpx.Client, header: str | None) -> None:
    escaped = store.token.replace("=", "&#x3D;")
    headers = {} if header is None else {"authorization": header.format(token=store.token, escaped=escaped)}

    answer = stranger.get("/orders", headers=headers)

    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.json()["errors"][0]["code"] == "unauthorized"


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_the_scheme_may_be_written_in_any_case(store: Store, stranger: httpx.Client, scheme: str) -> None:
    headers = {"authorization": f"{scheme} {store.token}"}

    answer = stranger.get("/orders", headers=headers)

    assert answer.status_code == 200


@pytest.mark.parametrize("path", ["/", "/health"])
def test_asks_no_token_of_those_who_only_look_in(stranger: httpx.Client, path: str) -> None:
    answer = stranger.get(path)

    assert answer.status_code == 200


def test_numbers_every_answer_even_a_refusal(client: httpx.Client, stranger: httpx.Client) -> None:
    answers = [
        client.get("/health"),
        client.get("/nowhere"),
        stranger.get("/orders"),
    ]

    numbers = [answer.headers["x-request-id"] for answer in answers]

    assert numbers == ["req_000001", "req_000002", "req_000003"]


def test_the_same_requests_get_the_same_answers(store: Store, client: httpx.Client) -> None:
    def visit() -> list[tuple[Any, ...]]:
        store.reset()
        refund = client.build_request("POST", "/orders/1042", json={"refund": True})
        responses = [client.send(refund), client.send(refund), client.get("/refunds"), client.put("/orders")]
        return [
            (response.status_code, response.headers.multi_items(), response.content) for response in responses
        ]

    first, second = visit(), visit()

    assert first == second


def test_a_client_that_leaves_before_the_end_is_not_written_down() -> None:
    journal = Journal()
    messages = [{"type": "http.request", "body": b"ha", "more_body": True}, {"type": "http.disconnect"}]

    async def receive() -> Any:
        return messages.pop(0)

    async def nobody(*_: Any) -> None:
        pytest.fail("somebody was called")

    asyncio.run(Gate(nobody, token="t", journal=journal)({"type": "http"}, receive, nobody))

    assert journal.entries() == []


def test_lets_all_that_is_not_http_pass() -> None:
    passed: list[Any] = []

    async def app(scope: Any, *_: Any) -> None:
        passed.append(scope)

    asyncio.run(Gate(app, token="t", journal=Journal())({"type": "lifespan"}, app, app))  # type: ignore[arg-type]  # never called

    assert passed == [{"type": "lifespan"}]

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from kustomer_nb.demo import Store, service
from kustomer_nb.demo.service import TOKEN
from kustomer_nb.errors import TransportError


def in_process(app: Any, *requests: tuple[str, str, Any], token: str = TOKEN) -> list[httpx.Response]:
    async def ask() -> list[httpx.Response]:
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        headers = {"authorization": f"Bearer {token}"}
        async with httpx.AsyncClient(transport=transport, base_url="http://store", headers=headers) as client:
            return [await client.request(method, target, json=body) for method, target, body in requests]

    return asyncio.run(ask())


def test_works_in_process_as_on_a_socket(client: httpx.Client) -> None:
    requests = [
        ("POST", "/orders/1042?notify=email", {"refund": True}),
        ("POST", "/orders/1042?notify=email", {"refund": True}),
        ("GET", "/orders?status=REFUNDED", None),
        ("GET", "/slow?seconds=0.01", None),
        ("GET", "/broken-json", None),
    ]

    within = in_process(service(), *requests)

    outside = [client.request(method, target, json=body) for method, target, body in requests]
    assert [(response.status_code, response.content) for response in within] == [
        (response.status_code, response.content) for response in outside
    ]


def test_takes_the_token_given_and_no_other() -> None:
    app = service(token="another-token-of-mine==")

    (accepted,) = in_process(app, ("GET", "/orders", None), token="another-token-of-mine==")
    (theirs,) = in_process(app, ("GET", "/orders", None))

    assert (accepted.status_code, theirs.status_code) == (200, 401)


def test_its_own_token_looks_like_a_demo_and_suffers_from_double_braces() -> None:
    token = TOKEN

    assert len(token) >= 20
    assert token.startswith("demo-token-not-a-secret")
    assert token.endswith("=")


def test_two_services_share_nothing() -> None:
    refund = ("POST", "/orders/1042", {"refund": True})

    answers = [*in_process(service(), refund), *in_process(service(), refund)]

    assert [answer.status_code for answer in answers] == [200, 200]


def test_dates_by_the_clock_given() -> None:
    app = service(now=lambda: datetime(2031, 2, 3, tzinfo=UTC))

    (answer,) = in_process(app, ("POST", "/orders/1042", {"refund": True}))

    assert answer.json()["createdAt"] == "2031-02-03T00:00:00Z"


def test_keeps_its_rows_in_the_file_given(tmp_path: Path) -> None:
    file = tmp_path / "store.sqlite"
    in_process(service(database=file), ("POST", "/orders/1042", {"refund": True}))

    (answer,) = in_process(service(database=file), ("GET", "/orders/1042", None))

    assert answer.json()["status"] == "REFUNDED"


def test_a_mistake_of_its_own_is_answered_in_json() -> None:
    app = service()
    app.state.catalogue.close()

    (answer,) = in_process(app, ("GET", "/orders", None))

    assert answer.status_code == 500
    assert answer.json()["errors"][0]["code"] == "internal_error"


MAKERS = [
    pytest.param("starlette.applications", "kustomer_nb.demo.assembly", service, id="the app"),
    pytest.param("uvicorn", "kustomer_nb.demo.listener", Store, id="the server"),
]


@pytest.mark.parametrize(("missing", "needing", "make"), MAKERS)
def test_says_what_to_install(monkeypatch: pytest.MonkeyPatch, missing: str, needing: str, make: Any) -> None:
    monkeypatch.setitem(sys.modules, missing, None)
    monkeypatch.delitem(sys.modules, needing, raising=False)

    with pytest.raises(TransportError) as caught:
        make()

    assert caught.value.diagnostics.codes == ["KNB806"]
    assert 'pip install "kustomer-nb[demo]"' in str(caught.value)

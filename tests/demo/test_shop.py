from __future__ import annotations

from typing import Any

import httpx
import pytest


def test_refunds_the_order_of_the_documented_example(client: httpx.Client) -> None:
    answer = client.post("/orders/1042", params={"notify": "email"}, json={"refund": True})

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.json() == {
        "status": "REFUNDED",
        "orderId": 1042,
        "refundId": "rf_0001",
        "amount": 27.5,
        "currency": "EUR",
        "reason": None,
        "notified": "email",
        "createdAt": "2025-01-15T09:30:00Z",
    }


def test_refunds_a_part_for_a_reason(client: httpx.Client) -> None:
    body = {"refund": True, "amount": 7.25, "reason": "<b>é</b> 日本"}

    made = client.post("/orders/1042", json=body).json()

    assert (made["status"], made["amount"], made["reason"]) == ("PARTIALLY_REFUNDED", 7.25, "<b>é</b> 日本")
    assert client.get("/orders/1042").json()["refunded"] == 7.25


def test_refuses_to_refund_twice(client: httpx.Client) -> None:
    client.post("/orders/1042", json={"refund": True})

    answer = client.post("/orders/1042", json={"refund": True})

    assert answer.status_code == 409
    assert answer.json() == {
        "errors": [
            {
                "code": "already_refunded",
                "message": "Order 1042 has already been refunded.",
                "meta": {"orderId": 1042, "left": 0},
            }
        ]
    }


REFUSED = [
    pytest.param("GET", "/orders/7", None, 404, "order_not_found", id="an unknown order"),
    pytest.param(
        "GET", "/orders/%7B%7BorderId%7D%7D", None, 404, "order_not_found", id="a template unfilled"
    ),
    pytest.param("GET", "/orders?limit=many", None, 422, "invalid_limit", id="a limit in words"),
    pytest.param("POST", "/orders/7", b'{"refund": true}', 404, "order_not_found", id="refunding no order"),
    pytest.param("POST", "/orders/1042", b"refund=true", 400, "invalid_json", id="a form for a refund"),
    pytest.param("POST", "/orders/1042", b"{}", 422, "refund_missing", id="a refund unsaid"),
    pytest.param(
        "POST", "/orders/1042", b'{"refund": "true"}', 422, "refund_not_true", id="a refund in quotes"
    ),
    pytest.param("POST", "/refunds", b"", 400, "invalid_json", id="refunds with no body"),
    pytest.param("POST", "/refunds", b"{}", 422, "order_missing", id="refunds of nothing"),
    pytest.param("POST", "/refunds", b'{"orderId": true}', 422, "order_missing", id="refunds of true"),
    pytest.param("POST", "/refunds", b'{"orderId": 7}', 404, "order_not_found", id="refunds of no order"),
    pytest.param(
        "POST",
        "/refunds",
        b'{"orderId": 1042, "reason": 7}',
        422,
        "invalid_reason",
        id="a reason that is a number",
    ),
    pytest.param("DELETE", "/refunds/rf_0009", None, 404, "refund_not_found", id="taking back no refund"),
    pytest.param("GET", "/customers/7", None, 404, "customer_not_found", id="an unknown customer"),
    pytest.param("PATCH", "/customers/7", b"{}", 404, "customer_not_found", id="changing no customer"),
    pytest.param("PATCH", "/customers/cus_001", b"city", 400, "invalid_json", id="a customer in words"),
    pytest.param("PUT", "/customers/cus_001", b"{}", 422, "invalid_customer", id="a customer of nothing"),
    pytest.param("GET", "/nowhere", None, 404, "not_found", id="an unknown address"),
    pytest.param("GET", "/orders/", None, 404, "not_found", id="an order left empty"),
    pytest.param("DELETE", "/orders", None, 405, "method_not_allowed", id="a method not taken"),
]


@pytest.mark.parametrize(("method", "target", "body", "status", "code"), REFUSED)
def test_refuses_in_json_and_says_why(
    client: httpx.Client, method: str, target: str, body: bytes | None, status: int, code: str
) -> None:
    answer = client.request(method, target, content=body)

    assert answer.status_code == status
    assert answer.json()["errors"][0]["code"] == code
    assert answer.json()["errors"][0]["message"].endswith(".")


def test_names_every_method_that_an_address_takes(client: httpx.Client) -> None:
    answer = client.delete("/orders/1042")

    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, HEAD, POST"
    assert answer.json()["errors"][0]["message"] == "/orders/1042 supports GET, HEAD, POST, not DELETE."


LISTS = [
    pytest.param("/orders", 13, id="all orders"),
    pytest.param("/orders?status=&customer=", 13, id="filters left empty"),
    pytest.param("/orders?status=PAID&limit=2", 2, id="two of a status"),
    pytest.param("/orders?customer=cus_001", 3, id="those of a customer"),
    pytest.param("/customers", 6, id="customers"),
    pytest.param("/refunds", 1, id="refunds"),
]


@pytest.mark.parametrize(("target", "count"), LISTS)
def test_lists_rows_with_their_count(client: httpx.Client, target: str, count: int) -> None:
    answer: dict[str, Any] = client.get(target).json()

    rows = next(value for value in answer.values() if isinstance(value, list))

    assert answer["count"] == len(rows) == count


def test_changes_a_customer_in_part(client: httpx.Client) -> None:
    before = client.get("/customers/cus_003").json()

    after = client.patch("/customers/cus_003", json={"note": "東京"}).json()

    assert after == {**before, "note": "東京"}
    assert client.get("/customers/cus_003").json() == after


def test_changes_a_customer_as_a_whole(client: httpx.Client) -> None:
    answer = client.put("/customers/cus_003", json={"name": "H. Yamada", "email": "h@example.com"})

    assert answer.json() == {
        "id": "cus_003",
        "name": "H. Yamada",
        "email": "h@example.com",
        "phone": None,
        "city": None,
        "note": None,
        "createdAt": "2024-03-12T10:30:00Z",
    }


@pytest.mark.parametrize("key", [1042, "1042"], ids=["a number", "a string"])
def test_adds_a_refund_by_the_order_in_the_body(client: httpx.Client, key: int | str) -> None:
    answer = client.post("/refunds?notify=sms", json={"orderId": key, "amount": 2.5})

    assert answer.status_code == 201
    assert (answer.json()["orderId"], answer.json()["amount"], answer.json()["notified"]) == (
        1042,
        2.5,
        "sms",
    )
    assert answer.json() in client.get("/refunds").json()["refunds"]


def test_takes_a_refund_back_with_an_empty_answer(client: httpx.Client) -> None:
    made = client.post("/orders/1042", json={"refund": True}).json()

    answer = client.delete(f"/refunds/{made['refundId']}")

    assert (answer.status_code, answer.content) == (204, b"")
    assert client.get("/orders/1042").json()["status"] == "SHIPPED"


def test_the_front_page_lists_every_address(stranger: httpx.Client) -> None:
    page = stranger.get("/")

    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "<td>POST</td><td>/orders/{order}</td><td>Refund an order: {&quot;refund&quot;: true}" in page.text
    assert "<td>any</td><td>/echo</td><td>Respond with the request as received" in page.text
    assert page.text.count("<tr>") == 21


def test_a_reset_brings_back_the_first_day(client: httpx.Client) -> None:
    client.post("/orders/1042", json={"refund": True})

    answer = client.post("/reset")

    assert answer.json() == {"status": "ok", "orders": 13}
    assert client.get("/orders/1042").json()["status"] == "SHIPPED"
    assert client.post("/orders/1001", json={"refund": True}).json()["refundId"] == "rf_0001"

from __future__ import annotations

from typing import Any

import pytest

from kustomer_nb.demo.reading import read_customer, read_limit, read_object, read_reason, read_refund
from kustomer_nb.demo.refusal import Refusal

NO_OBJECTS = [
    pytest.param(b"", 400, "Expecting value", id="nothing"),
    pytest.param(b"refund=true", 400, "Expecting value", id="a form"),
    pytest.param(b'{"refund": true', 400, "Expecting ',' delimiter", id="half of it"),
    pytest.param(b'{"amount": NaN}', 400, "NaN is not a JSON number", id="NaN"),
    pytest.param(b'{"amount": -Infinity}', 400, "-Infinity is not a JSON number", id="Infinity"),
    pytest.param(b'{"reason": "\xe9"}', 400, "can't decode byte 0xe9", id="another encoding"),
    pytest.param(rb'{"reason": "\ud83d"}', 400, "surrogates not allowed", id="half a character"),
    pytest.param(b"[" * 100_000, 400, "recursion", id="a hundred thousand brackets"),
    pytest.param(b"[true]", 422, "must be a JSON object, not [true]", id="a list"),
    pytest.param(b'"refund"', 422, 'must be a JSON object, not "refund"', id="a string"),
]


@pytest.mark.parametrize(("body", "status", "why"), NO_OBJECTS)
def test_says_why_a_body_is_no_object(body: bytes, status: int, why: str) -> None:
    refusal = read_object(body)

    assert isinstance(refusal, Refusal)
    assert refusal.status == status
    assert why in refusal.errors[0]["message"]


def test_reads_an_object_with_any_text_in_it() -> None:
    value = read_object('{"reason": "<b>é 日本 🛒</b>"}'.encode())

    assert value == {"reason": "<b>é 日本 🛒</b>"}


NO_REFUNDS = [
    pytest.param({}, 'The body must contain "refund": true.', id="no refund"),
    pytest.param({"refund": "true"}, '"refund" must be true, not "true".', id="a string, as templates write"),
    pytest.param({"refund": False}, '"refund" must be true, not false.', id="false"),
    pytest.param({"refund": 1}, '"refund" must be true, not 1.', id="one"),
    pytest.param({"refund": None}, '"refund" must be true, not null.', id="null"),
    pytest.param(
        {"refund": True, "reason": ["x"]},
        '"reason" must be a string or null, not ["x"].',
        id="a list of reasons",
    ),
]


@pytest.mark.parametrize(("body", "message"), NO_REFUNDS)
def test_says_why_a_body_asks_for_no_refund(body: dict[str, Any], message: str) -> None:
    refusal = read_refund(body)

    assert refusal is not None
    assert refusal.status == 422
    assert refusal.errors[0]["message"] == message


@pytest.mark.parametrize("body", [{}, {"reason": None}, {"reason": "Broken"}], ids=["none", "null", "text"])
def test_a_reason_may_be_left_out_or_null(body: dict[str, Any]) -> None:
    refusal = read_reason(body)

    assert refusal is None


def test_a_whole_customer_makes_null_of_what_is_left_out() -> None:
    fields = read_customer({"name": "N", "email": "e", "city": "C"}, is_complete=True)

    assert fields == {"name": "N", "email": "e", "phone": None, "city": "C", "note": None}


def test_reports_every_field_at_fault() -> None:
    body = {"name": None, "phone": 7, "age": 7, "id": "cus_009"}

    refusal = read_customer(body, is_complete=True)

    assert isinstance(refusal, Refusal)
    assert [error["message"] for error in refusal.errors] == [
        '"age" is not a field of a customer.',
        '"id" is not a field of a customer.',
        '"name" must be a string, not null.',
        '"email" is missing.',
        '"phone" must be a string or null, not 7.',
    ]


def test_part_of_a_customer_keeps_null_apart_from_left_out() -> None:
    fields = read_customer({"phone": None}, is_complete=False)

    assert fields == {"phone": None}


@pytest.mark.parametrize("text", ["0", "101", "-1", "five", "", "1.5", "٣"])
def test_a_limit_is_a_whole_number_up_to_a_hundred(text: str) -> None:
    refusal = read_limit(text)

    assert isinstance(refusal, Refusal)
    assert refusal.status == 422

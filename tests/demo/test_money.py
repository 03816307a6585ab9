from __future__ import annotations

from typing import Any

import pytest

from kustomer_nb.demo.money import to_amount, to_cents
from kustomer_nb.demo.refusal import Refusal

AMOUNTS = [
    pytest.param(27.5, 2750, id="one decimal"),
    pytest.param(19.99, 1999, id="two decimals that no float holds exactly"),
    pytest.param(40, 4000, id="a whole number"),
    pytest.param(1e-2, 1, id="one cent"),
    pytest.param(10**30, 10**32, id="more than SQLite holds"),
]

NO_AMOUNTS = [
    pytest.param(0, id="zero"),
    pytest.param(-1, id="a negative"),
    pytest.param(0.001, id="three decimals"),
    pytest.param(float("inf"), id="infinite"),
    pytest.param(True, id="a boolean"),
    pytest.param("27.5", id="a string"),
    pytest.param([27.5], id="a list"),
]


@pytest.mark.parametrize(("amount", "cents"), AMOUNTS)
def test_counts_an_amount_in_whole_cents_and_back(amount: float, cents: int) -> None:
    counted = to_cents(amount)

    assert counted == cents
    assert to_amount(cents) == amount


@pytest.mark.parametrize("amount", NO_AMOUNTS)
def test_refuses_what_is_no_amount_and_quotes_it(amount: Any) -> None:
    refusal = to_cents(amount)

    assert isinstance(refusal, Refusal)
    assert refusal.status == 422
    assert refusal.errors[0]["code"] == "invalid_amount"


def test_a_whole_amount_has_no_decimals_in_json() -> None:
    amount = to_amount(4000)

    assert repr(amount) == "40"

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from kustomer_nb import Run, lint, load
from kustomer_nb.demo import Store
from tests.samples import ECOMMSTORE, refund_order


def refunded(store: Store) -> Run:
    return refund_order().run({"orderId": 1001}, hosts=store.hosts, settings=store.settings)


SHOWN: dict[str, tuple[Callable[[Store], Any], str]] = {
    "App": (lambda store: load(ECOMMSTORE), "<App: ecommstore 0.0.1, 1 action>"),
    "Action": (lambda store: refund_order(), "<Action: kustomer.app.ecommstore.store.refundOrder>"),
    "Diagnostics": (lambda store: lint(load(ECOMMSTORE)), "<Diagnostics: no problems>"),
    "Request": (
        lambda store: refunded(store).request,
        "<Request: POST https://api.ecommstore.com/orders/1001>",
    ),
    "Response": (lambda store: refunded(store).response, "<Response: 200, application/json, 162 bytes>"),
    "Diff": (lambda store: refunded(store).diff, "<Diff: 7 added>"),
    "Run": (
        refunded,
        "<Run: POST https://api.ecommstore.com/orders/1001 returned 200, "
        "7 differences from sample (7 added)>",
    ),
    "Wire": (
        lambda store: refunded(store).request.wire(),
        "<Wire: POST https://api.ecommstore.com/orders/1001, 6 headers, 15 bytes>",
    ),
}


@pytest.mark.parametrize(("make", "expected"), SHOWN.values(), ids=SHOWN)
def test_a_repr_is_one_line_without_port_time_or_address(
    make: Callable[[Store], Any], expected: str, store: Store
) -> None:
    text = repr(make(store))

    assert re.sub(r"\d+ bytes", "n bytes", text) == re.sub(r"\d+ bytes", "n bytes", expected)


def test_a_repr_is_the_same_for_a_store_at_another_port(store: Store) -> None:
    with Store() as other:
        assert repr(refunded(store)) == repr(refunded(other))

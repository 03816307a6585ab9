from __future__ import annotations

import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone

import pytest

from kustomer_nb.demo import seed
from kustomer_nb.demo.catalogue import Catalogue
from kustomer_nb.demo.refusal import Refusal


@pytest.fixture
def catalogue() -> Iterator[Catalogue]:
    catalogue = Catalogue()
    yield catalogue
    catalogue.close()


def test_opens_with_twelve_orders_or_more_of_six_customers(catalogue: Catalogue) -> None:
    orders = catalogue.orders()

    assert len(orders) == catalogue.count() == 13
    assert orders[0]["id"] == 1001
    assert {order["customerId"] for order in orders} == {customer["id"] for customer in catalogue.customers()}
    assert len(catalogue.customers()) == 6


def test_an_order_is_plain_json_with_its_lines(catalogue: Catalogue) -> None:
    order = catalogue.order("1042")

    assert order == {
        "id": 1042,
        "status": "SHIPPED",
        "customerId": "cus_004",
        "placedAt": "2025-01-14T08:00:00Z",
        "currency": "EUR",
        "total": 27.5,
        "refunded": 0,
        "note": None,
        "lines": [
            {"sku": "TEA-07", "title": "Tea, Earl Grey", "quantity": 1, "price": 12.75},
            {"sku": "MUG-42", "title": "Mug <b>42</b>", "quantity": 1, "price": 14.75},
        ],
    }


@pytest.mark.parametrize("awkward", ["<b>", "é", "日本", "&", "{{", "🛒", "null"])
def test_some_text_is_awkward_on_purpose(catalogue: Catalogue, awkward: str) -> None:
    everything = {"orders": catalogue.orders(), "customers": catalogue.customers()}

    text = json.dumps(everything, ensure_ascii=False)

    assert awkward in text


def test_every_date_is_iso_8601() -> None:
    dates = [row[-1] for row in (*seed.CUSTOMERS, *seed.REFUNDS)] + [row[2] for row in seed.ORDERS]

    odd = [date for date in dates if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", str(date))]

    assert odd == []


FILTERS = [
    pytest.param({"status": "REFUNDED"}, [1005], id="a status that follows from refunds"),
    pytest.param({"customer": "cus_004"}, [1004, 1011, 1042], id="a customer"),
    pytest.param({"status": "SHIPPED", "customer": "cus_004"}, [1042], id="both"),
    pytest.param({"customer": "cus_004", "limit": 2}, [1004, 1011], id="a limit"),
    pytest.param({"status": "LOST"}, [], id="a status that no order has"),
]


@pytest.mark.parametrize(("wanted", "ids"), FILTERS)
def test_lists_the_orders_wanted(catalogue: Catalogue, wanted: dict[str, str], ids: list[int]) -> None:
    orders = catalogue.orders(**wanted)  # type: ignore[arg-type]  # the cases mix int and str

    assert [order["id"] for order in orders] == ids


@pytest.mark.parametrize("key", ["7", "abc", "", "01042", "1042.0", "9" * 40, "1042 OR 1=1"])
def test_knows_no_order_by_a_key_that_is_none(catalogue: Catalogue, key: str) -> None:
    order = catalogue.order(key)

    assert order is None


def test_refunds_all_that_is_left(catalogue: Catalogue) -> None:
    made = catalogue.refund("1042", reason="Broken", notified="email")

    assert made == {
        "status": "REFUNDED",
        "orderId": 1042,
        "refundId": "rf_0001",
        "amount": 27.5,
        "currency": "EUR",
        "reason": "Broken",
        "notified": "email",
        "createdAt": "2025-01-15T09:30:00Z",
    }
    assert catalogue.order("1042")["status"] == "REFUNDED"


def test_refunds_in_parts_until_nothing_is_left(catalogue: Catalogue) -> None:
    first = catalogue.refund("1042", amount=7.5)

    remainder = catalogue.refund("1042")

    assert (first["status"], first["amount"]) == ("PARTIALLY_REFUNDED", 7.5)
    assert (remainder["status"], remainder["amount"], remainder["refundId"]) == ("REFUNDED", 20, "rf_0002")


REFUSALS = [
    pytest.param("7", None, 404, "order_not_found", {"orderId": "7"}, id="an unknown order"),
    pytest.param("1005", None, 409, "already_refunded", {"orderId": 1005, "left": 0}, id="refunded before"),
    pytest.param("1042", 27.51, 422, "amount_too_large", {"orderId": 1042, "left": 27.5}, id="a cent more"),
    pytest.param(
        "1042", 10**400, 422, "amount_too_large", {"orderId": 1042, "left": 27.5}, id="a great deal"
    ),
    pytest.param("1042", "5", 422, "invalid_amount", None, id="an amount that is a string"),
]


@pytest.mark.parametrize(("key", "amount", "status", "code", "meta"), REFUSALS)
def test_says_why_there_is_no_refund(
    catalogue: Catalogue, key: str, amount: object, status: int, code: str, meta: object
) -> None:
    refusal = catalogue.refund(key, amount=amount)

    assert isinstance(refusal, Refusal)
    assert (refusal.status, refusal.errors[0]["code"], refusal.errors[0].get("meta")) == (status, code, meta)
    assert len(catalogue.refunds()) == 1


def test_a_refund_taken_back_leaves_the_order_as_it_was(catalogue: Catalogue) -> None:
    before = catalogue.order("1042")
    catalogue.refund("1042")

    taken_back = catalogue.delete_refund("rf_0001")

    assert taken_back
    assert catalogue.order("1042") == before


def test_the_number_of_a_refund_taken_back_is_not_used_again(catalogue: Catalogue) -> None:
    catalogue.refund("1042")
    catalogue.delete_refund("rf_0001")

    made = catalogue.refund("1042")

    assert made["refundId"] == "rf_0002"


CLOCKS = [
    pytest.param(datetime(2031, 2, 3, 4, 5, 6, tzinfo=UTC), "2031-02-03T04:05:06Z", id="in UTC"),
    pytest.param(
        datetime(2031, 2, 3, 4, 5, 6, tzinfo=timezone(timedelta(hours=2))),
        "2031-02-03T04:05:06+02:00",
        id="east",
    ),
]


@pytest.mark.parametrize(("moment", "written"), CLOCKS)
def test_dates_a_refund_by_the_clock_given(moment: datetime, written: str) -> None:
    catalogue = Catalogue(now=lambda: moment)

    made = catalogue.refund("1042")

    assert made["createdAt"] == written


def test_changes_only_the_fields_given(catalogue: Catalogue) -> None:
    before = catalogue.customer("cus_002")

    after = catalogue.update_customer("cus_002", {"city": None, "note": "<i>new</i>"})

    assert after == {**before, "city": None, "note": "<i>new</i>"}


def test_changes_no_customer_that_is_not_there(catalogue: Catalogue) -> None:
    before = catalogue.customers()

    after = catalogue.update_customer("cus_999", {"city": "Lagos"})

    assert after is None
    assert catalogue.customers() == before


def test_is_as_new_after_a_reset(catalogue: Catalogue) -> None:
    first_day = (catalogue.orders(), catalogue.refunds(), catalogue.customers())
    catalogue.refund("1042")
    catalogue.update_customer("cus_001", {"name": "Somebody"})

    catalogue.reset()

    assert (catalogue.orders(), catalogue.refunds(), catalogue.customers()) == first_day
    assert catalogue.refund("1001")["refundId"] == "rf_0001"


def test_twenty_threads_refund_no_more_than_there_is(catalogue: Catalogue) -> None:
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: catalogue.refund("1042", amount=0.5), range(100)))

    made = [answer for answer in answers if not isinstance(answer, Refusal)]
    assert len(made) == 55
    assert catalogue.order("1042")["refunded"] == 27.5

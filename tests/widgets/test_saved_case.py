"""Save as Test Case writes the run that is shown, under a name that is proposed, and says where it is."""

from __future__ import annotations

from pathlib import Path

import pytest

import kustomer_nb as knb
from kustomer_nb.errors import SaveError
from kustomer_nb.widgets import OutputView
from kustomer_nb.widgets.saved_case import proposed_name
from tests.widgets.pressing import page_messages, press
from tests.widgets.test_output_view import Shop


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


def test_a_name_is_proposed_by_what_the_run_shows(shop: Shop) -> None:
    action = shop.session.action

    assert shop.view.tally["case_name"] == "find returns 200"
    assert proposed_name(action.run(mode="sample")) == "find as in the sample"
    assert proposed_name(action.run(mode="fault:503")) == "find with 503 simulated"
    assert proposed_name(None) == ""


def test_the_page_hears_where_the_case_is(shop: Shop) -> None:
    messages = page_messages(shop.view)
    press(shop.view, kind="save_case", name="an open order")

    assert messages == [{"kind": "case_saved", "path": "cases/find/an-open-order.case.json"}]
    results = knb.test(shop.path.parent / "cases")
    assert results.ok
    assert len(results) == 1


def test_it_is_asked_before_a_case_is_replaced(shop: Shop) -> None:
    press(shop.view, kind="save_case", name="an order")
    path = shop.path.parent / "cases/find/an-order.case.json"
    path.write_text("{}", encoding="utf-8")
    messages = page_messages(shop.view)

    press(shop.view, kind="save_case", name="an order")
    assert [message["kind"] for message in messages] == ["case_exists"]
    assert path.read_text(encoding="utf-8") == "{}"

    press(shop.view, kind="save_case", name="an order", replaces=True)
    assert messages[-1]["kind"] == "case_saved"
    assert knb.test(path).ok


def test_what_cannot_be_a_case_is_a_notice(shop: Shop) -> None:
    shop.session.app.edit("/title", "Another shop")
    press(shop.view, kind="save_case", name="never")

    assert "not saved" in shop.view.notice
    assert not (shop.path.parent / "cases").exists()


def test_a_run_is_saved_from_python_too(shop: Shop) -> None:
    view = OutputView(shop.session.action.run(mode="sample"))

    assert view.save_case("the sample").name == "the-sample.case.json"
    with pytest.raises(SaveError, match="KNB161"):
        view.save_case("the sample")

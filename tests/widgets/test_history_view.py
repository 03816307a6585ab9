from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest

import kustomer_nb as knb
from kustomer_nb.errors import KustomerNbError
from kustomer_nb.storage.history import history
from kustomer_nb.storage.history.entry import parse_entry
from kustomer_nb.widgets import HistoryView
from kustomer_nb.widgets.history_view import MOST_RUNS
from tests.samples import an_action, an_app
from tests.widgets.pressing import answer, press, texts

SECRET = "canary-token-ZGVtbw=="
SCHEMA = {"properties": {"id": {"type": "number"}, "note": {"type": "string"}}}


@pytest.fixture(autouse=True)
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("KUSTOMER_NB_HISTORY")
    return tmp_path


class Shop:
    """A workbench of an app of two actions, and what reached its service."""

    def __init__(self, method: str = "get", inputs: Any = None, **options: Any) -> None:
        self.sent: list[str] = []
        template = {
            "uri": "https://api.shop.com/{{{id}}}",
            "method": method,
            "headers": {"x-token": "{{{token}}}"},
            "json": True,
        }
        settings = {"token": {"key": "shop.default.token"}}
        action = an_action(
            inputSchema=SCHEMA, inputTemplate=template, appSettings=settings, sampleOutputContext={}
        )
        app = knb.load(an_app(action, an_action(name="kustomer.app.shop.other")))
        self.bench = knb.workbench(
            app.action("find"),
            inputs={"id": 1} if inputs is None else inputs,
            settings={"token": SECRET},
            transport=httpx.MockTransport(self._answer),
            **options,
        )
        self.view: HistoryView = self.bench.history

    def _answer(self, request: httpx.Request) -> httpx.Response:
        # The target as it is written, which httpx may write in another way.
        path = request.extensions.get("target", request.url.raw_path).decode()
        self.sent.append(f"{request.method} {path}")
        return httpx.Response(200, json={"n": len(self.sent)})

    def run(self, **inputs: Any) -> None:
        self.bench.form.value = inputs
        self.bench.bar.run()


def test_the_runs_of_the_action_are_listed_newest_first_without_secrets() -> None:
    shop = Shop()
    shop.run(id=1)
    shop.run(id=2, note=f"with {SECRET}")
    shop.bench.bar.simulate("429")

    rows = shop.view.runs

    assert [row["mode"] for row in rows] == ["simulated 429", "live", "live"]
    assert [row["is_bad"] for row in rows] == [True, False, False]
    assert rows[2]["inputs"] == '{"id":1}'
    assert SECRET not in texts(shop.view)
    assert repr(shop.view) == "<HistoryView: 3 runs>"


def test_another_action_has_its_own_runs() -> None:
    shop = Shop()
    shop.run(id=1)

    shop.bench.bar._session.pick("other")

    assert shop.view.runs == []
    shop.bench.bar._session.pick("find")
    assert len(shop.view.runs) == 1


def test_a_search_lists_the_runs_that_contain_a_text() -> None:
    shop = Shop()
    shop.run(id=1, note="late")
    shop.run(id=2, note="broken <b>")

    press(shop.view, kind="search", text="broken <b>")
    assert [row["inputs"] for row in shop.view.runs] == ['{"id":2,"note":"broken <b>"}']
    press(shop.view, kind="search", text="nothing has this")
    assert shop.view.runs == []
    press(shop.view, kind="search", text="")
    assert len(shop.view.runs) == 2


def test_inputs_are_restored_into_the_form_and_nothing_is_sent() -> None:
    shop = Shop()
    shop.run(id=1, note="late")
    shop.run(id=2)

    press(shop.view, kind="restore", id=shop.view.runs[1]["id"])

    assert shop.bench.form.value == {"id": 1, "note": "late"}
    assert shop.sent == ["GET /1", "GET /2"]
    assert shop.bench.toast["text"].endswith("restored.")


def test_a_run_is_run_again_with_its_inputs() -> None:
    shop = Shop()
    shop.run(id=1)
    shop.run(id=2)

    press(shop.view, kind="rerun", id=shop.view.runs[1]["id"])

    assert shop.sent == ["GET /1", "GET /2", "GET /1"]
    assert len(shop.view.runs) == 3


def test_masked_inputs_are_restored_but_not_run_again() -> None:
    shop = Shop()
    shop.run(id=1, note=f"with {SECRET}")
    (row,) = shop.view.runs
    assert row["is_redacted"]

    press(shop.view, kind="rerun", id=row["id"])

    assert shop.sent == ["GET /1"]
    assert "Enter the masked values again." in shop.bench.toast["text"]
    assert SECRET not in texts(shop.bench.form) + texts(shop.view)


def test_inputs_that_were_too_large_to_store_are_not_run_again() -> None:
    shop = Shop()
    shop.run(id=1, note="x" * 2_000_000)

    press(shop.view, kind="rerun", id=shop.view.runs[0]["id"])

    assert shop.sent == ["GET /1"]
    assert "too large to store" in shop.bench.toast["text"]


def test_a_rerun_that_may_change_something_is_asked_about_first() -> None:
    shop = Shop("post")
    shop.bench.form.value = {"id": 1}
    answer(shop.bench.bar, "once")
    assert shop.sent == ["POST /1"]

    press(shop.view, kind="rerun", id=shop.view.runs[0]["id"])

    assert shop.sent == ["POST /1"]
    assert shop.bench.bar.head["state"] == "refused"
    assert shop.bench.bar.question["asks"] == "button"


def test_two_runs_are_compared_the_earlier_one_first_in_either_order() -> None:
    shop = Shop()
    shop.run(id=1)
    shop.run(id=2)
    newer, older = (row["id"] for row in shop.view.runs)

    press(shop.view, kind="compare", a=newer, b=older)
    compared = shop.view.compared
    press(shop.view, kind="compare", a=older, b=newer)

    assert compared == shop.view.compared
    assert (compared["before"]["id"], compared["after"]["id"]) == (older, newer)
    assert {(row["label"], row["before"], row["after"]) for row in compared["rows"]} >= {("body.n", "1", "2")}
    press(shop.view, kind="compare", a="", b="")
    assert shop.view.compared == {}


@pytest.mark.parametrize("kind", ["restore", "rerun"])
def test_a_run_that_the_history_has_no_more_is_told(kind: str) -> None:
    shop = Shop()
    shop.run(id=1)

    press(shop.view, kind=kind, id="2001-01-01T00:00:00+00:00")

    assert "KNB" in shop.view.notice
    assert shop.bench.form.value == {"id": 1}
    assert len(shop.sent) == 1
    with pytest.raises(KustomerNbError):
        shop.view.restore("nonsense")


def test_a_history_that_cannot_be_read_is_told(kept: Path) -> None:
    shop = Shop()
    shop.run(id=1)
    (kept / ".kustomer-nb" / "history.jsonl").write_text("{broken\n", encoding="utf-8")

    shop.view.refresh()

    assert shop.view.notice or shop.view.runs == []


def test_a_run_parses_its_own_line_alone_and_menus_parse_none(monkeypatch: pytest.MonkeyPatch) -> None:
    shop = Shop()
    for number in range(4):
        shop.run(id=number)
    parsed = []
    monkeypatch.setattr(history, "parse_entry", lambda line: parsed.append(line) or parse_entry(line))

    shop.bench.bar.run()
    assert len(parsed) == 1
    press(shop.bench.form, kind="choices")
    shop.bench.use_profile(None)
    press(shop.view, kind="restore", id=shop.view.runs[0]["id"])

    assert len(shop.bench.form.choices["presets"]) == 4
    assert len(parsed) == 1


def test_more_runs_than_are_listed_are_counted() -> None:
    shop = Shop(mode="sample")
    for number in range(MOST_RUNS + 3):
        shop.run(id=number)

    assert (len(shop.view.runs), shop.view.hidden_runs) == (MOST_RUNS, 3)
    assert repr(shop.view) == f"<HistoryView: {MOST_RUNS + 3} runs>"

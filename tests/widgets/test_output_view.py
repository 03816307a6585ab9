from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

import kustomer_nb as knb
from kustomer_nb.errors import EditError
from kustomer_nb.run.rows import OutputRows
from kustomer_nb.widgets import OutputView
from kustomer_nb.widgets.output_view import MOST_OPEN, PAGE
from kustomer_nb.widgets.session import Session
from tests.samples import an_action, an_app
from tests.widgets.pressing import page_messages, press, texts

TEXT = """{ // the shop
  "app": "shop",   "version": "1.0.0", "title": "Shop",
  "actions": [{
      "name": "kustomer.app.shop.find", "type": "rest_api",
      "inputTemplate": {"uri": "http://127.0.0.1/orders", "method": "get", "json": true},
      "outputTemplate": "/#body",
      "outputSchema": {
        "properties": { "id": { "type": "number" }, "status": {"type": "string"} }, // the schema
        "additionalProperties": false
      },
      "sampleOutputContext": { "id":   1, "old": true } // the sample
  }]
}
"""
BODY = {"id": 2, "status": "open", "extra": 7}


def answering(body: Any, status: int = 200) -> httpx.MockTransport:
    return httpx.MockTransport(lambda request: httpx.Response(status, json=body))


class Shop:
    """An output view beside the other leaves of a session, of a definition in a file."""

    def __init__(self, folder: Path, body: Any = None, status: int = 200) -> None:
        self.path = folder / "shop.json"
        self.path.write_text(TEXT, encoding="utf-8")
        self.session = Session(knb.load(self.path))
        self.view = OutputView(self.session)
        run = self.session.action.run(transport=answering(BODY if body is None else body, status))
        self.session.show(run)

    @property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


def marks(view: OutputView) -> dict[str, str]:
    return {row["key"]: row["mark"] for row in view.rows}


def test_before_the_first_run_there_is_nothing_to_show() -> None:
    view = OutputView(knb.loads(TEXT).action())

    assert (view.head["kind"], view.rows, view.stages, view.tally) == ("none", [], [], {})
    assert view.difference_count == 0
    with pytest.raises(ValueError, match="run the action first"):
        view.accept()
    for content in ({"kind": "accept", "pointers": []}, {"kind": "why", "pointer": "/id"}, {"kind": "infer"}):
        press(view, **content)
    press(view, kind="stage", name="Response")
    press(view, kind="rows", id="/x", **{"from": 0})
    assert view.rows == []


def test_a_row_shows_the_output_beside_the_sample_and_what_was_lost(shop: Shop) -> None:
    assert marks(shop.view) == {"id": "changed", "old": "missing", "status": "added", "extra": ""}
    extra = next(row for row in shop.view.rows if row["key"] == "extra")
    assert [loss["kind"] for loss in extra["losses"]] == ["dropped"]
    assert {stage["name"]: stage["count"] for stage in shop.view.stages}["outputSchema"] == 1
    assert shop.view.tally["has_sample"]
    assert shop.view.tally["acceptable"]
    assert (shop.view.tally["added"], shop.view.tally["changed"], shop.view.tally["missing"]) == (1, 1, 1)


def test_why_and_the_value_of_a_stage_are_told(shop: Shop) -> None:
    messages = page_messages(shop.view)

    press(shop.view, kind="why", pointer="/id")
    press(shop.view, kind="stage", name=shop.view.stages[0]["name"])

    assert [message["kind"] for message in messages] == ["why", "stage"]
    assert messages[0]["stages"]
    assert {key for key, _ in messages[1]["node"]["c"]} == {"id", "status", "extra"}


def test_an_accepted_value_is_written_keeps_the_layout_and_can_be_undone(shop: Shop) -> None:
    press(shop.view, kind="accept", pointers=["/id"])

    assert shop.text == TEXT.replace('"id":   1', '"id":   2')
    assert marks(shop.view)["id"] == ""
    assert shop.session.toast is not None
    assert shop.session.toast.words == "Sample updated: id."
    assert '"id":   2' in shop.view.change["diff"]

    press(shop.view, kind="undo")

    assert shop.text == TEXT
    assert marks(shop.view)["id"] == "changed"
    assert shop.view.change == {}


def test_all_differences_are_accepted_and_the_toast_undoes_them(shop: Shop) -> None:
    press(shop.view, kind="accept", pointers=[])

    assert shop.view.difference_count == 0
    assert shop.text != TEXT
    assert shop.session.toast is not None
    assert shop.session.toast.undo is not None
    shop.session.toast.undo()
    assert shop.text == TEXT


def test_a_declared_value_is_in_the_output_and_can_be_undone(shop: Shop) -> None:
    press(shop.view, kind="declare", pointer="/extra")

    assert '"extra"' in shop.text
    assert "// the schema" in shop.text
    assert marks(shop.view)["extra"] == "added"
    press(shop.view, kind="undo")
    assert shop.text == TEXT


def test_schema_and_sample_are_inferred_and_can_be_undone(shop: Shop) -> None:
    press(shop.view, kind="infer", replaces=True)

    assert shop.view.difference_count == 0
    assert shop.text != TEXT
    press(shop.view, kind="undo")
    assert shop.text == TEXT


def test_what_a_created_contract_replaces_is_asked_about_first(shop: Shop) -> None:
    messages = page_messages(shop.view)

    press(shop.view, kind="infer")

    assert shop.text == TEXT
    (message,) = messages
    assert message["kind"] == "replacing"
    assert message["words"].startswith("1 key of the sample would go: old. outputSchema and ")
    assert '-      "sampleOutputContext": { "id":   1, "old": true }' in message["diff"]


def test_a_contract_where_there_is_none_is_created_at_once(tmp_path: Path) -> None:
    path = tmp_path / "shop.json"
    path.write_text(json.dumps(an_app(an_action(outputTemplate="/#body"))), encoding="utf-8")
    session = Session(knb.load(path))
    view = OutputView(session)
    session.show(session.action.run(transport=answering(BODY), confirm="api.shop.com"))

    press(view, kind="infer")

    assert view.difference_count == 0
    assert view.change["words"] == "outputSchema and sample created from this response"


LOST = """{"actions": [{
  "name": "kustomer.app.shop.find", "type": "rest_api",
  "inputTemplate": {"uri": "http://127.0.0.1/orders", "method": "get", "json": true},
  "outputTemplate": {"id": "/#body.id", "total": "/#body.sum", "deep": {"a": "/#body.id", "b": "/#body.b"},
    "vat": 5},
  "outputSchema": {"properties": {"id": {}, "total": {}, "deep": {}}, "additionalProperties": false},
  "sampleOutputContext": {"id": 1, "total": 9, "deep": {"a": 1, "b": 2}, "vat": 4, "old": true}
}]}
"""


def test_keys_that_the_run_lost_are_left_out_of_accepting_all(tmp_path: Path) -> None:
    path = tmp_path / "lost.json"
    path.write_text(LOST, encoding="utf-8")
    session = Session(knb.load(path))
    view = OutputView(session)
    session.show(session.action.run(transport=answering(BODY)))
    assert (view.difference_count, view.tally["acceptable"], view.tally["lost"]) == (6, 3, 3)

    press(view, kind="accept", pointers=[])

    sample = json.loads(path.read_text(encoding="utf-8"))["actions"][0]["sampleOutputContext"]
    assert sample == {"id": 2, "total": 9, "deep": {"a": 2, "b": 2}, "vat": 4}
    assert session.toast is not None
    assert session.toast.words == "Sample updated: 3 changes, 3 lost values left out."
    press(view, kind="accept", pointers=["/total"])
    sample = json.loads(path.read_text(encoding="utf-8"))["actions"][0]["sampleOutputContext"]
    assert "total" not in sample


def test_the_change_is_shown_at_its_action_as_long_as_it_is_the_latest(tmp_path: Path) -> None:
    path = tmp_path / "shop.json"
    path.write_text(TEXT.replace("}]\n}", '}, {"name": "kustomer.app.shop.other", "type": "rest_api"}]\n}'))
    session = Session(knb.load(path))
    view = OutputView(session)
    session.show(session.action.run(transport=answering(BODY)))
    view.accept(["/id"])
    assert view.change["words"] == "Sample updated: id"

    session.pick("other")
    assert view.change == {}
    session.pick("find")
    assert view.change["words"] == "Sample updated: id"
    view.accept(["/old"])
    assert view.change["words"] == "Sample updated: old"
    session.app.edit("/title", "Other")
    session.take_definition()
    assert view.change == {}


def test_an_undo_that_is_refused_can_be_tried_again(shop: Shop) -> None:
    shop.view.accept(["/id"])
    saved = shop.text
    shop.path.write_text(TEXT.replace("Shop", "Other"), encoding="utf-8")
    press(shop.view, kind="undo")
    assert "KNB" in shop.view.notice

    shop.path.write_text(saved, encoding="utf-8")
    press(shop.view, kind="undo")

    assert (shop.text, shop.view.notice) == (TEXT, "")


def test_a_change_that_could_not_be_saved_is_shown_as_it_is_in_memory(shop: Shop) -> None:
    shop.path.write_text(TEXT.replace("Shop", "Other"), encoding="utf-8")

    press(shop.view, kind="accept", pointers=["/id"])

    assert marks(shop.view)["id"] == ""
    assert shop.view.change["words"] == "Sample updated: id. Not saved"


def test_what_is_accepted_after_an_update_changes_the_new_app(shop: Shop) -> None:
    shop.session.update(knb.load(shop.path))

    shop.view.accept(["/id"])

    assert shop.session.app.is_saved
    assert shop.text == TEXT.replace('"id":   1', '"id":   2')


def test_an_ignored_difference_changes_no_file_and_comes_back(shop: Shop) -> None:
    press(shop.view, kind="ignore", pointer="/id")

    assert shop.view.difference_count == 2
    assert shop.view.tally["ignored"] == 1
    assert next(row for row in shop.view.rows if row["key"] == "id")["is_ignored"]
    assert shop.session.toast is not None
    assert shop.session.toast.undo is not None
    shop.session.toast.undo()
    assert shop.view.difference_count == 3
    press(shop.view, kind="ignore", pointer="/id")
    press(shop.view, kind="unignore", pointer="/id")
    assert shop.view.difference_count == 3
    assert shop.text == TEXT


def test_undo_is_refused_after_the_file_changed(shop: Shop) -> None:
    press(shop.view, kind="accept", pointers=["/id"])
    shop.path.write_text(TEXT.replace("Shop", "Other"), encoding="utf-8")

    press(shop.view, kind="undo")

    assert "KNB" in shop.view.notice
    assert "Other" in shop.text


def test_a_change_is_not_written_over_a_file_that_changed_meanwhile(shop: Shop) -> None:
    other = TEXT.replace("Shop", "Other")
    shop.path.write_text(other, encoding="utf-8")

    press(shop.view, kind="accept", pointers=["/id"])

    assert shop.text == other
    assert "KNB" in shop.view.notice


@pytest.mark.parametrize("pointer", ["/gone", "id", "", "/id/x", "\ud800"])
def test_what_is_not_in_the_output_is_not_declared(shop: Shop, pointer: str) -> None:
    press(shop.view, kind="declare", pointer=pointer)

    assert shop.text == TEXT
    assert shop.view.notice or pointer == ""


@pytest.mark.parametrize("status", [404, 429, 500, 503])
def test_a_failing_response_is_no_sample_but_its_rows_can_be_accepted(status: int, tmp_path: Path) -> None:
    shop = Shop(tmp_path, {"id": 9}, status)

    assert shop.view.head["status"] == status
    assert not shop.view.tally["acceptable"]
    assert not shop.view.tally["can_infer"]
    press(shop.view, kind="accept", pointers=[])
    assert shop.view.notice
    press(shop.view, kind="infer")
    assert shop.view.notice
    assert shop.text == TEXT
    with pytest.raises(EditError):
        shop.view.accept()
    press(shop.view, kind="accept", pointers=["/id"])
    assert '"id":   9' in shop.text


def test_a_simulated_result_is_named_and_no_sample(shop: Shop) -> None:
    shop.session.show(shop.session.action.run(mode="fault:429"))

    assert (shop.view.head["simulated"], shop.view.head["status"]) == ("429", 429)
    assert not shop.view.tally["acceptable"]
    press(shop.view, kind="accept", pointers=[])
    assert shop.text == TEXT
    assert shop.view.notice


def test_without_a_sample_all_is_shown_and_a_sample_can_be_made(tmp_path: Path) -> None:
    path = tmp_path / "shop.json"
    path.write_text(json.dumps(an_app(an_action(outputTemplate="/#body"))), encoding="utf-8")
    action = knb.load(path).action()
    view = OutputView(action.run(transport=answering(BODY), confirm="api.shop.com"))

    assert repr(view) == "<OutputView: no sample>"
    assert not view.tally["has_sample"]
    assert not view.tally["acceptable"]
    assert view.tally["can_infer"]
    assert [row["key"] for row in view.rows] == ["id", "status", "extra"]
    view.infer()
    assert repr(view) == "<OutputView: no difference>"


def test_sample_mode_has_no_response_to_infer_from(shop: Shop) -> None:
    shop.session.show(shop.session.action.run(mode="sample"))

    assert shop.view.head["mode"] == "sample"
    assert not shop.view.tally["can_infer"]


@pytest.mark.parametrize("body", ["", None, 7, [], {}, "text", [1, 2]], ids=repr)
def test_an_output_that_is_no_object_is_shown(body: Any, tmp_path: Path) -> None:
    shop = Shop(tmp_path, body)

    json.dumps(shop.view.get_state(), default=repr)
    assert shop.view.rows
    assert shop.view.as_text()


@pytest.mark.parametrize("body", ["text", 7, [1, 2], True], ids=repr)
def test_an_output_of_another_type_than_the_sample_is_one_row_that_differs(body: Any) -> None:
    view = OutputView(
        knb.load(an_action(outputTemplate="/#body", sampleOutputContext={"a": 1, "b": 2}))
        .action()
        .run(transport=answering(body))
    )

    (root,) = view.rows

    assert view.count == 1
    assert (root["id"], root["mark"], view.difference_count) == ("", "changed", 1)
    assert root["actual"] is not None
    view.accept([""])
    assert view.difference_count == 0


def test_a_run_alone_is_shown_and_follows_what_is_accepted() -> None:
    app = knb.loads(TEXT)
    view = OutputView(app.action().run(transport=answering(BODY)))

    view.accept(["/id"])

    assert marks(view)["id"] == ""
    view.ignore("/old")
    assert view.tally["ignored"] == 1
    view.undo()
    assert app.text == TEXT
    with pytest.raises(TypeError, match="a run has its options already"):
        OutputView(view.run, mode="sample")  # type: ignore[arg-type] # what is tested


def large(count: int = 24_000) -> knb.Run:
    sample = {"items": [{"id": number, "sku": f"A{number}"} for number in range(count)]}
    body = {"items": [{"id": number, "sku": f"B{number}"} for number in range(count)]}
    action = knb.load(an_action(outputTemplate="/#body", sampleOutputContext=sample)).action()
    return action.run(transport=answering(body))


def test_only_the_rows_on_the_page_of_a_large_output_are_made(monkeypatch: pytest.MonkeyPatch) -> None:
    run = large()
    made: list[str] = []
    row = OutputRows._row
    monkeypatch.setattr(OutputRows, "_row", lambda rows, place: made.append(place.id) or row(rows, place))

    view = OutputView(run)

    assert view.difference_count == 24_000
    assert len(made) <= PAGE + MOST_OPEN + 10
    assert len(json.dumps(view.get_state()["rows"])) < 1_000_000
    made.clear()
    messages = page_messages(view)
    press(view, kind="rows", id="/items", **{"from": 23_950})
    assert [item["key"] for item in messages[0]["rows"]] == list(range(23_950, 24_000))
    assert len(made) <= PAGE + 10
    made.clear()
    press(view, kind="rows", id="/items/23999", **{"from": 0})
    assert [(item["key"], item["mark"]) for item in messages[1]["rows"]] == [("id", ""), ("sku", "changed")]
    assert len(made) <= 10


def test_rows_that_are_gone_are_none(shop: Shop) -> None:
    for row_id in ("/gone", "/id/x", "no pointer", "\ud800", "/-1"):
        assert shop.view.rows_at(row_id) == []
    assert shop.view.rows_at("", 10**9) == []


def test_no_state_text_or_html_holds_a_setting() -> None:
    secret = "canary-token-" + "ZGVtbw=="
    template = {"uri": "https://a.b/", "method": "get", "headers": {"x-t": "{{{token}}}"}, "json": True}
    keys = {"token": {"key": "shop.default.token"}}
    action = knb.load(
        an_action(
            inputTemplate=template, appSettings=keys, outputTemplate="/#body", sampleOutputContext={"a": 1}
        )
    ).action()
    view = OutputView(
        action.run(transport=answering({"echo": f"it was {secret}"}), settings={"token": secret})
    )
    messages = page_messages(view)

    press(view, kind="why", pointer="/echo")
    press(view, kind="stage", name=view.stages[0]["name"])

    assert view.rows
    assert secret not in texts(view) + json.dumps(messages)
    press(view, kind="accept", pointers=["/echo"])
    assert secret not in texts(view) + action.app.text


STARTER = {
    "type": "object",
    "properties": {"statusCode": {"type": "number"}, "body": {}},
    "additionalProperties": False,
}


@pytest.mark.parametrize(
    ("promise", "is_asked"),
    [
        ({"outputSchema": STARTER}, False),
        ({"outputSchema": {"properties": {"body": {"type": "object"}}}}, False),
        # What somebody wrote is not in what the response says.
        ({"outputSchema": {"properties": {"body": {"description": "The trip"}}}}, True),
        ({"outputSchema": {"properties": {"body": {"type": "string"}}}}, True),
        ({"outputSchema": {"properties": {"note": {}}}}, True),
        ({"outputSchema": STARTER, "sampleOutputContext": {"statusCode": 200}}, True),
        ({"outputSchema": STARTER, "sampleOutputContext": {}}, True),
        ({"sampleOutputContext": {"body": {"id": 2}}}, True),
    ],
)
def test_a_promise_that_goes_on_in_the_new_one_is_replaced_at_once(
    promise: dict[str, Any], is_asked: bool, tmp_path: Path
) -> None:
    template = {"statusCode": "/#response.statusCode", "body": "/#body"}
    app = knb.loads(json.dumps(an_app(an_action(outputTemplate=template, **promise))))
    session = Session(app)
    view = OutputView(session)
    session.show(session.action.run(transport=answering({"id": 2}), confirm="api.shop.com"))
    before, messages = app.text, page_messages(view)

    press(view, kind="infer")

    assert [message["kind"] for message in messages].count("replacing") == is_asked
    assert (app.text == before) == is_asked


def test_a_key_that_the_schema_has_is_not_offered_to_it_again(tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    rows = {row["id"]: row["is_declared"] for row in shop.view.rows_at("")}

    assert rows == {"/id": True, "/status": True, "/extra": False, "/old": False}

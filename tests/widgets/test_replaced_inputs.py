from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

import kustomer_nb as knb
from kustomer_nb.widgets import HistoryView, RunBar
from kustomer_nb.widgets.session import Session
from tests.samples import an_action, an_app
from tests.widgets.pressing import press

SCHEMA = {
    "properties": {
        "email": {"type": "string"},
        "id": {"type": "number"},
        "tags": {"type": "array", "items": {"type": "string"}},
        "user": {"type": "object", "properties": {"email": {"type": "string"}, "age": {"type": "number"}}},
        "extra": {"type": "object"},
    }
}
TYPED = {
    "email": "ada@example.com",
    "id": 1,
    "tags": ["a", "ada@example.com"],
    "user": {"email": "ada@example.com", "age": 3},
    "extra": {"email": "ada@example.com", "n": 1},
    "other": ["ada@example.com", {"deep": "b"}],
}


class Shop:
    def __init__(self, folder: Path, mask: str = "/inputs/email", inputs: Any = None) -> None:
        self.sent: list[dict[str, Any]] = []
        # No place of the template needs what the schema does not declare.
        names = {name: f"/#{name}" for name in inputs or {} if name != "other"}
        template = {"uri": "https://api.shop.com/", "method": "get", "json": True, "data": names}
        action = an_action(inputSchema=SCHEMA, inputTemplate=template)
        (folder / "kustomer-nb.toml").write_text(f"mask = [{json.dumps(mask)}]\n")
        (folder / "shop.json").write_text(json.dumps(an_app(action)))
        self.app = knb.load(folder / "shop.json")
        self.transport = httpx.MockTransport(self._answer)
        self.bench = knb.workbench(self.app, inputs=inputs, transport=self.transport)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.sent.append(json.loads(request.content or b"{}"))
        return httpx.Response(200, json={})

    def restore(self, number: int = 0) -> None:
        press(self.bench.history, kind="restore", id=self.bench.history.runs[number]["id"])


@pytest.fixture(autouse=True)
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KUSTOMER_NB_HISTORY")


@pytest.mark.parametrize("name", list(TYPED))
def test_no_label_of_a_masked_value_is_sent(name: str, tmp_path: Path) -> None:
    mask = "/inputs/email" if name == "email" else "/inputs/**/email"
    inputs = {"email": "ada@example.com", name: TYPED[name]}
    shop = Shop(tmp_path, mask, inputs)
    shop.bench.bar.run()

    shop.restore()
    shop.bench.bar.run()

    assert "masked" not in json.dumps(shop.bench.form.value)
    assert len(shop.sent) == 1
    assert "/email" in shop.bench.form.faults
    assert set(shop.bench.form.faults.values()) == {"This value is not in the history. Enter it again."}
    assert shop.bench.form.show_all


def test_what_was_stored_is_restored_and_what_was_not_waits_for_a_value(tmp_path: Path) -> None:
    shop = Shop(tmp_path, "/inputs/**/email", TYPED)
    shop.bench.bar.run()

    shop.restore()

    form = shop.bench.form
    assert form.value == {
        "id": 1,
        "tags": ["a", None],
        "user": {"age": 3},
    }
    assert list(form.faults) == ["/email", "/tags/1", "/user/email", "/extra", "/~"]
    for pointer, text in [("/email", "a@b.c"), ("/tags/1", "b"), ("/user/email", "c"), ("/extra", "{}")]:
        press(form, kind="entry", pointer=pointer, state="value", text=text)
    assert list(form.faults) == ["/~"]
    press(form, kind="entry", pointer="/~", state="unset", text="")
    shop.bench.bar.run()
    assert shop.sent[1] == {
        "email": "a@b.c", "id": 1, "tags": ["a", "b"], "user": {"email": "c", "age": 3}, "extra": {},
    }  # fmt: skip


def test_a_field_that_is_made_not_set_needs_no_value(tmp_path: Path) -> None:
    shop = Shop(tmp_path, inputs={"email": "ada@example.com", "id": 2})
    shop.bench.bar.run()
    shop.restore()

    press(shop.bench.form, kind="entry", pointer="/email", state="unset", text="")
    shop.bench.bar.run()

    assert shop.sent[1] == {"id": 2}


def test_without_a_form_nothing_is_sent_either(tmp_path: Path) -> None:
    shop = Shop(tmp_path, inputs={"email": "ada@example.com"})
    shop.bench.bar.run()
    session = Session(shop.app.action(), {"transport": shop.transport})
    history, bar = HistoryView(session), RunBar(session)

    press(history, kind="restore", id=history.runs[0]["id"])
    bar.run()

    assert len(shop.sent) == 1
    assert session.inputs == {}


@pytest.mark.parametrize(
    "text", ["<masked>", "masked: no", "costs $5", "$shop", "<b>", "<masked: /inputs/email>"]
)
def test_text_like_a_label_is_restored_where_nothing_was_masked(text: str, tmp_path: Path) -> None:
    shop = Shop(tmp_path, "/inputs/other", {"email": text})
    shop.bench.bar.run()
    shop.bench.form.value = {}

    shop.restore()

    assert shop.bench.form.value == {"email": text}
    assert shop.bench.form.faults == {}


def test_inputs_that_were_too_large_to_store_leave_the_typed_ones(tmp_path: Path) -> None:
    shop = Shop(tmp_path, "/inputs/none", {"email": "x" * 300_000})
    shop.bench.bar.run()
    shop.bench.form.value = {"email": "typed for ten minutes"}

    shop.restore()
    shop.bench.history.run_again(shop.bench.history.runs[0]["id"])

    assert shop.bench.form.value == {"email": "typed for ten minutes"}
    assert len(shop.sent) == 1
    assert not shop.bench.toast["canUndo"]


def entered(shop: Shop, kind: str) -> None:
    """Replace all inputs as a page does."""
    form = shop.bench.form
    if kind == "restore":
        shop.restore()
    elif kind == "paste":
        press(form, kind="inputs", text='{"id": 7}')
    elif kind == "reset":
        press(form, kind="preset", name="reset")
    elif kind == "example":
        form.save_example("small")
        form.value = {"id": 5}
        press(form, kind="entry", pointer="/id", state="value", text="5,")
        press(form, kind="preset", name="example:small")
    else:
        form.use_preset(next(row["id"] for row in form.presets() if row["id"].startswith("run:")))


@pytest.mark.parametrize("kind", ["restore", "paste", "reset", "example", "run"])
def test_what_replaces_all_inputs_can_be_undone_also_text_that_cannot_be_read(
    kind: str, tmp_path: Path
) -> None:
    shop = Shop(tmp_path, "/inputs/none", {"email": "first"})
    shop.bench.bar.run()
    form = shop.bench.form
    if kind != "example":
        form.value = {"email": "second"}
        press(form, kind="entry", pointer="/id", state="value", text="5,")
    before = (dict(form.value), form.entries, form.faults) if kind != "example" else None

    entered(shop, kind)

    assert shop.bench.toast["canUndo"]
    after = dict(form.value)
    press(shop.bench, kind="undo")
    if before:
        assert (dict(form.value), form.entries, form.faults) == before
    else:
        assert list(form.faults) == ["/id"]
    assert dict(form.value) != after


def test_inputs_of_an_action_that_is_not_selected_any_more_are_put_back(tmp_path: Path) -> None:
    shop = Shop(tmp_path, inputs={"email": "first"})
    shop.app.add_action("other")
    shop.bench._session.take_definition()
    press(shop.bench.form, kind="preset", name="reset")
    toast = shop.bench._session.toast

    shop.bench.pick("other")
    toast.undo()

    assert shop.bench.form.value == {}
    shop.bench.pick("find")
    assert shop.bench.form.value == {"email": "first"}


def test_inputs_that_are_the_same_have_nothing_to_undo(tmp_path: Path) -> None:
    shop = Shop(tmp_path, "/inputs/none", {"email": "first"})
    shop.bench.bar.run()

    shop.restore()

    assert not shop.bench.toast["canUndo"]


def test_a_paste_that_cannot_be_read_says_why_alone(tmp_path: Path) -> None:
    shop = Shop(tmp_path, inputs={"email": "first"})

    press(shop.bench.form, kind="inputs", text="{")

    assert shop.bench.form.notice
    assert shop.bench.toast == {}
    assert shop.bench.form.value == {"email": "first"}

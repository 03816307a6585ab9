"""A workbench begins with what was last done in its file."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

import kustomer_nb as knb
from kustomer_nb.storage.history import Entry
from kustomer_nb.storage.history.last_inputs import NO_STEP, usable
from kustomer_nb.widgets import resuming
from tests.samples import an_action, an_app
from tests.widgets.pressing import parts, texts

SHOP = httpx.MockTransport(lambda request: httpx.Response(200, json={"status": "open"}))


def _action(name: str) -> dict[str, Any]:
    schema = {"properties": {"id": {"type": "number"}, "email": {"type": "string"}}}
    template = {"uri": "https://api.shop.com/{{id}}", "method": "get", "headers": {"x-mail": "{{email}}"}}
    return an_action(name=f"shop.{name}", inputSchema=schema, inputTemplate=template)


@pytest.fixture(autouse=True)
def _kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KUSTOMER_NB_HISTORY")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "shop.json"
    path.write_text(json.dumps(an_app(_action("find"), _action("make"), _action("drop"))), encoding="utf-8")
    return path


def _another_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resuming, "_TYPED", {})
    monkeypatch.setattr(resuming, "_SECRETS", {})


def test_the_first_time_it_begins_with_the_first_action_and_empty(path: Path) -> None:
    bench = knb.workbench(path)

    assert (bench.action.name, bench.form.value) == ("shop.find", {})


def test_the_same_kernel_begins_with_what_was_typed(path: Path) -> None:
    bench = knb.workbench(path)
    bench.form.enter("id", "1")
    bench.pick("make")
    bench.form.enter("id", "12345678901234567890")

    again = knb.workbench(path)

    assert (again.action.name, again.form.value) == ("shop.make", {"id": "12345678901234567890"})
    again.pick("find")
    assert again.form.value == {"id": 1}


def test_another_kernel_begins_with_what_was_run(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bench = knb.workbench(path, transport=SHOP)
    bench.form.value = {"id": 1, "email": "mia@shop.com"}
    bench.bar.run()
    bench.pick("make")
    bench.form.value = {"id": 2}
    bench.bar.run()
    bench.form.value = {"id": 3}  # not run
    _another_kernel(monkeypatch)

    again = knb.workbench(path, transport=SHOP)

    assert (again.action.name, again.form.value) == ("shop.make", {"id": 2})
    again.pick("find")
    assert again.form.value == {"id": 1, "email": "mia@shop.com"}
    again.pick("drop")
    assert again.form.value == {}


def test_what_is_passed_wins(path: Path) -> None:
    bench = knb.workbench(path)
    bench.pick("make")
    bench.form.value = {"id": 2}

    assert knb.workbench(path, "find").action.name == "shop.find"
    assert knb.workbench(path, "make").form.value == {"id": 2}
    with_inputs = knb.workbench(path, inputs={"id": 9})
    assert (with_inputs.action.name, with_inputs.form.value) == ("shop.find", {"id": 9})
    assert knb.workbench(path, "make", inputs={}).form.value == {}


def test_inputs_that_were_cleared_stay_empty(path: Path) -> None:
    bench = knb.workbench(path, transport=SHOP)
    bench.form.value = {"id": 1}
    bench.bar.run()
    bench.form.reset()

    assert knb.workbench(path).form.value == {}


def test_masked_values_are_not_set_again(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (path.parent / "kustomer-nb.toml").write_text(
        '[profiles.eu]\nmask = ["/inputs/email"]\n', encoding="utf-8"
    )
    bench = knb.workbench(path, profile="eu", transport=SHOP)
    bench.form.value = {"id": 1, "email": "mia@shop.com"}
    bench.bar.run()
    _another_kernel(monkeypatch)

    again = knb.workbench(path)

    assert again.form.value == {"id": 1}
    assert again.form.faults == {"/email": "This value is not in the history. Enter it again."}
    assert again.bar.refusal["kind"] == "fields"
    assert not any("masked:" in texts(part) for part in parts(again) if part is not again.history)


def test_what_has_to_be_entered_again_is_told_as_long_as_it_is(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (path.parent / "kustomer-nb.toml").write_text(
        '[profiles.eu]\nmask = ["/inputs/email"]\n', encoding="utf-8"
    )
    bench = knb.workbench(path, profile="eu", transport=SHOP)
    bench.form.value = {"id": 1, "email": "mia@shop.com"}
    bench.bar.run()
    _another_kernel(monkeypatch)
    knb.workbench(path).form.enter("id", "2")

    # Also for the other cell of the same kernel.
    again = knb.workbench(path)
    assert (again.form.value, list(again.form.faults)) == ({"id": 2}, ["/email"])
    again.form.enter("email", "eva@shop.com")

    assert knb.workbench(path).form.faults == {}
    again.form.set_field("email", "unset")
    assert knb.workbench(path).form.faults == {}


def test_values_that_a_new_kernel_does_not_have_are_named() -> None:
    stored = {
        "a": {"b": "$shop.default.token", "c": 1},
        "d": ["x", "<masked: /inputs/d/1>"],
        "e": "/#steps.s.id",
    }
    now = datetime.now().astimezone()

    inputs, missing = usable(Entry(at=now, inputs=stored, is_redacted=True))
    assert inputs == {"a": {"c": 1}, "d": ["x", None]}
    assert list(missing) == ["/a/b", "/d/1", "/e"]
    plain = {"price": "$100", "e": "/#steps.s.id"}
    inputs, missing = usable(Entry(at=now, inputs=plain))
    assert (inputs, missing) == ({"price": "$100"}, {"/e": NO_STEP})


def test_a_history_that_cannot_be_read_is_no_obstacle(path: Path) -> None:
    (path.parent / ".kustomer-nb").write_text("", encoding="utf-8")

    assert knb.workbench(path).form.value == {}


def test_a_definition_without_a_file_begins_empty(path: Path) -> None:
    value = json.loads(path.read_text(encoding="utf-8"))
    knb.workbench(value).form.value = {"id": 1}

    assert knb.workbench(value).form.value == {}


def test_the_text_of_a_saved_notebook_is_the_same_the_next_time(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[dict[str, Any]] = []
    # The name of the module is that of its function, too.
    module = sys.modules["kustomer_nb.widgets.workbench"]
    monkeypatch.setattr(module, "display", lambda data, **_: shown.append(data))
    bench = knb.workbench(path, transport=SHOP)
    bench._ipython_display_()
    bench.form.value = {"id": 1}
    bench.bar.run()

    knb.workbench(path)._ipython_display_()

    texts_shown = [data["text/plain"] for data in shown]
    assert texts_shown[0] == texts_shown[2]
    assert texts_shown[0].startswith("kustomer_nb 1 Workbench\nfile: shop.json\n")

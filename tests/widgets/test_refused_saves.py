"""A save that is refused: memory, view and words agree, and there is a way back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

import kustomer_nb as knb
from tests.samples import an_action, an_app
from tests.widgets.pressing import press

SCHEMA = {"properties": {"x": {"type": "string"}}}
TEMPLATE = {"uri": "https://a.b/", "method": "get", "json": True, "qs": {"q": "{{x}}"}}


class Shop:
    """A workbench whose file somebody else has changed, or made read-only."""

    def __init__(self, folder: Path) -> None:
        action = an_action(
            inputSchema=SCHEMA, inputTemplate=TEMPLATE, outputTemplate="/#body", sampleOutputContext={"id": 1}
        )
        self.path = folder / "shop.json"
        # Of one line, and with a comment, which a fix removes.
        self.path.write_text(json.dumps(an_app(action)).replace('"version"', "version", 1))
        transport = httpx.MockTransport(lambda request: httpx.Response(200, json={"id": 2}))
        self.bench = knb.workbench(self.path, inputs={"x": "Box & co"}, transport=transport)
        self.bench.bar.run()

    def refuse(self, how: str) -> str:
        if how == "read-only":
            self.path.chmod(0o444)
        else:
            self.path.write_text(self.path.read_text() + "\n")
        return self.path.read_text()

    def change(self, kind: str) -> Any:
        """Make a change as a page does, and return the leaf that it was made in."""
        bench = self.bench
        if kind == "fix":
            row = next(
                row for group in bench.problems.groups for row in group["problems"] if row["code"] == "KNB104"
            )
            press(bench.problems, kind="fix", id=row["id"])
            return bench.problems
        if kind == "raw":
            press(bench.form, kind="fix", id="/x")
            return bench.form
        press(bench.output, kind="accept", pointers=["/id"])
        return bench.output


@pytest.mark.parametrize("how", ["changed", "read-only"])
@pytest.mark.parametrize("kind", ["fix", "raw", "accept"])
def test_what_is_refused_is_in_memory_and_in_the_view(kind: str, how: str, tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    file, before, toast = shop.refuse(how), shop.bench.app.text, shop.bench.toast

    leaf = shop.change(kind)

    assert ("changed since" if how == "changed" else "is read-only") in leaf.notice
    assert shop.path.read_text() == file
    assert shop.bench.toast == toast
    assert shop.bench.app.text != before
    # The views show what is in memory.
    assert shop.bench._session.problems.current.codes == shop.bench.app.lint().codes
    assert not shop.bench.form.states.get("/x", {}).get("escaped") or kind != "raw"
    assert shop.bench.output.difference_count == (0 if kind == "accept" else 1)
    assert not shop.bench.definition.is_saved
    assert "Not saved" in shop.bench._session.change.as_row(shop.bench.app)["words"]

    shop.bench._session.undo()

    assert shop.bench.app.text == before
    assert shop.bench.output.difference_count == 1
    assert shop.path.read_text() == file


@pytest.mark.parametrize("kind", ["fix", "raw", "accept"])
def test_what_is_saved_is_told_and_taken_back_in_the_file(kind: str, tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    before = shop.path.read_text()

    leaf = shop.change(kind)

    assert leaf.notice == ""
    assert shop.path.read_text() == shop.bench.app.text != before
    assert shop.bench.toast["canUndo"]
    press(shop.bench, kind="undo", toast=shop.bench.toast["count"])
    assert shop.path.read_text() == before


def test_a_second_click_does_not_say_that_the_file_has_it(tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    shop.refuse("changed")
    shop.change("accept")

    shop.bench._session.edit(
        lambda: shop.bench.app.edit("/actions/0/sampleOutputContext/id", 2), "Sample updated", place="output"
    )

    assert shop.bench.toast["text"] == "Nothing to change: the definition says so already. It is not saved."


def test_a_stage_that_a_run_does_not_have_is_told(tmp_path: Path) -> None:
    shop = Shop(tmp_path)

    press(shop.bench.output, kind="stage", name="nonsense")

    assert shop.bench.output.notice == 'This run has no stage "nonsense".'


@pytest.mark.parametrize("how", ["changed", "read-only"])
def test_a_definition_that_its_file_refuses_is_saved_as_another(
    how: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    shop = Shop(tmp_path)
    bench, file = shop.bench, shop.refuse(how)
    (tmp_path / "shop-copy.json").write_text("{}")
    bench.app.edit("/title", "Changed here")
    assert bench.definition.copy_name == ""

    press(bench.definition, kind="save")

    # Both forms of the definition offer it, and the page shows where the reason is.
    assert {bench.definition.copy_name, bench.definition_form.copy_name} == {"shop-copy2.json"}
    assert bench.revealed["leaf"] == "refused_save"
    press(bench.definition_form, kind="save", name="shop-copy.json")
    assert "exists already" in bench.definition_form.notice
    press(bench.definition_form, kind="save", name="shop-copy2.json")
    assert (tmp_path / "shop-copy2.json").read_text() == bench.app.text
    assert shop.path.read_text() == file
    assert (bench.definition.copy_name, bench.definition.file) == ("", "shop-copy2.json")
    assert bench.app.is_saved


def test_another_name_is_not_offered_once_the_file_is_taken(tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    shop.refuse("changed")
    shop.bench.app.edit("/title", "Changed here")
    press(shop.bench.definition, kind="save")
    assert shop.bench.definition.copy_name

    press(shop.bench, kind="conflict", keep="file")

    assert shop.bench.definition.copy_name == ""


def test_text_that_is_no_definition_leads_to_the_reason_and_offers_no_other_file(tmp_path: Path) -> None:
    bench = Shop(tmp_path).bench
    bench._session.editing.replace("{")

    press(bench.definition, kind="save")

    assert bench.definition.notice
    assert (bench.revealed["leaf"], bench.definition.copy_name) == ("refused_save", "")

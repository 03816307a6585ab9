from __future__ import annotations

import asyncio
import json
import threading
from pathlib import Path
from typing import Any

import pytest
from comm import get_comm_manager

from kustomer_nb.storage.drafts import read_drafts
from kustomer_nb.widgets import document_panels, resuming
from kustomer_nb.widgets.document_panels import DocumentPanel, serve
from kustomer_nb.widgets.panel_messages import (
    BeginDocument,
    CloseDocument,
    DocumentMoved,
    DocumentSaved,
    EditDocument,
    LeaveDocument,
    OpenDocument,
    PickInDocument,
    SendDocument,
)

NAME = "shop.kustomer.json"


def text_of(*names: str, uri: str = "https://a.b/{{x}}") -> str:
    actions = [
        {"name": f"kustomer.app.shop.{name}", "type": "rest_api", "inputTemplate": {"uri": uri}}
        for name in names
    ]
    return json.dumps({"app": "shop", "title": "Läden 🛒", "actions": actions}, indent=2, ensure_ascii=False)


TEXT = text_of("find", "pay")


class Page:
    """A page that has the file open: its text, made of what Python sends, and all other messages."""

    def __init__(self, panel: DocumentPanel, text: str = TEXT, *, name: str = "page", **more: Any) -> None:
        self.panel, self.name, self.text, self.version = panel, name, text, 0
        self.heard: list[dict[str, Any]] = []
        panel.open(OpenDocument(name, NAME, text, more.pop("is_unsaved", False), **more), self.hear)

    def hear(self, content: dict[str, Any]) -> None:
        self.heard.append(content)
        if content["kind"] == "edit":
            units = self.text.encode("utf-16-le")
            start, end = 2 * content["start"], 2 * (content["start"] + content["removed"])
            self.text = (units[:start] + content["inserted"].encode("utf-16-le") + units[end:]).decode(
                "utf-16-le"
            )
        if content["kind"] == "whole":
            self.text = content["text"]
        self.version = content.get("version", self.version)

    def kinds(self) -> list[str]:
        return [content["kind"] for content in self.heard]

    def type(self, words: str, after: str, *, version: int | None = None) -> None:
        start = len(self.text[: self.text.index(after) + len(after)].encode("utf-16-le")) // 2
        version = self.version if version is None else version
        self.panel.receive(EditDocument("view", 1, version, start, 0, words), self.name)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "kustomer-nb.toml").touch()
    path = tmp_path / NAME
    path.write_text(TEXT, encoding="utf-8")
    return path


@pytest.fixture
def panel(path: Path) -> Any:
    panel = DocumentPanel(path)
    yield panel
    if panel.workbench is not None:
        panel.workbench.close()


def test_what_is_typed_in_the_page_is_the_definition_at_once(panel: DocumentPanel) -> None:
    page = Page(panel)

    page.type("v2/", "https://a.b/")

    assert panel.workbench is not None
    assert panel.workbench.app.text == page.text == TEXT.replace("https://a.b/", "https://a.b/v2/", 1)
    (edit,) = [content for content in page.heard if content["kind"] == "edit"]
    taken = {"kind": "edit", "version": 1, "view": "view", "revision": 1}
    assert edit == {**taken, "start": page.text.index("v2/") + 1, "removed": 0, "inserted": "v2/"}


def test_what_is_typed_in_the_workbench_is_the_text_of_each_page(panel: DocumentPanel) -> None:
    pages = Page(panel), Page(panel, name="other")
    assert panel.workbench is not None
    editing = panel.workbench.session.editing

    editing.replace(TEXT.replace("🛒", "🏪 and more"))

    assert [page.text for page in pages] == [editing.text] * 2
    assert not editing.is_saved


def test_a_page_picks_an_action_and_one_that_is_gone_picks_nothing(panel: DocumentPanel) -> None:
    page = Page(panel)
    assert panel.workbench is not None

    for name in ("kustomer.app.shop.pay", "kustomer.app.shop.gone"):
        panel.receive(PickInDocument(name), page.name)

    assert panel.workbench.session.action.name == "kustomer.app.shop.pay"


def test_an_edit_of_an_older_version_waits_for_those_in_between(panel: DocumentPanel) -> None:
    page = Page(panel)
    page.type("v2/", "https://a.b/")

    page.type("v3/", "https://a.b/", version=0)

    assert "v3/" not in panel.text
    assert page.text == panel.text


def test_an_edit_outside_of_the_text_is_answered_with_the_whole_text(panel: DocumentPanel) -> None:
    page = Page(panel)

    panel.receive(EditDocument("view", 4, 0, 10**6, 1, "x"), "page")

    assert page.heard[-1] == {"kind": "whole", "version": 1, "text": TEXT, "view": "view", "revision": 4}
    panel.receive(SendDocument(), "page")
    assert page.heard[-1]["version"] == 2


def test_saving_asks_the_page_and_writes_no_file(panel: DocumentPanel, path: Path) -> None:
    page = Page(panel)
    page.type("v2/", "https://a.b/")
    assert panel.workbench is not None
    session = panel.workbench.session

    session.editing.save()

    assert page.heard[-1] == {"kind": "save"}
    assert path.read_text(encoding="utf-8") == TEXT
    assert panel.workbench.unsaved
    panel.receive(DocumentSaved(page.text, is_reloaded=False), "page")
    assert not panel.workbench.unsaved
    assert session.editing.is_saved


def test_a_text_that_is_no_definition_is_saved_too(panel: DocumentPanel) -> None:
    page = Page(panel)
    assert panel.workbench is not None
    panel.workbench.session.editing.replace("12")

    panel.workbench.session.editing.save()
    panel.receive(DocumentSaved(page.text, is_reloaded=False), "page")

    assert page.heard[-1]["kind"] == "save"
    assert not panel.workbench.unsaved


def test_a_change_from_the_page_and_its_undo_write_no_file(panel: DocumentPanel, path: Path) -> None:
    page = Page(panel)
    assert panel.workbench is not None
    session = panel.workbench.session

    session.edit(lambda: session.app.edit("/app", "market"), "renamed", place="output")
    assert '"market"' in page.text
    panel.receive(DocumentSaved(page.text, is_reloaded=False), "page")
    session.undo()

    assert page.text == TEXT
    assert path.read_text(encoding="utf-8") == TEXT
    assert panel.workbench.unsaved


def test_the_file_is_not_followed_where_the_page_has_it(panel: DocumentPanel, path: Path) -> None:
    Page(panel)
    assert panel.workbench is not None
    path.write_text(text_of("other"), encoding="utf-8")

    panel.workbench._watcher.check()

    assert panel.workbench.app.text == TEXT


def test_a_file_that_was_read_again_keeps_the_inputs(panel: DocumentPanel) -> None:
    page = Page(panel)
    assert panel.workbench is not None
    panel.workbench.session.set_inputs({"x": 7})

    page.type("v2/", "https://a.b/")
    panel.receive(DocumentSaved(page.text, is_reloaded=True), "page")

    assert panel.workbench.session.previewed.request.url == "https://a.b/v2/7"  # type: ignore[union-attr]
    assert panel.workbench.toast["text"] == f"{NAME} was reloaded from disk, inputs kept."


def test_a_page_that_was_reloaded_gets_what_was_not_saved(panel: DocumentPanel) -> None:
    page = Page(panel)
    page.type("v2/", "https://a.b/")

    again = Page(panel)

    assert again.text == page.text != TEXT
    assert again.heard[0]["model"] == page.heard[1]["model"]
    assert panel.workbench is not None
    assert panel.workbench.toast["text"] == "Unsaved edits were restored."


@pytest.mark.parametrize(
    ("text", "is_unsaved"),
    [
        pytest.param(text_of("find", uri="https://c.d"), False, id="the file has changed"),
        pytest.param(text_of("find", uri="https://c.d"), True, id="the page has unsaved edits"),
    ],
)
def test_the_text_of_the_page_is_taken(text: str, is_unsaved: bool, panel: DocumentPanel) -> None:
    Page(panel).type("v2/", "https://a.b/")

    again = Page(panel, text, is_unsaved=is_unsaved)

    assert panel.text == again.text == text
    assert panel.workbench is not None
    assert bool(panel.workbench.unsaved) is is_unsaved


def test_closing_drops_what_was_not_saved(
    panel: DocumentPanel, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KUSTOMER_NB_HISTORY", "on")
    page = Page(panel)
    page.type("v2/", "https://a.b/")
    assert panel.workbench is not None
    panel.workbench._drafts.flush()
    assert len(read_drafts(path.parent)) == 1

    panel.receive(CloseDocument(), "page")

    assert panel.text == TEXT
    assert read_drafts(path.parent) == []
    assert Page(panel).text == TEXT


def test_another_page_keeps_what_one_closes(panel: DocumentPanel) -> None:
    page, other = Page(panel), Page(panel, name="other")
    page.type("v2/", "https://a.b/")

    panel.receive(CloseDocument(), "page")

    assert panel.text == other.text != TEXT


def test_a_page_that_was_left_keeps_nobody_from_dropping(panel: DocumentPanel) -> None:
    page, other = Page(panel), Page(panel, name="other")
    page.type("v2/", "https://a.b/")
    panel.receive(LeaveDocument(), "other")
    assert "v2/" in panel.text

    panel.receive(CloseDocument(), "page")

    assert panel.text == TEXT
    assert "v2/" in other.text


def test_what_was_typed_goes_on_in_the_next_kernel(panel: DocumentPanel, path: Path) -> None:
    page = Page(panel)
    assert panel.workbench is not None
    panel.workbench.pick("pay")
    panel.workbench.session.set_inputs({"x": "typed"})
    typed = page.heard[-1]["typed"]

    # Nothing is left of this kernel.
    resuming._TYPED.clear()
    after = DocumentPanel(path)
    Page(after, typed=json.loads(json.dumps(typed)))

    assert after.workbench is not None
    assert after.workbench.action.name == "kustomer.app.shop.pay"
    assert after.workbench.session.inputs == {"x": "typed"}
    after.workbench.close()


@pytest.mark.parametrize(
    ("text", "message", "begin"),
    [
        pytest.param('{"name": "web"}', "does not look like", "", id="another file"),
        pytest.param("[1, 2", "", "", id="broken"),
        pytest.param("12", "an app definition is an object", "", id="a number"),
        pytest.param(" \n", "empty", "Write an Example", id="empty"),
        pytest.param('{"app": "shop"}', "has no actions", "Add an Action", id="an app alone"),
    ],
)
def test_a_text_without_a_workbench_says_what_to_do(
    text: str, message: str, begin: str, panel: DocumentPanel
) -> None:
    page = Page(panel, text)

    refusal = page.heard[-1]["refusal"]

    assert message in refusal["message"]
    assert refusal["fix"]
    assert refusal["begin"] == begin
    assert page.heard[-1]["model"] == ""
    if begin:
        panel.receive(BeginDocument(), "page")
        assert panel.workbench is not None
        assert panel.workbench.app.text == page.text
        assert page.heard[-1]["kind"] == "edit"


def test_it_becomes_a_workbench_as_soon_as_it_is_a_definition(panel: DocumentPanel) -> None:
    page = Page(panel, "{}")

    panel.receive(EditDocument("view", 1, 0, 0, 2, TEXT), "page")

    (shown,) = [content for content in page.heard[2:] if content["kind"] == "shown"]
    assert panel.workbench is not None
    assert shown["model"] == panel.workbench.model_id


def test_an_action_that_cannot_be_added_is_said(panel: DocumentPanel) -> None:
    page = Page(panel, "12")

    panel.receive(BeginDocument(), "page")

    assert page.heard[-1]["kind"] == "notice"
    assert "Fix:" in page.heard[-1]["words"]


def test_a_renamed_file_is_known_by_its_new_name(panel: DocumentPanel, path: Path) -> None:
    Page(panel)

    panel.receive(DocumentMoved("market.json"), "page")

    assert panel.workbench is not None
    assert panel.workbench.app.path == path.with_name("market.json")


class Comm:
    """A comm of a kernel, as far as it is used."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []
        self.threads: set[int] = set()

    def send(self, content: dict[str, Any]) -> None:
        self.sent.append(content)
        self.threads.add(threading.get_ident())

    def on_msg(self, act: Any) -> None:
        self.act = act

    def receive(self, content: Any) -> None:
        self.act({"content": {"data": content}})


def test_a_page_is_heard_on_the_thread_of_cells(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(path.parent)
    comm = Comm()
    opening = {"kind": "open", "page": "page", "name": NAME, "text": TEXT, "is_unsaved": False, "typed": {}}

    async def talk() -> None:
        serve()
        await asyncio.to_thread(
            get_comm_manager().targets[document_panels.TARGET], comm, {"content": {"data": opening}}
        )
        await asyncio.sleep(0)
        comm.receive({"kind": "unknown"})
        comm.receive({"kind": "edit"})
        await asyncio.sleep(0)

    asyncio.run(talk())

    assert comm.sent[0]["kind"] == "shown", comm.sent[0]
    assert [content["kind"] for content in comm.sent] == ["shown", "opened", "failed", "failed"]
    assert comm.threads == {threading.get_ident()}
    panel = document_panels._PANELS.pop(path)
    assert panel.workbench is not None
    panel.workbench.close()

from __future__ import annotations

import asyncio
import json
import os
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from comm import get_comm_manager

import kustomer_nb as knb
from kustomer_nb.storage.drafts import read_drafts
from kustomer_nb.widgets import document_panels, resuming
from kustomer_nb.widgets.document_panels import DocumentPanel, serve
from kustomer_nb.widgets.panel_messages import (
    AttendDocument,
    BeginDocument,
    CloseDocument,
    DocumentSaved,
    EditDocument,
    LeaveDocument,
    OpenDocument,
    PickInDocument,
    SendDocument,
)
from kustomer_nb.widgets.session_state import FinishedRun

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


def test_of_several_pages_the_one_in_which_a_person_works_saves(panel: DocumentPanel) -> None:
    pages = {name: Page(panel, name=name) for name in ("first", "second", "third")}
    assert panel.workbench is not None
    editing = panel.workbench.session.editing

    def savers() -> list[str]:
        editing.save()
        savers = [name for name, page in pages.items() for kind in page.kinds() if kind == "save"]
        for page in pages.values():
            page.heard.clear()
        return savers

    pages["first"].type("v2/", "https://a.b/")
    assert savers() == ["first"]
    panel.receive(AttendDocument(), "second")
    assert savers() == ["second"]
    panel.receive(LeaveDocument(), "second")
    assert savers() == ["first"]


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


def test_what_several_pages_typed_without_a_kernel_is_merged(panel: DocumentPanel, path: Path) -> None:
    saved, unsaved = TEXT.replace("find", "search"), TEXT.replace("pay", "refund")
    path.write_text(saved)

    second = Page(panel, unsaved, name="second", is_unsaved=True, agreed=TEXT)
    first = Page(panel, saved, agreed=TEXT)

    assert first.text == second.text == panel.text == TEXT.replace("find", "search").replace("pay", "refund")
    assert panel.workbench is not None
    assert panel.workbench.unsaved


def test_an_interrupted_page_loses_nothing_of_its_own_and_of_others(panel: DocumentPanel) -> None:
    first, second = Page(panel), Page(panel, name="second")
    first.type("v1/", "https://a.b/")
    agreed = second.text
    first.type("v2/", "https://a.b/v1/")

    again = Page(panel, agreed.replace("Läden", "Shops"), name="second", is_unsaved=True, agreed=agreed)

    assert first.text == again.text == panel.text
    assert "Shops" in again.text
    assert "v1/v2/" in again.text


def test_a_file_that_changes_while_another_page_has_unsaved_edits_takes_none_of_them(
    panel: DocumentPanel,
) -> None:
    first = Page(panel)
    first.type("v1/", "https://a.b/")

    second = Page(panel, TEXT.replace("Läden", "Shops"), name="second")

    assert first.text == second.text
    assert "v1/" in first.text
    assert "Shops" in first.text


def test_a_text_that_cannot_be_read_yet_is_kept_for_other_pages(panel: DocumentPanel) -> None:
    broken = TEXT[:-1]
    first = Page(panel, broken, is_unsaved=True)

    second = Page(panel, name="second", agreed=TEXT)

    assert first.text == second.text == panel.text


def test_the_page_gets_the_shape_of_the_last_response_and_no_value(panel: DocumentPanel) -> None:
    page = Page(panel)
    assert panel.workbench is not None
    session = panel.workbench.session
    request = {"uri": "https://a.b/x", "method": "GET"}
    run = (
        knb.load({"name": "find", "type": "rest_api", "inputTemplate": request})
        .action()
        .run(mode="fault:503")
    )
    assert run.response is not None
    body = {"id": 7, "carrier": "by hand"}
    session.state.live = FinishedRun(replace(run, response=replace(run.response, body=body)))

    with session.changing("result"):
        pass

    name = session.action.name
    properties = {"id": {"type": "number"}, "carrier": {"type": "string"}}
    assert page.heard[-1]["shapes"] == {name: {"type": "object", "properties": properties}}
    assert Page(panel, name="second").heard[0]["shapes"] == page.heard[-1]["shapes"]


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


@pytest.mark.parametrize("end", ["\r\n", "\n"])
def test_unsaved_edits_of_a_notebook_come_with_newlines_and_without_a_question(
    end: str, path: Path, panel: DocumentPanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KUSTOMER_NB_HISTORY", "on")
    path.write_text(TEXT.replace("\n", end), encoding="utf-8", newline="")
    bench = knb.workbench(knb.load(path))
    bench.session.editing.replace(bench.definition.text.replace("a.b/", "a.b/v2/"))
    bench.close()

    page = Page(panel)

    assert page.text == panel.text == TEXT.replace("a.b/", "a.b/v2/")
    assert panel.workbench is not None
    assert panel.workbench._drafts.notice.state == "restored"


def test_unsaved_edits_of_a_document_have_the_line_ends_of_the_file_in_a_notebook(
    path: Path, panel: DocumentPanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KUSTOMER_NB_HISTORY", "on")
    path.write_text(TEXT.replace("\n", "\r\n"), encoding="utf-8", newline="")
    Page(panel).type("v2/", "https://a.b/")
    assert panel.workbench is not None
    panel.workbench.close()

    bench = knb.workbench(knb.load(path))

    assert bench._drafts.notice.state == "restored"
    assert bench.session.editing.text == panel.text.replace("\n", "\r\n")
    bench.close()


class Comm:
    """A comm of a kernel, as far as it is used."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []
        self.threads: set[int] = set()
        self.is_closed = False

    def close(self) -> None:
        self.is_closed = True

    def send(self, content: dict[str, Any]) -> None:
        self.sent.append(content)
        self.threads.add(threading.get_ident())

    def on_msg(self, act: Any) -> None:
        self.act = act

    def receive(self, content: Any) -> None:
        self.act({"content": {"data": content}})


def opening(name: str, *, page: str = "page") -> dict[str, Any]:
    return {"kind": "open", "page": page, "name": name, "text": TEXT, "is_unsaved": False, "typed": {}}


@pytest.fixture
def served(path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[Path, DocumentPanel]]:
    """Yield the panels of a kernel that was started in the folder of the file."""
    panels: dict[Path, DocumentPanel] = {}
    monkeypatch.setattr(document_panels, "_PANELS", panels)
    monkeypatch.setattr(document_panels, "_STARTED", [])
    monkeypatch.chdir(path.parent)
    yield panels
    for panel in panels.values():
        if panel.workbench is not None:
            panel.workbench.close()


def served_in(folder: str, comm: Comm, *contents: Any) -> None:
    """Let a page that knows the kernel's folder by this name send messages."""

    async def talk() -> None:
        serve(folder)
        target = get_comm_manager().targets[document_panels.TARGET]
        await asyncio.to_thread(target, comm, {"content": {"data": contents[0]}})
        for content in contents[1:]:
            comm.receive(content)
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    asyncio.run(talk())


def test_the_kernel_ends_the_connection_once_it_has_dropped_what_was_not_saved(
    served: dict[Path, DocumentPanel],
) -> None:
    comm = Comm()
    typed = {
        "kind": "edit",
        "view": "v",
        "revision": 1,
        "version": 0,
        "start": 0,
        "removed": 0,
        "inserted": " ",
    }

    served_in("", comm, opening(NAME), typed)
    (panel,) = served.values()
    assert (panel.text, comm.is_closed) == (f" {TEXT}", False)
    comm = Comm()
    served_in("", comm, opening(NAME), {"kind": "close"})

    assert (panel.text, comm.is_closed) == (TEXT, True)


@pytest.mark.parametrize(
    ("names", "place"),
    [
        pytest.param(["a/b/market.json"], "market.json", id="another name"),
        pytest.param(["a/c/shop.json", "a/c/d/shop.json"], "../c/d/shop.json", id="twice"),
        pytest.param(["shop.json", "a/b/market.json"], "market.json", id="up, and back"),
        pytest.param(["a/c/shop.json", f"a/b/{NAME}"], NAME, id="back under its name"),
    ],
)
def test_a_file_is_where_it_was_moved_to(
    names: list[str], place: str, path: Path, served: dict[Path, DocumentPanel]
) -> None:
    served_in("a/b", Comm(), opening(f"a/b/{NAME}"), *({"kind": "moved", "name": name} for name in names))

    (panel,) = served.values()
    assert panel.workbench is not None
    expected = Path(os.path.normpath(path.parent / place))
    assert (panel.workbench.app.path, panel.path, list(served)) == (expected, expected, [expected])


def test_a_page_that_is_loaded_again_finds_the_file_that_was_moved(
    path: Path, served: dict[Path, DocumentPanel]
) -> None:
    served_in("a/b", Comm(), opening(f"a/b/{NAME}"), {"kind": "moved", "name": "a/c/shop.json"})
    comm = Comm()

    # It knows the folder of the file, and not that of the kernel.
    served_in("a/c", comm, opening("a/c/shop.json"))

    (panel,) = served.values()
    assert panel.path == path.parent.parent / "c/shop.json"
    assert comm.sent[0] == {"kind": "started", "folder": "a/b"}
    assert panel.workbench is not None
    assert comm.sent[1]["model"] == panel.workbench.model_id


def test_what_was_typed_goes_with_a_file_that_is_moved(path: Path, served: dict[Path, DocumentPanel]) -> None:
    served_in("", Comm(), opening(NAME))
    (panel,) = served.values()
    assert panel.workbench is not None
    panel.workbench.session.set_inputs({"x": "typed"})

    panel.move(path.with_name("market.json"))

    assert resuming.typed_in(panel.path)["inputs"] == {"kustomer.app.shop.find": {"x": "typed"}}


def test_what_is_typed_reaches_the_page_where_the_thread_of_a_comm_ends(
    path: Path, served: dict[Path, DocumentPanel], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(document_panels, "PAUSE", 0.01)
    comm = Comm()

    async def in_comm(panel: DocumentPanel) -> None:
        assert panel.workbench is not None
        panel.workbench.session.set_inputs({"x": "typed"})

    async def talk() -> None:
        serve("")
        get_comm_manager().targets[document_panels.TARGET](comm, {"content": {"data": opening(NAME)}})
        await asyncio.sleep(0)
        # Its loop ends at once.
        await asyncio.to_thread(lambda: asyncio.run(in_comm(served[path])))
        await asyncio.sleep(0.05)

    asyncio.run(talk())

    assert comm.sent[-1]["kind"] == "typed"
    assert comm.sent[-1]["typed"]["inputs"] == {"kustomer.app.shop.find": {"x": "typed"}}
    assert comm.threads == {threading.get_ident()}


def test_a_page_is_heard_on_the_thread_of_cells(served: dict[Path, DocumentPanel]) -> None:
    comm = Comm()

    served_in("", comm, opening(NAME), {"kind": "unknown"}, {"kind": "edit"})

    assert [content["kind"] for content in comm.sent] == ["started", "shown", "opened", "failed", "failed"]
    assert comm.threads == {threading.get_ident()}

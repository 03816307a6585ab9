"""The unsaved definition of a workbench outlives its kernel, until it is saved, undone or discarded."""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import kustomer_nb as knb
from kustomer_nb.storage.drafts import Draft, read_drafts, write_draft
from kustomer_nb.storage.locks import locked
from kustomer_nb.widgets import definition_drafts, kept_drafts
from kustomer_nb.widgets.definition_drafts import DraftKeeper
from kustomer_nb.widgets.session import Session
from tests.widgets.pressing import texts

URI = "https://api.shop.com/"
TOKEN = "sk_live_51H8zQaKxVtNbWcRyUfPmLgDj"


def definition(uri: str = URI, **template: object) -> str:
    template = {"uri": uri, "method": "get", "json": True, **template}
    action = {"name": "shop.find", "inputTemplate": template}
    return json.dumps({"app": "shop", "version": "1.0.0", "actions": [action]}, indent=2)


@pytest.fixture(autouse=True)
def on_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUSTOMER_NB_HISTORY", "on")
    monkeypatch.setattr(kept_drafts, "_MEMORY", {})


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "shop.json"
    path.write_text(definition())
    return path


def edit(bench: knb.Workbench, old: str = "shop.com/", new: str = "shop.com/orders") -> None:
    text = bench.definition.text
    assert old in text
    bench.definition._editing.replace(text.replace(old, new))


def kept(folder: Path) -> list[str]:
    return [draft.text for draft in read_drafts(folder)]


def decide(bench: knb.Workbench, act: str) -> None:
    bench.intend({"kind": "draft", "act": act})


KERNEL = """
import os, sys
import kustomer_nb as knb
bench = knb.workbench({source})
editing = bench.definition._editing
for new in {edits!r}:
    editing.replace(editing.text.replace("shop.com/", new))
print("edited", flush=True)
{end}
"""
CRASH, STOP, WAIT = "os._exit(1)", "", "sys.stdin.read()"


def a_kernel(
    folder: Path, *edits: str, end: str = CRASH, source: str = "'shop.json'"
) -> subprocess.Popen[str]:
    """Start a process that edits a definition in a workbench, and wait until it has."""
    code = KERNEL.format(source=source, edits=list(edits), end=end)
    pipe = subprocess.PIPE
    kernel = subprocess.Popen([sys.executable, "-c", code], cwd=folder, stdin=pipe, stdout=pipe, text=True)
    assert kernel.stdout is not None
    assert kernel.stdout.readline() == "edited\n"
    if end != WAIT:
        kernel.communicate()
    return kernel


def test_a_definition_that_a_killed_kernel_had_is_restored_as_unsaved(path: Path) -> None:
    a_kernel(path.parent, "shop.com/orders")

    bench = knb.workbench(path)

    assert bench.app.text == definition(f"{URI}orders")
    assert bench.draft["state"] == "restored"
    assert bench.draft["words"].startswith("Unsaved edits of ")
    assert bench.unsaved == "shop.json has changes that are not saved."
    assert bench.unsaved_without_kernel.endswith("they are restored then.")
    assert path.read_text() == definition()


def test_a_kernel_that_ends_writes_what_was_typed_in_its_last_second(path: Path) -> None:
    a_kernel(path.parent, "shop.com/a", "shop.com/b", "shop.com/c", end=STOP)

    assert kept(path.parent) == [definition(f"{URI}cba")]


def test_undo_goes_back_to_the_file_and_redo_brings_the_edits_again(path: Path) -> None:
    a_kernel(path.parent, "shop.com/orders")
    bench = knb.workbench(path)

    decide(bench, "undo")

    assert bench.app.text == definition()
    assert (bench.unsaved, bench.draft["state"], kept(path.parent)) == ("", "", [])
    bench.definition.intend({"kind": "undo_text", "redo": True})
    assert bench.app.text == definition(f"{URI}orders")


def test_discard_cannot_be_made_again(path: Path) -> None:
    a_kernel(path.parent, "shop.com/orders")
    bench = knb.workbench(path)

    decide(bench, "discard")

    assert bench.app.text == definition()
    assert (bench.definition.redo_words, bench.draft["state"], kept(path.parent)) == ("", "", [])
    assert "discarded" in bench.toast["text"]
    assert knb.workbench(path).draft["state"] == ""


def test_the_notice_ends_with_the_next_edit_and_the_edits_stay(path: Path) -> None:
    a_kernel(path.parent, "shop.com/orders")
    bench = knb.workbench(path)

    edit(bench, "/orders", "/returns")

    assert bench.draft["state"] == ""
    assert bench.unsaved
    bench._drafts.flush()
    assert kept(path.parent) == [definition(f"{URI}returns")]


@pytest.mark.parametrize("act", ["save", "undo"])
def test_saving_and_undoing_end_the_draft(act: str, path: Path) -> None:
    bench = knb.workbench(path)
    edit(bench)
    assert kept(path.parent) == [definition(f"{URI}orders")]

    bench.definition.intend({"kind": "save"} if act == "save" else {"kind": "undo_text", "redo": False})

    assert kept(path.parent) == []
    assert knb.workbench(path).draft["state"] == ""


def test_a_save_in_a_cell_ends_it_too(path: Path) -> None:
    bench = knb.workbench(path)
    edit(bench)
    bench.app.save()
    path.write_text(definition("https://elsewhere.com"))

    assert knb.workbench(path).draft["state"] == ""
    assert kept(path.parent) == []


def test_a_file_that_changed_since_is_shown_and_the_edits_are_offered(path: Path) -> None:
    a_kernel(path.parent, "shop.com/orders")
    path.write_text(definition("https://other.com/"))

    bench = knb.workbench(path)

    assert bench.app.text == definition("https://other.com/")
    assert bench.unsaved == ""
    assert bench.draft["state"] == "offered"
    assert "shop.json has changed since your unsaved edits of" in bench.draft["words"]
    decide(bench, "compare")
    assert '-        "uri": "https://other.com/"' in bench.draft["diff"]
    assert '+        "uri": "https://api.shop.com/orders"' in bench.draft["diff"]
    decide(bench, "compare")
    assert bench.draft["diff"] == ""

    decide(bench, "restore")
    assert bench.app.text == definition(f"{URI}orders")
    assert bench.draft["state"] == "restored"
    bench.definition.intend({"kind": "save"})
    assert path.read_text() == definition(f"{URI}orders")
    assert kept(path.parent) == []


def test_an_offer_stays_until_it_is_decided(path: Path) -> None:
    a_kernel(path.parent, "shop.com/orders")
    path.write_text(definition("https://other.com/"))
    decide(knb.workbench(path), "dismiss")

    bench = knb.workbench(path)
    edit(bench, "other.com/", "other.com/more")
    assert sorted(kept(path.parent)) == sorted(
        [definition(f"{URI}orders"), definition("https://other.com/more")]
    )
    assert bench.draft["state"] == "offered"

    decide(bench, "discard")
    assert kept(path.parent) == [definition("https://other.com/more")]
    assert bench.app.text == definition("https://other.com/more")


def test_a_file_that_has_the_edits_by_now_ends_the_draft(path: Path) -> None:
    a_kernel(path.parent, "shop.com/orders")
    path.write_text(definition(f"{URI}orders"))

    assert knb.workbench(path).draft["state"] == ""
    assert kept(path.parent) == []


def test_a_text_that_is_no_definition_is_restored_too(path: Path) -> None:
    bench = knb.workbench(path)
    bench.definition._editing.replace("")

    again = knb.workbench(path)

    assert again.definition.text == ""
    assert again.definition.unreadable
    decide(again, "undo")
    assert again.definition.text == definition()
    assert not again.definition.unreadable


def test_the_cell_runs_again_in_the_same_kernel_at_once(path: Path) -> None:
    first = knb.workbench(path)
    edit(first)
    # Within the same second, so that it is not written yet.
    edit(first, "/orders", "/returns")
    assert kept(path.parent) == [definition(f"{URI}orders")]

    again = knb.workbench(path)

    assert again.app.text == definition(f"{URI}returns")
    assert kept(path.parent) == [definition(f"{URI}returns")]
    # The one before is still there, and is heard again.
    edit(first, "/returns", "/refunds")
    first._drafts.flush()
    assert sorted(kept(path.parent)) == [definition(f"{URI}refunds"), definition(f"{URI}returns")]


def test_the_same_app_in_another_cell_is_not_offered_its_own_text(path: Path) -> None:
    app = knb.load(path)
    edit(knb.workbench(app))

    again = knb.workbench(app)

    assert again.draft["state"] == ""
    assert kept(path.parent) == [definition(f"{URI}orders")]
    again.definition.intend({"kind": "save"})
    assert kept(path.parent) == []


@pytest.fixture
def other_kernel(path: Path) -> Iterator[subprocess.Popen[str]]:
    kernel = a_kernel(path.parent, "shop.com/other", end=WAIT)
    yield kernel
    kernel.kill()
    kernel.communicate()


def test_edits_in_a_live_kernel_are_told_and_neither_taken_nor_ended(
    path: Path, other_kernel: subprocess.Popen[str]
) -> None:
    bench = knb.workbench(path)
    assert bench.draft["state"] == "elsewhere"
    assert bench.app.text == definition()
    decide(bench, "compare")
    assert '+        "uri": "https://api.shop.com/other"' in bench.draft["diff"]

    edit(bench)
    bench.definition.intend({"kind": "save"})
    decide(bench, "discard")
    assert kept(path.parent) == [definition(f"{URI}other")]
    assert knb.workbench(path).draft["state"] == "elsewhere"

    other_kernel.kill()
    other_kernel.communicate()
    # The file was saved here since.
    assert knb.workbench(path).draft["state"] == "offered"


def test_bare_opening_writes_nothing(path: Path) -> None:
    knb.workbench(path)
    knb.workbench(json.loads(definition()))
    knb.workbench()

    assert not (path.parent / ".kustomer-nb").exists()


class Clock:
    """A clock, and what is to be called when it gets there."""

    def __init__(self) -> None:
        self.now = 0.0
        self.waiting: list[tuple[float, Callable[[], object]]] = []

    def __call__(self) -> float:
        return self.now

    def later(self, seconds: float, act: Callable[[], object]) -> Callable[[], object]:
        item = (self.now + seconds, act)
        self.waiting.append(item)
        return lambda: self.waiting.remove(item) if item in self.waiting else None

    def go(self, seconds: float) -> None:
        self.now += seconds
        for item in [item for item in self.waiting if item[0] <= self.now]:
            self.waiting.remove(item)
            item[1]()


@pytest.mark.parametrize("has_loop", [True, False])
def test_typing_is_written_once_a_second_and_not_per_key(
    has_loop: bool, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writes: list[str] = []

    def write(root: Path, draft: Draft) -> None:
        writes.append(draft.text)
        write_draft(root, draft)

    monkeypatch.setattr(kept_drafts, "write_draft", write)
    session, clock = Session(knb.load(path)), Clock()
    editing = session.editing
    keeper = DraftKeeper(session, later=clock.later if has_loop else lambda *_: None, clock=clock)

    for number in range(40):
        editing.replace(editing.text.replace("shop.com/", "shop.com/x"))
        clock.go(0.1)
        assert len(writes) <= 1 + number // 10

    assert len(writes) >= 3
    keeper.flush()
    assert len(writes) <= 5
    assert writes[-1] == editing.text == kept(path.parent)[0]
    keeper.flush()
    assert len(writes) <= 5


def test_typing_is_written_where_the_thread_of_a_comm_ends(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(definition_drafts, "INTERVAL", 0.01)
    written: list[list[str]] = []

    async def talk() -> None:
        bench = knb.workbench(knb.load(path))

        async def in_comm() -> None:
            edit(bench)

        for _ in range(2):
            # Its loop ends at once.
            await asyncio.to_thread(lambda: asyncio.run(in_comm()))
            await asyncio.sleep(0.1)
            written.append(kept(path.parent))
        bench.close()

    asyncio.run(talk())

    first, second = (definition(f"{URI}{words}") for words in ("orders", "ordersorders"))
    assert written == [[first], [second]]


def test_typing_is_written_where_the_loop_of_the_workbench_has_ended(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(definition_drafts, "INTERVAL", 0.01)

    async def begin() -> knb.Workbench:
        bench = knb.workbench(knb.load(path))
        edit(bench)
        return bench

    bench = asyncio.run(begin())
    assert kept(path.parent) == []
    time.sleep(0.05)

    edit(bench)

    assert kept(path.parent) == [bench.definition.text]
    bench.close()


@pytest.mark.parametrize("how", ["environment", "profile"])
def test_without_a_history_nothing_is_written_and_the_kernel_remembers(
    how: str, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if how == "environment":
        monkeypatch.setenv("KUSTOMER_NB_HISTORY", "off")
    else:
        (path.parent / "kustomer-nb.toml").write_text('profile = "a"\n[profiles.a]\nhistory = false\n')
    bench = knb.workbench(path)
    edit(bench)

    assert not (path.parent / ".kustomer-nb").exists()
    assert bench.unsaved_without_kernel.endswith("copy its JSON first.")
    again = knb.workbench(path)
    assert again.app.text == definition(f"{URI}orders")
    decide(again, "discard")
    assert knb.workbench(path).draft["state"] == ""
    assert not (path.parent / ".kustomer-nb").exists()


def test_a_profile_that_keeps_no_history_removes_what_was_written(path: Path) -> None:
    toml = 'profile = "a"\n[profiles.a]\n[profiles.b]\nhistory = false\n'
    (path.parent / "kustomer-nb.toml").write_text(toml)
    bench = knb.workbench(path)
    edit(bench)
    assert kept(path.parent)

    bench.use_profile("b")

    assert kept(path.parent) == []
    assert knb.workbench(path, profile="b").app.text == definition(f"{URI}orders")


def test_a_definition_without_a_file_stays_in_its_project_wherever_a_cell_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = knb.workbench(knb.loads(definition()))
    other = tmp_path / "other"
    other.mkdir()
    monkeypatch.chdir(other)

    edit(bench)
    bench._drafts.flush()

    assert kept(tmp_path) == [definition(f"{URI}orders")]
    assert not (other / ".kustomer-nb").exists()


def test_what_is_promised_follows_a_write_that_comes_later(path: Path) -> None:
    bench = knb.workbench(path)
    edit(bench)
    assert bench.unsaved_without_kernel.endswith("they are restored then.")
    folder, aside = path.parent / ".kustomer-nb", path.parent / "aside"
    folder.rename(aside)
    folder.write_text("in the way")

    # Within a second of the last write, so that it waits.
    edit(bench, "/orders", "/returns")
    assert bench.unsaved_without_kernel.endswith("they are restored then.")
    bench._drafts.flush()
    assert bench.unsaved_without_kernel.endswith("copy its JSON first.")

    folder.unlink()
    aside.rename(folder)
    edit(bench, "/returns", "/refunds")
    bench._drafts.flush()
    assert bench.unsaved_without_kernel.endswith("they are restored then.")


def test_a_folder_that_cannot_be_used_is_told_once_and_nothing_is_promised(path: Path) -> None:
    (path.parent / ".kustomer-nb").write_text("in the way")
    bench = knb.workbench(path)

    edit(bench)

    assert bench.toast["isBad"]
    assert "Unsaved changes cannot be kept" in bench.toast["text"]
    assert bench.unsaved_without_kernel.endswith("copy its JSON first.")
    count = bench.toast["count"]
    edit(bench, "/orders", "/returns")
    bench._drafts.flush()
    assert bench.toast["count"] == count

    (path.parent / ".kustomer-nb").unlink()
    edit(bench, "/returns", "/refunds")
    bench._drafts.flush()
    assert kept(path.parent) == [definition(f"{URI}refunds")]


def test_tokens_of_a_draft_are_masked_on_the_page(path: Path) -> None:
    headers = {"authorization": f"Bearer {TOKEN}"}
    path.write_text(definition(headers=headers))
    a_kernel(path.parent, "shop.com/orders")
    path.write_text(definition(f"{URI}more"))

    bench = knb.workbench(path)
    decide(bench, "compare")

    assert '"authorization": "Bearer sk_live_***' in bench.draft["diff"]
    assert TOKEN not in texts(bench) + json.dumps(bench.draft)
    decide(bench, "restore")
    assert bench.app.text == definition(f"{URI}orders", headers=headers)
    assert TOKEN not in texts(bench)


def test_a_typed_setting_is_in_no_draft(path: Path) -> None:
    setting = {"default": {"token": {"type": "string", "secret": True}}}
    value = json.loads(definition()) | {"settings": setting}
    value["actions"][0]["appSettings"] = {"token": {"key": "shop.default.token"}}
    path.write_text(json.dumps(value))
    bench = knb.workbench(path)
    bench.settings.intend({"kind": "secret", "key": "shop.default.token", "value": "canary-ZGVtbw"})

    edit(bench)

    files = [file.read_bytes() for file in path.parent.rglob("*") if file.is_file()]
    assert kept(path.parent)
    assert b"canary-ZGVtbw" not in b"".join(files)


def test_a_definition_of_a_cell_is_restored_where_the_cell_has_the_same_one(path: Path) -> None:
    a_kernel(path.parent, "shop.com/orders", source=repr(json.loads(definition())))

    assert knb.workbench(json.loads(definition("https://b.c"))).draft["state"] == ""
    bench = knb.workbench(json.loads(definition()))

    assert bench.draft["state"] == "restored"
    assert f"{URI}orders" in bench.app.text
    decide(bench, "undo")
    assert f"{URI}orders" not in bench.app.text
    assert kept(path.parent) == []


def test_the_start_page_lists_a_definition_that_was_never_saved(tmp_path: Path) -> None:
    bench = knb.workbench()
    bench.start.intend({"kind": "new_action"})
    assert kept(tmp_path) == []
    bench.definition_form.parts.put("/inputTemplate/uri", "https://b.c/new")
    text = bench.app.text
    bench.close()

    again = knb.workbench()
    again.start.intend({"kind": "files"})
    (listed,) = again.start.drafts
    assert listed["title"] == "Unsaved definition my-app"
    again.start.intend({"kind": "open_draft", "id": listed["id"]})

    assert (again.app.text, again.is_started) == (text, True)
    assert again.unsaved == "The definition is not saved in a file."
    assert kept(tmp_path) == [text]
    again.definition_form.intend({"kind": "save", "name": "mine.json"})
    assert (tmp_path / "mine.json").read_text() == text
    assert kept(tmp_path) == []


def test_another_new_action_does_not_bring_the_last_one_back(tmp_path: Path) -> None:
    bench = knb.workbench()
    bench.start.intend({"kind": "new_action"})
    bench.definition_form.parts.put("/inputTemplate/uri", "https://b.c/new")

    again = knb.workbench()
    again.start.intend({"kind": "new_action"})

    assert again.draft["state"] == ""
    assert "https://b.c/new" not in again.app.text
    assert len(kept(tmp_path)) == 1


def test_a_pasted_command_is_kept_without_its_credentials(tmp_path: Path) -> None:
    bench = knb.workbench()
    bench.start.read_curl("curl https://api.shop.com/orders/7 -H 'Authorization: Bearer tok-Zq81-Not-Shown'")
    bench.start.create("findOrder")

    (text,) = kept(tmp_path)
    assert "findOrder" in text
    assert "tok-Zq81-Not-Shown" not in text
    assert bench.unsaved_without_kernel.endswith("the start page lists it then.")


def test_a_draft_that_is_no_definition_opens_with_its_text(tmp_path: Path) -> None:
    bench = knb.workbench()
    bench.start.intend({"kind": "new_action"})
    bench.definition._editing.replace("")
    bench._drafts.flush()
    bench.close()

    again = knb.workbench()
    again.start.list_files()
    again.start.open_draft(again.start.drafts[0]["id"])

    assert again.definition.text == ""
    assert again.definition.unreadable


def test_a_draft_whose_file_is_gone_is_listed(path: Path) -> None:
    a_kernel(path.parent, "shop.com/orders")
    path.unlink()

    bench = knb.workbench()
    bench.start.list_files()
    (listed,) = bench.start.drafts
    assert listed["note"].endswith("; shop.json is gone")
    bench.start.open_draft(listed["id"])
    assert bench.app.text == definition(f"{URI}orders")


def test_a_draft_that_ended_meanwhile_is_said(tmp_path: Path) -> None:
    bench = knb.workbench()
    bench.start.intend({"kind": "open_draft", "id": "../../etc/passwd"})

    assert "not kept any more" in bench.start.notice
    assert not bench.is_started


def test_a_file_opened_from_the_start_page_and_by_update_is_restored(path: Path) -> None:
    a_kernel(path.parent, "shop.com/orders")
    bench = knb.workbench()
    bench.start.intend({"kind": "open_file", "path": "shop.json"})
    assert bench.draft["state"] == "restored"
    assert bench.app.text == definition(f"{URI}orders")

    (path.parent / "second.json").write_text(definition("https://second.com/"))
    bench.update(path.parent / "second.json")
    assert bench.draft["state"] == ""
    bench.update(path)
    assert bench.draft["state"] == "restored"
    assert bench.app.text == definition(f"{URI}orders")


def test_another_process_that_writes_only_delays_the_draft(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, clock = Session(knb.load(path)), Clock()
    keeper = DraftKeeper(session, later=clock.later, clock=clock)
    session.editing.replace(definition(f"{URI}orders"))
    (path.parent / ".kustomer-nb" / "drafts").mkdir(parents=True)
    monkeypatch.setattr("kustomer_nb.storage.drafts.PATIENCE", 0)

    with locked(path.parent / ".kustomer-nb" / "drafts" / "drafts.lock", patience=0):
        clock.go(1)
        assert kept(path.parent) == []
        assert session.toast is None
    clock.go(1)

    assert kept(path.parent) == [definition(f"{URI}orders")]
    keeper.close()


def test_a_removed_folder_is_made_again_by_the_next_edit(path: Path) -> None:
    bench = knb.workbench(path)
    edit(bench)
    shutil.rmtree(path.parent / ".kustomer-nb")

    edit(bench, "/orders", "/returns")
    bench._drafts.flush()

    assert kept(path.parent) == [definition(f"{URI}returns")]
    assert knb.workbench(path).app.text == definition(f"{URI}returns")


def test_two_files_of_one_name_and_a_link_to_one_have_their_own_drafts(path: Path) -> None:
    (path.parent / "inner").mkdir()
    inner = path.parent / "inner" / "shop.json"
    inner.write_text(definition())
    (path.parent / "kustomer-nb.toml").write_text("")
    (path.parent / "linked").symlink_to(path.parent / "inner")
    edit(knb.workbench(inner))

    assert knb.workbench(path).draft["state"] == ""
    assert knb.workbench(path.parent / "linked" / "shop.json").draft["state"] == "restored"

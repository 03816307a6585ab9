from __future__ import annotations

import asyncio
import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

import kustomer_nb as knb
from kustomer_nb.diagnostics import Severity
from kustomer_nb.errors import EditError, LoadError, SaveError
from kustomer_nb.widgets import DefinitionCode, ProblemsView, action_edits
from kustomer_nb.widgets.definition_code import MOST_FINDINGS
from kustomer_nb.widgets.definition_editing import LONGEST
from kustomer_nb.widgets.session import Session
from kustomer_nb.widgets.watching import FileState, FileWatcher
from tests.samples import ECOMMSTORE, an_action
from tests.widgets.pressing import texts

TOKEN = "sk_live_" + "51H8xY2eZvKYlo2C"
URI = "http://a.b"
TEXT = json.dumps(an_action(inputTemplate={"uri": URI, "method": "get"}), indent=2)


class Page:
    """What a page would have of a leaf: its text, kept by the messages alone."""

    def __init__(self, leaf: DefinitionCode) -> None:
        self.leaf = leaf
        self.text, self.version, self.told = "", -1, []
        self.completed: dict[str, Any] = {}
        leaf.send = self._take  # type: ignore[method-assign]
        leaf.intend({"kind": "open_text"})

    def _take(self, content: dict[str, Any], buffers: Any = None) -> None:
        self.told.append(content)
        if content["kind"] == "whole_text":
            self.text, self.version = content["text"], content["version"]
        elif content["kind"] == "text_edited":
            assert content["version"] == self.version + 1
            start = content["start"]
            self.text = self.text[:start] + content["inserted"] + self.text[start + content["removed"] :]
            self.version = content["version"]

    def type(self, old: str, new: str, *, version: int | None = None) -> None:
        start = self.text.index(old)
        at = self.version if version is None else version
        edit = {"start": start, "removed": len(old), "inserted": new}
        self.leaf.intend({"kind": "edit_text", "view": "v", "revision": 1, "version": at, **edit})


def opened(text: str = TEXT) -> tuple[Session, DefinitionCode, Page]:
    session = Session(knb.loads(text))
    leaf = DefinitionCode(session)
    return session, leaf, Page(leaf)


def test_the_page_has_the_text_of_the_file() -> None:
    session = Session(knb.load(ECOMMSTORE))
    leaf = DefinitionCode(session)
    lines = ECOMMSTORE.read_text(encoding="utf-8").splitlines()

    assert Page(leaf).text == ECOMMSTORE.read_text(encoding="utf-8")
    assert (leaf.file, leaf.is_saved, leaf.has_file) == ("ecommstore.json", True, True)
    assert repr(leaf) == f"<DefinitionCode: {len(lines)} lines of ecommstore.json>"
    assert [lines[part["line"] - 1].split('"')[1] for part in leaf.parts] == [
        part["name"] for part in leaf.parts
    ]


def test_what_is_typed_is_what_the_next_request_says() -> None:
    session, leaf, page = opened()

    page.type(URI, "http://a.b/{{id}}")

    assert page.text == session.app.text
    assert session.preview({"id": 7}).request.url == "http://a.b/7"
    assert not leaf.is_saved


def test_a_text_that_is_no_definition_keeps_the_last_one_in_use() -> None:
    session, leaf, page = opened()

    page.type(page.text, "hello")

    assert leaf.unreadable
    assert session.app.text == TEXT
    assert [one["code"] for one in leaf.findings] == ["KNB101"]
    with pytest.raises(LoadError):
        session.editing.save("never.json")
    page.type("hello", TEXT)
    assert (leaf.unreadable, session.app.text) == ("", TEXT)


def test_a_text_with_a_syntax_error_shows_it_in_place() -> None:
    _session, leaf, page = opened()

    page.type('"inputTemplate": {', '"inputTemplate": [')

    errors = [one for one in leaf.findings if one["code"].startswith("KNB1")]
    assert errors
    assert all(0 <= one["start"] < one["end"] <= len(page.text) + 1 for one in leaf.findings)


def test_an_edit_of_an_older_version_is_left_to_the_page() -> None:
    session, _leaf, page = opened()
    page.type(URI, "http://c.d")

    page.type("http://c.d", "http://e.f", version=page.version - 1)

    assert "http://c.d" in session.app.text
    assert page.text == session.app.text


@pytest.mark.parametrize("content", [{"start": 99999}, {"start": -1}, {"removed": 99999}])
def test_an_edit_outside_the_text_changes_nothing(content: dict[str, int]) -> None:
    session, leaf, page = opened()
    edit = {"view": "v", "revision": 1, "version": page.version, "start": 0, "removed": 0, "inserted": "x"}

    leaf.intend({"kind": "edit_text", **edit, **content})

    assert session.app.text == TEXT
    assert page.told[-1]["kind"] == "whole_text"


def test_undo_takes_back_what_was_typed_and_what_was_done_elsewhere() -> None:
    session, leaf, page = opened()
    page.type(URI, "http://c.d")
    session.app.edit("/description", "new")
    session.take_definition()
    after = session.app.text

    leaf.intend({"kind": "undo_text", "redo": False})
    assert '"new"' not in session.app.text
    leaf.intend({"kind": "undo_text", "redo": False})
    assert session.app.text == page.text == TEXT
    leaf.intend({"kind": "undo_text", "redo": False})
    for _ in range(3):
        leaf.intend({"kind": "undo_text", "redo": True})

    assert session.app.text == page.text == after


def test_typing_is_one_change_of_the_app() -> None:
    session, _leaf, _page = opened()
    for text in ("h", "ht", "htt"):
        session.editing.replace(TEXT.replace(URI, text))

    session.app.undo()

    assert session.app.text == TEXT


def test_what_was_saved_while_typing_can_be_gone_back_to(tmp_path: Path) -> None:
    path = tmp_path / "shop.json"
    path.write_text(TEXT)
    session = Session(knb.load(path))
    leaf = DefinitionCode(session)
    session.editing.replace(TEXT.replace(URI, "http://c.d"))
    leaf.intend({"kind": "save"})
    assert (leaf.is_saved, "http://c.d" in path.read_text()) == (True, True)
    session.editing.replace(TEXT.replace(URI, "http://e.f"))

    session.app.undo()

    assert "http://c.d" in session.app.text


def test_a_file_that_changed_elsewhere_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "shop.json"
    path.write_text(TEXT)
    session = Session(knb.load(path))
    leaf = DefinitionCode(session)
    session.editing.replace(TEXT.replace(URI, "http://c.d"))
    path.write_text("{}")

    with pytest.raises(SaveError):
        leaf.intend({"kind": "save"})

    assert path.read_text() == "{}"
    assert "http://c.d" in session.app.text


def test_a_definition_without_a_file_is_saved_under_a_name(tmp_path: Path) -> None:
    _session, leaf, _page = opened()

    leaf.intend({"kind": "save", "name": str(tmp_path / "shop.json")})

    assert (tmp_path / "shop.json").read_text() == TEXT
    assert (leaf.is_saved, leaf.has_file, leaf.file) == (True, True, "shop.json")


def test_a_finding_is_fixed_where_it_is() -> None:
    session, leaf, page = opened("{app: 'shop', version: '1.0.0', title: 'Shop', actions: [{name: 'a'}]}")
    fixable = next(one for one in leaf.findings if one["fixTitle"])
    count = len(leaf.findings)

    leaf.intend({"kind": "fix", "id": fixable["id"]})

    assert len(leaf.findings) < count
    assert page.text == session.app.text


@pytest.mark.parametrize(
    "template",
    [
        pytest.param({"headers": {"authorization": f"Bearer {TOKEN}"}}, id="a header"),
        pytest.param({"qs": {"api_key": TOKEN}}, id="a parameter"),
        pytest.param({"uri": f"https://me:{TOKEN}@a.b/"}, id="a password"),
        pytest.param({"data": {"client_secret": TOKEN}}, id="a body"),
    ],
)
def test_a_token_in_the_text_is_masked_and_stays_in_the_file(template: dict[str, object]) -> None:
    base = {"uri": "https://a.b/", "method": "get", "json": True}
    text = json.dumps(an_action(inputTemplate={**base, **template}), indent=2)
    session, leaf, page = opened(text)

    page.type('"method"', '"verb"')

    assert TOKEN not in f"{page.told}{texts(leaf)}"
    assert session.app.text == text.replace('"method"', '"verb"')


def test_no_trait_holds_the_text() -> None:
    _session, leaf, _page = opened()

    assert URI not in json.dumps(leaf.get_state(), default=str)


def test_the_text_follows_the_file(tmp_path: Path) -> None:
    path = tmp_path / "shop.json"
    path.write_text(json.dumps(an_action(description="before")))
    session = Session(knb.load(path))
    page = Page(DefinitionCode(session))

    path.write_text(json.dumps(an_action(description="after")))
    session.app.reload()
    session.take_definition()

    assert "after" in page.text
    assert "before" not in page.text


def test_another_app_is_another_text() -> None:
    session, _leaf, page = opened()

    session.update(knb.loads("{actions: [{inputTemplate: {uri: 'http://x.y'}}]}"))
    page.type("http://x.y", "http://x.z")

    assert page.text == session.app.text == "{actions: [{inputTemplate: {uri: 'http://x.z'}}]}"


def test_a_line_is_marked_each_time_it_is_asked_for() -> None:
    leaf = DefinitionCode(knb.load(ECOMMSTORE).action("refundOrder"))
    seen = []
    leaf.observe(lambda change: seen.append(change["new"]["line"]), "marked")

    leaf.show_line(7)
    leaf.show_line(7)

    assert seen == [7, 7]


def test_a_very_long_text_is_only_shown() -> None:
    session, leaf, page = opened(json.dumps(an_action(description="x" * (LONGEST + 10))))
    before = session.app.text

    page.type('"description"', '"other"')

    assert leaf.read_only
    assert session.app.text == before


def with_token(value: str = f"Bearer {TOKEN}", **template: object) -> str:
    return json.dumps(an_action(inputTemplate={"headers": {"authorization": value}, **template}), indent=2)


def test_lines_with_a_token_are_indented() -> None:
    text = with_token()
    session, leaf, page = opened(text)
    lines = page.text[
        page.text.index('    "headers"') : page.text.index("}", page.text.index("authorization"))
    ]

    page.type(lines, lines.replace("\n", "\n  "))

    assert session.app.text == text.replace('      "auth', '        "auth').replace("\n    }", "\n      }", 1)
    assert (TOKEN in session.app.text, TOKEN in f"{page.told}{texts(leaf)}", leaf.notice) == (True, False, "")


def test_a_mask_from_elsewhere_is_refused_with_the_reason() -> None:
    session, leaf, page = opened(with_token(uri=URI))
    mask = re.search(r"\*{4,}", page.text)
    assert mask

    page.type(URI, mask[0])

    assert leaf.notice == "A hidden value cannot be typed; paste it from where it is, or undo."
    assert session.app.text == with_token(uri=URI)
    told = page.told[-1]
    assert (told["kind"], told["view"], told["revision"]) == ("whole_text", "v", 1)


def test_an_edit_of_the_text_of_another_app_is_left_to_the_page() -> None:
    session, _leaf, page = opened()
    version = page.version

    session.update(knb.loads('{"actions": [{"inputTemplate": {"uri": "http://x.y"}}]}'))
    page.type("http://x.y", "http://x.z", version=version)

    assert session.app.text == '{"actions": [{"inputTemplate": {"uri": "http://x.y"}}]}'


DRAFT = "typed for an hour, and no definition yet"


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(action_edits.add_action, id="add"),
        pytest.param(lambda session: action_edits.duplicate_action(session, "copy"), id="duplicate"),
        pytest.param(lambda session: action_edits.rename_action(session, "other"), id="rename"),
        pytest.param(action_edits.remove_action, id="remove"),
        pytest.param(
            lambda session: session.edit(lambda: session.app.edit("/title", "x"), "Changed", place="output"),
            id="edit",
        ),
        pytest.param(lambda session: session.undo(), id="undo"),
        pytest.param(lambda session: session.toast.undo(), id="the undo of a message"),
    ],
)
def test_a_text_that_cannot_be_read_is_not_replaced(change: Callable[[Session], object]) -> None:
    session, _leaf, page = opened()
    session.edit(lambda: session.app.edit("/description", "before"), "Changed", place="output")
    action_edits.add_action(session)
    before = session.app.text
    page.type(page.text, DRAFT)

    with pytest.raises(EditError, match="Fix: correct the text first, under JSON, or undo there"):
        change(session)

    assert (session.editing.text, page.text, session.app.text) == (DRAFT, DRAFT, before)


def test_a_text_that_cannot_be_read_conflicts_with_a_changed_file(tmp_path: Path) -> None:
    path = tmp_path / "shop.json"
    path.write_text(TEXT)
    session = Session(knb.load(path))
    page = Page(DefinitionCode(session))
    watcher = FileWatcher(session)
    page.type(page.text, DRAFT)

    path.write_text(TEXT.replace(URI, "http://c.d"))
    state = watcher.check()

    assert (state, session.editing.text) == (FileState.CONFLICT, DRAFT)


def test_a_text_that_cell_code_replaces_can_be_brought_back() -> None:
    session, _leaf, page = opened()
    page.type(page.text, DRAFT)

    session.app.edit("/description", "new")
    session.follow()

    assert session.toast is not None
    assert "Undo brings back the text that was typed" in session.toast.words
    session.editing.undo()
    assert page.text == session.editing.text == DRAFT


def long_text() -> str:
    """Return a definition of about 3,000 lines with many problems."""
    properties = {f"in{n}": {"type": "string", "description": "d" * 40} for n in range(190)}
    outputs = {f"k{n}": f"/#body.k{n}" for n in range(190)}
    sample = {f"k{n}": {"a": [n] * 4, "b": "x"} for n in range(230)}
    return json.dumps(
        an_action(
            inputTemplate={"uri": URI, "method": "get"},
            inputSchema={"properties": properties},
            outputTemplate=outputs,
            sampleOutputContext=sample,
        ),
        indent=2,
    )


def count_calls(act: Callable[[], object], name: str = "") -> int:
    """Return how many functions are called in Python, or those of one name."""
    count = 0

    def see(frame: FrameType, event: str, _argument: object) -> None:
        nonlocal count
        count += event == "call" and name in ("", frame.f_code.co_name)

    sys.setprofile(see)
    try:
        act()
    finally:
        sys.setprofile(None)
    return count


def test_a_key_in_a_long_text_is_quick_and_its_problems_follow_in_a_pause() -> None:
    text = long_text()
    assert text.count("\n") > 3000

    async def type_keys() -> tuple[list[int], list[int], list[dict[str, Any]], list[dict[str, Any]]]:
        session, leaf, page = opened(text)
        looked = asyncio.Event()
        session.listen(
            lambda topics: looked.set() if "problems" in topics and not session.problems.are_due else None
        )
        keys = "abcd"
        lints = [
            count_calls(lambda key=key: page.type(URI, f"{URI}/{key}"), "check_document") for key in keys[:2]
        ]
        calls = [count_calls(lambda key=key: page.type(URI, f"{URI}/{key}")) for key in keys[2:]]
        before = leaf.findings
        page.type('"method": "get"', '"method": "got"')
        assert leaf.findings == before
        looked.clear()
        await asyncio.wait_for(looked.wait(), 60)
        return lints, calls, before, leaf.findings

    lints, calls, before, after = asyncio.run(type_keys())

    assert lints == [0, 0]
    # With the problems it is more than 100,000.
    assert max(calls) < 40_000
    assert before != after


def test_a_fix_of_what_is_shown_acts_on_the_text_as_it_is() -> None:
    async def fix() -> str:
        session, leaf, page = opened("{app: 'shop', version: '1.0.0', title: 'Shop', actions: [{name: 'a'}]}")
        view = ProblemsView(session)
        fixable = next(one for one in leaf.findings if one["fixTitle"])
        page.type("'shop'", "'shopping'")
        assert session.problems.are_due
        view.intend({"kind": "fix", "id": fixable["id"]})
        return session.app.text

    assert "shopping" in asyncio.run(fix())


def test_a_key_costs_what_its_own_action_does() -> None:
    action = an_action(
        inputTemplate={"uri": URI, "method": "get", "headers": {"authorization": "Bearer {{{t}}}"}}
    )

    async def type_key(actions: int) -> int:
        named = [{**action, "name": f"kustomer.app.shop.find{number}"} for number in range(actions)]
        _, _, page = opened(json.dumps({"app": "shop", "actions": named}, indent=2))
        # The first key makes what is kept.
        page.type(URI, f"{URI}/a")
        return count_calls(lambda: page.type(URI, f"{URI}/b"))

    asyncio.run(type_key(2))
    few, many = asyncio.run(type_key(10)), asyncio.run(type_key(110))

    # Each of the others is looked at, and none is read: that alone would be 20 times as many.
    assert many - few < 100 * 40


def test_of_very_many_problems_the_worst_are_shown_and_the_number_is_said() -> None:
    names = [f"k{n}" for n in range(MOST_FINDINGS + 100)]
    text = json.dumps(an_action(outputTemplate=dict.fromkeys(names, "/#body.{")), indent=1)

    session, leaf, _page = opened(text)

    assert len(leaf.findings) == MOST_FINDINGS < len(session.problems.current)
    assert leaf.cut_findings == f"{MOST_FINDINGS} of {len(session.problems.current)} problems are shown here."
    worst = [list(Severity).index(Severity(one["severity"])) for one in leaf.findings]
    assert worst == sorted(worst)
    assert opened()[1].cut_findings == ""

"""The selected action while its text is typed: it stays, whatever the keys do for a moment."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import kustomer_nb as knb
from kustomer_nb.widgets import DefinitionCode
from kustomer_nb.widgets.session import Session
from kustomer_nb.widgets.watching import FileWatcher
from tests.samples import an_action

PREFIX = "kustomer.app.shop."
NAMES = ["pay", "find", "payAll", "drop"]
KEYS = ['"', "{", "}", "[", "]", ",", ":", "a", "\\", "\n"]


def text_of(*names: str) -> str:
    actions = [
        an_action(
            name=f"{PREFIX}{name}", inputTemplate={"uri": f"http://a.b/{name}/{{{{id}}}}", "method": "get"}
        )
        for name in names
    ]
    return json.dumps({"app": "shop", "version": "1.0.0", "title": "Shop", "actions": actions}, indent=1)


class Typist:
    """A session whose text is typed key by key, as a page sends it, and what moved the caret away."""

    def __init__(self, text: str, name: str, path: Path | None = None) -> None:
        if path is not None:
            path.write_text(text, encoding="utf-8")
        app = knb.loads(text) if path is None else knb.load(path)
        self.session = Session(app.action(name))
        self.session.set_inputs({"id": name})
        self.pane = DefinitionCode(self.session)
        self.action, self.picked = self.session.action, self.pane.picked

    @property
    def text(self) -> str:
        return self.session.editing.text

    def type(self, start: int, removed: int, inserted: str) -> None:
        # As a page that has heard of what a cell changed.
        self.session.editing.catch_up()
        edit = {"start": start, "removed": removed, "inserted": inserted}
        version = self.session.editing.edited.version
        self.pane.intend({"kind": "edit_text", "view": "v", "revision": 1, "version": version, **edit})

    def moved(self) -> list[str]:
        """Return what is not as it was before the keys."""
        session, picked = self.session, self.pane.picked
        toast = session.toast.words if session.toast else ""
        facts = {
            "the action": session.action is self.action,
            "the number": picked["id"] == self.picked["id"],
            "the selection": picked["pick"] == self.picked["pick"],
            "the inputs": bool(session.inputs),
            toast: "any more" not in toast,
        }
        return [name for name, is_kept in facts.items() if not is_kept]


def single_keys(text: str) -> Iterator[tuple[int, int, str]]:
    """Return each way to break a text with one key."""
    for at in range(len(text)):
        yield (at, 1, "")
        yield from ((at, 0, key) for key in KEYS)


@pytest.mark.parametrize("name", ["pay", "payAll", "drop"])
def test_no_single_key_moves_the_selection_and_the_next_one_takes_it_back(name: str) -> None:
    text = text_of(*NAMES)
    typist = Typist(text, name)
    session = typist.session
    # Some of them: they are the same places of four actions that look alike.
    keys = list(single_keys(text))[:: 19 if name == "pay" else 97]
    moved = {}
    broken = 0

    for start, removed, inserted in keys:
        taken = text[start : start + removed]
        typist.type(start, removed, inserted)
        broken += bool(typist.pane.unreadable)
        during = typist.moved()
        typist.type(start, len(inserted), taken)
        if (during and session.app.actions) or typist.moved() or session.app.text != text:
            moved[start, inserted] = (during, typist.moved())

    assert moved == {}
    # That is what is tested: texts of which the reader makes other actions, or none.
    assert broken > len(keys) / 100


def test_a_bracket_before_the_selected_action_is_shown_in_place_and_the_form_waits() -> None:
    typist = Typist(text_of(*NAMES), "drop")
    start = typist.text.index('"method"')

    typist.type(start, 0, "{")

    line = typist.text[:start].count("\n") + 1
    assert typist.pane.unreadable.startswith("Line ")
    assert typist.pane.findings
    assert all(finding["fixTitle"] == "" for finding in typist.pane.findings)
    assert any(finding["line"] == line for finding in typist.pane.findings)
    assert typist.session.draft_problem == typist.pane.unreadable
    assert typist.moved() == []
    typist.type(start, 1, "")
    assert (typist.pane.unreadable, typist.session.app.text) == ("", typist.text)


def test_an_action_that_is_really_removed_is_left() -> None:
    typist = Typist(text_of(*NAMES), "drop")
    _, rest = typist.text.split("]", 1)[0], text_of(*NAMES[:3])

    typist.session.editing.replace(rest)

    assert typist.session.action.name == f"{PREFIX}pay"
    assert typist.session.toast is not None
    assert "drop is not in the file any more" in typist.session.toast.words
    assert typist.pane.picked["pick"] == typist.picked["pick"]
    typist.session.editing.undo()
    assert typist.session.action is typist.action
    assert typist.pane.picked == typist.picked


def test_a_name_that_is_typed_over_the_name_of_another_action_keeps_both_apart() -> None:
    typist = Typist(text_of("pay", "find", "payAll", "drop"), "pay")
    session = typist.session
    session.begin_with(f"{PREFIX}payAll", {"id": "other"})
    others = [action for action in session.app.actions if action is not typist.action]
    start = typist.text.index('pay"') + 3

    for count, key in enumerate("All2"):
        typist.type(start + count, 0, key)
        assert typist.moved() == []
        assert session.inputs == {"id": "pay"}
        assert [action for action in session.app.actions if action is not typist.action] == others

    assert typist.action.name == f"{PREFIX}payAll2"
    session.pick("payAll")
    assert session.inputs == {"id": "other"}


def test_an_action_of_a_variable_follows_the_text_through_a_moment_without_it() -> None:
    app = knb.loads(text_of("pay", "find"))
    find = app.action("find")

    app.remove_action("find")
    assert find not in app.actions
    app.undo()

    assert app.action("find") is find
    app.edit(f"{find.pointer}/description", "new")
    assert find.value["description"] == "new"


def test_an_action_that_takes_the_place_of_a_removed_one_is_another_one() -> None:
    app = knb.loads(text_of("pay", "find"))
    find = app.action("find")

    app.remove_action("find")
    app.add_action("drop")

    assert app.action("drop") is not find
    assert find.name == f"{PREFIX}find"


def test_actions_whose_key_is_typed_are_the_same_ones_after_it() -> None:
    typist = Typist(text_of(*NAMES), "find")
    start = typist.text.index("actions") + len("actions")

    typist.type(start, 0, "X")
    assert typist.session.app.actions == ()
    typist.type(start, 1, "")

    assert typist.moved() == []
    assert typist.session.action in typist.session.app.actions


def test_an_action_whose_place_another_one_takes_while_brackets_are_typed_is_the_same_one_after_it() -> None:
    typist = Typist(text_of(*NAMES), "payAll")
    ids = [id(action) for action in typist.session.app.actions]
    text = typist.text
    # The `}` behind find, which then has no place of its own, and one too many within it when it is back.
    find = text.index("find")
    end = text.index("  }", find) + 2
    start = text.rindex("}", 0, find)

    for at, removed, inserted in ((start, 1, ""), (end, 1, ""), (start, 0, "}"), (end, 0, "}")):
        typist.type(at - (inserted == "" and at == end), removed, inserted)

    assert typist.text == text
    assert typist.moved() == []
    assert [id(action) for action in typist.session.app.actions][2] == ids[2]


@pytest.mark.parametrize("seed", [*range(6), 11, 105, 264, 517])
def test_no_mixture_of_keys_saves_and_looks_moves_the_selection(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    typist = Typist(text_of(*NAMES), chance.choice(NAMES), tmp_path / "shop.json")
    session, watcher = typist.session, FileWatcher(typist.session)
    written: list[tuple[int, int, str]] = []
    for _ in range(60):
        act = chance.choice(["key", "key", "key", "back", "save", "look", "lint", "cell"])
        if act == "key":
            at = chance.randrange(len(typist.text))
            edit = chance.choice([(at, 0, chance.choice(KEYS)), (at, 1, "")])
            taken = typist.text[at : at + edit[1]]
            typist.type(*edit)
            written.append((at, len(edit[2]), taken))
        elif act == "back" and written:
            typist.type(*written.pop())
        elif act == "save" and not typist.pane.unreadable:
            session.editing.save()
        elif act == "look":
            watcher.check()
        elif act == "lint":
            session.problems._look()
        elif act == "cell" and not written:
            session.app.edit("/version", f"1.0.{chance.randrange(9)}")
        assert typist.pane.picked["pick"] == typist.picked["pick"]
    while written:
        typist.type(*written.pop())

    names = [name.removeprefix(PREFIX) for name in map(_name, session.app.actions)]
    assert names == NAMES
    assert session.action is typist.action
    assert typist.pane.picked["id"] == typist.picked["id"]
    assert session.inputs == {"id": session.action.name.removeprefix(PREFIX)}


def _name(action: Any) -> str:
    return str(action.name)

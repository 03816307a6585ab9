"""What two threads do to a workbench at once: JupyterLab has messages handled beside cells and timers."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

import kustomer_nb as knb
from kustomer_nb.widgets import DefinitionCode
from kustomer_nb.widgets.session import Session
from kustomer_nb.widgets.watching import FileWatcher
from tests.samples import an_action

NAMES = [f"kustomer.app.shop.action{number}" for number in range(3)]
ACTIONS = [
    an_action(name=name, inputTemplate={"uri": f"http://a.b/{number}/", "method": "get"})
    for number, name in enumerate(NAMES)
]
TEXT = json.dumps({"app": "shop", "version": "1.0.0", "title": "Shop", "actions": ACTIONS}, indent=1)
# How often the other thread comes in between: at so many calls of a function, from the first to the last.
PLACES = 60


class Opened:
    """A definition in a pane, with its second action selected, and with what looks at its file."""

    def __init__(self, path: Path) -> None:
        path.write_text(TEXT, encoding="utf-8")
        self.path = path
        self.session = Session(knb.load(path).action("action1"))
        self.pane = DefinitionCode(self.session)
        self.watcher = FileWatcher(self.session)
        self.is_taken = False
        self.versions = [self.session.editing.edited.version]
        self.pane.send = self._note  # type: ignore[method-assign]
        self.action, self.picked = self.session.action, self.pane.picked

    def _note(self, content: dict[str, Any], buffers: Any = None) -> None:
        if "version" in content:
            self.versions.append(content["version"])
            self.is_taken = self.is_taken or content.get("view") == "v"

    def press(self) -> None:
        """Type a key into the URL of the selected action, as the page sends it."""
        start = self.session.editing.edited.of_page.index("http://a.b/1/") + len("http://a.b/1/")
        version = self.session.editing.edited.version
        edit = {"start": start, "removed": 0, "inserted": "x", "version": version}
        self.pane._handle_custom_msg({"kind": "edit_text", "view": "v", "revision": 1, **edit}, [])


def look(opened: Opened) -> None:
    opened.watcher.check()


def write_file(opened: Opened) -> None:
    opened.path.write_text(TEXT.replace("1.0.0", "1.0.1"), encoding="utf-8")
    opened.watcher.check()


def edit(opened: Opened) -> None:
    opened.session.app.edit("/version", "1.0.1")


def edit_and_follow(opened: Opened) -> None:
    opened.session.app.edit("/version", "1.0.1")
    opened.session.follow()


def save(opened: Opened) -> None:
    opened.session.editing.save()


def look_for_problems(opened: Opened) -> None:
    opened.session.problems._look()


OTHERS = [look, write_file, edit, edit_and_follow, save, look_for_problems]


def press_while(opened: Opened, at: int, other: Callable[[Opened], None]) -> int:
    """Press a key, let another thread act at one of the calls of it, and return how many there are."""
    calls = 0
    thread = threading.Thread(target=other, args=(opened,))

    def note(frame: FrameType, event: str, argument: object) -> None:
        nonlocal calls
        if event != "call":
            return
        calls += 1
        if calls == at:
            thread.start()
            # It has acted by then, or waits until the key has been handled.
            thread.join(0.02)

    sys.setprofile(note)
    try:
        opened.press()
    finally:
        sys.setprofile(None)
    if thread.ident is not None:
        thread.join()
    return calls


@pytest.mark.parametrize("other", OTHERS, ids=lambda other: other.__name__)
def test_what_another_thread_does_while_a_key_is_handled_loses_nothing(
    tmp_path: Path, other: Callable[[Opened], None]
) -> None:
    calls = press_while(Opened(tmp_path / "shop.json"), 0, other)
    lost = {}

    for at in range(1, calls, calls // PLACES):
        opened = Opened(tmp_path / "shop.json")
        press_while(opened, at, other)
        opened.watcher.check()
        if not opened.is_taken:
            # It was of an older text: the page makes it again, of the one that it was told.
            opened.press()
        session, text = opened.session, opened.session.app.text
        facts = {
            "key": "http://a.b/1/x" in text or (other is write_file and opened.watcher.state == "conflict"),
            "other change": '"1.0.1"' in text or other not in (edit, edit_and_follow),
            "texts": text == session.editing.text,
            "action": session.action is opened.action and session.action in session.app.actions,
            "place": opened.pane.picked["id"] == opened.picked["id"],
            "versions": opened.versions == sorted(set(opened.versions)),
            "told once": not session._listeners._depth and not session._listeners._topics,
            "notice": not opened.pane.notice,
        }
        if not all(facts.values()):
            lost[at] = [name for name, is_kept in facts.items() if not is_kept]

    assert lost == {}

from __future__ import annotations

import asyncio
import json
import os

import pytest

from kustomer_nb import load
from kustomer_nb.widgets.session import Session
from kustomer_nb.widgets.watching import FileState, FileWatcher


def _text(*names, uri="https://a.b/{{x}}"):
    actions = [
        {"name": name, "type": "rest_api", "inputTemplate": {"uri": uri, "method": "get"}} for name in names
    ]
    return json.dumps({"app": "shop", "actions": actions}, indent=2)


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "shop.json"
    path.write_text(_text("shop.find", "shop.create"))
    return path


def _watched(path):
    session = Session(load(path))
    session.pick("create")
    session.set_inputs({"x": "typed"})
    return session, FileWatcher(session)


def _save(path, text):
    """Save a text as an editor does: a new file in place of the old one."""
    other = path.with_name("other")
    other.write_text(text)
    other.replace(path)


def test_a_file_that_stays_the_same_changes_nothing(path):
    session, watcher = _watched(path)
    heard = []
    session.listen(heard.append)

    os.utime(path, (1, 1))

    assert watcher.check() is FileState.SAME
    assert watcher.check() is FileState.SAME
    assert heard == []


def test_a_saved_change_is_followed_and_the_inputs_stay(path):
    session, watcher = _watched(path)

    _save(path, _text("shop.find", "shop.create", uri="https://c.d/{{x}}"))

    assert watcher.check() is FileState.FOLLOWED
    assert session.previewed.request.url == "https://c.d/typed"
    assert session.toast.words == "shop.json reloaded from disk, inputs kept. 2 lines changed."
    assert watcher.check() is FileState.SAME


def test_the_selected_action_is_kept_by_its_name(path):
    session, watcher = _watched(path)

    _save(path, _text("shop.new", "shop.create", "shop.find"))
    watcher.check()

    assert session.action.name == "shop.create"
    assert session.inputs == {"x": "typed"}


def test_another_action_is_selected_when_this_one_is_gone(path):
    session, watcher = _watched(path)

    _save(path, _text("shop.find"))
    watcher.check()
    assert session.action.name == "shop.find"

    _save(path, _text("shop.find", "shop.create"))
    watcher.check()
    session.pick("create")
    assert session.inputs == {"x": "typed"}


@pytest.mark.parametrize("text", ["{", "[1, 2]", ""])
def test_a_text_that_is_no_definition_leaves_the_last_one(path, text):
    session, watcher = _watched(path)

    _save(path, text)
    state = watcher.check()

    assert state in (FileState.UNREADABLE, FileState.FOLLOWED)
    assert session.inputs == {"x": "typed"} or session.action.name != "shop.create"


def test_a_file_that_is_gone_is_told_and_followed_when_it_is_back(path):
    session, watcher = _watched(path)

    path.unlink()
    assert watcher.check() is FileState.UNREADABLE
    assert "no file" in watcher.words
    assert session.previewed.request.url == "https://a.b/typed"

    path.write_text(_text("shop.find", "shop.create", uri="https://c.d/{{x}}"))
    assert watcher.check() is FileState.FOLLOWED
    assert watcher.words == ""
    assert session.previewed.request.url == "https://c.d/typed"


def test_a_conflict_is_told_and_nothing_is_lost(path):
    session, watcher = _watched(path)
    session.app.edit("/app", "mine")

    _save(path, _text("shop.find", "shop.create", uri="https://c.d/{{x}}"))

    assert watcher.check() is FileState.CONFLICT
    assert "shop.json was changed on disk" in watcher.words
    assert '"mine"' in session.app.text
    assert "c.d" in path.read_text()


def test_a_conflict_is_decided_for_the_file(path):
    session, watcher = _watched(path)
    session.app.edit("/app", "mine")
    _save(path, _text("shop.find", "shop.create", uri="https://c.d/{{x}}"))
    watcher.check()

    watcher.take_file()

    assert session.app.text == path.read_text()
    assert watcher.state is FileState.SAME


def test_a_conflict_is_decided_for_the_own_changes(path):
    session, watcher = _watched(path)
    session.app.edit("/app", "mine")
    _save(path, _text("shop.find"))
    watcher.check()

    watcher.keep_own()

    assert '"mine"' in session.app.text
    assert watcher.check() is FileState.SAME


class Pauses:
    """Pauses that last until a look is asked for: so that looks are counted, and not seconds."""

    def __init__(self):
        self.asked = []
        self._turn = asyncio.Semaphore(0)
        self._begun = asyncio.Event()

    async def __call__(self, seconds):
        self.asked.append(seconds)
        self._begun.set()
        await self._turn.acquire()

    async def look(self):
        """Let the watcher look once, and come back when it waits for the next time."""
        await self._begun.wait()
        self._begun.clear()
        self._turn.release()
        await self._begun.wait()


def _looked(path, act):
    """Return a session after these looks at its file, with the pauses before them."""
    session = Session(load(path))
    session.pick("create")
    session.set_inputs({"x": "typed"})
    pauses = []

    async def watch():
        waits = Pauses()
        watcher = FileWatcher(session, waits)
        watcher.start()
        await act(waits)
        watcher.stop()
        pauses.extend(waits.asked)

    asyncio.run(watch())
    return session, pauses


def test_the_first_look_after_a_save_follows_it_and_looks_are_a_quarter_of_a_second_apart(path):
    async def save(waits):
        await waits.look()
        _save(path, _text("shop.find", "shop.create", uri="https://c.d/{{x}}"))
        await waits.look()

    session, pauses = _looked(path, save)

    assert session.previewed.request.url == "https://c.d/typed"
    assert len(pauses) == 3
    # A second has room for the look that just missed a save, for the next one, and for drawing the page.
    assert max(pauses) <= 0.3


def test_a_look_at_a_file_that_stays_the_same_does_not_read_it(path, monkeypatch):
    opened = []
    read = os.open
    monkeypatch.setattr(
        os, "open", lambda name, *rest, **more: opened.append(name) or read(name, *rest, **more)
    )
    counts = []

    async def wait(waits):
        # The first look reads it: it may have changed since it was loaded.
        await waits.look()
        opened.clear()
        for _ in range(20):
            await waits.look()
        counts.append(len(opened))
        _save(path, _text("shop.create"))
        await waits.look()
        counts.append(len(opened))

    _, pauses = _looked(path, wait)

    assert len(pauses) == 23
    assert counts[0] == 0
    assert counts[1] > 0


def test_a_definition_without_a_file_is_not_watched():
    watcher = FileWatcher(Session(load({"inputTemplate": {"uri": "https://a.b", "method": "get"}})))

    assert watcher.check() is FileState.SAME


def test_a_reload_follows_a_definition_that_was_passed_on(path):
    app = load(path)
    action = app.action("create")
    _save(path, _text("shop.find", "shop.create", uri="https://c.d/{{x}}"))

    changes = app.reload()

    assert changes
    assert action.render({"x": 1}).url == "https://c.d/1"
    assert app.is_saved


def test_a_reload_refuses_to_drop_changes(path):
    app = load(path)
    app.edit("/app", "mine")

    with pytest.raises(Exception, match="KNB156"):
        app.reload()

    assert '"mine"' in app.text
    app.reload(discard=True)
    assert app.text == path.read_text()


@pytest.mark.parametrize("length", [150, 250, -4, 0], ids=["in an action", "later", "at its end", "empty"])
def test_a_file_that_is_being_written_leaves_the_last_version(path, length):
    session, watcher = _watched(path)
    whole = path.read_text()

    path.write_text(whole[:length])

    assert watcher.check() is FileState.UNREADABLE
    assert [action.name for action in session.app.actions] == ["shop.find", "shop.create"]
    assert session.action.name == "shop.create"
    path.write_text(whole + "\n")
    assert watcher.check() is FileState.FOLLOWED
    assert (watcher.words, session.inputs) == ("", {"x": "typed"})


def test_a_file_that_was_never_complete_is_followed(path):
    path.write_text(path.read_text()[:-2])
    session, watcher = _watched(path)

    path.write_text(_text("shop.create", uri="https://c.d/{{x}}")[:-2])

    assert watcher.check() is FileState.FOLLOWED
    assert session.previewed.request.url == "https://c.d/typed"


def test_an_action_that_comes_back_is_selected_again(path):
    session, watcher = _watched(path)
    _save(path, _text("shop.find"))
    watcher.check()
    assert session.toast.words.endswith("create is not in the file any more.")

    _save(path, _text("shop.find", "shop.create", "shop.new"))
    watcher.check()

    assert session.action.name == "shop.create"
    assert session.inputs == {"x": "typed"}


def test_an_action_that_comes_back_does_not_displace_one_that_was_picked(path):
    session, watcher = _watched(path)
    _save(path, _text("shop.find", "shop.new"))
    watcher.check()
    session.pick("new")

    _save(path, _text("shop.find", "shop.create", "shop.new"))
    watcher.check()

    assert session.action.name == "shop.new"


def test_a_syntax_error_is_no_good_news(path):
    session, watcher = _watched(path)

    _save(path, path.read_text().replace('"app": "shop",', '"app": "shop"'))
    watcher.check()

    assert session.toast.is_bad
    assert session.toast.words.startswith(
        "shop.json reloaded from disk with 1 syntax error: There is no comma"
    )
    _save(path, path.read_text().replace("a.b", "c.d"))
    watcher.check()
    # That error is told already.
    assert not session.toast.is_bad

"""A file and a definition that both change: what is a conflict, what is none, and what comes back."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Any

import pytest

import kustomer_nb as knb
from kustomer_nb.widgets.base import BaseWidget
from kustomer_nb.widgets.session import Session
from kustomer_nb.widgets.watching import FileState, FileWatcher
from tests.widgets.test_watching import _save, _text

FILE, OWN = _text("shop.find", uri="https://file.b/"), _text("shop.find", uri="https://own.b/")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "shop.json"
    path.write_text(_text("shop.find"))
    return path


def watched(path: Path) -> tuple[Session, FileWatcher]:
    session = Session(knb.load(path))
    return session, FileWatcher(session)


def change(session: Session) -> None:
    session.app.edit("/actions/0/inputTemplate/uri", "https://own.b/")
    session.take_definition()


def test_a_file_that_changed_after_it_was_loaded_is_followed(path: Path) -> None:
    app = knb.load(path)
    _save(path, FILE)
    session = Session(app)

    assert FileWatcher(session).check() is FileState.FOLLOWED
    assert session.previewed.request.url == "https://file.b/"


@pytest.mark.parametrize("when", ["before the save", "after the save"])
def test_an_own_save_and_an_edit_at_once_are_no_conflict(when: str, path: Path) -> None:
    session, watcher = watched(path)
    if when == "before the save":
        watcher.check()

    change(session)
    session.app.save()
    session.app.edit("/app", "market")
    session.take_definition()

    assert watcher.check() is FileState.SAME
    assert (watcher.state, watcher.words) == (FileState.SAME, "")
    assert session.app.model.app == "market"


def test_a_file_that_is_touched_is_no_conflict(path: Path) -> None:
    session, watcher = watched(path)
    watcher.check()
    change(session)

    os.utime(path, (1, 1))

    assert watcher.check() is FileState.SAME
    assert "own.b" in session.app.text


def test_what_was_saved_elsewhere_as_it_is_here_is_no_conflict(path: Path) -> None:
    session, watcher = watched(path)
    watcher.check()
    change(session)

    _save(path, session.app.text)

    assert watcher.check() is FileState.SAME
    assert session.app.is_saved


def test_a_conflict_ends_as_the_file_has_its_old_text_again(path: Path) -> None:
    session, watcher = watched(path)
    before = path.read_text()
    change(session)
    _save(path, FILE)
    assert watcher.check() is FileState.CONFLICT

    _save(path, before)

    assert watcher.check() is FileState.SAME
    assert (watcher.state, watcher.words) == (FileState.SAME, "")
    assert "own.b" in session.app.text


@pytest.mark.parametrize("decides", [False, True])
def test_a_conflict_whose_changes_are_undone_is_followed(decides: bool, path: Path) -> None:
    session, watcher = watched(path)
    change(session)
    _save(path, FILE)
    assert watcher.check() is FileState.CONFLICT
    if decides:
        watcher.keep_own()

    session.app.undo()
    session.take_definition()

    assert watcher.check() is FileState.FOLLOWED
    assert (watcher.state, watcher.words) == (FileState.SAME, "")
    assert session.previewed.request.url == "https://file.b/"
    assert watcher.check() is FileState.SAME


def test_a_change_beside_one_here_stays_a_conflict_until_it_is_decided(path: Path) -> None:
    session, watcher = watched(path)
    change(session)
    _save(path, FILE)

    assert [watcher.check(), watcher.check()] == [FileState.CONFLICT, FileState.SAME]
    assert watcher.state is FileState.CONFLICT
    assert "own.b" in session.app.text


def test_what_the_file_took_the_place_of_comes_back(path: Path) -> None:
    session, watcher = watched(path)
    typed = OWN.replace("shop.find", "shop.typed")
    session.editing.replace(OWN)
    session.editing.replace(typed)
    _save(path, FILE)
    assert watcher.check() is FileState.CONFLICT

    assert watcher.take_file() is FileState.FOLLOWED
    assert session.app.text == FILE
    assert "reloaded" in session.toast.words
    session.toast.undo()

    assert session.app.text == typed
    assert not session.app.is_saved
    for text in (FILE, typed, OWN):
        session.editing.undo()
        assert session.app.text == text
    assert path.read_text() == FILE


def test_a_look_that_fails_is_not_the_last_one(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    session = Session(knb.load(path))
    failures: list[Any] = []

    async def watch() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda loop, context: failures.append(context))
        looked = asyncio.Event()
        looks = 0

        async def pause(seconds: float) -> None:
            nonlocal looks
            looks += 1
            if looks == 5:
                looked.set()
            await asyncio.sleep(0)

        watcher = FileWatcher(session, pause)
        monkeypatch.setattr(watcher, "check", lambda: 1 / 0)
        watcher.start()
        await looked.wait()
        watcher.stop()

    asyncio.run(watch())

    assert [type(failure["exception"]) for failure in failures][:4] == [ZeroDivisionError] * 4


VIEWS = [
    knb.ActionForm,
    knb.RequestPreview,
    knb.ResponseView,
    knb.OutputView,
    knb.ProblemsView,
    knb.HistoryView,
    knb.SettingsForm,
    knb.RunBar,
]


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.__name__)
def test_a_view_that_is_closed_hears_nothing_more(view: type[BaseWidget], path: Path) -> None:
    session = Session(knb.load(path))
    before = list(session._listeners)

    for _ in range(5):
        view(session).close()

    assert list(session._listeners) == before


def test_a_workbench_that_is_closed_is_told_nothing_and_looks_no_more(path: Path) -> None:
    async def look() -> None:
        bench = knb.workbench(path)
        session = bench._session
        bench._watcher.start()
        task = bench._watcher._task

        bench.close()
        bench.close()
        await asyncio.sleep(0)

        assert task.cancelled()
        # The text that is edited belongs to the session.
        assert list(session._listeners) == [session.editing._follow]
        assert session.editing._listeners == []
        assert bench.form.comm is None

    asyncio.run(look())

"""Differences that are ignored in a session, and those that kustomer-nb.toml keeps ignored."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import kustomer_nb as knb
from kustomer_nb.jsontext.pointer import join
from kustomer_nb.widgets import OutputView, RunBar
from kustomer_nb.widgets.watching import FileState, FileWatcher
from tests.samples import an_action, an_app
from tests.widgets.pressing import press, texts
from tests.widgets.test_output_view import Shop, answering

TOML = """\
# ours
[profiles.sandbox]
settings = { token = "s3cret-t0ken-99" } # not kept
"""
NAME = '"kustomer.app.shop.find"'


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    (tmp_path / "kustomer-nb.toml").write_text(TOML, encoding="utf-8")
    return Shop(tmp_path)


@pytest.fixture
def toml(tmp_path: Path) -> Path:
    return tmp_path / "kustomer-nb.toml"


def test_a_difference_is_kept_in_the_file_shown_and_undone(shop: Shop, toml: Path) -> None:
    count = shop.view.difference_count

    press(shop.view, kind="ignore", pointer="/id", keep=True)

    assert shop.view.notice == ""
    assert toml.read_text(encoding="utf-8") == f'{TOML}\n[ignore]\n{NAME} = ["/id"]\n'
    assert shop.view.difference_count == count - 1
    assert shop.view.change["words"] == "Ignoring id in kustomer-nb.toml"
    assert f'+{NAME} = ["/id"]' in shop.view.change["diff"]
    assert "s3cret" not in texts(shop.view)
    assert shop.session.toast is not None
    assert shop.session.toast.undo is not None

    shop.session.toast.undo()

    assert toml.read_text(encoding="utf-8") == TOML
    assert shop.view.difference_count == count
    assert shop.view.change == {}


@pytest.mark.parametrize("keep", [False, True])
@pytest.mark.parametrize("key", ["*", "**", "a*b", "~"])
def test_a_row_whose_key_is_a_wildcard_is_ignored_alone(key: str, keep: bool, tmp_path: Path) -> None:
    path, pointer = tmp_path / "shop.json", join("", key)
    action = an_action(outputTemplate="/#body", sampleOutputContext={key: 0, "id": 0, "2": 0})
    path.write_text(json.dumps(an_app(action)), encoding="utf-8")
    view = OutputView(knb.load(path).action().run(transport=answering({key: 1, "id": 1, "2": 1})))

    press(view, kind="ignore", pointer=pointer, keep=keep)

    assert view.notice == ""
    assert [row["key"] for row in view.rows if row["is_ignored"]] == [key]
    assert view.difference_count == 2
    press(view, kind="unignore", pointer=pointer)
    assert view.notice == ""
    assert view.difference_count == 3


def test_undo_follows_the_latest_change_of_either_file(shop: Shop, toml: Path) -> None:
    press(shop.view, kind="ignore", pointer="/status", keep=True)
    kept, before = toml.read_text(encoding="utf-8"), shop.text
    press(shop.view, kind="accept", pointers=["/id"])

    press(shop.view, kind="undo")

    assert shop.text == before
    assert toml.read_text(encoding="utf-8") == kept


def test_what_the_file_keeps_is_compared_again_and_that_is_undone(shop: Shop, toml: Path) -> None:
    count = shop.view.difference_count
    press(shop.view, kind="ignore", pointer="/id", keep=True)
    kept = toml.read_text(encoding="utf-8")

    press(shop.view, kind="unignore", pointer="/id")
    assert shop.view.difference_count == count
    assert '"/id"' not in toml.read_text(encoding="utf-8")

    press(shop.view, kind="undo")
    assert toml.read_text(encoding="utf-8") == kept
    assert shop.view.difference_count == count - 1


def test_without_a_file_one_is_offered_and_made(tmp_path: Path, toml: Path) -> None:
    shop = Shop(tmp_path)
    assert shop.view.tally["can_keep"] == "new"

    press(shop.view, kind="ignore", pointer="/id", keep=True)

    assert toml.read_text(encoding="utf-8") == f'[ignore]\n{NAME} = ["/id"]\n'
    assert shop.view.tally["can_keep"] == "file"
    shop.view.undo()
    assert not toml.exists()


def test_what_was_ignored_here_is_kept_once(shop: Shop, toml: Path) -> None:
    press(shop.view, kind="ignore", pointer="/id")
    assert toml.read_text(encoding="utf-8") == TOML

    press(shop.view, kind="ignore", pointer="/id", keep=True)

    assert toml.read_text(encoding="utf-8").count("/id") == 1
    assert shop.session.state.ignored == frozenset()
    assert shop.view.ignored == ["/id"]


def test_only_a_pattern_is_told_and_left_alone(shop: Shop, toml: Path) -> None:
    toml.write_text(TOML + '\n[ignore]\nfind = ["/*"]\n', encoding="utf-8")
    before = toml.read_text(encoding="utf-8")

    press(shop.view, kind="unignore", pointer="/id")

    assert "a pattern matches it. Fix: edit kustomer-nb.toml." in shop.view.notice
    assert toml.read_text(encoding="utf-8") == before


def test_a_file_that_changed_since_is_not_overwritten_by_undo(shop: Shop, toml: Path) -> None:
    press(shop.view, kind="ignore", pointer="/id", keep=True)
    toml.write_text(toml.read_text(encoding="utf-8") + "# mine\n", encoding="utf-8")

    press(shop.view, kind="undo")

    assert "KNB142" in shop.view.notice
    assert toml.read_text(encoding="utf-8").endswith("# mine\n")


def test_a_file_that_cannot_be_read_is_told_and_left_alone(shop: Shop, toml: Path) -> None:
    toml.write_text("[ignore", encoding="utf-8")

    press(shop.view, kind="ignore", pointer="/id", keep=True)

    assert "KNB810" in shop.view.notice
    assert toml.read_text(encoding="utf-8") == "[ignore"


def test_a_run_alone_keeps_what_it_ignores_too(shop: Shop, toml: Path) -> None:
    view = OutputView(shop.session.state.result)  # type: ignore[arg-type] # there is one
    count = view.difference_count

    assert view.ignore("/id", keep=True)

    assert view.difference_count == count - 1
    assert view.undo() is None
    assert view.difference_count == count


def test_a_save_of_the_file_elsewhere_is_followed(shop: Shop, toml: Path) -> None:
    watcher, bar = FileWatcher(shop.session), RunBar(shop.session)
    count = shop.view.difference_count

    toml.write_text(TOML + '[profiles.live]\n\n[ignore]\nfind = ["/id"]\n', encoding="utf-8")

    assert watcher.check() is FileState.SAME
    assert shop.view.difference_count == count - 1
    assert [row["name"] for row in bar.profiles] == ["", "sandbox", "live"]

    toml.unlink()
    watcher.check()
    assert shop.view.difference_count == count
    assert [row["name"] for row in bar.profiles] == [""]


def test_a_broken_save_of_the_file_elsewhere_is_told_and_followed_when_it_is_mended(
    shop: Shop, toml: Path
) -> None:
    watcher, bar = FileWatcher(shop.session), RunBar(shop.session)

    toml.write_text("[profiles", encoding="utf-8")
    watcher.check()
    assert "kustomer-nb.toml cannot be read" in bar.refusal["words"]

    toml.write_text(TOML, encoding="utf-8")
    watcher.check()
    assert bar.refusal == {}

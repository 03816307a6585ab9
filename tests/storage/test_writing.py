"""A definition is written whole, by one of those who changed it, and never through a link."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kustomer_nb import load, loads
from kustomer_nb.errors import SaveError
from kustomer_nb.storage import files
from kustomer_nb.storage.files import TextFile, write_file
from kustomer_nb.storage.locks import sole_writer
from tests.planted import MINE, PLANTS, Plant, assert_untouched, planted, precious_of

ROOT = Path(__file__).parents[2]
SEED = int(os.environ.get("KUSTOMER_NB_FUZZ_SEED", "20210420"))
KILLS = max(50, int(os.environ.get("KUSTOMER_NB_FUZZ", "0")) // 20)
SAVERS = 12
TEXT = '{"app": "shop", "version": "1.0.0", "title": "z"}\n'


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "project").mkdir()
    path = tmp_path / "project" / "shop.json"
    path.write_text(TEXT)
    return path


def names(path: Path) -> list[str]:
    return sorted(file.name for file in path.parent.iterdir())


def code_of(save: Callable[[], object]) -> str:
    with pytest.raises(SaveError) as caught:
        save()
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.fix
    return diagnostic.code


@pytest.mark.timeout(120)
@planted
def test_a_new_file_replaces_nothing(plant: Plant, path: Path, tmp_path: Path) -> None:
    precious = precious_of(tmp_path)
    plant(path.with_name("new.json"), precious)

    assert code_of(lambda: loads(TEXT).save(path.with_name("new.json"))) == "KNB146"

    assert_untouched(precious)
    assert names(path) == ["new.json", "shop.json"]


@pytest.mark.timeout(120)
@planted
def test_a_definition_that_is_no_longer_a_file_is_not_written(
    plant: Plant, path: Path, tmp_path: Path
) -> None:
    precious = precious_of(tmp_path)
    app = load(path)
    app.edit("/version", "1.0.1")
    path.unlink()
    plant(path, precious)

    assert code_of(app.save) == "KNB146"

    assert_untouched(precious)


@pytest.mark.timeout(120)
@pytest.mark.parametrize("place", [".kustomer-nb", ".kustomer-nb/.gitignore", ".kustomer-nb/shop.json.lock"])
@pytest.mark.parametrize("name", [name for name in PLANTS if name != "a folder"])
def test_a_save_uses_no_link_and_no_pipe(name: str, place: str, path: Path, tmp_path: Path) -> None:
    precious = precious_of(tmp_path)
    (path.parent / place).parent.mkdir(exist_ok=True)
    PLANTS[name](path.parent / place, precious)
    app = load(path)
    app.edit("/version", "1.0.1")

    assert code_of(app.save) == "KNB146"

    assert_untouched(precious)
    assert path.read_text() == TEXT


def test_a_linked_file_is_read_but_not_written(path: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.json"
    link.symlink_to(path)
    app = load(link)
    app.edit("/version", "1.0.1")

    assert code_of(app.save) == "KNB146"

    assert link.is_symlink()
    assert path.read_text() == TEXT
    assert app.save(tmp_path / "copy.json").read_text() == app.text


def test_writes_in_a_linked_folder(path: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(path.parent)
    app = load(tmp_path / "link" / "shop.json")
    app.edit("/version", "1.0.1")

    app.save()

    assert path.read_text() == app.text
    assert not path.is_symlink()


def test_a_hard_link_is_replaced_under_the_loaded_name(path: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.json"
    other.hardlink_to(path)
    app = load(path)
    app.edit("/version", "1.0.1")

    app.save()

    assert (path.read_text(), other.read_text()) == (app.text, TEXT)


def test_other_links_in_the_folder_are_no_obstacle(path: Path, tmp_path: Path) -> None:
    precious = precious_of(tmp_path)
    for name in (".shop.json.tmp", "shop.json.lock", ".kustomer-nb.tmp", "other.json"):
        path.with_name(name).symlink_to(precious)
    app = load(path)
    app.edit("/version", "1.0.1")

    app.save()

    assert path.read_text() == app.text
    assert_untouched(precious)


def test_the_draft_of_another_process_is_left_alone(path: Path) -> None:
    drafts = [path.with_name(f".shop.json.{number}.tmp") for number in (1, os.getpid())]
    for draft in drafts:
        draft.write_text(MINE)
    app = load(path)
    app.edit("/version", "1.0.1")

    app.save()

    assert [draft.read_text() for draft in drafts] == [MINE, MINE]


def test_while_another_writes_it_waits_and_then_says_so(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "PATIENCE", 0.05)
    app = load(path)

    with sole_writer(path, patience=1):
        assert code_of(app.save) == "KNB147"

    assert app.save().read_text() == TEXT


@pytest.mark.parametrize("mode", [0o444, 0o400, 0o555])
def test_a_read_only_file_is_not_overwritten(mode: int, path: Path) -> None:
    path.chmod(mode)
    app = load(path)
    app.edit("/version", "1.0.1")

    with pytest.raises(SaveError, match="is read-only, so it was not changed"):
        app.save()

    assert (path.stat().st_mode & 0o777, path.read_text()) == (mode, TEXT)
    path.chmod(0o644)
    assert app.save().read_text() == app.text


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o666, 0o755, 0o200])
def test_a_file_that_may_be_written_keeps_its_permissions(mode: int, path: Path) -> None:
    path.chmod(mode)
    if not os.access(path, os.R_OK):
        pytest.skip("it could not be read first")

    write_file(path, TextFile("{}"), over=TextFile(TEXT))

    assert (path.stat().st_mode & 0o777, path.read_text()) == (mode, "{}")


def told(*arguments: object) -> Any:
    """Return what the processes of `saving` tell."""
    command = [sys.executable, "-m", "tests.storage.saving", *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, text=True, capture_output=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork on this system")
def test_one_of_many_processes_that_replace_a_text_succeeds(path: Path) -> None:
    for _ in range(3):
        assert told("compete", path, SAVERS) == {"saved": 1, "KNB142": SAVERS - 1}

    assert json.loads(path.read_text())["version"].startswith("2.0.")
    assert names(path) == [".kustomer-nb", "shop.json"]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork on this system")
def test_one_of_many_processes_that_create_a_file_succeeds(path: Path) -> None:
    new = path.with_name("new.json")

    assert told("compete", path, SAVERS, new) == {"saved": 1, "KNB144": SAVERS - 1}

    assert json.loads(new.read_text())["version"].startswith("2.0.")
    assert names(path) == [".kustomer-nb", "new.json", "shop.json"]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork on this system")
@pytest.mark.timeout(600 + KILLS)
def test_a_saver_killed_at_any_moment_leaves_the_whole_file_and_nothing_beside_it(path: Path) -> None:
    counts = told("kill", path, KILLS, SEED)

    assert counts["names"] == [".kustomer-nb", "shop.json"]
    assert set(counts["titles"]) <= {"x", "y", "z"}
    assert set(counts["titles"]) & {"x", "y"}
    # Some were killed while they wrote, or this test would show nothing.
    assert counts["drafts"] > 0

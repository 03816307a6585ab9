"""The tutorials as files: written once, never over what a reader changed."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import nbformat
import pytest

from kustomer_nb.cli import tutorial
from kustomer_nb.demo import tutorials
from kustomer_nb.demo.tutorials import FIRST, tutorial_files
from tests.cli.conftest import Call

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted(path.name for path in (ROOT / "notebooks").glob("*.ipynb"))


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_tutorials_of_the_repository_are_written(work: Path, call: Call) -> None:
    done = call("tutorial")

    written = {path.name: path.read_bytes() for path in (work / "kustomer-tutorial").iterdir()}
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.output.splitlines() == [
        "Wrote 9 files to kustomer-tutorial.",
        "Next:",
        "  kustomer-nb lab kustomer-tutorial/01-first-action.ipynb",
    ]
    assert sorted(written) == [*NOTEBOOKS, "ecommstore.json"]
    assert written == {name: (ROOT / "notebooks" / name).read_bytes() for name in written}


def test_another_folder_may_be_named(work: Path, call: Call) -> None:
    done = call("tutorial", "a folder/of mine")

    assert done.exit_code == 0
    assert (work / "a folder/of mine" / FIRST).is_file()
    assert "kustomer-nb lab 'a folder/of mine/01-first-action.ipynb'" in done.output


def test_what_is_the_same_is_not_written_again(work: Path, call: Call) -> None:
    call("tutorial")
    written = (work / "kustomer-tutorial" / FIRST).stat()

    done = call("tutorial")

    assert done.exit_code == 0
    assert done.output.startswith("The tutorials in kustomer-tutorial are up to date.\n")
    assert (work / "kustomer-tutorial" / FIRST).stat() == written


def test_a_changed_file_is_kept_and_named_and_a_missing_one_written(work: Path, call: Call) -> None:
    call("tutorial")
    changed, missing = work / "kustomer-tutorial" / FIRST, work / "kustomer-tutorial/ecommstore.json"
    changed.write_text("mine")
    missing.unlink()

    done = call("tutorial")

    assert done.exit_code == 1
    assert done.output.splitlines()[:3] == [
        "Wrote 1 file to kustomer-tutorial.",
        "Kept, because they differ from the tutorials: 01-first-action.ipynb.",
        "To replace them: kustomer-nb tutorial --yes kustomer-tutorial",
    ]
    assert changed.read_text() == "mine"
    assert missing.is_file()


def test_with_yes_a_changed_file_is_replaced(work: Path, call: Call) -> None:
    call("tutorial")
    changed = work / "kustomer-tutorial" / FIRST
    changed.write_text("mine")

    done = call("tutorial", "--yes", "--json")

    data = json.loads(done.stdout)["data"]
    assert done.exit_code == 0
    assert (data["written"], data["changed"], len(data["unchanged"])) == ([FIRST], [], 8)
    assert changed.read_bytes() == tutorial_files()[FIRST]


def test_a_file_where_the_folder_would_be_is_an_error(work: Path, call: Call) -> None:
    (work / "kustomer-tutorial").write_text("mine")

    done = call("tutorial")

    assert done.exit_code == 2
    assert done.stderr.startswith("error KNB143") or "KNB143" in done.stderr
    assert (work / "kustomer-tutorial").read_text() == "mine"


def test_what_the_tutorials_need_is_installed_first(
    work: Path, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tutorial, "_NEEDED", {"lab": "no_such_module", "demo": "json"})

    done = call("tutorial")

    assert '  python -m pip install "kustomer-nb[lab]"\n  kustomer-nb lab' in done.output


def test_an_installed_package_has_them_in_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tutorials").mkdir()
    for name in ("02-b.ipynb", "01-a.ipynb", "notes.md"):
        (tmp_path / "tutorials" / name).write_text("{}")
    monkeypatch.setattr(tutorials, "files", lambda package: tmp_path)

    assert [*tutorial_files()] == ["01-a.ipynb", "02-b.ipynb", "ecommstore.json"]


def links(name: str) -> list[str]:
    notebook = nbformat.read(ROOT / "notebooks" / name, as_version=4)
    last = notebook.cells[-1]
    assert last.cell_type == "markdown"
    assert last.source.startswith("## What you can do now")
    return [part.partition(")")[0] for part in last.source.split("](")[1:]]


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_each_tutorial_ends_with_what_one_can_do_and_a_link_to_the_next(name: str) -> None:
    following = [*NOTEBOOKS, NOTEBOOKS[0]][NOTEBOOKS.index(name) + 1]

    assert links(name) == [following]


def test_there_are_eight_and_each_has_a_good_result_at_once() -> None:
    assert len(NOTEBOOKS) == 8
    for name in NOTEBOOKS:
        cells = nbformat.read(ROOT / "notebooks" / name, as_version=4).cells
        results = [cell.outputs for cell in cells if cell.cell_type == "code"]
        # A magic cell must be loaded in a cell of its own.
        assert results[1] or (results[2] and name.startswith("03")), name


def test_no_cell_fails_and_one_that_catches_an_error_says_so_before() -> None:
    for name in NOTEBOOKS:
        cells = nbformat.read(ROOT / "notebooks" / name, as_version=4).cells
        for before, cell in pairwise(cells):
            assert not [output for output in cell.get("outputs", []) if output.output_type == "error"]
            if cell.cell_type == "code" and "except" in cell.source:
                assert "The next cell catches" in " ".join(before.source.split()), name

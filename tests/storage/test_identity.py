"""One file is the same by each of its paths, also where the system ignores case.

A hard link takes the part of the second spelling: as on macOS, ``os.path.realpath`` keeps both names apart.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from kustomer_nb import coverage, load
from kustomer_nb.config.project import Project
from kustomer_nb.errors import SaveError
from kustomer_nb.notebooks.sharing import share
from kustomer_nb.storage.identity import file_identity
from kustomer_nb.testing.collect import collect
from tests.case_files import a_project, edit_definition, write_case


def in_other_case(path: Path) -> Path:
    """Give a file, or a folder of files, a second name in capitals, and return it."""
    other = path.with_name(path.name.upper().replace(".JSON", ".json").replace(".IPYNB", ".ipynb"))
    if path.is_dir():
        for file in path.rglob("*.json"):
            copy = other / file.relative_to(path)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.hardlink_to(file)
    else:
        other.hardlink_to(path)
    return other


@pytest.fixture
def project(tmp_path: Path) -> Path:
    project = a_project(tmp_path)
    (project / ".git").rmdir()
    write_case(project, app="../../ecommstore.json")
    git(project, "init", "-q", "-b", "main")
    git(project, "add", "-A")
    git(project, "commit", "-qm", "first")
    # git itself knows each file by one name.
    (project / ".git/info/exclude").write_text("CASES\nECOMMSTORE.json\n.kustomer-nb\n", encoding="utf-8")
    return project


def git(folder: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True)


def test_two_files_are_two_and_a_missing_one_is_its_path(tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / name).touch()

    assert file_identity(tmp_path / "a") != file_identity(tmp_path / "b")
    assert file_identity(tmp_path / "c") == file_identity(tmp_path / "." / "d" / ".." / "c")
    assert file_identity("a\0b") == file_identity("a\0b")


def test_a_file_system_without_numbers_goes_by_the_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in "ab":
        (tmp_path / name).touch()
    stat = os.stat
    monkeypatch.setattr(os, "stat", lambda path, **how: os.stat_result((0o100644, 0, *stat(path, **how)[2:])))

    assert file_identity(tmp_path / "a") != file_identity(tmp_path / "b")
    assert file_identity(tmp_path / "a") == file_identity(f"{tmp_path}/./a")


def test_cases_are_those_of_a_definition_in_other_case(project: Path) -> None:
    cases = collect([in_other_case(project / "ecommstore.json")]).cases

    assert [case.name for case in cases] == ["refund of a paid order"]


def test_a_changed_case_runs_in_a_folder_in_other_case(project: Path) -> None:
    write_case(project, name="changed")
    folder = in_other_case(project / "cases")

    assert [case.path.parts[-3] for case in collect([folder], since="HEAD").cases] == ["CASES"]


def test_a_case_of_a_changed_definition_runs_in_other_case(project: Path) -> None:
    in_other_case(project / "ecommstore.json")
    write_case(project, app="../../ECOMMSTORE.json")
    git(project, "commit", "-qam", "second")
    edit_definition(project, "REFUNDED", "DONE")

    collected = collect([project / "cases"], since="HEAD")

    assert [case.app_path.name for case in collected.cases] == ["ECOMMSTORE.json"]
    assert collected.untested == ()


def test_coverage_counts_the_cases_of_a_definition_in_other_case(project: Path) -> None:
    app = load(in_other_case(project / "ecommstore.json"))

    assert coverage(app).percent > 50


def test_a_definition_is_not_another_one_of_its_project(project: Path) -> None:
    other = in_other_case(project / "ecommstore.json")
    (project / "ecommstore.json").unlink()
    (project / "link.json").hardlink_to(other)
    other.rename(project / ".hidden.json")

    assert Project(project, without=project / ".hidden.json").documents == ()


def test_a_shared_copy_never_replaces_its_notebook(tmp_path: Path) -> None:
    import nbformat

    path = tmp_path / "shop.ipynb"
    nbformat.write(nbformat.v4.new_notebook(), path)

    with pytest.raises(SaveError, match="is the notebook itself"):
        share(path, output=in_other_case(path))

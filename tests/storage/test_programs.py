"""A program is found on the PATH, and not in a folder that somebody else made."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from kustomer_nb.storage import programs
from kustomer_nb.storage.evaluation import evaluate
from kustomer_nb.storage.programs import find_program


@pytest.fixture
def windows(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rules of Windows, by which shutil.which would look in the current folder first."""
    monkeypatch.setattr(programs, "ON_WINDOWS", True)


def a_program(folder: Path, name: str) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text("#!/bin/sh\necho v99.0.0\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def test_a_program_of_the_path_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = a_program(tmp_path / "bin", "git")
    monkeypatch.setenv("PATH", f"{tmp_path / 'none'}{os.pathsep}{path.parent}")

    assert find_program("git") == str(path)
    assert find_program("node") is None


@pytest.mark.usefixtures("windows")
@pytest.mark.parametrize("entry", ["", ".", "tools"])
def test_windows_looks_in_no_relative_folder(
    entry: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder in (tmp_path, tmp_path / "tools"):
        a_program(folder, "git.exe")
    path = a_program(tmp_path / "bin", "git.exe")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", f'{entry}{os.pathsep}"{path.parent}"')

    assert find_program("git") == str(path)


@pytest.mark.usefixtures("windows")
def test_node_of_a_cloned_project_is_not_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("node", "node.exe"):
        a_program(tmp_path, name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", f".{os.pathsep}{tmp_path / 'bin'}")

    evaluation = evaluate(tmp_path / "shop.js", "export default {}", tmp_path)

    assert evaluation.problem == "there is no `node` on the PATH"

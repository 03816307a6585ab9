"""Which folders ``make lite`` replaces: never one that has anything but a site."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from lite.site import SITE, OutputError, replace, require_replaceable
from lite.wheels import ROOT


def site_in(folder: Path, text: str) -> Path:
    for name in SITE:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def test_keeps_a_folder_with_other_files(tmp_path: Path) -> None:
    notes = tmp_path / "notes.txt"
    notes.write_text("mine", encoding="utf-8")

    done = subprocess.run(
        [sys.executable, "-m", "lite", str(tmp_path)], cwd=ROOT, capture_output=True, text=True
    )

    assert done.returncode == 2
    assert f"{tmp_path} is not empty, and is not a site: it has no {SITE[0]}. Fix:" in done.stderr
    assert notes.read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("folder", [ROOT, ROOT.parent, Path("/")], ids=["itself", "above it", "root"])
def test_refuses_the_repository_and_what_has_it(folder: Path) -> None:
    with pytest.raises(OutputError, match="has this repository in it"):
        require_replaceable(folder)


def test_refuses_what_a_site_is_built_from(tmp_path: Path) -> None:
    (tmp_path / SITE[0]).write_text("{}", encoding="utf-8")

    with pytest.raises(OutputError, match=r"no lab/index\.html"):
        require_replaceable(tmp_path)


def test_refuses_a_file_and_a_folder_reached_by_a_link(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    (tmp_path / "link").symlink_to(ROOT, target_is_directory=True)

    for name, words in {"file": "is a file", "link": "has this repository"}.items():
        with pytest.raises(OutputError, match=words):
            require_replaceable(tmp_path / name)


@pytest.mark.parametrize("before", ["missing", "empty", "site"])
def test_puts_a_site_in_place_of_nothing_or_another(tmp_path: Path, before: str) -> None:
    output = tmp_path / "dist/lite"
    if before == "empty":
        output.mkdir(parents=True)
    if before == "site":
        (site_in(output, "old") / "stale.js").write_text("", encoding="utf-8")

    replace(output, site_in(tmp_path / "built", "new"))

    assert {path.read_text(encoding="utf-8") for path in output.rglob("*") if path.is_file()} == {"new"}

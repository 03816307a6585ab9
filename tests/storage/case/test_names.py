"""A case is not saved under the name of another one in its folder, which is looked up once for many."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from kustomer_nb.errors import SaveError
from kustomer_nb.storage.case import names, write_case


def save(folder: Path, file: str, name: str, *, overwrite: bool = False) -> Path:
    path = folder / f"{file}.case.json"
    write_case(path, {"name": name}, overwrite=overwrite)
    return path


def test_a_name_is_read_once_for_many_cases(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reads: list[Path] = []

    def count(path: Path) -> str | None:
        reads.append(path)
        return name_in(path)

    name_in = names._name_in
    monkeypatch.setattr(names, "_name_in", count)
    # However long each of them takes.
    monkeypatch.setattr(names, "_PAUSE", 600.0)
    save(tmp_path, "first", "first")
    save(tmp_path, "second", "second")
    reads.clear()

    for number in range(50):
        save(tmp_path, str(number), f"case {number}")

    assert not reads
    with pytest.raises(SaveError, match=r'has a case "case 7" already'):
        save(tmp_path, "other", "case 7")


def test_a_file_that_another_program_wrote_is_seen(tmp_path: Path) -> None:
    save(tmp_path, "first", "first")
    (tmp_path / "by-hand.case.json").write_text(json.dumps({"name": "by hand"}), encoding="utf-8")
    os.utime(tmp_path, (1, 1))

    with pytest.raises(SaveError, match=r'by-hand.case.json. has a case "by hand" already'):
        save(tmp_path, "second", "by hand")


def test_a_name_that_was_replaced_is_free(tmp_path: Path) -> None:
    save(tmp_path, "first", "first")
    save(tmp_path, "second", "second")
    save(tmp_path, "first", "renamed", overwrite=True)

    assert save(tmp_path, "third", "first").is_file()


def test_a_name_that_was_edited_in_place_is_free_after_a_pause(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(names, "_PAUSE", -1.0)
    save(tmp_path, "first", "first")
    path = save(tmp_path, "second", "second")
    path.write_text(json.dumps({"name": "edited"}), encoding="utf-8")

    assert save(tmp_path, "third", "second").is_file()
    with pytest.raises(SaveError, match=r'has a case "edited" already'):
        save(tmp_path, "fourth", "edited")

"""The history is read again and again: what was read before is not parsed again, and never out of date."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from kustomer_nb.storage.history import HistoryReader, append, history, read_history
from kustomer_nb.storage.history.entry import Entry, parse_entry

FILE = ".kustomer-nb/history.jsonl"


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """Return the list of the lines that are parsed."""
    lines: list[bytes] = []

    def parse(line: bytes) -> Entry | None:
        lines.append(line)
        return parse_entry(line)

    monkeypatch.setattr(history, "parse_entry", parse)
    return lines


def add(root: Path, *numbers: int, **limits: Any) -> None:
    for number in numbers:
        line = {"version": 1, "at": f"2034-01-02T09:{number:02}:00+00:00", "action": f"a{number}"}
        assert append(root, line, **limits) is None


def actions(reader: HistoryReader, root: Path) -> list[str]:
    runs = reader.read(root, rerun=print)
    assert (list(runs), runs.skipped) == (
        list(read_history(root, rerun=print)),
        read_history(root, rerun=print).skipped,
    )
    return [entry.action for entry in runs]


def test_each_line_is_parsed_once(tmp_path: Path, parsed: list[bytes]) -> None:
    reader = HistoryReader()
    for number in range(20):
        add(tmp_path, number)
        for _ in range(3):
            reader.read(tmp_path, rerun=print)

    assert len(parsed) == 20


def test_a_file_that_is_the_same_is_not_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reader = HistoryReader()
    add(tmp_path, 1)
    before = actions(reader, tmp_path)
    monkeypatch.setattr(history, "read_content", None)

    assert [entry.action for entry in reader.read(tmp_path, rerun=print)] == before == ["a1"]


def edited(path: Path) -> None:
    content = path.read_bytes().replace(b"a1", b"b1")
    times = path.stat().st_mtime_ns
    path.write_bytes(content)
    os.utime(path, ns=(times, times))


def cut(path: Path) -> None:
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[1:]))


def torn(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b'{"version":1,"at":"2034-01-')


def without_its_end(path: Path) -> None:
    path.write_bytes(path.read_bytes().rstrip(b"\n"))


def grown_after_an_edit(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b"a2", b"a2-longer"))
    add(path.parents[1], 8, 9)


def replaced(path: Path) -> None:
    path.unlink()
    add(path.parents[1], 5, 6, 7, 8)


CHANGES = [edited, cut, torn, without_its_end, grown_after_an_edit, replaced, Path.unlink]


@pytest.mark.parametrize("change", CHANGES)
def test_every_change_of_the_file_is_seen(change: Any, tmp_path: Path) -> None:
    reader = HistoryReader()
    add(tmp_path, 1, 2, 3)
    actions(reader, tmp_path)

    change(tmp_path / FILE)
    actions(reader, tmp_path)

    add(tmp_path, 4)
    assert actions(reader, tmp_path)[0] == "a4"


def test_a_history_that_is_trimmed_is_followed(tmp_path: Path) -> None:
    reader = HistoryReader()
    for number in range(40):
        add(tmp_path, number, most=8, largest=400)
        assert actions(reader, tmp_path)[0] == f"a{number}"


def test_each_project_has_its_own_runs(tmp_path: Path) -> None:
    reader = HistoryReader()
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    add(tmp_path / "one", 1, 2)
    add(tmp_path / "two", 3)

    assert actions(reader, tmp_path / "one") == ["a2", "a1"]
    assert actions(reader, tmp_path / "two") == ["a3"]
    assert actions(reader, tmp_path / "none") == []
    assert actions(reader, tmp_path / "one") == ["a2", "a1"]

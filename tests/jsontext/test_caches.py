"""Results are kept while their file or value stays as it was, and never longer."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import pytest

from kustomer_nb.jsontext.caches import MOST_ENTRIES, ValueCache, parsed_file

LONG_AGO = 1_000_000_000


def aged(path: Path, text: str, when: int = LONG_AGO) -> Path:
    """Write a file as if long ago; only the time of its last change of status is new."""
    path.write_text(text, encoding="utf-8")
    os.utime(path, (when, when))
    return path


@pytest.fixture(autouse=True)
def much_later(monkeypatch: pytest.MonkeyPatch) -> None:
    later = time.time_ns() + 60 * 10**9
    monkeypatch.setattr(time, "time_ns", lambda: later)


def test_a_file_is_parsed_once(tmp_path: Path) -> None:
    path = aged(tmp_path / "a.txt", "one")
    calls: list[str] = []

    for _ in range(3):
        parsed_file(path, lambda: calls.append(path.read_text("utf-8")))

    assert calls == ["one"]


def test_a_changed_file_is_parsed_again_even_if_its_size_and_time_are_the_same(tmp_path: Path) -> None:
    path = aged(tmp_path / "a.txt", "one")
    assert parsed_file(path, lambda: path.read_text("utf-8")) == "one"

    time.sleep(0.05)
    aged(path, "two")

    assert parsed_file(path, lambda: path.read_text("utf-8")) == "two"


def test_a_file_that_was_just_written_is_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    path = tmp_path / "a.txt"
    path.write_text("one", encoding="utf-8")
    calls: list[str] = []

    for _ in range(2):
        parsed_file(path, lambda: calls.append("called"))

    assert calls == ["called", "called"]


def test_a_missing_file_is_looked_for_again(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    assert parsed_file(path, path.exists) is False

    aged(path, "one")

    assert parsed_file(path, path.exists) is True


def test_a_file_that_is_written_while_it_is_looked_for_is_not_kept_as_missing(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"

    def read_late() -> str:
        aged(path, "one")
        return path.read_text("utf-8")

    assert parsed_file(path, read_late) == "one"

    path.unlink()

    assert parsed_file(path, lambda: "missing") == "missing"


def test_an_error_is_raised_each_time(tmp_path: Path) -> None:
    path = aged(tmp_path / "a.txt", "one")

    for _ in range(2):
        with pytest.raises(ValueError, match="one"):
            parsed_file(path, lambda: int(path.read_text("utf-8")))


def test_a_value_is_read_once_until_it_is_changed() -> None:
    calls: list[Any] = []
    cache = ValueCache(lambda value: calls.append(value) or len(value))
    value = {"a": [1]}

    assert [cache.get(value), cache.get(value)] == [1, 1]
    value["b"] = [2]

    assert cache.get(value) == 2
    assert len(calls) == 2


def test_another_value_of_the_same_id_is_read_anew() -> None:
    cache = ValueCache(str)

    assert [cache.get([number]) for number in range(2 * MOST_ENTRIES)] == [
        f"[{number}]" for number in range(2 * MOST_ENTRIES)
    ]


def test_a_value_that_is_too_deep_to_be_compared_is_not_kept() -> None:
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]

    assert ValueCache(len).get(deep) == 1


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (1, True),
        (0, False),
        (1, 1.0),
        (0.0, -0.0),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
        ([1, {"a": 0}], [True, {"a": False}]),
    ],
)
def test_a_change_that_python_counts_as_equal_is_a_change(before: Any, after: Any) -> None:
    cache = ValueCache(repr)
    value = {"member": before}

    assert cache.get(value) == repr({"member": before})
    value["member"] = after

    assert cache.get(value) == repr({"member": after})


def test_a_copy_of_a_member_is_no_change() -> None:
    calls: list[Any] = []
    cache = ValueCache(calls.append)
    text = "a name of its own"
    value = {"member": [text, text, 1.5, None]}

    cache.get(value)
    value["member"] = ["".join(list(text)), text, 1.5, None]
    cache.get(value)

    assert len(calls) == 1

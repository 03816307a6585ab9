"""The definition of a case is found near it, and a folder is looked through once for all cases in it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kustomer_nb.app import App
from kustomer_nb.jsontext import caches
from kustomer_nb.jsontext.caches import MOST_ENTRIES
from kustomer_nb.testing import definitions
from kustomer_nb.testing.collect import collect
from tests.case_files import ACTION, a_project
from tests.work import growth


def test_a_folder_of_many_cases_is_looked_through_once(tmp_path: Path) -> None:
    def collect_from(folder: Path, count: int) -> None:
        (folder / "cases").mkdir(parents=True)
        a_project(folder)
        for number in range(count):
            case = {"name": str(number), "action": ACTION, "expected": {}}
            (folder / f"cases/{number}.case.json").write_text(json.dumps(case), encoding="utf-8")
        assert len(collect([folder]).cases) == count

    assert growth(lambda count: collect_from(tmp_path / str(count), count), 20) < 6


def test_a_definition_that_is_added_is_found(tmp_path: Path) -> None:
    (tmp_path / "cases").mkdir()
    case = {"name": "a", "action": ACTION, "expected": {}}
    (tmp_path / "cases/a.case.json").write_text(json.dumps(case), encoding="utf-8")
    before = collect([tmp_path])

    a_project(tmp_path)

    assert before.problems.errors
    assert len(collect([tmp_path]).cases) == 1


def test_of_a_file_for_each_action_each_is_read_once_for_all_cases(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    count = MOST_ENTRIES + 6
    for number in range(count):
        action = {"name": f"find{number}", "type": "rest_api", "sampleOutputContext": {}}
        (tmp_path / f"{number}.json").write_text(json.dumps(action), encoding="utf-8")
    (tmp_path / "0.other.json").write_text("[1, 2]", encoding="utf-8")
    _cases_of(tmp_path, [f"find{number}" for number in range(count)] * 2)
    # What changed just now may change again without another time, so it is not cached.
    monkeypatch.setattr(caches, "_TICK", 0)
    reads: list[Path] = []
    read = definitions.load

    def load(path: Path) -> App:
        reads.append(path)
        return read(path)

    monkeypatch.setattr(definitions, "load", load)

    collected = collect([tmp_path])

    assert len(collected.cases) == 2 * count
    assert len(reads) == count + 1


def test_a_definition_is_found_by_a_suffix_in_upper_case(tmp_path: Path) -> None:
    action = {"name": "find", "type": "rest_api", "sampleOutputContext": {}}
    (tmp_path / "SHOP.JSON").write_text(json.dumps(action), encoding="utf-8")
    _cases_of(tmp_path, ["find"])

    (case,) = collect([tmp_path]).cases

    assert case.app_path.name == "SHOP.JSON"


def _cases_of(folder: Path, actions: list[str]) -> None:
    (folder / "cases").mkdir()
    for number, action in enumerate(actions):
        case = {"name": str(number), "action": action, "expected": {}}
        (folder / f"cases/{number}.case.json").write_text(json.dumps(case), encoding="utf-8")

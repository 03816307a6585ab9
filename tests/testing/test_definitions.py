"""The definition of a case is found near it, and a folder is looked through once for all cases in it."""

from __future__ import annotations

import json
from pathlib import Path

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

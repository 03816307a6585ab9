"""The results of the last test run, which a project keeps."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from kustomer_nb.testing.case import Case
from kustomer_nb.testing.last_results import FILE, LastResult, keep_results, read_results
from kustomer_nb.testing.results import CaseResult, Outcome
from tests.case_files import a_project

AT = datetime(2026, 11, 30, 12, tzinfo=UTC)


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("KUSTOMER_NB_HISTORY", "on")
    return a_project(tmp_path)


def result(root: Path, name: str, outcome: Outcome = Outcome.PASSED, **values: str) -> CaseResult:
    path, app_path = root / "cases" / f"{name}.case.json", root / "ecommstore.json"
    return CaseResult(Case(name=name, path=path, action="pay", app_path=app_path, **values), outcome)


def test_the_worst_results_are_first_and_the_run_before_is_gone(root: Path) -> None:
    keep_results([result(root, "old")])
    keep_results([result(root, "paid"), result(root, "open", Outcome.ERROR, row="row 2")], at=AT)

    last = read_results(root)

    assert last is not None
    assert (last.at, last.counts) == (AT, {Outcome.PASSED: 1, Outcome.ERROR: 1})
    assert last.results == (
        LastResult("cases/open.case.json", "pay/open [row 2]", Outcome.ERROR),
        LastResult("cases/paid.case.json", "pay/paid", Outcome.PASSED),
    )
    assert (root / ".kustomer-nb/.gitignore").read_text() == "*\n"


def test_each_project_keeps_its_own(root: Path) -> None:
    (root / "other").mkdir()
    (root / "other/kustomer-nb.toml").write_text("")
    keep_results([result(root, "paid"), result(root / "other", "open", Outcome.FAILED)])

    kept = [read_results(folder) for folder in (root, root / "other")]

    assert [[row.name for row in last.results] for last in kept if last] == [["pay/paid"], ["pay/open"]]


def test_a_token_in_a_name_is_not_written(root: Path) -> None:
    keep_results([result(root, "https-shop", row="https://shop:hunter2@a.b")])

    assert b"hunter2" not in (root / ".kustomer-nb" / FILE).read_bytes()


def test_nothing_is_written_where_the_history_is_off(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUSTOMER_NB_HISTORY", "off")
    keep_results([result(root, "paid")])
    monkeypatch.setenv("KUSTOMER_NB_HISTORY", "on")
    (root / "kustomer-nb.toml").write_text("history = false")
    keep_results([result(root, "paid")])

    assert read_results(root) is None
    assert not (root / ".kustomer-nb").exists()


def test_a_folder_that_is_not_ours_is_left(root: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (root / ".kustomer-nb").symlink_to(elsewhere)

    keep_results([result(root, "paid")])

    assert read_results(root) is None
    assert not list(elsewhere.iterdir())

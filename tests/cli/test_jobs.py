"""Cases that other processes replay come to what they come to in one process."""

from __future__ import annotations

import json
import multiprocessing
import re
from pathlib import Path
from typing import Any

import pytest

from kustomer_nb.testing import jobs
from kustomer_nb.testing.case import Case
from kustomer_nb.testing.collect import collect
from kustomer_nb.testing.jobs import default_jobs, passing
from kustomer_nb.testing.results import CaseResult
from kustomer_nb.testing.running import run_case
from tests.case_files import a_project, write_case
from tests.cli.conftest import Call

FORMS = ("text", "junit", "json", "html")
# How long a replay took, which differs each time.
_TIME = re.compile(r'"elapsed": [^,]+|\btime="[^"]+"')


@pytest.fixture
def mixed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a project with cases of every outcome."""
    project = a_project(tmp_path)
    monkeypatch.chdir(project)
    for number in range(5):
        write_case(project, f"passes-{number}", name=f"passes {number}")
    write_case(project, "fails", name="fails", expected={"statusCode": 201})
    write_case(project, "warns", name="warns", expected={"statusCode": 201}, severity="warning")
    write_case(project, "unfit", name="unfit", action="no.such", app="../../ecommstore.json")
    write_case(project, "secret", name="secret", settings={"authToken": "hunter2-hunter2"}, expected={})
    inputs = {"amount": 3, "reason": "broken", "notify": "yes"}
    rows = [{"orderId": "7"}, {"orderId": "8"}, {"case.name": "twice"}, {"case.name": "twice"}]
    write_case(project, "rows", name="rows", inputs={"orderId": "7", **inputs}, rows=rows)
    (project / "cases/refundOrder/unreadable.case.json").write_text("{", encoding="utf-8")
    return project


@pytest.fixture
def ten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a project with ten cases that pass."""
    project = a_project(tmp_path)
    monkeypatch.chdir(project)
    for number in range(10):
        write_case(project, f"case-{number}", name=f"case {number}")
    return project


def test_every_report_is_that_of_one_process(mixed: Path, call: Call) -> None:
    reports = []
    for count in ("1", "3"):
        targets = [word for form in FORMS for word in ("--report", f"{form}={count}/{form}")]
        assert call("test", "cases", "--jobs", count, *targets).exit_code == 2
        texts = {form: (mixed / count / form).read_text(encoding="utf-8") for form in FORMS}
        reports.append({form: _TIME.sub("", text) for form, text in texts.items()})

    assert reports[0] == reports[1]
    assert (
        "13 cases: 3 failed, 1 error, 1 with warnings, 8 passed, 1 unreadable case file" in reports[0]["text"]
    )


def test_a_case_that_passes_elsewhere_is_not_replayed_here(
    ten: Path, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    replayed = []
    monkeypatch.setattr("kustomer_nb.cli.test.run_case", lambda case, *_, **__: replayed.append(case))

    done = call("test", "--jobs", "2")

    assert not replayed
    assert done.stdout == "10 cases: 10 passed\n"


def test_a_case_passes_elsewhere_only_if_it_does_here(mixed: Path) -> None:
    cases = collect(["cases"]).cases

    times = passing(cases, mode="replay", jobs=2)

    names = [path.name.removesuffix(".case.json") for path, _ in sorted(times)]
    # Rows with one name cannot be told apart.
    assert names == [*(f"passes-{number}" for number in range(5)), "rows"]
    assert all(time > 0 for time in times.values())


def test_what_is_left_of_a_process_that_ends_is_replayed_here(
    ten: Path, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    def end_one(connection: object, tasks: list[object]) -> None:
        if processes := multiprocessing.active_children():
            processes[0].kill()
        send(connection, tasks)

    send = jobs._send
    monkeypatch.setattr(jobs, "_CHUNK", 2)
    monkeypatch.setattr(jobs, "_send", end_one)

    done = call("test", "--jobs", "2", "--json")

    assert {case["outcome"] for case in json.loads(done.stdout)["data"]["cases"]} == {"passed"}


@pytest.mark.timeout(60)
def test_names_that_no_buffer_holds_are_sent_both_ways(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = a_project(tmp_path)
    monkeypatch.chdir(project)
    for number in range(16):
        write_case(project, f"case-{number}", name=f"case {number}", rows=[{"case.name": "x" * 200_000}])
    monkeypatch.setattr(jobs, "_CHUNK", 4)

    times = passing(collect(["cases"]).cases, mode="replay", jobs=2)

    assert len(times) == 16


def test_no_process_outlives_an_interruption(ten: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(_: object) -> None:
        assert len(multiprocessing.active_children()) == 2
        raise KeyboardInterrupt

    monkeypatch.setattr(jobs, "_CHUNK", 2)
    monkeypatch.setattr(jobs, "_received", interrupt)

    with pytest.raises(KeyboardInterrupt):
        passing(collect(["cases"]).cases, mode="replay", jobs=2)

    assert not multiprocessing.active_children()


def test_most_failures_end_the_other_processes(ten: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(8):
        write_case(ten, f"case-{number}", name=f"case {number}", expected={})
    monkeypatch.setattr(jobs, "_CHUNK", 1)
    monkeypatch.setattr(jobs, "_MOST_FAILURES", 2)

    times = passing(collect(["cases"]).cases, mode="replay", jobs=1)

    assert not times


@pytest.mark.parametrize(
    ("count", "seconds", "cores", "expected"),
    [
        pytest.param(10, 0.1, 2, 1, id="few cases"),
        pytest.param(10_000, 0.000_2, 2, 1, id="cases that are replayed in the time to read them"),
        pytest.param(10_000, 0.001, 2, 2, id="many cases"),
        pytest.param(10_000, 0.001, 1, 1, id="one core"),
        pytest.param(100, 1.0, 8, 8, id="slow cases"),
    ],
)
def test_several_processes_are_used_where_they_are_sooner(
    count: int, seconds: float, cores: int, expected: int
) -> None:
    assert default_jobs(count, seconds, cores) == expected


@pytest.mark.parametrize(("several", "replayed_here"), [(1, 10), (2, 3)])
def test_the_first_cases_say_how_many_processes_replay_the_others(
    several: int, replayed_here: int, ten: Path, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    here: list[str] = []

    def choose(count: int, seconds: float) -> int:
        asked.append(count)
        return several

    def run(case: Case, *words: Any, **options: Any) -> CaseResult:
        here.append(case.name)
        return run_case(case, *words, **options)

    monkeypatch.setattr(jobs, "FIRST_CASES", 3)
    monkeypatch.setattr(jobs, "default_jobs", choose)
    monkeypatch.setattr("kustomer_nb.cli.test.run_case", run)

    done = call("test")

    assert done.stdout == "10 cases: 10 passed\n"
    assert (asked, len(here)) == ([7], replayed_here)


def test_live_runs_take_one_process(ten: Path, call: Call) -> None:
    done = call("test", "--mode", "live", "--jobs", "2")

    assert done.exit_code == 2
    assert "--jobs is for replays" in done.stderr


def test_no_more_processes_than_windows_can_wait_for(ten: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    counts: list[int] = []
    processes = jobs._processes
    monkeypatch.setattr(jobs, "_processes", lambda count, mode: counts.append(count) or processes(0, mode))
    monkeypatch.setattr(jobs, "_CHUNK", 1)
    cases = collect(["cases"]).cases * 20

    passing([case for _ in range(10) for case in cases[:10]], mode="replay", jobs=128)

    assert counts == [60]

"""Notebooks of a team hold on another machine: recorded here, replayed there without service and network."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.notebooks.clone_project import TOKEN, environment, git, kustomer_nb, write_notebooks, write_team
from tests.notebooks.offline import command, way
from tests.notebooks.orders_service import OrderService, order_service
from tests.work import SLOW

# A kernel takes a second or two to start; a fourth of the notebooks has three of the four layouts.
COUNT = 12 if SLOW else 3
pytestmark = pytest.mark.timeout(900)


_LINE_OF_CHANGE = re.compile(r'PAID|LATE|^[+-] {10}"date: ')


@dataclass
class Team:
    """A recorded project, the service that it was recorded against, and a clone on another machine."""

    folder: Path
    service: OrderService
    clone: Path


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Team]:
    with order_service() as service:
        folder = write_team(tmp_path_factory.mktemp("team") / "project", service.origin)
        write_notebooks(folder, most=COUNT)
        git(folder, "init", "--quiet")
        done = kustomer_nb(folder, "record", "notebooks", "--profile", "local", "--yes")
        assert done.returncode == 0, done.stdout + done.stderr
        git(folder, "add", ".")
        git(folder, "commit", "--quiet", "--message", "Record the notebooks")
        clone = tmp_path_factory.mktemp("other") / "Ännas Rechner" / "mein Projekt ü"
        git(folder, "clone", "--quiet", ".", str(clone))
        yield Team(folder, service, clone)


def validate(folder: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run the notebooks of a project as its CI does, on a machine without a network."""
    far = {"TZ": "Asia/Kathmandu", "LC_ALL": "C", "LANG": "C", **more}
    pytest_command = [sys.executable, "-m", "pytest", "--nbval", "-q", "-p", "no:cacheprovider", *arguments]
    return subprocess.run(
        command(pytest_command), cwd=folder, env=environment(**far), capture_output=True, text=True,
        encoding="utf-8", errors="replace", check=False,
    )  # fmt: skip


def passed(done: subprocess.CompletedProcess[str]) -> int:
    """Return how many cells passed, if all did."""
    assert done.returncode == 0, done.stdout + done.stderr
    (line,) = [line for line in done.stdout.splitlines() if " passed" in line]
    assert "failed" not in line
    return int(line.split(" passed")[0].split()[-1])


def test_every_notebook_was_recorded_against_the_real_service(team: Team) -> None:
    assert len(team.service.requests) == 2 * COUNT
    assert len(list((team.folder / "notebooks").glob("*.ipynb"))) == COUNT


def test_what_is_committed_has_no_token(team: Team) -> None:
    files = [team.folder / name for name in git(team.folder, "ls-files", "-z").split("\0") if name]

    assert len([file for file in files if file.name.endswith(".cassette.json")]) > 0
    assert [file.name for file in files if TOKEN.encode() in file.read_bytes()] == []
    assert not (team.clone / ".env").exists()


@pytest.mark.parametrize("network", [way()])
def test_the_clone_is_green_without_service_token_and_network(team: Team, network: str) -> None:
    assert network == way()
    requests = len(team.service.requests)

    ways: list[list[str]] = [["notebooks"], ["notebooks", "-n", "2", "--dist", "loadfile"]]
    counts = [passed(validate(team.clone, *words)) for words in (ways * 2 if SLOW else ways)]
    # As the fence does it by itself, and as it is asked for.
    counts.append(passed(validate(team.clone, "notebooks/refunds-find.ipynb", KUSTOMER_NB_MODE="replay")))

    assert counts == [5 * COUNT] * (len(counts) - 1) + [5]
    assert len(team.service.requests) == requests
    assert git(team.clone, "status", "--porcelain") == ""


@pytest.mark.parametrize(
    ("before", "after", "place"),
    [
        pytest.param('"x-team": "refunds"', '"x-team": "billing"', "the header x-team", id="a header"),
        pytest.param('"total": "/#body.total"', '"total": "/#body.sum"', "/output/total", id="an output"),
        pytest.param("example/refunds/", "example/refund/", "example/refund/7", id="the URL"),
        pytest.param('"status": "OPEN"', '"status": "NEW"', "/differences/0/expected", id="the sample"),
    ][: None if SLOW else 2],
)
def test_a_changed_definition_fails_with_few_lines_that_name_the_place(
    team: Team, before: str, after: str, place: str
) -> None:
    path = team.clone / "refunds.js"
    text = path.read_bytes()
    changed = text.replace(before.encode(), after.encode())
    assert changed != text
    path.write_bytes(changed)
    try:
        done = validate(team.clone, "notebooks/refunds-find.ipynb")
    finally:
        path.write_bytes(text)

    assert done.returncode == 1, done.stdout
    failures = done.stdout.partition("= FAILURES =")[2].partition("short test summary")[0]
    lines = [line for line in failures.splitlines()[1:] if line.strip()]
    assert any(place in line for line in lines), done.stdout
    assert len(lines) <= 15, done.stdout


def test_an_unchanged_notebook_is_recorded_again_without_a_difference(team: Team) -> None:
    done = kustomer_nb(team.folder, "record", "notebooks/refunds-find.ipynb", "--profile", "local", "--yes")

    assert done.returncode == 0, done.stdout + done.stderr
    assert "unchanged" in done.stdout
    assert git(team.folder, "status", "--porcelain") == ""


def test_a_recorded_change_is_the_only_difference(team: Team) -> None:
    team.service.status = "LATE"
    try:
        done = kustomer_nb(
            team.folder, "record", "notebooks/refunds-find.ipynb", "--profile", "local", "--yes"
        )
        difference = git(team.folder, "diff", "--unified=0")
    finally:
        team.service.status = "PAID"
        git(team.folder, "checkout", "--quiet", ".")

    assert done.returncode == 0, done.stdout + done.stderr
    changed = [
        line for line in difference.splitlines() if line[:1] in "+-" and line[:3] not in ("+++", "---")
    ]
    assert changed
    # When a response was sent is a part of its exchange.
    assert [line for line in changed if not _LINE_OF_CHANGE.search(line)] == []

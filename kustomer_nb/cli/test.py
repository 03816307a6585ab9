"""``kustomer-nb test``: runs test cases, and reports what differs from what they expect."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, NamedTuple

import click

from kustomer_nb.diagnostics import Diagnostics
from kustomer_nb.errors import LoadError
from kustomer_nb.reporting import CaseReport, coverage_section
from kustomer_nb.testing.case_editing import Category
from kustomer_nb.testing.collect import Collected, collect, no_such_rows
from kustomer_nb.testing.hiding import ProjectSecrets, hide_secrets_of
from kustomer_nb.testing.last_results import keep_results
from kustomer_nb.testing.results import CaseResult, Outcome
from kustomer_nb.testing.running import run_case

from .arguments import OPTIONS, json_option
from .case_reports import ReportTarget, Target, require_one_stdout, require_page, show_reports
from .case_updates import Categories, update_cases
from .completions import complete_profiles
from .failures import PROBLEMS, SUCCESS, USAGE, exit_code, exit_on_error

if TYPE_CHECKING:
    from kustomer_nb.testing.case import Case

MODES = ("replay", "sample", "live")
_PATH = click.Path(path_type=Path)


@click.command()
@click.argument("paths", nargs=-1, type=_PATH, metavar="[PATH]...")
@click.option(
    "--action", "actions", multiple=True, metavar="NAME", help="Only cases of this action; repeatable."
)
@click.option("--row", "rows", multiple=True, metavar="LABEL", help="Only this row of a table; repeatable.")
@click.option(
    "--since",
    metavar="REF",
    help="Only what changed since a git branch, tag or commit; names changed actions without a case.",
)
@click.option(
    "--mode",
    type=click.Choice(MODES),
    default="replay",
    show_default=True,
    help="Where responses come from: from the case, from the sample, or from the service.",
)
@click.option(
    "--against",
    type=click.Choice(["cassette"]),
    help="With --mode live: distinguish a change of the service from one of the definition.",
)
@click.option("--profile", metavar="NAME", shell_complete=complete_profiles, help="The profile of live runs.")
@click.option("--confirm", metavar="NAME", help=OPTIONS["confirm"])
@click.option(
    "--report",
    "targets",
    multiple=True,
    type=ReportTarget(),
    help="text, junit, json or html; with =FILE it is written there. Repeatable.",
)
@click.option(
    "--fail-under",
    type=click.FloatRange(0, 100),
    default=100,
    metavar="PERCENT",
    help="Exit with 1 only if fewer cases than that pass.",
)
@click.option(
    "--update",
    "categories",
    type=Categories(),
    help=f"Update case files: {', '.join(Category)}, separated by commas. Shows each first; not in CI.",
)
@click.option(
    "--jobs",
    type=click.IntRange(1),
    metavar="COUNT",
    help="How many processes replay the cases; by default one, or one for each core if that is sooner.",
)
@click.option(
    "--coverage",
    "has_coverage",
    is_flag=True,
    help="Add to the HTML report what the cases touch of definitions.",
)
@click.option("--yes", is_flag=True, help="Write what --update shows without asking.")
@json_option
def test(
    paths: tuple[Path, ...],
    actions: tuple[str, ...],
    rows: tuple[str, ...],
    since: str | None,
    mode: str,
    against: str | None,
    profile: str | None,
    confirm: str | None,
    targets: tuple[Target, ...],
    fail_under: float,
    categories: tuple[Category, ...],
    jobs: int | None,
    has_coverage: bool,
    yes: bool,
) -> None:
    """Run the test cases of files and folders.

    A PATH is a case file, which ends in .case.json, a folder with such files in it or below, a pattern, or a
    definition, whose cases are run. Without a PATH, the cases of this folder are run. Nothing is sent unless
    --mode is live. Exits with 1 if a case fails or an update was not written, and with 2 if there is no case
    or a case file cannot be read.

    Example: kustomer-nb test cases --report junit=report.xml
    """
    require_one_stdout(targets)
    if has_coverage:
        require_page(targets)
    if categories and mode != "replay":
        raise click.UsageError("--update writes what a replay gives; leave --mode out")
    way = _Way(mode, against, profile, confirm, jobs)
    way.require_possible()
    is_updated = True
    # Kept until all is shown.
    known: ProjectSecrets = {}
    known_of_runs: list[object] = []
    with exit_on_error():
        collected = collect(paths or (Path(),), actions=actions, since=since)
        hide_secrets_of([case.app_path for case in collected.cases], known)
        if categories:
            is_updated = update_cases(_files_of(collected), categories, yes=yes)
            collected = collect(paths or (Path(),), actions=actions, since=since)
        cases = [case for case in collected.cases if not rows or case.row in rows]
        results = list(way.results(cases, known_of_runs))
        keep_results(results)
        report = CaseReport(
            results,
            Diagnostics([*collected.problems, *no_such_rows(rows, collected.cases)]),
            collected.untested,
            mode,
            options=way.options,
            against_cassette=against is not None,
        )
        show_reports(report, targets, more=_coverage(cases) if has_coverage else "")
    code = _exit_code(report, fail_under, is_since=since is not None)
    sys.exit(code if is_updated else max(code, PROBLEMS))


def _coverage(cases: Sequence[Case]) -> str:
    """Return what cases touch of each definition that they are about, as HTML."""
    # Imported only for those who ask: it replays the cases once more.
    from kustomer_nb.covering import coverage
    from kustomer_nb.testing.definitions import load_app

    sections = []
    for path, group in groupby(sorted(cases, key=_app_path), key=_app_path):
        # That a definition cannot be read, the result of each of its cases says.
        with suppress(LoadError):
            sections.append(coverage_section(path, coverage(load_app(path), list(group))))
    return "".join(sections)


def _app_path(case: Case) -> Path:
    return case.app_path


def _files_of(collected: Collected) -> list[Path]:
    """Return the case files that were found, those that cannot be run yet as well."""
    broken = (Path(problem.file) for problem in collected.problems.errors if problem.file)
    return [*(case.path for case in collected.cases), *(path for path in broken if path.is_file())]


class _Way(NamedTuple):
    """How cases are run."""

    mode: str
    against: str | None
    profile: str | None
    confirm: str | None
    jobs: int | None

    def require_possible(self) -> None:
        """Refuse options that say nothing of the mode.

        Raises:
            click.UsageError: an option is for live runs only.
        """
        names = {"--against": self.against, "--profile": self.profile, "--confirm": self.confirm}
        name = next((name for name, value in names.items() if value is not None), None)
        if self.mode != "live" and name is not None:
            raise click.UsageError(f"{name} is for live runs; add --mode live")
        if self.mode == "live" and self.jobs is not None:
            # A limit of requests per second holds within one process.
            raise click.UsageError("--jobs is for replays; leave --mode live out")

    @property
    def options(self) -> tuple[str, ...]:
        """The options that run a case in this way again; what was confirmed is confirmed anew each time."""
        words = [] if self.mode == "replay" else ["--mode", self.mode]
        words += ["--against", self.against] if self.against else []
        words += ["--profile", self.profile] if self.profile else []
        return tuple(words)

    def results(self, cases: Sequence[Case], known: list[object]) -> Iterator[CaseResult]:
        """Yield the result of each case, in their order; ``known`` gets what a report must hide of them."""
        if self.mode == "live" or self.jobs is not None:
            yield from self._run_all(cases, known, 1 if self.mode == "live" else self.jobs or 1)
            return
        # Imported only for replays: processes are not needed for anything else.
        from kustomer_nb.testing.jobs import FIRST_CASES, default_jobs

        start = perf_counter()
        yield from self._run_all(cases[:FIRST_CASES], known, 1)
        others = cases[FIRST_CASES:]
        if others:
            each = (perf_counter() - start) / FIRST_CASES
            yield from self._run_all(others, known, default_jobs(len(others), each))

    def _run_all(self, cases: Sequence[Case], known: list[object], jobs: int) -> Iterator[CaseResult]:
        times = self._passing(cases, jobs) if jobs > 1 else {}
        for case in cases:
            time = times.get((case.path, case.row))
            yield self.run(case, known) if time is None else CaseResult(case, Outcome.PASSED, elapsed=time)

    def _passing(self, cases: Sequence[Case], jobs: int) -> Mapping[tuple[Path, str], float]:
        """Return how long the cases take that other processes replayed and that pass."""
        from kustomer_nb.testing.jobs import passing

        return passing(cases, mode=self.mode, jobs=jobs)

    def run(self, case: Case, known: list[object]) -> CaseResult:
        """Run a case; of one that passes, a report needs no more than that, and of no case its run."""
        is_against = self.against is not None
        live = {"profile": self.profile, "confirm": self.confirm}
        result = run_case(case, self.mode, against_cassette=is_against, **live)
        # So that thousands of cases need no more memory than their names and differences do.
        if result.outcome is Outcome.PASSED:
            return replace(result, request=None, output=None, run=None)
        prepared = None if result.run is None else result.run.prepared
        if prepared is not None:
            # A report hides secrets as long as they are kept: of the request, and the settings of the case.
            known.append((prepared.secrets, prepared.context))
        return replace(result, run=None)


def _exit_code(report: CaseReport, fail_under: float, *, is_since: bool) -> int:
    # With --since, nothing to test is what is to be found where nothing changed.
    if report.problems.errors or not (report.results or is_since):
        return USAGE
    if report.counts["error"] and not report.counts["failed"]:
        # A refusal, a token that is missing or a service that does not respond is no difference.
        errors = [result.error for result in report.results if result.error is not None]
        if errors:
            return exit_code(errors[0])
    return SUCCESS if report.percent_passed >= fail_under else PROBLEMS

"""Which tests touched what: runs, cases, results and case files, brought together."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Diagnostic, Diagnostics, Severity
from kustomer_nb.run import Run
from kustomer_nb.testing.case import Case
from kustomer_nb.testing.collect import collect
from kustomer_nb.testing.replay import replay
from kustomer_nb.testing.results import CaseResult

from .result import ActionCoverage, Coverage
from .sites import Key, sites
from .touched import touched

if TYPE_CHECKING:
    from kustomer_nb.action import Action
    from kustomer_nb.app import App


class TestedRun(NamedTuple):
    """A run, and the name of the test that it is of."""

    name: str
    run: Run


def measure(app: App, tests: Any) -> Coverage:
    """Return the coverage of an app; see `kustomer_nb.coverage`."""
    problems: list[Diagnostic] = []
    runs = list(_runs(app, _cases_of(app, problems) if tests is None else tests, problems))
    actions = tuple(_of_action(action, runs) for action in app.actions)
    return Coverage(actions, Diagnostics(problems), app.text)


def _of_action(action: Action, runs: Iterable[TestedRun]) -> ActionCoverage:
    own = [tested for tested in runs if tested.run.action == action.name]
    tests: dict[Key, list[str]] = {}
    for name, run in own:
        for key in touched(action, run):
            tests.setdefault(key, []).append(name)
    return ActionCoverage(
        action.name, sites(action), {key: tuple(names) for key, names in tests.items()}, len(own)
    )


def cases_in(app: App, tests: Any) -> list[Case]:
    """Return the cases among the tests of an app: those of its folder if they are None."""
    if tests is None:
        return _cases_of(app, [])
    if isinstance(tests, (str, Path)):
        return _collected(app, [tests], [])
    if isinstance(tests, (Case, CaseResult)):
        return [tests.case if isinstance(tests, CaseResult) else tests]
    if isinstance(tests, Run) or not isinstance(tests, Iterable):
        return []
    return [case for test in tests for case in cases_in(app, test)]


def _cases_of(app: App, problems: list[Diagnostic]) -> list[Case]:
    """Return the cases of the folder that the definition is in, and below it, that are about it."""
    return [] if app.path is None else _collected(app, [app.path.parent], problems)


def _collected(app: App, paths: Iterable[str | Path], problems: list[Diagnostic]) -> list[Case]:
    collected = collect(paths)
    # A folder without cases is what coverage is about, not a problem of it.
    problems += [problem for problem in collected.problems if problem.code != Code.NO_CASES]
    return [case for case in collected.cases if _is_of(case, app)]


def _is_of(case: Case, app: App) -> bool:
    return app.path is not None and os.path.realpath(case.app_path) == os.path.realpath(app.path)


def _runs(app: App, tests: Any, problems: list[Diagnostic]) -> Iterator[TestedRun]:
    """Yield the runs of tests of every kind; of a case that fails too, as far as it gets."""
    if isinstance(tests, Run):
        yield TestedRun(tests.action, tests)
    elif isinstance(tests, Case):
        yield from _runs(app, replay(tests), problems)
    elif isinstance(tests, CaseResult):
        if tests.run is not None:
            yield TestedRun(tests.case.id, tests.run)
        elif tests.reason and tests.case.findings is None:
            message = f"the case {tests.case.id} has no run: {tests.reason}"
            problems.append(Diagnostic("", Severity.WARNING, "", message, file=str(tests.case.path)))
    elif isinstance(tests, (str, Path)):
        yield from _runs(app, _collected(app, [tests], problems), problems)
    elif isinstance(tests, Iterable):
        for test in tests:
            yield from _runs(app, test, problems)
    else:
        msg = f"coverage() takes runs, cases, results and paths, not {type(tests).__name__}"
        raise TypeError(msg)

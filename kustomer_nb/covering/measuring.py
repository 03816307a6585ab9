"""Which tests touched what: runs, cases, results and case files, brought together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Diagnostic, Diagnostics, Severity
from kustomer_nb.linting import Concealment
from kustomer_nb.run import Run
from kustomer_nb.storage.folders import files_below
from kustomer_nb.storage.history import Entry
from kustomer_nb.storage.identity import file_identity
from kustomer_nb.testing.case import Case
from kustomer_nb.testing.collect import collect
from kustomer_nb.testing.replay import replay
from kustomer_nb.testing.results import CaseResult

from .evidence import NOTEBOOK_SUFFIX, Evidence, notebook_runs
from .rejections import rejection_of
from .result import ActionCoverage, Coverage
from .sites import Key, sites
from .touched import touched

if TYPE_CHECKING:
    from kustomer_nb.action import Action
    from kustomer_nb.app import App


def measure(app: App, tests: Any) -> Coverage:
    """Return the coverage of an app; see `kustomer_nb.coverage`."""
    problems: list[Diagnostic] = []
    folder = () if app.path is None else (app.path.parent,)
    runs = list(_runs(app, folder if tests is None else tests, problems))
    # The text of the definition is shown, and tags of it are quoted.
    concealment = Concealment(app.document.reading)
    actions = tuple(_of_action(action, runs, concealment) for action in app.actions)
    return Coverage(actions, Diagnostics(problems), concealment.source(app.document.reading))


def _of_action(action: Action, runs: Iterable[Evidence], concealment: Concealment) -> ActionCoverage:
    own = [evidence for evidence in runs if evidence.action == action.name]
    tests: dict[Key, list[str]] = {}
    for evidence in own:
        for key in touched(action, evidence):
            tests.setdefault(key, []).append(evidence.name)
    shown_sites = tuple(site._replace(missing=concealment.message(site.missing)) for site in sites(action))
    names_by_key = {key: tuple(names) for key, names in tests.items()}
    return ActionCoverage(action.name, shown_sites, names_by_key, len(own))


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
    return app.path is not None and file_identity(case.app_path) == file_identity(app.path)


def _runs(app: App, tests: Any, problems: list[Diagnostic]) -> Iterator[Evidence]:
    """Yield what is known of tests of every kind; of a case that fails too, as far as it gets."""
    if (evidence := _known(tests)) is not None:
        yield evidence
    elif isinstance(tests, Case):
        yield from _runs(app, replay(tests), problems)
    elif isinstance(tests, CaseResult):
        if (rejected := rejection_of(app, tests)) is not None:
            yield rejected
        elif tests.reason and tests.case.findings is None:
            message = f"the case {tests.case.shown_id} has no run: {tests.reason}"
            problems.append(Diagnostic("", Severity.WARNING, "", message, file=str(tests.case.path)))
    elif isinstance(tests, (str, Path)):
        yield from _runs_at(app, Path(tests), problems)
    elif isinstance(tests, Iterable):
        for test in tests:
            yield from _runs(app, test, problems)
    else:
        msg = f"coverage() takes runs, cases, results, notebooks and paths, not {type(tests).__name__}"
        raise TypeError(msg)


def _known(test: Any) -> Evidence | None:
    """Return what is known of a test that was run already; None for any other."""
    if isinstance(test, Evidence):
        return test
    if isinstance(test, Entry):
        return Evidence.from_entry(test)
    if isinstance(test, Run):
        return Evidence.from_run(test.action, test)
    has_run = isinstance(test, CaseResult) and test.run is not None
    return Evidence.from_run(test.case.id, test.run) if has_run else None


def _runs_at(app: App, path: Path, problems: list[Diagnostic]) -> Iterator[Evidence]:
    """Yield the runs of a case file, of a saved notebook, or of all that are in a folder and below it."""
    if path.is_dir():
        for notebook in files_below(path, lambda name: name.endswith(NOTEBOOK_SUFFIX)):
            yield from notebook_runs(notebook, problems)
    if path.suffix == NOTEBOOK_SUFFIX:
        yield from notebook_runs(path, problems)
    else:
        yield from _runs(app, _collected(app, [path], problems), problems)

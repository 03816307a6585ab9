"""Case files as pytest collects them: an action is an item, and the rows of a table are its subtests."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING, Any

import pytest

from kustomer_nb.reporting import case_lines, rerun_command
from kustomer_nb.reporting.case_lines import PartDifference, case_title, redacted
from kustomer_nb.testing.collect import collect
from kustomer_nb.testing.hiding import ProjectSecrets, hide_secrets_of
from kustomer_nb.testing.results import CaseResult, Outcome
from kustomer_nb.testing.running import run_case

if TYPE_CHECKING:
    from collections.abc import Callable

    from kustomer_nb.difference import Diff
    from kustomer_nb.testing.case import Case

# pytest 9 has them. With an older one, an item has one failure that tells of all rows.
HAS_SUBTESTS = hasattr(pytest, "Subtests")
# Of each of the two differences, so that a failure fits on a screen.
_MOST_LINES = 6


# Kept as long as pytest runs, which shows failures at its end.
_SECRETS = pytest.StashKey[ProjectSecrets]()


class CaseWarning(pytest.PytestWarning):
    """A case differs whose severity is warning."""


class CaseFailedError(Exception):
    """Cases that failed; pytest shows them as text and not as a traceback."""

    def __init__(self, results: list[CaseResult], mode: str) -> None:
        super().__init__("; ".join(case_title(result) for result in results))
        self.results = results
        self.mode = mode


class CaseFile(pytest.File):
    """A case file; each action that it names is an item."""

    def collect(self) -> Iterator[CaseItem]:
        """Return the items of the file."""
        if self.config.getoption("--knb-update"):
            from .updates import update_file

            update_file(self.path, self.config)
        collected = collect([self.path])
        if collected.problems.errors:
            raise self.CollectError("\n".join(str(problem) for problem in collected.problems))
        hide_secrets_of(
            [case.app_path for case in collected.cases], self.config.stash.setdefault(_SECRETS, {})
        )
        mode = self.config.getoption("--knb-mode") or "replay"
        for action, cases in groupby(collected.cases, key=lambda case: case.action):
            yield CaseItem.from_parent(self, name=action.rpartition(".")[2], callobj=check(list(cases), mode))

    def _getobj(self) -> Any:
        return None


class CaseItem(pytest.Function):
    """The cases of a file."""

    def reportinfo(self) -> tuple[Any, int | None, str]:
        """Return where the item is from: its file, and no function of this plugin."""
        return self.path, None, self.name

    # What pytest returns has only private types.
    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Return the differences of a failed case; other exceptions are shown as pytest does."""
        if isinstance(excinfo.value, CaseFailedError):
            return CaseReport(excinfo.value, str(self.path))
        return super().repr_failure(excinfo)


def check(cases: list[Case], mode: str, *, has_subtests: bool = HAS_SUBTESTS) -> Callable[..., None]:
    """Return the test of some cases, in subtests where pytest has them and there are rows."""
    if has_subtests and (len(cases) > 1 or cases[0].row):

        def check_rows(subtests: Any) -> None:
            for case in cases:
                with subtests.test(redacted(case.row or case.name)):
                    _require(run_case(case, mode), mode)

        return check_rows

    def check_cases() -> None:
        results = [run_case(case, mode) for case in cases]
        failed = [result for result in results if _is_failed(result)]
        for result in results:
            _warn(result)
        if failed:
            raise CaseFailedError(failed, mode)

    return check_cases


def _require(result: CaseResult, mode: str) -> None:
    _warn(result)
    if _is_failed(result):
        raise CaseFailedError([result], mode)


def _is_failed(result: CaseResult) -> bool:
    return result.outcome in (Outcome.FAILED, Outcome.ERROR)


def _warn(result: CaseResult) -> None:
    if result.outcome is Outcome.WARNED:
        lines = case_lines(result)
        left = f" (+{len(lines) - 1} more)" if len(lines) > 1 else ""
        warnings.warn(CaseWarning(f"{case_title(result)}: {lines[0]}{left}"), stacklevel=2)


class CaseReport:
    """The differences of failed cases, as pytest shows a failure."""

    def __init__(self, error: CaseFailedError, path: str) -> None:
        self._lines = [line for result in error.results for line in failure_lines(result, error.mode)]
        (first, *_) = error.results
        # What the summary of pytest and JUnit XML show.
        self.reprcrash = Crash(path, next(iter(case_lines(first)), first.reason))

    def __str__(self) -> str:
        return "\n".join(self._lines)

    def toterminal(self, tw: Any) -> None:
        """Write the lines, those of what is wrong in red."""
        for line in self._lines:
            tw.line(line, red=line.startswith("  "))


class Crash:
    """Where and why a case failed, in a line."""

    def __init__(self, path: str, message: str) -> None:
        self.path, self.lineno, self.message = path, 0, message

    def __str__(self) -> str:
        return f"{self.path}: {self.message}"


def failure_lines(result: CaseResult, mode: str) -> list[str]:
    """Return a failed case as two short differences by pointer, and the command that runs it again."""
    sides = (("request", result.request), ("output", result.output))
    parts = [line for name, side in sides for line in _part_lines(name, side)]
    if not parts or result.outcome is Outcome.ERROR:
        parts = [f"  {line}" for line in case_lines(result)[:_MOST_LINES]]
    # The first line by itself is what the summary of pytest shows of a subtest.
    options = () if mode == "replay" else ("--mode", mode)
    title = f"{case_title(result)}: {next(iter(case_lines(result)))}"
    return [title, *parts, f"Run it again: {rerun_command(result, options)}"]


def _part_lines(name: str, side: Diff | None) -> list[str]:
    if not side:
        return []
    lines = [f"  {PartDifference(name, difference).words}" for difference in side[:_MOST_LINES]]
    left = len(side) - _MOST_LINES
    return [f"{name}: {side.summary}", *lines, *([f"  and {left} more"] if left > 0 else [])]

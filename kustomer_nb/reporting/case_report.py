"""What a report of test cases is made of, whatever its format."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Diagnostics
from kustomer_nb.testing.results import CaseResult, Outcome

from .case_lines import counts, shown_path


@dataclass(frozen=True)
class CaseReport:
    """The results of cases, and what was found beside them.

    ``problems`` are case files that cannot be read, each a diagnostic that names its file. ``untested`` are
    actions that changed and have no case. ``mode`` is that of the runs. ``options`` are those that a command
    needs to run a case in the same way. With ``against_cassette``, what the service gives was compared with
    what is recorded of it.
    """

    results: Sequence[CaseResult]
    problems: Diagnostics = field(default_factory=Diagnostics)
    untested: tuple[str, ...] = ()
    mode: str = "replay"
    options: tuple[str, ...] = ()
    against_cassette: bool = False

    @property
    def suites(self) -> list[tuple[str, list[CaseResult]]]:
        """The path of each definition, and the results of its cases."""
        by_definition = groupby(sorted(self.results, key=_definition), key=_definition)
        return [(path, list(results)) for path, results in by_definition]

    @property
    def unreadable(self) -> dict[str, Diagnostics]:
        """The problems of each case file that cannot be read or is not there, by its path."""
        errors = self.problems.errors
        paths = dict.fromkeys(problem.file for problem in errors)
        return {path: Diagnostics(problem for problem in errors if problem.file == path) for path in paths}

    @property
    def counts(self) -> dict[str, int]:
        """How many cases have each outcome."""
        return counts(self.results)

    @property
    def percent_passed(self) -> float:
        """The share of cases that did not fail, in percent; a file that cannot be read is one that failed."""
        total = len(self.results) + len(self.unreadable)
        failed = sum(result.outcome in (Outcome.FAILED, Outcome.ERROR) for result in self.results)
        return 100.0 if not total else 100 * (len(self.results) - failed) / total

    @property
    def summary(self) -> str:
        """The counts as text.

        Example:
            >>> CaseReport([]).summary
            'no cases'
        """
        text = self._counts()
        if not self.against_cassette:
            return text
        return f"{text}\n{self._comparison()}"

    def _comparison(self) -> str:
        """Say what changed: only of cases that have a response, since nothing is known of the others."""
        errors = self.counts["error"]
        if errors == len(self.results):
            return "Nothing was compared with the service: no case has a response."
        service = sum(result.is_service_changed for result in self.results)
        definition = sum(result.is_definition_changed for result in self.results)
        left = f" {errors:,} case{' was' if errors == 1 else 's were'} not compared." if errors else ""
        return f"{_changes('The service', service)} {_changes('Your definition', definition)}{left}"

    def _counts(self) -> str:
        total = len(self.results)
        words = [f"{count:,} {name}" for name, count in self._words() if count]
        if not total and not words:
            return "no cases"
        return f"{total:,} case{'' if total == 1 else 's'}: {', '.join(words)}"

    def _words(self) -> list[tuple[str, int]]:
        numbers = self.counts
        absent = sum(Code.NO_CASES in problems.codes for problems in self.unreadable.values())
        unreadable = len(self.unreadable) - absent
        return [
            ("failed", numbers["failed"]),
            ("error" if numbers["error"] == 1 else "errors", numbers["error"]),
            ("with warnings", numbers["warned"]),
            ("passed", numbers["passed"]),
            ("unreadable case file" if unreadable == 1 else "unreadable case files", unreadable),
            ("not found", absent),
        ]


def _changes(subject: str, count: int) -> str:
    """Return a sentence on what changed, and in how many cases."""
    return (
        f"{subject} changed in {count:,} case{'' if count == 1 else 's'}."
        if count
        else f"{subject} did not change."
    )


def _definition(result: CaseResult) -> str:
    return shown_path(result.case.app_path)

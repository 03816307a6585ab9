"""What the cases of a test run came to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, overload

from kustomer_nb.diagnostics import Diagnostics
from kustomer_nb.display import Displayable

if TYPE_CHECKING:
    from kustomer_nb.difference import Diff
    from kustomer_nb.errors import KustomerNbError
    from kustomer_nb.run import Run

    from .case import Case


class Outcome(StrEnum):
    """What a case came to, the best first."""

    PASSED = "passed"
    WARNED = "warned"
    FAILED = "failed"
    ERROR = "error"


class _RunOnDemand:
    """A run that is made when somebody looks at it, if it is set as the function that makes it."""

    def __get__(self, result: CaseResult | None, owner: type[CaseResult]) -> Run | None:
        if result is None:
            # The default of the field.
            return None
        run = vars(result)["_run"]
        if callable(run):
            run = vars(result)["_run"] = run()
        made: Run | None = run
        return made

    def __set__(self, result: CaseResult, run: Run | Callable[[], Run | None] | None) -> None:
        vars(result)["_run"] = run


@dataclass(frozen=True)
class CaseResult(Displayable):
    """What one case came to, and why.

    ``request`` and ``output`` are the differences from what the case expects, None where it expects nothing.
    ``run`` of a case that passed is made when somebody looks at it.
    ``reason`` is one line, empty if it passed. With an error, the case could not be run as it is.
    ``service`` is how the output of a live run differs from that of the recorded response, None if that was
    not asked for; ``error`` is why a live run has no response.
    """

    case: Case
    outcome: Outcome
    request: Diff | None = None
    output: Diff | None = None
    problems: Diagnostics = field(default_factory=Diagnostics)
    run: _RunOnDemand = _RunOnDemand()
    elapsed: float = 0.0
    reason: str = ""
    service: Diff | None = None
    error: KustomerNbError | None = field(default=None, compare=False)

    @property
    def is_definition_changed(self) -> bool:
        """Whether the definition makes another request, or another output of what is recorded."""
        return bool(self.request or self.output)

    @property
    def is_service_changed(self) -> bool:
        """Whether the service gives something else than what is recorded of it."""
        return bool(self.service)

    def __repr__(self) -> str:
        return f"<CaseResult: {self.outcome}, {self.case.shown_id}>"


@dataclass(frozen=True, repr=False)
class Results(Sequence[CaseResult], Displayable):
    """The results of a test run, in the order of the cases; ``problems`` are files that cannot be read."""

    results: tuple[CaseResult, ...] = ()
    problems: Diagnostics = field(default_factory=Diagnostics)

    @overload
    def __getitem__(self, index: int) -> CaseResult: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[CaseResult]: ...
    def __getitem__(self, index: int | slice) -> CaseResult | Sequence[CaseResult]:
        return self.results[index]

    def __len__(self) -> int:
        return len(self.results)

    def with_outcome(self, outcome: Outcome) -> tuple[CaseResult, ...]:
        """Return the results of one outcome."""
        return tuple(result for result in self.results if result.outcome is outcome)

    @property
    def passed(self) -> tuple[CaseResult, ...]:
        """The cases whose request and output are as expected."""
        return self.with_outcome(Outcome.PASSED)

    @property
    def warned(self) -> tuple[CaseResult, ...]:
        """The cases that differ only where a difference is a warning."""
        return self.with_outcome(Outcome.WARNED)

    @property
    def failed(self) -> tuple[CaseResult, ...]:
        """The cases that differ from what they expect."""
        return self.with_outcome(Outcome.FAILED)

    @property
    def errors(self) -> tuple[CaseResult, ...]:
        """The cases that could not be run as they are."""
        return self.with_outcome(Outcome.ERROR)

    @property
    def ok(self) -> bool:
        """Whether no case failed, all could be run, and every file could be read."""
        return not (self.failed or self.errors or self.problems.errors)

    @property
    def summary(self) -> str:
        """The counts as text: ``3 passed, 1 failed``, or ``no cases``."""
        counts = Counter(result.outcome for result in self.results)
        words = [
            f"{counts[outcome]} {_counted(outcome, counts[outcome])}"
            for outcome in Outcome
            if counts[outcome]
        ]
        if count := len(self.problems.errors):
            words.append(f"{count} file {'problem' if count == 1 else 'problems'}")
        return ", ".join(words) or "no cases"

    def __repr__(self) -> str:
        return f"<Results: {self.summary}>"


def _counted(outcome: Outcome, count: int) -> str:
    return "errors" if outcome is Outcome.ERROR and count != 1 else outcome.value

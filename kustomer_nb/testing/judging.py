"""What a case comes to: the reasons that differences and findings give, and how serious they are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.printable import one_line

from .comparison import finding_faults, only_warns, places
from .results import CaseResult, Outcome

if TYPE_CHECKING:
    from kustomer_nb.diagnostics import Diagnostic, Diagnostics
    from kustomer_nb.difference import Diff


def judged(result: CaseResult, findings: Iterable[Diagnostic], *, compares_output: bool = True) -> CaseResult:
    """Return a result with its outcome, and the reason for it.

    ``findings`` are what a case that expects findings is compared with; any other case must have no problem.
    ``compares_output`` is false where the run cannot give what the case expects, as a sample cannot.
    """
    case = result.case
    sides = (("request", result.request, case.warn.request), ("output", result.output, case.warn.output))
    reasons = [f"the {name} differs: {places(side)}" for name, side, _ in sides if side]
    others = list(_without_place(result, findings, compares_output=compares_output))
    if not reasons and not others:
        return replace(result, outcome=Outcome.PASSED, reason="")
    is_warning = not others and all(_is_warned(side, warn) for _, side, warn in sides)
    return replace(
        result, outcome=_failure(result, is_warning=is_warning), reason="; ".join([*reasons, *others])
    )


def judged_service(result: CaseResult) -> CaseResult:
    """Return a result of a definition with what its service gives now, which may be worse."""
    reasons, outcomes = [], [result.outcome]
    if result.service:
        reasons.append(f"the service changed: {places(result.service)}")
        outcomes.append(_failure(result, is_warning=_is_warned(result.service, result.case.warn.output)))
    if result.outcome is not Outcome.PASSED:
        reasons.append(f"your definition changed: {result.reason}")
    return replace(result, outcome=max(outcomes, key=list(Outcome).index), reason="; ".join(reasons))


def first_of(problems: Diagnostics) -> str:
    """Return the first problem on one line, and how many more there are; empty without any."""
    if not problems:
        return ""
    more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    return one_line(f"{problems[0]}{more}")


def _without_place(
    result: CaseResult, findings: Iterable[Diagnostic], *, compares_output: bool
) -> Iterator[str]:
    """Yield what is wrong besides differences, which no place of a case makes a warning."""
    case = result.case
    if case.findings is not None:
        yield from finding_faults(case.findings, findings)
    elif result.problems:
        yield first_of(result.problems)
        return
    if case.row and case.findings:
        # A row with findings of its own has besides what the other rows of its table expect.
        return
    # Findings may be just those that are expected, and yet there is nothing to compare.
    if case.exchange.request is not None and result.request is None:
        yield "no request was made"
    if compares_output and case.expected is not UNDEFINED and result.output is None:
        yield "the run has no output"


def _is_warned(side: Diff | None, warn: tuple[str, ...]) -> bool:
    return not side or only_warns(side, warn)


def _failure(result: CaseResult, *, is_warning: bool) -> Outcome:
    return Outcome.WARNED if is_warning or result.case.severity == "warning" else Outcome.FAILED

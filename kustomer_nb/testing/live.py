"""Runs cases against the service itself, under all guards, and tells whether it or the definition changed."""

from __future__ import annotations

from dataclasses import replace
from time import perf_counter
from typing import TYPE_CHECKING, Any

from kustomer_nb.difference import diff_json
from kustomer_nb.errors import KustomerNbError
from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.platform import Platform
from kustomer_nb.printable import one_line

from .comparison import compare, finding_faults, only_warns, places
from .definitions import find_action
from .expectations import updated
from .markers import escaped
from .replay import replay
from .results import CaseResult, Outcome

if TYPE_CHECKING:
    from kustomer_nb.action import Action
    from kustomer_nb.difference import Diff
    from kustomer_nb.run import Run

    from .case import Case


def run_live(case: Case, *, profile: str | None = None, confirm: str | None = None) -> CaseResult:
    """Return what a case comes to with a response of the service; a simulated failure stays one.

    The settings that the case does not have, such as tokens, come from where those of every run come from. It
    raises neither for a refusal nor for a service that does not respond: ``error`` has that.
    """
    recorded = replay(case)
    if case.simulate or recorded.outcome is Outcome.ERROR:
        return recorded
    start = perf_counter()
    try:
        run = _Sender(case, profile).run("live", confirm=confirm)
    except KustomerNbError as error:
        return _not_run(recorded, error)
    output = None if case.expected is UNDEFINED else compare(case.expected, run.output, case.ignore.output)
    live = replace(
        recorded,
        output=output,
        problems=run.later_diagnostics.errors,
        run=run,
        elapsed=perf_counter() - start,
    )
    return _judged(live, _faults(live))


def run_against_cassette(case: Case, *, profile: str | None = None, confirm: str | None = None) -> CaseResult:
    """Return how a definition differs from its case, and apart from it how the service differs from a record.

    Both are replayed by the definition as it is now. The record is the response of the case, or without one
    that in the cassette.
    """
    recorded = replay(case)
    if case.simulate or recorded.outcome is Outcome.ERROR:
        return recorded
    sender = _Sender(case, profile)
    start = perf_counter()
    try:
        before = recorded.run
        if before is None or case.exchange.response is None:
            before = sender.run("replay")
        after = sender.run("live", confirm=confirm)
    except KustomerNbError as error:
        return _not_run(recorded, error)
    result = replace(recorded, service=_service_diff(case, before, after), elapsed=perf_counter() - start)
    reasons = []
    if result.service:
        reasons.append(f"the service changed: {places(result.service)}")
    if recorded.outcome is not Outcome.PASSED:
        reasons.append(f"your definition changed: {recorded.reason}")
    return _judged(result, reasons)


class _Sender:
    """Runs a case as its author would run the action, with the inputs of the case."""

    def __init__(self, case: Case, profile: str | None) -> None:
        self._case = case
        self._profile = profile

    def run(self, mode: str, *, confirm: str | None = None) -> Run:
        case = self._case
        action: Action = find_action(case.app_path, case.action)
        return action.run(
            case.inputs,
            mode=mode,
            profile=self._profile,
            confirm=confirm,
            settings=case.settings,
            env=case.env,
            now=case.now,
            seed=case.seed,
            allow_missing=case.allow_missing,
            platform=Platform(**case.platform) if case.platform else None,
        )


def _service_diff(case: Case, before: Run, after: Run) -> Diff:
    """Return how two responses differ: in what the definition makes of them, or else in their status."""
    # With the markers of the case, for what varies from one response to the next.
    expected: Any = escaped(before.output)
    if case.expected is not UNDEFINED:
        expected = updated(case.expected, before.output, case.ignore.output)
    differences = compare(expected, after.output, case.ignore.output)
    return differences or diff_json(*({"status_code": _status(run)} for run in (before, after)))


def _status(run: Run) -> int | None:
    return None if run.response is None else run.response.status_code


def _faults(result: CaseResult) -> list[str]:
    case, run = result.case, result.run
    reasons = [
        f"the {part} differs: {places(side)}"
        for part, side in (("request", result.request), ("output", result.output))
        if side
    ]
    if run is not None and case.findings is not None:
        reasons += finding_faults(case.findings, run.diagnostics)
    elif result.problems:
        reasons.append(one_line(str(result.problems[0])))
    return reasons


def _judged(result: CaseResult, reasons: list[str]) -> CaseResult:
    outcome = Outcome.FAILED
    if not reasons:
        outcome = Outcome.PASSED
    elif result.case.severity == "warning" or _only_warns(result):
        outcome = Outcome.WARNED
    return replace(result, outcome=outcome, reason="; ".join(reasons))


def _only_warns(result: CaseResult) -> bool:
    warn = result.case.warn
    if result.problems:
        return False
    pairs = ((result.request, warn.request), (result.output, warn.output), (result.service, warn.output))
    return all(not differences or only_warns(differences, pointers) for differences, pointers in pairs)


def _not_run(recorded: CaseResult, error: KustomerNbError) -> CaseResult:
    problems = error.diagnostics
    reason = one_line(str(problems[0] if problems else error))
    return replace(recorded, outcome=Outcome.ERROR, problems=problems, reason=reason, error=error)

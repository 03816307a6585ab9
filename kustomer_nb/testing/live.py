"""Runs cases against the service itself, under all guards, and tells whether it or the definition changed."""

from __future__ import annotations

from dataclasses import replace
from time import perf_counter
from typing import TYPE_CHECKING, Any

from kustomer_nb.difference import diff_json
from kustomer_nb.errors import KustomerNbError
from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.printable import one_line

from .comparison import compare
from .definitions import find_action
from .expectations import updated
from .judging import first_of, judged, judged_service
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
    if _sends_nothing(recorded):
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
    return judged(live, () if case.findings is None else run.diagnostics)


def run_against_cassette(case: Case, *, profile: str | None = None, confirm: str | None = None) -> CaseResult:
    """Return how a definition differs from its case, and apart from it how the service differs from a record.

    Both are replayed by the definition as it is now. The record is the response of the case, or without one
    that in the cassette.
    """
    recorded = replay(case)
    if _sends_nothing(recorded):
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
    return judged_service(result)


def _sends_nothing(recorded: CaseResult) -> bool:
    """Return whether a case has no live run: it cannot be run, or is about a request that is not sent."""
    is_rejected = recorded.run is None and recorded.outcome is Outcome.PASSED
    return bool(recorded.case.simulate) or recorded.outcome is Outcome.ERROR or is_rejected


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
            **case.options,
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


def _not_run(recorded: CaseResult, error: KustomerNbError) -> CaseResult:
    problems = error.diagnostics
    reason = first_of(problems) or one_line(str(error))
    return replace(recorded, outcome=Outcome.ERROR, problems=problems, reason=reason, error=error)

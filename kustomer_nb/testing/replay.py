"""Replays one case without a network: its request and its output, compared with what it expects."""

from __future__ import annotations

from collections.abc import Mapping
from time import perf_counter
from typing import TYPE_CHECKING, Any

from kustomer_nb.config import Profile, load_profile
from kustomer_nb.diagnostics import Diagnostics
from kustomer_nb.difference import Diff, diff
from kustomer_nb.errors import InputError, KustomerNbError, RequestError, TransportError
from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.jsontext.json_styles import read_json
from kustomer_nb.platform import Platform
from kustomer_nb.printable import one_line
from kustomer_nb.run.recordable import to_recorded_request
from kustomer_nb.storage.cassette import Exchange, RecordedRequest

from .definitions import find_action
from .results import CaseResult, Outcome

if TYPE_CHECKING:
    from kustomer_nb.action import Action
    from kustomer_nb.run import Run
    from kustomer_nb.run.prepare import Prepared

    from .case import Case

# What comes of the definition; anything else comes of the case or its project.
_OF_THE_DEFINITION = (InputError, RequestError, TransportError)


def replay(case: Case, *, mode: str = "replay") -> CaseResult:
    """Return what a case comes to: nothing is sent, and nothing but its definition decides.

    It does not raise for what a case or a definition is. ``mode="sample"`` takes the output from the sample,
    also where a response is recorded.
    """
    start = perf_counter()
    attempt = _Attempt(case)
    outcome, reason = attempt.outcome(mode)
    return CaseResult(
        case,
        outcome,
        attempt.request,
        attempt.output,
        attempt.problems,
        attempt.run,
        perf_counter() - start,
        reason,
    )


def request_document(prepared: Prepared) -> dict[str, Any]:
    """Return a request as the JSON document that cases compare: settings as ``$<key>``, JSON parsed."""
    recorded = to_recorded_request(prepared.app, prepared)
    return {
        "method": recorded.method,
        "url": recorded.url,
        "headers": dict(recorded.headers),
        "body": body_value(recorded.body),
    }


def body_value(text: str | None) -> Any:
    """Return the value of a body: an object or array of JSON, otherwise the text.

    Example:
        >>> body_value('{"id": 7}'), body_value("7"), body_value(None)
        ({'id': 7}, '7', None)
    """
    if text is None or not text.lstrip().startswith(("{", "[")):
        return text
    parsed = read_json(text)
    return text if parsed is None else parsed[0]


class _Attempt:
    """One replay: the stages that were reached, and what each came to."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.request: Diff | None = None
        self.output: Diff | None = None
        self.problems = Diagnostics()
        self.run: Run | None = None

    def outcome(self, mode: str) -> tuple[Outcome, str]:
        """Replay the case, and return its outcome with the reason."""
        try:
            self._replay(mode)
        except KustomerNbError as error:
            self.problems = error.diagnostics
            reason = str(self.problems[0]) if self.problems else str(error)
            is_failure = isinstance(error, _OF_THE_DEFINITION)
            return Outcome.FAILED if is_failure else Outcome.ERROR, one_line(reason)
        reason = "; ".join(_reasons(self))
        if not reason:
            return Outcome.PASSED, ""
        return Outcome.WARNED if self.case.severity == "warning" else Outcome.FAILED, reason

    def _replay(self, mode: str) -> None:
        case = self.case
        action = find_action(case.app_path, case.action)
        prepared = _prepare(action, case, mode)
        if case.exchange.request is not None and not prepared.input_errors:
            self.request = compare_request(case, request_document(prepared))
        run = self.run = action.run_offline(prepared)
        if case.expected is not UNDEFINED:
            self.output = diff(case.expected, run.output, ignore=case.ignore.output)
        self.problems = run.later_diagnostics.errors


def _prepare(action: Action, case: Case, mode: str) -> Prepared:
    response = None if mode == "sample" else case.exchange.response
    context = action.context(
        settings=case.settings,
        env=case.env,
        now=case.now,
        seed=case.seed,
        platform=Platform(**case.platform) if case.platform else None,
        mode="sample" if response is None else "replay",
    )
    project = load_profile(None, context.root)
    prepared = action.prepare(case.inputs, context, alone=Profile(mask=project.mask, history=False))
    if response is None:
        return prepared
    # A run reads of it nothing but the response.
    return prepared.with_exchange(Exchange(case.action, RecordedRequest("", ""), response))


def compare_request(case: Case, document: Mapping[str, Any]) -> Diff:
    """Return how a request differs from that of a case, in the parts that the case names."""
    expected = case.exchange.request or {}
    actual = {name: document[name] for name in expected}
    return diff(expected, actual, ignore=case.ignore.request)


def _reasons(attempt: _Attempt) -> list[str]:
    reasons = []
    if attempt.request:
        reasons.append(f"the request differs: {_places(attempt.request)}")
    if attempt.output:
        reasons.append(f"the output differs: {_places(attempt.output)}")
    if attempt.problems:
        reasons.append(one_line(str(attempt.problems[0])))
    return reasons


def _places(differences: Diff) -> str:
    """Return the first pointers of a diff with how each differs."""
    shown = [f"{difference.pointer or 'its root'} {difference.change}" for difference in differences[:3]]
    more = len(differences) - len(shown)
    return ", ".join([*shown, *([f"{more} more"] if more else [])])

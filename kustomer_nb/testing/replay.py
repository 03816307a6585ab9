"""Replays one case without a network: its request and its output, compared with what it expects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING, Any

from kustomer_nb.codes import Code
from kustomer_nb.config import FAULT, Profile, load_masks
from kustomer_nb.diagnostics import Diagnostic, Diagnostics, Severity
from kustomer_nb.errors import InputError, KustomerNbError, RequestError, TemplateError, TransportError
from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.printable import one_line
from kustomer_nb.storage.cassette import Exchange, RecordedRequest

from .comparison import compare, compare_request
from .definitions import find_action
from .judging import first_of, judged
from .lean_replay import passes
from .request_documents import request_document
from .results import CaseResult, Outcome

if TYPE_CHECKING:
    from kustomer_nb.action import Action
    from kustomer_nb.app import App
    from kustomer_nb.difference import Diff
    from kustomer_nb.run import Run
    from kustomer_nb.run.context import RunContext
    from kustomer_nb.run.prepare import Prepared

    from .case import Case

# What comes of the definition; anything else comes of the case or its project.
_OF_THE_DEFINITION = (InputError, RequestError, TemplateError, TransportError)


def replay(case: Case, *, mode: str = "replay") -> CaseResult:
    """Return what a case comes to: nothing is sent, and nothing but its definition decides.

    It does not raise for what a case or a definition is. ``mode="sample"`` takes the output from the sample;
    where the case has a response, only the request is compared.
    """
    start = perf_counter()
    passed = passes(case, mode)
    if passed is not None:
        elapsed = perf_counter() - start
        # Most callers want to know that it passed, and no more.
        run = partial(_run_of, case, mode, passed.app)
        return CaseResult(case, Outcome.PASSED, passed.request, passed.output, run=run, elapsed=elapsed)
    result = _Attempt(case, mode).result()
    return replace(result, elapsed=perf_counter() - start)


def _run_of(case: Case, mode: str, app: App) -> Run | None:
    # Of the definition that passed, whatever its file is by now.
    return _Attempt(case, mode, app).result().run


def prepare_alone(action: Action, inputs: Mapping[str, Any], context: RunContext) -> Prepared:
    """Return what a run is made of where neither the environment nor a project decides, but for its masks."""
    profile = Profile(mask=load_masks(context.root), history=False)
    return action.prepare(inputs, context, alone=profile)


class _Attempt:
    """One replay: the stages that were reached, and what each came to."""

    def __init__(self, case: Case, mode: str, app: App | None = None) -> None:
        self.case = case
        self.mode = mode
        # None for that in the file of the definition.
        self.app = app
        self.request: Diff | None = None
        self.output: Diff | None = None
        self.run: Run | None = None

    def result(self) -> CaseResult:
        """Replay the case, and return what it comes to."""
        try:
            run = self._replay()
        except _OF_THE_DEFINITION as error:
            result, findings = self._so_far(error.diagnostics), error.diagnostics
            return judged(result, findings, compares_output=self._compares_output)
        except KustomerNbError as error:
            reason = first_of(error.diagnostics) or one_line(str(error))
            return replace(self._so_far(error.diagnostics), outcome=Outcome.ERROR, reason=reason)
        except RecursionError:
            problems = Diagnostics([_too_deep()])
            return replace(self._so_far(problems), outcome=Outcome.ERROR, reason=first_of(problems))
        result = self._so_far(run.later_diagnostics.errors)
        # Few cases expect a finding, and all of a run are not collected for nothing.
        findings = Diagnostics() if self.case.findings is None else run.diagnostics
        return judged(result, findings, compares_output=self._compares_output)

    def _so_far(self, problems: Diagnostics) -> CaseResult:
        return CaseResult(self.case, Outcome.FAILED, self.request, self.output, problems, self.run)

    def _replay(self) -> Run:
        case = self.case
        action = find_action(case.app_path, case.action) if self.app is None else self.app.action(case.action)
        prepared = self._prepare(action)
        if case.exchange.request is not None and not prepared.input_errors:
            document = request_document(prepared)
            self.request = compare_request(case.exchange.request, document, case.ignore.request)
        run = self.run = self._finish(action, prepared)
        if case.expected is not UNDEFINED and self._compares_output:
            self.output = compare(case.expected, run.output, case.ignore.output)
        return run

    @property
    def _compares_output(self) -> bool:
        """Whether the run can give what the case expects: the sample says nothing of another response."""
        has_response = self.case.exchange.written is not None or bool(self.case.simulate)
        return not (self.mode == "sample" and has_response)

    def _prepare(self, action: Action) -> Prepared:
        case = self.case
        response = None if self.mode == "sample" else case.exchange.response
        context = action.context(mode=self._run_mode(), **case.options)
        prepared = prepare_alone(action, case.inputs, context)
        if response is None:
            return prepared
        # A run reads of it nothing but the response.
        return prepared.with_exchange(Exchange(case.action, RecordedRequest("", ""), response))

    def _run_mode(self) -> str:
        if self.mode == "sample":
            return "sample"
        if self.case.simulate:
            return f"{FAULT}{self.case.simulate}"
        return "sample" if self.case.exchange.written is None else "replay"

    def _finish(self, action: Action, prepared: Prepared) -> Run:
        if not prepared.mode.startswith(FAULT):
            return action.run_offline(prepared)
        # Imported only for a failure, which the code that reads real responses simulates.
        from kustomer_nb.transport.event_loop import wait

        return wait(partial(action.run_prepared, prepared))


def _too_deep() -> Diagnostic:
    message = "what the case expects is nested too deeply to be compared."
    return Diagnostic(Code.CASE_INVALID, Severity.ERROR, "/expected", message, "expect a part of it.")

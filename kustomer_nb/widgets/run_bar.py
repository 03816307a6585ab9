"""The bar of a workbench: the action, its real target, profile, mode, Run, and what became of it."""

from __future__ import annotations

import re
import time
from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING, Any, Unpack

import traitlets

from kustomer_nb.config import MODES
from kustomer_nb.diagnostics import Severity
from kustomer_nb.options import WorkbenchOptions, takes
from kustomer_nb.printable import one_line
from kustomer_nb.secrets.tracebacks import scrub_tracebacks

from . import action_edits
from .approvals import Asks
from .bar_facts import fault_rows, head, profile_row, profile_rows, refusal
from .base import BaseWidget, handles
from .definition_messages import DuplicateAction, NewAction, RemoveAction, RenameAction
from .linking import link, style
from .messages import (
    Allow,
    AskAgain,
    CancelRun,
    ChooseMode,
    ChooseProfile,
    PickAction,
    ShowLive,
    Simulate,
    StartRun,
)
from .page_messages import PressTaken, ShowQuestion
from .request_nodes import request_line
from .running import Runner
from .session import Session, as_session

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from kustomer_nb.action import Action
    from kustomer_nb.run import Run

    from .session_state import Topic

_MODES = {"live": "Live", "record": "Record", "replay": "Replay", "sample": "Sample"}
_PRESENT: frozenset[Topic] = frozenset({"inputs", "preview", "profile", "mode", "action", "app"})
# After a run, and after each refusal, the question is another one.
_LISTED: frozenset[Topic] = frozenset({"app", "problems", "action"})
_PROFILED: frozenset[Topic] = frozenset({"app", "profile"})
_ENDED: frozenset[Topic] = frozenset({"busy", "result", "action"})
_ASKED: frozenset[Topic] = _PRESENT | {"approvals", "busy", "question"}


class RunBar(BaseWidget):
    """Picks the action, profile and mode, and runs the action; ``result`` is the run that is shown.

    A request that may change something is asked about first: `approve` is what the button of the page calls.
    Without a browser, call `run`, `approve`, `simulate` and `cancel`.

    Example:
        >>> from kustomer_nb import load
        >>> template = {"uri": "http://a.b", "method": "get"}
        >>> action = {"sampleOutputContext": {"id": 1}, "inputTemplate": template}
        >>> bar = RunBar(load(action).action(), mode="sample")
        >>> bar.run()
        <Run: GET http://a.b/ in sample mode, no differences from sample>
        >>> bar
        <RunBar: GET http://a.b/, Sample (nothing sent)>
    """

    _esm = link("run_bar.js")
    _css = style("run_bar.css")

    actions = traitlets.List(traitlets.Dict()).tag(sync=True)
    action = traitlets.Dict().tag(sync=True)
    request_line = traitlets.Dict().tag(sync=True)
    profiles = traitlets.List(traitlets.Dict()).tag(sync=True)
    profile = traitlets.Dict().tag(sync=True)
    modes = traitlets.List(traitlets.Dict()).tag(sync=True)
    mode = traitlets.Unicode("live").tag(sync=True)
    busy = traitlets.Dict().tag(sync=True)
    head = traitlets.Dict().tag(sync=True)
    refusal = traitlets.Dict().tag(sync=True)
    question = traitlets.Dict().tag(sync=True)
    turn = traitlets.Int(0).tag(sync=True)
    approvals = traitlets.List(traitlets.Dict()).tag(sync=True)
    faults = traitlets.List(traitlets.Dict()).tag(sync=True)

    @scrub_tracebacks
    @takes(WorkbenchOptions)
    def __init__(
        self,
        action: Action | Session,
        inputs: Mapping[str, Any] | None = None,
        *,
        runner: Runner | None = None,
        new: Callable[[], object] | None = None,
        **options: Unpack[WorkbenchOptions],
    ) -> None:
        self._session = as_session(action, options)
        # Where a workbench offers more than an empty action.
        self._new = new or partial(action_edits.add_action, self._session)
        if inputs is not None:
            self._session.set_inputs(inputs)
        self._runner = runner or Runner(self._session)
        self.when_closed(self._session.listen(self._follow))
        self._follow(frozenset({"app", "preview", "busy"}))
        super().__init__(
            modes=[{"name": name, "label": _MODES[name]} for name in MODES],
            faults=fault_rows(),
        )

    def _follow(self, topics: frozenset[Topic]) -> None:
        with self.hold_trait_notifications():
            for causes, draw in (
                (_LISTED, self._draw_actions),
                (_PROFILED, self._draw_profiles),
                (_PRESENT, self._draw_request),
                (_ASKED, self._draw_question),
                (_ENDED, self._draw_outcome),
            ):
                if topics & causes:
                    draw()
        if "question" in topics and self._runner.asked_by and self.question and not self.refusal:
            # After the question itself, which the page shows then.
            self.tell(ShowQuestion(self._runner.asked_by))

    def _draw_actions(self) -> None:
        session = self._session
        counts = session.problems.counts()
        self.actions = [
            {
                "name": action.name,
                "short": _short(action.name),
                "method": str(_method(action)),
                "description": one_line(action.definition.description or "")[:200],
                "path": one_line(_path(action))[:200],
                "errors": counts[action.pointer][Severity.ERROR],
                "warnings": counts[action.pointer][Severity.WARNING],
            }
            for action in session.app.actions
        ]
        index = next((at for at, action in enumerate(session.app.actions) if action is session.action), -1)
        name = session.action.name
        self.action = {"name": name, "short": _short(name) or "Unnamed action", "index": index}

    def _draw_profiles(self) -> None:
        self.profiles = profile_rows(self._session.context.root)

    def _draw_request(self) -> None:
        session = self._session
        prepared = session.previewed
        self.mode = prepared.mode if prepared else session.mode or "live"
        self.profile = profile_row(prepared.profile) if prepared else {}
        if prepared is not None:
            line = request_line(prepared.request)
            why = f"profile {prepared.profile.name}" if prepared.profile.name else "host override"
            self.request_line = {**line, "why": why if line["authored"] else ""}
        self.refusal = refusal(session, prepared)

    def _draw_question(self) -> None:
        question = self._runner.question()
        self.question = {} if question.asks is Asks.NOTHING else asdict(question)
        self.approvals = self._runner.shown_approvals()
        self.turn = self._runner.turn

    def _draw_outcome(self) -> None:
        outcome, run = self._runner.outcome, self._session.state.result
        self.busy = self._busy()
        self.head = head(outcome.state, outcome.words, outcome.simulated, run)

    def _busy(self) -> dict[str, Any]:
        """Return since when which run is in progress, empty if there is none."""
        if self._runner.busy is None:
            return {}
        name, outcome = self._runner.busy
        is_other = outcome is not self._runner.outcome
        where = {"action": _short(name), "host": ""} if is_other else {"action": "", "host": self._host()}
        return {"elapsed": time.monotonic() - outcome.since, **where}

    def _host(self) -> str:
        prepared = self._session.previewed
        return prepared.request.host if prepared else ""

    # -- what a person does

    @handles(PickAction)
    def _pick(self, message: PickAction) -> None:
        self._session.pick(message.name)

    @handles(NewAction)
    def _new_action(self, message: NewAction) -> None:
        self._new()

    @handles(DuplicateAction)
    def _duplicate(self, message: DuplicateAction) -> None:
        action_edits.duplicate_action(self._session, message.name)

    @handles(RenameAction)
    def _rename(self, message: RenameAction) -> None:
        action_edits.rename_action(self._session, message.name)

    @handles(RemoveAction)
    def _remove(self, message: RemoveAction) -> None:
        action_edits.remove_action(self._session)

    @handles(ChooseProfile)
    def _choose_profile(self, message: ChooseProfile) -> None:
        self._session.use_profile(message.name or None)

    @handles(ChooseMode)
    def _choose_mode(self, message: ChooseMode) -> None:
        self._session.use_mode(message.name or None)

    @handles(StartRun)
    def _start(self, message: StartRun) -> None:
        self._runner.press(message.press, message.turn)
        self.tell(PressTaken(message.press))

    @handles(Allow)
    def _allow(self, message: Allow) -> None:
        until = message.until
        self._runner.allow(
            message.question,
            typed=message.typed,
            forever=until == "restart",
            once=until == "once",
            press=message.press,
        )
        self.tell(PressTaken(message.press))

    @handles(AskAgain)
    def _ask(self, message: AskAgain) -> None:
        self._runner.revoke()

    @handles(CancelRun)
    def _cancel(self, message: CancelRun) -> None:
        self._runner.cancel()

    @handles(Simulate)
    def _simulate(self, message: Simulate) -> None:
        self._runner.simulate(message.name)

    @handles(ShowLive)
    def _show_live(self, message: ShowLive) -> None:
        self._runner.show_live()

    @property
    def result(self) -> Run | None:
        """The run that is shown, None before the first one."""
        return self._session.state.result

    @scrub_tracebacks
    def run(self, confirm: str | None = None) -> Run | None:
        """Run now and return the run; None if it was refused or got no response, and ``head`` says why.

        ``confirm`` is the name of the profile or host, as for `Action.run`.
        """
        return self._runner.start(confirm)

    @scrub_tracebacks
    def approve(self, method: str, host: str, typed: str = "", *, forever: bool = False) -> Run | None:
        """Approve the request that ``question`` is about, by its method and host, and run it.

        Exactly that request is sent. Nothing is sent, and ``head`` says why, if it has changed since.
        """
        return self._runner.approve(method, host, typed=typed, forever=forever)

    @scrub_tracebacks
    def simulate(self, name: str) -> Run | None:
        """Return the run of a simulated failure, None if that gives no response; nothing is sent."""
        return self._runner.simulate(name)

    def cancel(self) -> None:
        """Cancel the run in progress, if there is one."""
        self._runner.cancel()

    def as_text(self) -> str:
        """Return the request line, and what became of the latest run."""
        line = "".join(piece["x"] for piece in self.request_line.get("url", []))
        method = self.request_line.get("method", "")
        return one_line(f"<RunBar: {f'{method} {line}'.strip() or 'no request'}, {self.head['words']}>")

    def as_facts(self) -> Mapping[str, Any]:
        """Return the action whose request it sends."""
        return {"action": self._session.action.name or None}


def _short(name: str) -> str:
    return name.rpartition(".")[2]


def _method(action: Action) -> object:
    template = action.definition.input_template
    return (getattr(template, "method", None) if template else None) or ""


def _path(action: Action) -> str:
    """Return the URI as it is written, without an origin that is the same for all actions."""
    template = action.definition.input_template
    uri = str((getattr(template, "uri", None) if template else None) or "")
    return re.sub("^https?://[^/{]+(?=/)", "", uri)

"""Runs the action of a session: once per press, cancellable, and never without an approval it needs."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Any

from kustomer_nb import reporting
from kustomer_nb.config import FAULT, fault_of
from kustomer_nb.errors import GuardError, KustomerNbError, TransportError
from kustomer_nb.run import HIDDEN_HOST, Run, required_name
from kustomer_nb.transport import wait
from kustomer_nb.transport.fault_names import fault_description

from .approvals import Approvals, Asks, Question, confirming_name

if TYPE_CHECKING:
    from kustomer_nb.template import Rendering

    from .session import Session
    from .session_state import ActionState

_CANCELLED = "Cancelled - no response received."
_UNKNOWN = f"{_CANCELLED} The request may still have been processed; check before retrying."


class State(StrEnum):
    """What became of the latest press of Run."""

    IDLE = "idle"
    RUNNING = "running"
    DONE = "done"
    NO_RESPONSE = "no response"
    CANCELLED = "cancelled"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the latest press of Run, in words; ``since`` is when it began, in seconds.

    ``since`` is a time of the monotonic clock.
    """

    state: State = State.IDLE
    words: str = ""
    since: float = 0.0
    simulated: str = ""


@dataclass(frozen=True, slots=True)
class _Running:
    """A run that was prepared when Run was pressed, and the action that it belongs to."""

    send: Callable[[], Coroutine[Any, Any, Run]]
    state: ActionState
    rendering: Rendering
    inputs: dict[str, Any]
    is_safe: bool


class Runner:
    """Runs the selected action of a session, one run at a time.

    In a kernel, whose loop must stay free so that the page can show the run, `start` returns at once;
    elsewhere it waits.
    """

    def __init__(self, session: Session, *, before: Callable[[], None] = lambda: None) -> None:
        self._session = session
        self._before = before
        self._task: asyncio.Task[None] | None = None
        self._future: Future[Run] | None = None
        self.approvals = Approvals()
        self.outcome = Outcome()

    @property
    def is_busy(self) -> bool:
        """Whether a run is in progress."""
        return self.outcome.state is State.RUNNING

    def question(self) -> Question:
        """Return what is asked before the present request is sent; nothing if there is no request."""
        prepared = self._session.previewed
        if prepared is None:
            return Question(Asks.NOTHING)
        return self.approvals.question(prepared, self._name)

    @property
    def _name(self) -> str:
        return self._session.action.name or self._session.action.pointer

    def approve(
        self, method: str, host: str, *, typed: str = "", forever: bool = False, once: bool = False
    ) -> Run | None:
        """Approve the present request, as it was shown to the person who approves it, and run it.

        Nothing is sent if the request has changed since it was shown, or if the name that was typed is not
        the one that is asked for. ``once`` approves nothing but this run, and so does a name that has to be
        typed each time.
        """
        prepared, question = self._session.previewed, self.question()
        if self.is_busy or prepared is None:
            return None
        if (method, host) != (question.method, question.host):
            self._set(
                Outcome(State.REFUSED, "The request has changed since you were asked; nothing was sent.")
            )
            return None
        is_free = question.asks is Asks.BUTTON
        is_typed = question.asks is Asks.NAME and typed == question.name != HIDDEN_HOST
        if not once and (is_free or (is_typed and question.before)):
            with self._session.changing("approvals"):
                self.approvals.approve(prepared, self._name, forever=forever)
        # The guard compares what was typed: it knows the real name of a host that is not shown, and which
        # name a host that an input chose needs.
        return self.start(confirming_name(prepared) if is_free else typed or None)

    def revoke(self) -> None:
        """Ask again before each request."""
        with self._session.changing("approvals"):
            self.approvals.revoke()

    def start(self, confirm: str | None = None, *, mode: str | None = None) -> Run | None:
        """Run once; return the run, or None where it goes on, was refused, or got no response.

        ``confirm`` is the name that a person typed; an approval that holds needs none. A press during a run
        does nothing.
        """
        if self.is_busy:
            return None
        try:
            self._before()
            # Now, and not when the task starts: what is sent is what was on the page when Run was pressed.
            running = self._prepare(confirm, mode)
        except Exception as error:
            self._fail(error, self._session.state)
            return None
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            return self._wait(running)
        # The state is set before the task starts: a second message may be handled before it does.
        self._task = loop.create_task(self._await(running))
        self._task.add_done_callback(self._settle)
        return None

    def _prepare(self, confirm: str | None, mode: str | None) -> _Running:
        session = self._session
        session.require_read()
        prepared = session.prepare_run(mode)
        if confirm is None and self.approvals.holds(prepared, self._name):
            is_free = self.approvals.question(prepared, self._name).asks is Asks.NOTHING
            confirm = confirming_name(prepared) if is_free else None
        simulated = fault_of(prepared.mode)
        self._set(Outcome(State.RUNNING, since=time.monotonic(), simulated=simulated))
        send = partial(session.run_prepared, session.action, prepared, confirm)
        rendering = prepared.context.rendering("output")
        inputs = dict(session.inputs)
        return _Running(send, session.state, rendering, inputs, is_safe=prepared.request.is_safe)

    def simulate(self, name: str) -> Run | None:
        """Run in the mode of a failure, which sends nothing."""
        return self.start(mode=f"{FAULT}{name}")

    def show_live(self) -> None:
        """Show the latest run that is not simulated."""
        state = self._session.state
        with self._session.changing("result"):
            state.result = state.live
            self.outcome = Outcome(State.DONE if state.live else State.IDLE)

    def told(self) -> dict[str, Any]:
        """Return what the pane of a result says of the latest press of Run, where there is no result.

        ``can_go_live``: a simulated result, or none, is shown in place of a live one.
        """
        state, outcome = self._session.state, self.outcome
        is_missing = outcome.state in (State.NO_RESPONSE, State.CANCELLED)
        return {
            "state": str(outcome.state),
            "words": outcome.words if is_missing else "",
            "simulated": outcome.simulated,
            "can_go_live": not self.is_busy and state.live is not None and state.result is not state.live,
        }

    def cancel(self) -> None:
        """Cancel the run in progress, if there is one; ``outcome`` says what is known about it."""
        if self.is_busy and self._task is not None:
            # Messages may be handled on different threads.
            self._task.get_loop().call_soon_threadsafe(self._task.cancel)
        elif self.is_busy and self._future is not None:
            self._future.cancel()

    def _set(self, outcome: Outcome) -> None:
        with self._session.changing("busy"):
            self.outcome = outcome

    def _wait(self, running: _Running) -> Run | None:
        # Only sending is on another thread: listeners are called on this one.
        try:
            self._take(wait(running.send, begun=self._hold), running)
        except (Exception, asyncio.CancelledError) as error:
            self._fail(error, running.state, is_safe=running.is_safe)
        return running.state.result if self.outcome.state is State.DONE else None

    def _hold(self, future: Future[Run]) -> None:
        self._task, self._future = None, future

    async def _await(self, running: _Running) -> None:
        try:
            self._take(await running.send(), running)
        except (Exception, asyncio.CancelledError) as error:
            self._fail(error, running.state, is_safe=running.is_safe)

    def _settle(self, task: asyncio.Task[None]) -> None:
        """Reset after a task that was cancelled before it started: nothing was sent."""
        if task.cancelled() and self.is_busy:
            self._set(Outcome(State.CANCELLED, "Cancelled before anything was sent."))

    def _take(self, run: Run, running: _Running) -> None:
        with self._session.changing("busy"):
            self.outcome = Outcome(State.DONE, reporting.run_status(run), simulated=fault_of(run.mode))
            self._session.show(run, running.state, running.rendering, running.inputs)

    def _fail(self, error: BaseException, state: ActionState, *, is_safe: bool = True) -> None:
        """Show why there is no result; one of an earlier run stays only if nothing was sent."""
        simulated = self.outcome.simulated if self.is_busy else ""
        with self._session.changing("result", "history"):
            outcome = _failed(error, is_safe=is_safe, simulated=simulated)
            if outcome.state is not State.REFUSED:
                state.result = None
            self._set(outcome)


def _failed(error: BaseException, *, is_safe: bool, simulated: str) -> Outcome:
    match error:
        case TransportError() if simulated:
            does = fault_description(simulated) or "fails."
            return Outcome(State.NO_RESPONSE, f"Simulated: the service {does}", simulated=simulated)
        case TransportError():
            return Outcome(State.NO_RESPONSE, str(error))
        case GuardError():
            return Outcome(State.REFUSED, _refusal(error))
        case KustomerNbError():
            return Outcome(State.REFUSED, str(error))
        case asyncio.CancelledError():
            return Outcome(State.CANCELLED, _CANCELLED if is_safe else _UNKNOWN)
    # asyncio would only log it.
    return Outcome(State.REFUSED, f"Internal error ({type(error).__name__}): the run did not finish.")


def _refusal(error: GuardError) -> str:
    """Return a refusal in words of the page: what confirms it is a button or a field there."""
    messages = [f"{diagnostic.code} {diagnostic.message}" for diagnostic in error.diagnostics]
    if name := required_name(error):
        messages.append(f"Type {f'`{name}`' if error.name else name} to confirm.")
    return "\n".join(messages)

"""Runs the action of a session: once per press, cancellable, and never without an approval it needs."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Any

from kustomer_nb import reporting
from kustomer_nb.codes import Code
from kustomer_nb.config import FAULT, OFFLINE, SENDING, fault_of
from kustomer_nb.errors import GuardError, KustomerNbError, TransportError
from kustomer_nb.faces import Face, read_in
from kustomer_nb.run import HIDDEN_HOST, Run, require_confirmed, required_name
from kustomer_nb.transport import wait
from kustomer_nb.transport.fault_names import fault_description

from .approvals import Approvals, Asks, Question, confirming_name, is_answered_by
from .questions import Inquiry, Questions

if TYPE_CHECKING:
    from kustomer_nb.run import Prepared
    from kustomer_nb.template import Rendering

    from .session import Session
    from .session_state import ActionState

_CANCELLED = "Cancelled - no response received."
_UNKNOWN = f"{_CANCELLED} The request may still have been processed; check before retrying."
_UNSENT = "Cancelled before anything was sent."
MOST_PRESSES = 1000
# Seconds after an approval has changed by time: to be on the safe side of it.
_AFTER = 0.05


class State(StrEnum):
    """What became of the latest press of Run.

    ``SENT``: the request was sent, and an error came after that. ``REFUSED``: nothing was sent.
    """

    IDLE = "idle"
    RUNNING = "running"
    DONE = "done"
    NO_RESPONSE = "no response"
    CANCELLED = "cancelled"
    SENT = "sent"
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


@dataclass(slots=True)
class _Running:
    """A run that was prepared when Run was pressed, and the action that it belongs to."""

    prepared: Prepared
    state: ActionState
    rendering: Rendering
    inputs: dict[str, Any]
    press: str
    # Whether the first byte may have gone out.
    is_begun: bool = field(default=False, init=False)

    def begin(self) -> None:
        """Note that the request is about to be sent."""
        self.is_begun = True


class Runner:
    """Runs the selected action of a session, one run at a time.

    In a kernel, whose loop must stay free so that the page can show the run, `press`, `allow` and `start`
    return at once; elsewhere they wait. ``turn`` counts the runs that have begun, ``asked_by`` is the press
    whose page is to show the question.
    """

    def __init__(self, session: Session, *, before: Callable[[], None] = lambda: None) -> None:
        self._session = session
        self._before = before
        self._task: asyncio.Task[None] | None = None
        self._future: Future[Run] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._questions = Questions()
        self._presses: deque[str] = deque(maxlen=MOST_PRESSES)
        # What a page was told last, and a request for this machine whose name leads to another one.
        self._on_page: Inquiry | None = None
        self._looked_up: Prepared | None = None
        self.approvals = Approvals()
        self.turn = 0
        self.asked_by = ""
        # The action whose run is in progress, and its state: another one may be selected meanwhile.
        self._busy: tuple[str, ActionState] | None = None

    @property
    def is_busy(self) -> bool:
        """Whether a run is in progress, of whichever action."""
        return self._busy is not None

    @property
    def outcome(self) -> Outcome:
        """What became of the latest press of Run for the selected action."""
        return self._session.state.outcome or Outcome()

    @property
    def busy(self) -> tuple[str, Outcome] | None:
        """The name of the action whose run is in progress, and how it began; None if there is none."""
        if self._busy is None:
            return None
        name, state = self._busy
        return name, state.outcome or Outcome()

    @property
    def _name(self) -> str:
        return self._session.action.name or self._session.action.pointer

    # -- what is asked

    def question(self) -> Question:
        """Return what is asked before the present request is sent; nothing if there is no request.

        It is what the page shows from now on: a press is for this request, and for no other.
        """
        self._on_page = self._ask()
        return Question(Asks.NOTHING) if self._on_page is None else self._on_page.question

    def shown_approvals(self) -> list[dict[str, object]]:
        """Return the approvals that hold, with the one of the present request marked."""
        return self.approvals.shown(self._session.previewed, self._name)

    def _ask(self) -> Inquiry | None:
        prepared = self._session.previewed
        if prepared is None:
            return None
        return self._questions.ask(self._about(prepared), prepared, self._session.action)

    def _about(self, prepared: Prepared) -> Question:
        is_loopback = False if prepared is self._looked_up else None
        return self.approvals.question(prepared, self._name, is_loopback=is_loopback)

    # -- what a person does

    def press(self, press: str = "", turn: int | None = None) -> Run | None:
        """Run what the page shows, once for each press; return the run as `start` does.

        ``turn`` is the one that the page knew. A press during a run does nothing, and neither does one that
        was made before the page knew of the latest run. Nothing is sent if the request has changed since it
        was shown, or if it is asked about first.
        """
        return self._take_press(press, turn, self._run_shown)

    def allow(
        self,
        question_id: str,
        *,
        typed: str = "",
        forever: bool = False,
        once: bool = False,
        press: str = "",
    ) -> Run | None:
        """Send the request that a question was asked about, and approve the next ones like it.

        Exactly that request is sent, or nothing: if what it was made of has changed since, or if the name
        that was typed is not the one that is asked for, it is asked again. ``once`` approves nothing but this
        run, and so does a name that has to be typed every time.
        """
        if self._questions.is_answered(question_id):
            return None
        answer = partial(self._answer, question_id, typed, forever=forever, once=once)
        return self._take_press(press, None, answer)

    def approve(
        self, method: str, host: str, *, typed: str = "", forever: bool = False, once: bool = False
    ) -> Run | None:
        """Approve the request that is shown, by the method and host that it was shown with, and run it."""
        inquiry = self._on_page or self._ask()
        question = Question(Asks.NOTHING) if inquiry is None else inquiry.question
        question_id = question.id if (method, host) == (question.method, question.host) else ""
        return self.allow(question_id, typed=typed, forever=forever, once=once)

    def revoke(self) -> None:
        """Ask again before each request."""
        with self._session.changing("approvals"):
            self.approvals.revoke()
        self._follow_time()

    def start(self, confirm: str | None = None, *, mode: str | None = None) -> Run | None:
        """Run once; return the run, or None where it goes on, was refused, or got no response.

        ``confirm`` is the name that a person typed; an approval that holds needs none. It does nothing during
        a run.
        """
        return self._take_press("", None, partial(self._run_present, confirm, mode))

    def _take_press(self, press: str, turn: int | None, act: Callable[[], Run | None]) -> Run | None:
        if self.is_busy or turn not in (None, self.turn) or (press and press in self._presses):
            return None
        self._presses.append(press)
        try:
            self._before()
            self._session.state.require_read()
            with read_in(Face.WIDGET):
                return act()
        except Exception as error:
            if self.is_busy:
                raise
            # What no confirmation helps against is in the status alone.
            is_confirmable = isinstance(error, GuardError) and error.diagnostics.codes != [Code.IN_BROWSER]
            self._refuse(_refusal(error, self.question()), press if is_confirmable else "")
            return None
        finally:
            self.asked_by = ""

    def _run_shown(self) -> Run | None:
        inquiry = self._on_page or self._ask()
        prepared = self._session.prepare_run()
        if inquiry is None:
            self._ask_anew("There was no request when Run was pressed; nothing was sent.")
            return None
        changes = self._changes(inquiry, prepared)
        if changes and not {inquiry.prepared.mode, prepared.mode}.isdisjoint(SENDING):
            self._ask_anew(
                f"{changes} since the request was shown; nothing was sent. Check it, and run again."
            )
            return None
        sent = _as_shown(inquiry.prepared, prepared)
        return self._send(sent, self._approved_name(sent))

    def _run_present(self, confirm: str | None, mode: str | None) -> Run | None:
        self._session.follow()
        prepared, inquiry = self._session.prepare_run(mode), self._on_page
        if mode is None and inquiry is not None and not self._changes(inquiry, prepared):
            prepared = _as_shown(inquiry.prepared, prepared)
        return self._send(prepared, self._approved_name(prepared) if confirm is None else confirm)

    def _answer(self, question_id: str, typed: str, *, forever: bool, once: bool) -> Run | None:
        inquiry = self._questions.find(question_id)
        prepared = self._session.prepare_run()
        if inquiry is None:
            self._ask_anew("The request has changed since you were asked; nothing was sent.")
            return None
        if changes := self._changes(inquiry, prepared):
            self._ask_anew(f"{changes} since you were asked; nothing was sent.")
            return None
        question, sent = inquiry.question, _as_shown(inquiry.prepared, prepared)
        is_answered = is_answered_by(question, sent, typed)
        confirm = confirming_name(sent) if question.asks is Asks.BUTTON else typed or None
        require_confirmed(sent, confirm)
        if is_answered and not once and _is_asked_once(question):
            with self._session.changing("approvals"):
                self.approvals.approve(sent, self._name, forever=forever)
            self._follow_time()
        return self._send(sent, confirm, question_id)

    def _changes(self, inquiry: Inquiry, prepared: Prepared) -> str:
        return inquiry.changes(self._session.action, prepared)

    def _approved_name(self, prepared: Prepared) -> str | None:
        is_free = self._about(prepared).asks is Asks.NOTHING
        return confirming_name(prepared) if is_free and self.approvals.holds(prepared, self._name) else None

    def _ask_anew(self, words: str) -> None:
        """Show the request as it is now, and why that which was shown is not sent."""
        press = self._presses[-1]
        self._session.follow()
        with self._session.changing("preview", "settings"):
            self._refuse(words, press)

    def _refuse(self, words: str, press: str) -> None:
        """Show why nothing was sent; the page that pressed shows the question, if there is one."""
        with self._session.changing("busy", "question"):
            self._set(Outcome(State.REFUSED, words))
            self.asked_by = press

    def _follow_time(self) -> None:
        """Draw the approvals again each time that one has fewer minutes left, or none."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        seconds = self.approvals.next_change
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            return
        if seconds is not None:
            self._timer = loop.call_later(seconds + _AFTER, self._draw_approvals)

    def _draw_approvals(self) -> None:
        self._timer = None
        with self._session.changing("approvals"):
            pass
        self._follow_time()

    # -- the run

    def _send(self, prepared: Prepared, confirm: str | None, question_id: str = "") -> Run | None:
        # First: what is answered from the cassette, or refused, needs no confirmation.
        prepared = prepared.behind_fence(confirm)
        if prepared.mode in SENDING:
            require_confirmed(prepared, confirm)
        # Now, and not when the task starts: what is sent is what was on the page when Run was pressed.
        session, action = self._session, self._session.action
        rendering = prepared.context.rendering("output")
        running = _Running(prepared, session.state, rendering, dict(session.inputs), self._presses[-1])
        send = partial(session.run_prepared, action, prepared, confirm, running.begin)
        self._questions.close(question_id)
        self.turn += 1
        self._set(Outcome(State.RUNNING, since=time.monotonic(), simulated=fault_of(prepared.mode)))
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            return self._wait(send, running)
        # The state is set before the task starts: a second message may be handled before it does.
        self._task = loop.create_task(self._await(send, running))
        self._task.add_done_callback(self._settle)
        return None

    def simulate(self, name: str) -> Run | None:
        """Run in the mode of a failure, which sends nothing."""
        return self.start(mode=f"{FAULT}{name}")

    def show_live(self) -> None:
        """Show the latest run that is not simulated."""
        state = self._session.state
        with self._session.changing("result"):
            state.current = state.live
            state.outcome = Outcome(State.DONE if state.live else State.IDLE)

    def told(self) -> dict[str, Any]:
        """Return what the pane of a result says of the latest press of Run, where there is no result.

        ``can_go_live``: a simulated result, or none, is shown in place of a live one.
        """
        state, outcome = self._session.state, self.outcome
        is_missing = outcome.state in (State.NO_RESPONSE, State.CANCELLED, State.SENT)
        return {
            "state": str(outcome.state),
            "words": outcome.words if is_missing else "",
            "simulated": outcome.simulated,
            "can_go_live": not self.is_busy and state.live is not None and state.current is not state.live,
        }

    def cancel(self) -> None:
        """Cancel the run in progress, if there is one; ``outcome`` says what is known about it."""
        if self.is_busy and self._task is not None:
            # Messages may be handled on different threads.
            self._task.get_loop().call_soon_threadsafe(self._task.cancel)
        elif self.is_busy and self._future is not None:
            self._future.cancel()

    def _set(self, outcome: Outcome, state: ActionState | None = None) -> None:
        """Keep what became of a press with the action that it was for; without ``state`` the selected one."""
        state = state or self._session.state
        with self._session.changing("busy"):
            state.outcome = outcome
            self._busy = (self._name, state) if outcome.state is State.RUNNING else None

    def _wait(self, send: Callable[[], Coroutine[Any, Any, Run]], running: _Running) -> Run | None:
        # Only sending is on another thread: listeners are called on this one.
        try:
            run = wait(send, begun=self._hold)
        except (Exception, asyncio.CancelledError) as error:
            self._fail(error, running)
        except KeyboardInterrupt:
            self._fail(asyncio.CancelledError(), running)
            raise
        else:
            self._take(run, running)
        outcome = running.state.outcome
        return running.state.result if outcome and outcome.state is State.DONE else None

    def _hold(self, future: Future[Run]) -> None:
        self._task, self._future = None, future

    async def _await(self, send: Callable[[], Coroutine[Any, Any, Run]], running: _Running) -> None:
        try:
            run = await send()
        except (Exception, asyncio.CancelledError) as error:
            self._fail(error, running)
        else:
            self._take(run, running)

    def _settle(self, task: asyncio.Task[None]) -> None:
        """Reset after a task that was cancelled before it started: nothing was sent."""
        if task.cancelled() and self.is_busy:
            assert self._busy is not None  # noqa: S101 - it is busy
            self._set(Outcome(State.CANCELLED, _UNSENT), self._busy[1])

    def _take(self, run: Run, running: _Running) -> None:
        with self._session.changing("busy"):
            # The next request gets a new time and new random values.
            self._session.renew_preview()
            done = Outcome(State.DONE, reporting.run_status(run), simulated=fault_of(run.mode))
            self._set(done, running.state)
            self._session.show(run, running.state, running.rendering, running.inputs)

    def _fail(self, error: BaseException, running: _Running) -> None:
        """Show why there is no result; one of an earlier run stays only if nothing was sent."""
        with self._session.changing("busy", "result", "history", "question"):
            if isinstance(error, GuardError) and not running.is_begun and required_name(error):
                # Only looking the name up has shown that it needs a confirmation.
                self._looked_up = running.prepared
            outcome = _failed(error, running, self.question())
            self.asked_by = running.press if outcome.state is State.REFUSED else ""
            if outcome.state is not State.REFUSED:
                running.state.current = None
            self._set(outcome, running.state)
        self.asked_by = ""


def _is_asked_once(question: Question) -> bool:
    """Return whether an answer to a question may hold for later requests too."""
    return not question.every_time and question.asks is not Asks.NOTHING


def _as_shown(earlier: Prepared, now: Prepared) -> Prepared:
    """Return the very request that was shown; what is not sent comes from the recordings of now."""
    if now.mode in OFFLINE:
        return now
    # Another process may have recorded since.
    return earlier if earlier.superseded == now.superseded else replace(earlier, superseded=now.superseded)


def _failed(error: BaseException, running: _Running, question: Question) -> Outcome:
    simulated = fault_of(running.prepared.mode)
    match error:
        case TransportError() if simulated:
            does = fault_description(simulated) or "fails."
            return Outcome(State.NO_RESPONSE, f"Simulated: the service {does}", simulated=simulated)
        case TransportError():
            return Outcome(State.NO_RESPONSE, str(error))
        case asyncio.CancelledError():
            words = _CANCELLED if running.prepared.request.is_safe else _UNKNOWN
            return Outcome(State.CANCELLED, words if running.is_begun or simulated else _UNSENT)
    if running.is_begun:
        # asyncio would only log an internal error.
        words = str(error) if isinstance(error, KustomerNbError) else _internal(error)
        return Outcome(State.SENT, f"The request was sent. {words}")
    return Outcome(State.REFUSED, _refusal(error, question))


def _internal(error: BaseException) -> str:
    return f"Internal error ({type(error).__name__}): the run did not finish."


def _refusal(error: BaseException, question: Question) -> str:
    """Return a refusal in words of the page: what confirms it is a button or a field there."""
    if not isinstance(error, KustomerNbError):
        return _internal(error)
    if not isinstance(error, GuardError):
        return str(error)
    if error.diagnostics.codes == [Code.IN_BROWSER]:
        return str(error)
    messages = [f"{diagnostic.code} {diagnostic.message}" for diagnostic in error.diagnostics]
    if name := required_name(error):
        is_free = question.asks is Asks.BUTTON
        button = f"Choose `Send {question.method} to {question.target}` to confirm."
        typed = f"Type {name if name == HIDDEN_HOST else f'`{name}`'} to confirm."
        messages.append(button if is_free else typed)
    return "\n".join(messages)

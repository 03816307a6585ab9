"""The Run button, what came of it, and what would come of it if the service failed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any

import traitlets

from kustomer_nb import reporting
from kustomer_nb.action import Action
from kustomer_nb.config import FAULT, SENDING
from kustomer_nb.errors import GuardError, KustomerNbError, TransportError
from kustomer_nb.run import Prepared, Run, is_denied, needs_name, why_named
from kustomer_nb.secrets.tracebacks import scrub_tracebacks
from kustomer_nb.transport import FAULTS, wait

from .base import BaseWidget, asset
from .session import Session

_Running = Callable[[], Coroutine[Any, Any, Run]]
# What a press does in each mode that sends nothing.
_LABELS = {"sample": "Show the sample", "replay": "Replay"}
_STOPPED = "Cancelled before an answer came."
_UNKNOWN = f"{_STOPPED} Whether it was carried out is unknown: look before sending it again."


class RunPanel(BaseWidget):
    """Runs an action once per press and shows output, diff and response. ``result`` is the latest `Run`.

    ``inputs`` is asked when Run is pressed; a run on its way can be cancelled, and any fault of
    `kustomer_nb.transport.FAULTS` be tried, which sends nothing. Needs no browser: call `press`.

    Example:
        >>> from kustomer_nb import load
        >>> template = {"uri": "http://a.b", "method": "get"}
        >>> action = {"sampleOutputContext": {"id": 1}, "inputTemplate": template}
        >>> panel = RunPanel(load(action).action(), mode="sample")
        >>> panel.press()
        <Run: GET http://a.b/ in sample mode, no differences from sample>
    """

    _esm = asset("common.js", "run_panel.js")
    _css = asset("base.css", "html_panel.css", "run_panel.css")

    html = traitlets.Unicode("").tag(sync=True)
    busy = traitlets.Bool(False).tag(sync=True)
    label = traitlets.Unicode("Run").tag(sync=True)
    confirm_name = traitlets.Unicode("").tag(sync=True)
    confirm_why = traitlets.Unicode("").tag(sync=True)
    faults = traitlets.List(traitlets.Dict()).tag(sync=True)
    result = traitlets.Instance(Run, allow_none=True)

    @scrub_tracebacks
    def __init__(
        self,
        action: Action | Session,
        inputs: Callable[[], Mapping[str, Any]] = dict,
        *,
        before: Callable[[], None] = lambda: None,
        **arguments: Any,
    ) -> None:
        self._session = action if isinstance(action, Session) else Session(action, arguments)
        self._inputs = inputs
        self._before = before
        self._task: asyncio.Task[None] | None = None
        self._future: Future[Run] | None = None
        super().__init__(faults=[{"name": one.name, "words": one.words} for one in FAULTS.values()])
        self.refresh()

    def refresh(self) -> None:
        """Say what a press would do, and whether it needs a name typed first."""
        try:
            self.show(self._session.prepare(self._inputs()))
        except KustomerNbError:
            return

    def show(self, ready: Prepared) -> None:
        """Say what a press would do with this request, and whether it needs a name typed first."""
        request = ready.request
        is_overridden = request.overridden is not None
        method = f"{request.method} as {request.effective_method}" if is_overridden else request.method
        usual = f"Run {method}" if ready.mode == "live" else f"Run {method} and record"
        self.label = _LABELS.get(ready.mode, usual if ready.mode in SENDING else f"Show {ready.mode}").strip()
        is_sent = ready.mode in SENDING and not is_denied(request, ready.profile)
        self.confirm_why = why_named(ready) if is_sent else ""
        self.confirm_name = needs_name(ready) if is_sent else ""

    def intend(self, content: dict[str, Any]) -> None:
        """Take ``{"kind": "run", "confirm"}``, ``{"kind": "fault", "name"}`` or ``{"kind": "cancel"}``.

        A press while another is on its way does nothing.
        """
        kind = content.get("kind")
        if kind == "cancel":
            self.cancel()
        elif kind == "run" and not self.busy:
            self._begin(lambda: self._session.run(self._inputs(), str(content.get("confirm") or "") or None))
        elif kind == "fault" and not self.busy:
            mode = f"{FAULT}{content.get('name')}"
            self._begin(lambda: self._session.run(self._inputs(), None, mode=mode))

    def _begin(self, running: _Running) -> None:
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            self._wait(running)
        else:
            # Before the task begins: a second message may be handled before the loop turns.
            self.busy = True
            # In a kernel the loop must stay free, or the page could not say that it is working.
            self._task = loop.create_task(self._press(running))
            self._task.add_done_callback(self._settle)

    def _settle(self, task: asyncio.Task[None]) -> None:
        """Come to rest after a task that was cancelled before it began: nothing was sent."""
        if task.cancelled():
            self.busy, self.notice = False, "Cancelled before anything was sent."

    @scrub_tracebacks
    def press(self, confirm: str | None = None) -> Run | None:
        """Run now and return the run, None when it was refused or unanswered; ``notice`` says why."""
        return self._wait(lambda: self._session.run(self._inputs(), confirm))

    @scrub_tracebacks
    def press_fault(self, name: str) -> Run | None:
        """Return the run that a fault would make, None where no answer would come; nothing is sent."""
        return self._wait(lambda: self._session.run(self._inputs(), None, mode=f"{FAULT}{name}"))

    def cancel(self) -> None:
        """Give up the run on its way, if there is one; ``notice`` says what is known of it."""
        if self.busy and self._task is not None:
            # A message may be handled on another thread than the one before it.
            self._task.get_loop().call_soon_threadsafe(self._task.cancel)
        elif self.busy and self._future is not None:
            self._future.cancel()

    def _wait(self, running: _Running) -> Run | None:
        # Only the sending is on another thread: who observes the result is called on this one.
        with self._pressed():
            self._take_run(wait(running(), begun=self._hold))
        return None if self.notice else self.result

    def _hold(self, future: Future[Run]) -> None:
        self._task, self._future = None, future

    async def _press(self, running: _Running) -> None:
        with self._pressed():
            self._take_run(await running())

    def _take_run(self, run: Run) -> None:
        self.result = run
        self.html = reporting.html(run)

    @contextmanager
    def _pressed(self) -> Iterator[None]:
        """Be busy for a while, and say what went wrong; a result beside a refusal would mislead."""
        self.busy, self.notice = True, ""
        try:
            self._before()
            yield
        except TransportError as error:
            self.html, self.notice = reporting.fill("unanswered", {}), str(error)
        except KustomerNbError as error:
            self.html, self.notice = "", str(error)
            if isinstance(error, GuardError) and error.name:
                # That localhost is another machine is known from its look-up alone.
                self.confirm_why = self.confirm_why or "This goes to another machine."
                self.confirm_name = error.name
        except asyncio.CancelledError:
            self.html, self.notice = "", _STOPPED if self._session.is_safe else _UNKNOWN
        except Exception as error:  # shown to the person, who else would never know
            self.html, self.notice = "", f"{type(error).__name__}: the run did not come to an end."
        finally:
            self.busy = False

    def as_text(self) -> str:
        """Return the latest run as text."""
        return f"<RunPanel: {'nothing run yet' if self.result is None else repr(self.result)}>"

    def as_html(self) -> str:
        """Return the latest run as static HTML."""
        return self.html or super().as_html()

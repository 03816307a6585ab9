"""The Run button with its result, and the simulation of failures."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, Unpack

import traitlets

from kustomer_nb import reporting
from kustomer_nb.config import FAULT, SENDING
from kustomer_nb.errors import GuardError, InputError, KustomerNbError, TransportError
from kustomer_nb.options import WorkbenchOptions, takes
from kustomer_nb.run import Prepared, Run, confirmation_name, confirmation_reason, is_denied, required_name
from kustomer_nb.secrets.tracebacks import scrub_tracebacks
from kustomer_nb.transport import FAULTS, wait

from .base import BaseWidget, asset
from .session import Session, as_session

if TYPE_CHECKING:
    from kustomer_nb.action import Action
    from kustomer_nb.transport.fault_injection import InjectedFault

_Running = Callable[[Mapping[str, Any]], Coroutine[Any, Any, Run]]
# The label of the button in each mode that sends nothing.
_LABELS = {"sample": "Show sample", "replay": "Replay"}
_CANCELLED = "Cancelled - no response received."
_UNKNOWN = f"{_CANCELLED} The request may still have been processed; check before retrying."


class RunPanel(BaseWidget):
    """Runs an action once per click and shows output, diff and response. ``result`` is the latest `Run`.

    ``inputs`` is called when Run is pressed, after ``before``, which may refuse with an error of the package.
    A run in progress can be cancelled, and each failure of `kustomer_nb.transport.FAULTS` can be simulated,
    which sends nothing. Without a browser, call `press`.

    Example:
        >>> from kustomer_nb import load
        >>> template = {"uri": "http://a.b", "method": "get"}
        >>> action = {"sampleOutputContext": {"id": 1}, "inputTemplate": template}
        >>> panel = RunPanel(load(action).action(), mode="sample")
        >>> panel.press()
        <Run: GET http://a.b/ in sample mode, no differences from sample>
    """

    _esm = asset("common.js", "run_panel.js")
    _css = asset("base.css", "html_panel.css", "run_panel.css") + reporting.style_sheet()

    html = traitlets.Unicode("").tag(sync=True)
    busy = traitlets.Bool(False).tag(sync=True)
    label = traitlets.Unicode("Run").tag(sync=True)
    confirm_name = traitlets.Unicode("").tag(sync=True)
    confirm_label = traitlets.Unicode("").tag(sync=True)
    status = traitlets.Unicode("").tag(sync=True)
    faults = traitlets.List(traitlets.Dict()).tag(sync=True)
    result = traitlets.Instance(Run, allow_none=True)

    @scrub_tracebacks
    @takes(WorkbenchOptions)
    def __init__(
        self,
        action: Action | Session,
        inputs: Callable[[], Mapping[str, Any]] = dict,
        *,
        before: Callable[[], None] = lambda: None,
        **options: Unpack[WorkbenchOptions],
    ) -> None:
        self._session = as_session(action, options)
        self._inputs = inputs
        self._before = before
        self._task: asyncio.Task[None] | None = None
        self._future: Future[Run] | None = None
        super().__init__(
            faults=[{"name": fault.name, "label": _fault_label(fault)} for fault in FAULTS.values()]
        )
        self.refresh()

    def refresh(self) -> None:
        """Update the button and the confirmation for the present inputs."""
        try:
            self.update(self._session.prepare(self._inputs()))
        except KustomerNbError:
            return

    def update(self, prepared: Prepared) -> None:
        """Update the button and the confirmation for a request."""
        request, mode = prepared.request, prepared.mode
        is_overridden = request.overridden is not None
        method = f"{request.method} as {request.effective_method}" if is_overridden else request.method
        run = f"Run {method}" if mode == "live" else f"Run {method} and record"
        simulate = f"Simulate {mode.removeprefix(FAULT)}"
        self.label = _LABELS.get(mode, run if mode in SENDING else simulate).strip()
        is_sent = mode in SENDING and not is_denied(request, prepared.profile)
        self.confirm_name = confirmation_name(prepared) if is_sent else ""
        self.confirm_label = _confirm_label(prepared, self.confirm_name) if self.confirm_name else ""

    def intend(self, content: dict[str, Any]) -> None:
        """Receive ``{"kind": "run", "confirm"}``, ``{"kind": "fault", "name"}`` or ``{"kind": "cancel"}``.

        A click during a run does nothing.
        """
        kind = content.get("kind")
        if kind == "cancel":
            self.cancel()
        elif kind == "run" and not self.busy:
            confirm = str(content.get("confirm") or "") or None
            self._begin(lambda inputs: self._session.run(inputs, confirm))
        elif kind == "fault" and not self.busy:
            mode = f"{FAULT}{content.get('name')}"
            self._begin(lambda inputs: self._session.run(inputs, None, mode=mode))

    def _begin(self, running: _Running) -> None:
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            self._wait(running)
        else:
            # Before the task starts: a second message may be handled before it does.
            self.busy = True
            # In a kernel the loop must stay free, or the page could not show that a run is in progress.
            self._task = loop.create_task(self._press(running))
            self._task.add_done_callback(self._settle)

    def _settle(self, task: asyncio.Task[None]) -> None:
        """Reset after a task that was cancelled before it started: nothing was sent."""
        if task.cancelled():
            self.busy, self.notice = False, "Cancelled before anything was sent."

    @scrub_tracebacks
    def press(self, confirm: str | None = None) -> Run | None:
        """Run now and return the run; None if it was refused or got no response, and ``notice`` says why."""
        return self._wait(lambda inputs: self._session.run(inputs, confirm))

    @scrub_tracebacks
    def press_fault(self, name: str) -> Run | None:
        """Return the run for a simulated failure, None if that gives no response; nothing is sent."""
        return self._wait(lambda inputs: self._session.run(inputs, None, mode=f"{FAULT}{name}"))

    def cancel(self) -> None:
        """Cancel the run in progress, if there is one; ``notice`` says what is known about it."""
        if self.busy and self._task is not None:
            # Messages may be handled on different threads.
            self._task.get_loop().call_soon_threadsafe(self._task.cancel)
        elif self.busy and self._future is not None:
            self._future.cancel()

    def _wait(self, running: _Running) -> Run | None:
        # Only sending is on another thread: observers of the result are called on this one.
        with self._pressed():
            self._before()
            self._take_run(wait(partial(running, self._inputs()), begun=self._hold))
        return None if self.notice else self.result

    def _hold(self, future: Future[Run]) -> None:
        self._task, self._future = None, future

    async def _press(self, running: _Running) -> None:
        with self._pressed():
            self._before()
            self._take_run(await running(self._inputs()))

    def _take_run(self, run: Run) -> None:
        self.result = run
        self.status = reporting.run_status(run)
        self.html = reporting.html(run, styled=False)

    @contextmanager
    def _pressed(self) -> Iterator[None]:
        """Be busy during a run, and show what went wrong without the result of an earlier run."""
        self.busy, self.notice, self.status = True, "", ""
        try:
            yield
        except TransportError as error:
            self.html, self.notice = reporting.fill("no_response", {}, styled=False), str(error)
        except KustomerNbError as error:
            self.html, self.notice = "", _notice(error)
            if isinstance(error, GuardError):
                self._ask_for_name(error)
        except asyncio.CancelledError:
            self.html, self.notice = "", _CANCELLED if self._session.is_safe else _UNKNOWN
        except Exception as error:  # asyncio would only log it
            self.html, self.notice = "", f"Internal error ({type(error).__name__}): the run did not finish."
        finally:
            self.busy = False

    def _ask_for_name(self, error: GuardError) -> None:
        if name := required_name(error):
            # Only resolving localhost shows that it is a remote host.
            remote = f"This request goes to a remote host. Type {name} to confirm."
            self.confirm_label = self.confirm_label or remote
            self.confirm_name = name

    def as_text(self) -> str:
        """Return the latest run as text."""
        return f"<RunPanel: {'not run yet' if self.result is None else repr(self.result)}>"

    def as_html(self) -> str:
        """Return the latest run as static HTML."""
        return reporting.with_style(self.html) if self.html else super().as_html()


def _confirm_label(prepared: Prepared, name: str) -> str:
    """Return why a request needs confirmation, and what to type."""
    request = prepared.request
    if name == prepared.profile.name:
        return f"This {request.effective_method} can modify data on {name}. Type the profile name to confirm."
    if request.is_safe or request.host_inputs:
        return f"{confirmation_reason(prepared)} Type {name} to confirm."
    # A host name that contains a setting is shown masked, and is not what to type.
    typed = "host name" if name == request.host else "real name of the host"
    return f"This {request.effective_method} can modify data on {request.host}. Type the {typed} to confirm."


def _notice(error: KustomerNbError) -> str:
    """Return an error in words for the panel: its fix is in the page, and not an argument."""
    messages = [f"{diagnostic.code} {diagnostic.message}" for diagnostic in error.diagnostics]
    if isinstance(error, GuardError) and (name := required_name(error)):
        quoted = f"`{name}`" if error.name else name
        return "\n".join([*messages, f"Type {quoted} in the box above to confirm."])
    if isinstance(error, InputError):
        return "\n".join([*messages, "Correct the marked fields."])
    return str(error)


def _fault_label(fault: InjectedFault) -> str:
    if fault.name.isdecimal():
        return reporting.status_text(int(fault.name))
    return f"{fault.name}: {fault.description}"

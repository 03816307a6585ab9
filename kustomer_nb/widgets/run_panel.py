"""The Run button, and what came of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import traitlets

from kustomer_nb import views
from kustomer_nb.action import Action
from kustomer_nb.errors import KustomerNbError
from kustomer_nb.run import Prepared, Run, needs_name
from kustomer_nb.transport import wait

from .leaf import Leaf, asset
from .session import Session


class RunPanel(Leaf):
    """Runs an action once per press and shows output, diff and response. ``result`` is the latest `Run`.

    ``inputs`` is asked when Run is pressed. Needs no browser: call `press`.

    Example:
        >>> from kustomer_nb import load
        >>> template = {"uri": "http://a.b", "method": "get"}
        >>> action = {"sampleOutputContext": {"id": 1}, "inputTemplate": template}
        >>> panel = RunPanel(load(action).action(), mode="sample")
        >>> panel.press()
        <Run: GET http://a.b/ from the sample, beside the sample no difference>
    """

    _esm = asset("intent.js", "run_panel.js")
    _css = asset("leaf.css", "html_panel.css", "run_panel.css")

    html = traitlets.Unicode("").tag(sync=True)
    busy = traitlets.Bool(False).tag(sync=True)
    label = traitlets.Unicode("Run").tag(sync=True)
    confirm_name = traitlets.Unicode("").tag(sync=True)
    result = traitlets.Instance(Run, allow_none=True)

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
        super().__init__()
        self.refresh()

    def refresh(self) -> None:
        """Say what a press would do, and whether it needs a name typed first."""
        try:
            self.show(self._session.prepare(self._inputs()))
        except KustomerNbError:
            return

    def show(self, ready: Prepared) -> None:
        """Say what a press would do with this request, and whether it needs a name typed first."""
        is_sample = ready.mode == "sample"
        self.label = "Show the sample" if is_sample else f"Run {ready.request.method}".strip()
        self.confirm_name = "" if is_sample else needs_name(ready.request, ready.profile)

    def intend(self, content: dict[str, Any]) -> None:
        """Take a press: ``{"kind": "run", "confirm"}``; one while another is on its way does nothing."""
        if content.get("kind") != "run" or self.busy:
            return
        confirm = str(content.get("confirm") or "") or None
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            self.press(confirm)
        else:
            # Before the task begins: a second message may be handled before the loop turns.
            self.busy = True
            # In a kernel the loop must stay free, or the page could not say that it is working.
            self._task = loop.create_task(self._press(confirm))

    def press(self, confirm: str | None = None) -> Run | None:
        """Run now and return the run, None when it was refused or unanswered; ``notice`` says why."""
        # Only the sending is on another thread: who observes the result is called on this one.
        with self._pressed():
            self._take_run(wait(self._session.run(self._inputs(), confirm)))
        return None if self.notice else self.result

    async def _press(self, confirm: str | None) -> None:
        with self._pressed():
            self._take_run(await self._session.run(self._inputs(), confirm))

    def _take_run(self, run: Run) -> None:
        self.result = run
        self.html = views.html(run)

    @contextmanager
    def _pressed(self) -> Iterator[None]:
        """Be busy for a while, and say what went wrong; a result beside a refusal would mislead."""
        self.busy, self.notice = True, ""
        try:
            self._before()
            yield
        except KustomerNbError as error:
            self.html, self.notice = "", str(error)
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

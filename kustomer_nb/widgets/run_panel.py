"""The Run button, and what came of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

import traitlets

from kustomer_nb import views
from kustomer_nb.app import Action
from kustomer_nb.errors import GuardError, KustomerNbError
from kustomer_nb.run import Run, guard
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
            ready = self._session.prepare(self._inputs())
        except KustomerNbError:
            return
        self.label = "Show the sample" if ready.mode == "sample" else f"Run {ready.request.method}".strip()
        try:
            guard(ready.request, ready.profile, None)
        except GuardError:
            self.confirm_name = "" if ready.mode == "sample" else ready.profile.name or ready.request.host
        else:
            self.confirm_name = ""

    def intend(self, content: dict[str, Any]) -> None:
        """Take a press: ``{"kind": "run", "confirm"}``; a second one waits for nothing and does nothing."""
        if content.get("kind") != "run" or self.busy:
            return
        confirm = str(content.get("confirm") or "") or None
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            wait(self._press(confirm))
        else:
            # In a kernel the loop must stay free, or the page could not say that it is working.
            self._task = loop.create_task(self._press(confirm))

    def press(self, confirm: str | None = None) -> Run | None:
        """Run now and return the run, None when it was refused or unanswered; ``notice`` says why."""
        self.notice = ""
        wait(self._press(confirm))
        return self.result if not self.notice else None

    async def _press(self, confirm: str | None) -> None:
        self.busy = True
        try:
            self._before()
            self.result = await self._session.run(self._inputs(), confirm)
            self.html = views.html(self.result)
        except KustomerNbError as error:
            self.notice = str(error)
        except Exception as error:  # shown to the person, who else would never know
            self.notice = f"{type(error).__name__}: the run did not come to an end."
        finally:
            self.busy = False

    def as_text(self) -> str:
        """Return the latest run as text."""
        return f"<RunPanel: {'nothing run yet' if self.result is None else repr(self.result)}>"

    def as_html(self) -> str:
        """Return the latest run as static HTML."""
        return self.html or super().as_html()

"""The workbench: settings, form, preview and run in one widget, with the latest result below it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

import ipywidgets
from IPython.display import DisplayHandle, display

from kustomer_nb import reporting
from kustomer_nb.action import Action
from kustomer_nb.app import App, load
from kustomer_nb.config import Profile
from kustomer_nb.options import WorkbenchOptions, takes
from kustomer_nb.printable import one_line
from kustomer_nb.secrets.tracebacks import scrub_tracebacks

from .action_form import ActionForm
from .base import VIEW
from .request_preview import RequestPreview
from .run_panel import RunPanel
from .session import Session
from .settings_form import SettingsForm

if TYPE_CHECKING:
    from kustomer_nb.run import Run

# The same before and after a run, so that a notebook still passes ``pytest --nbval`` after a click on Run.
RECORD = "The latest run of this workbench, as HTML"


class Workbench(ipywidgets.VBox):  # type: ignore[misc] # ipywidgets has no types
    """An action to fill in, preview and run; its parts are ``form``, ``settings``, ``preview``, ``panel``.

    In a notebook, the latest run is also a static output below it, which is saved with the notebook.
    """

    @scrub_tracebacks
    @takes(WorkbenchOptions)
    def __init__(
        self, action: Action, inputs: Mapping[str, Any] | None = None, **options: Unpack[WorkbenchOptions]
    ) -> None:
        session = Session(action, options)
        self.action = action
        self.form = ActionForm(session, inputs)
        self.settings = SettingsForm(session)
        self.preview = RequestPreview(session, self.form.value)
        self.panel = RunPanel(session, lambda: self.form.value, before=self.form.require)
        self._records: list[DisplayHandle] = []
        self.form.observe(self._redraw, ["value", "unread"])
        self.settings.watch(self._redraw)
        self.panel.observe(self._update_records, "result")
        self._diagnostics = action.lint()
        self.head = ipywidgets.HTML(self._head_html())
        super().__init__([self.head, self.settings, self._columns(), self.panel])

    def _head_html(self) -> str:
        prepared = self.preview.prepared
        profile, mode = (prepared.profile, prepared.mode) if prepared else (Profile(), "")
        # Without a style: the other widgets bring it.
        return reporting.workbench_head(self.action.read, self._diagnostics, profile, mode, styled=False)

    def _columns(self) -> ipywidgets.Box:
        columns = ipywidgets.Box(
            [self.form, self.preview], layout=ipywidgets.Layout(flex_flow="row wrap", grid_gap="0 1.5em")
        )
        self.form.layout.flex = "1 1 20em"
        self.preview.layout.flex = "1 1 26em"
        return columns

    def _redraw(self, change: object = None) -> None:
        # A notice is about the inputs of the latest click, and these are others.
        self.panel.notice = ""
        prepared = self.preview.update(self.form.value, self.form.unread)
        self.head.value = self._head_html()
        if prepared is not None:
            self.panel.update(prepared)

    @property
    def result(self) -> Run | None:
        """The latest run; None before the first."""
        return self.panel.result

    def _update_records(self, change: Any) -> None:
        # The next request may have another time and other random values than the one that was sent.
        self._redraw()
        for record in self._records:
            record.update(self._static_result(), raw=True)

    def _static_result(self) -> dict[str, str]:
        return _static(
            RECORD, reporting.fill("no_run", {}) if self.result is None else reporting.html(self.result)
        )

    def as_text(self) -> str:
        """Return the workbench as text; the same for the same action and inputs."""
        return one_line(f"<Workbench: {self.action.name or 'an action'}, {self.preview.line}>")

    def as_html(self) -> str:
        """Return the request as static HTML, for viewers without widgets."""
        return self.preview.as_html()

    def __repr__(self) -> str:
        return self.as_text()

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any]:
        view = {"version_major": 2, "version_minor": 0, "model_id": self.model_id}
        return {VIEW: view, **_static(self.as_text(), self.as_html())}

    def _ipython_display_(self) -> None:
        # An output of its own: a saved notebook keeps the record, but not the widget.
        display(self._repr_mimebundle_(), raw=True)
        record = display(self._static_result(), raw=True, display_id=True)
        if record is not None:
            self._records.append(record)


def _static(text: str, html: str) -> dict[str, str]:
    return {"text/plain": text, "text/html": html}


@scrub_tracebacks
@takes(WorkbenchOptions)
def workbench(
    source: str | Path | Mapping[str, Any] | App | Action,
    action: str | None = None,
    *,
    inputs: Mapping[str, Any] | None = None,
    **options: Unpack[WorkbenchOptions],
) -> Workbench:
    """Return the workbench of an action; ``source`` is a path, a definition, an app or the action itself.

    ``action`` is a name or the last part of it, needed if there are several. A run is confirmed by typing a
    name, so ``confirm`` is not an option.

    Raises:
        LoadError: the definition cannot be read.
        NameNotFoundError: no action matches, or several do.

    Example:
        >>> workbench({"inputTemplate": {"uri": "http://a.b/{{id}}", "method": "get"}}, inputs={"id": 7})
        <Workbench: an action, GET http://a.b/7>
    """
    if isinstance(source, Action):
        return Workbench(source, inputs, **options)
    app = source if isinstance(source, App) else load(source)
    return Workbench(app.action(action), inputs, **options)

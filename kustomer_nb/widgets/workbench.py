"""The workbench: an action is filled in, previewed, run, understood and compared in one widget."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

import anywidget
import traitlets
from IPython.display import DisplayHandle, display

from kustomer_nb import reporting
from kustomer_nb.action import Action
from kustomer_nb.app import App, load
from kustomer_nb.options import WorkbenchOptions, takes
from kustomer_nb.printable import one_line
from kustomer_nb.secrets.tracebacks import scrub_tracebacks

from .action_form import ActionForm
from .base import BaseWidget, handles
from .definition_view import DefinitionView
from .history_view import HistoryView
from .linking import link, style
from .messages import CancelRun, DecideConflict, GoTo, Undo
from .output_view import OutputView
from .page_messages import Reveal, ShowToast
from .problems_view import ProblemsView
from .request_preview import RequestPreview
from .response_view import ResponseView
from .resuming import remember, resume
from .run_bar import RunBar
from .running import Runner, State
from .session import Session
from .settings_form import SettingsForm
from .watching import FileWatcher

if TYPE_CHECKING:
    from kustomer_nb.run import Run

    from .session_state import Topic

_WITHOUT_RESULT = (State.NO_RESPONSE, State.CANCELLED, State.SENT)
_ENDED = frozenset({State.DONE, *_WITHOUT_RESULT})
# The same before and after a run, so that a notebook still passes ``pytest --nbval`` after a click on Run.
RECORD = "The latest run of this workbench, as HTML"


class Workbench(BaseWidget):
    """Picks an action, fills it in, previews, runs and compares it.

    Its parts are ``bar``, ``problems``, ``settings``, ``form``, ``definition``, ``preview``, ``response``,
    ``output`` and ``history``. They share one session, and follow the file while the kernel runs. In a
    notebook, the latest run is also a static output below it, which is saved with the notebook and shown
    where there is no kernel.
    """

    _esm = link("workbench.js")
    _css = style("workbench.css")

    bar = anywidget.WidgetTrait().tag(sync=True)
    problems = anywidget.WidgetTrait().tag(sync=True)
    settings = anywidget.WidgetTrait().tag(sync=True)
    form = anywidget.WidgetTrait().tag(sync=True)
    definition = anywidget.WidgetTrait().tag(sync=True)
    preview = anywidget.WidgetTrait().tag(sync=True)
    response = anywidget.WidgetTrait().tag(sync=True)
    output = anywidget.WidgetTrait().tag(sync=True)
    history = anywidget.WidgetTrait().tag(sync=True)
    is_busy = traitlets.Bool(False).tag(sync=True)
    # How many runs have ended here, with a result or without: the page then shows what became of the latest.
    ended = traitlets.Int(0).tag(sync=True)
    counts = traitlets.Dict().tag(sync=True)
    # What was told last. The pages get it as a message: one that opens later must not repeat it.
    toast = traitlets.Dict()
    revealed = traitlets.Dict()
    file = traitlets.Dict().tag(sync=True)

    @scrub_tracebacks
    @takes(WorkbenchOptions)
    def __init__(
        self,
        source: App | Action,
        inputs: Mapping[str, Any] | None = None,
        **options: Unpack[WorkbenchOptions],
    ) -> None:
        self._session = session = Session(source, options)
        resume(session, picks=inputs is None and isinstance(source, App), fills=inputs is None)
        form = ActionForm(session, inputs)
        self._runner = Runner(session, before=form.require)
        self._watcher = FileWatcher(session)
        self._records: list[DisplayHandle] = []
        self._recorded: dict[str, str] = {}
        self._count = 0
        super().__init__(
            bar=RunBar(session, runner=self._runner),
            problems=ProblemsView(session, is_compact=True),
            settings=SettingsForm(session, is_compact=True),
            form=form,
            definition=DefinitionView(session),
            preview=RequestPreview(session),
            response=ResponseView(session, runner=self._runner),
            output=OutputView(session, runner=self._runner),
            history=HistoryView(session, runner=self._runner),
        )
        session.listen(self._follow)
        self._follow(frozenset({"app", "inputs", "result"}))

    @property
    def action(self) -> Action:
        """The selected action."""
        return self._session.action

    @property
    def app(self) -> App:
        """The app of the selected action."""
        return self._session.app

    @property
    def result(self) -> Run | None:
        """The run that is shown; None before the first."""
        return self._session.state.result

    def pick(self, name: str) -> None:
        """Select another action, by its full name or an unambiguous tail; what was typed stays with each.

        Raises:
            NameNotFoundError: no action matches, or several do.
        """
        self._session.pick(name)

    def use_profile(self, name: str | None) -> None:
        """Use another profile for the next request; None is the default one."""
        self._session.use_profile(name)

    def use_mode(self, mode: str | None) -> None:
        """Use another mode for the next run; None leaves it to the profile."""
        self._session.use_mode(mode)

    def update(self, source: str | Path | Mapping[str, Any] | App | Action) -> None:
        """Show another app or action here; what was typed stays with the actions of the same name.

        Raises:
            LoadError: the definition cannot be read.
        """
        is_ready = isinstance(source, (App, Action))
        self._session.update(source if is_ready else load(source))  # type: ignore[arg-type] # checked
        self._watcher.stop()
        self._watcher = FileWatcher(self._session)
        self._watcher.start()

    def _follow(self, topics: frozenset[Topic]) -> None:
        session = self._session
        was_busy, self.is_busy = self.is_busy, self._runner.is_busy
        if was_busy and not self.is_busy and self._runner.outcome.state in _ENDED:
            self.ended += 1
        if topics & {"inputs", "action"}:
            remember(session)
        if topics & {"inputs", "result", "action", "app", "ignored"}:
            self.counts = {"inputs": len(session.inputs), "differences": self.output.difference_count}
        if "app" in topics:
            self.file = {"state": str(self._watcher.state), "words": self._watcher.words}
        if "toast" in topics and session.toast is not None:
            toast, count = session.toast, self._next()
            can_undo = toast.undo is not None
            self.toast = {
                "text": toast.words,
                "isBad": toast.is_bad,
                "canUndo": can_undo,
                "count": count,
            }
            self.tell(ShowToast(count, toast.words, toast.is_bad, can_undo))
        if "reveal" in topics:
            leaf, target = session.revealed
            self.revealed = {"leaf": leaf, "target": target, "count": self._next()}
            self.tell(Reveal(leaf, target))
            if leaf == "definition":
                self.definition.show_line(int(target))
        if topics & {"result", "ignored"}:
            self._update_records()

    def _next(self) -> int:
        """Return a number that differs each time, so that the same words are told again."""
        self._count += 1
        return self._count

    @handles(CancelRun)
    def _cancel(self, message: CancelRun) -> None:
        self._runner.cancel()

    @handles(GoTo)
    def _go_to(self, message: GoTo) -> None:
        self._session.reveal("definition", str(message.line))

    @handles(Undo)
    def _undo(self, message: Undo) -> None:
        toast = self._session.toast
        # Another one may have come while the person reached for its button.
        is_latest = message.toast in (0, self.toast.get("count", 0))
        if toast is not None and toast.undo is not None and is_latest:
            toast.undo()

    @handles(DecideConflict)
    def _decide(self, message: DecideConflict) -> None:
        if message.keep == "file":
            self._watcher.take_file()
        else:
            self._watcher.keep_own()

    def _update_records(self) -> None:
        result = self._static_result() if self._records else {}
        # Each update makes JupyterLab lay out the cell again.
        if result != self._recorded:
            self._recorded = result
            for record in self._records:
                record.update(result, raw=True)

    def _static_result(self) -> dict[str, str]:
        run, outcome = self.result, self._runner.outcome
        if run is not None:
            now = datetime.now().astimezone()
            html = reporting.last_run(run, self.app.document.name, now, ignore=self.output.ignored)
        else:
            words = outcome.words if outcome.state in _WITHOUT_RESULT else ""
            html = reporting.fill("no_run", {"words": words})
        return {"text/plain": RECORD, "text/html": html}

    def as_text(self) -> str:
        """Return the workbench as text; the same for the same action and inputs."""
        return one_line(f"<Workbench: {self.action.name or 'an action'}, {self.preview.line}>")

    def as_html(self) -> str:
        """Return nothing to see: the record below it is what is seen without a kernel."""
        return reporting.fill("no_widget", {})

    def _ipython_display_(self) -> None:
        # An output of its own: a saved notebook keeps the record, but not the widget.
        data, metadata = self._repr_mimebundle_()
        # The inputs of the latest run are in its text: the same cell would show another text the next time.
        data = {**data, "text/plain": one_line(f"<Workbench: {self.app.document.name}>")}
        display(data, metadata=metadata, raw=True)
        self._recorded = self._static_result()
        record = display(self._recorded, raw=True, display_id=True)
        if record is not None:
            self._records.append(record)
        self._watcher.start()


@scrub_tracebacks
@takes(WorkbenchOptions)
def workbench(
    source: str | Path | Mapping[str, Any] | App | Action,
    action: str | None = None,
    *,
    inputs: Mapping[str, Any] | None = None,
    **options: Unpack[WorkbenchOptions],
) -> Workbench:
    """Return the workbench of an app; ``source`` is a path, a definition, an app or an action.

    ``action`` is the name of the action to begin with or the last part of it. Without it, it is the one that
    was last selected or run in the same file, or the first one; without ``inputs``, they are its last ones
    there. The page asks before a request that may change something, so ``confirm`` is not an option.

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
    return Workbench(app if action is None else app.action(action), inputs, **options)

"""The workbench: an action is filled in, previewed, run, understood and compared in one widget."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

import anywidget
import traitlets
from IPython.display import DisplayHandle, display

from kustomer_nb import reporting
from kustomer_nb.action import Action
from kustomer_nb.app import App
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.loading import load, new_app
from kustomer_nb.options import WorkbenchOptions, takes
from kustomer_nb.printable import one_line
from kustomer_nb.secrets.tracebacks import scrub_tracebacks

from .action_form import ActionForm
from .base import BaseWidget, handles, styled_by_parent
from .definition_code import DefinitionCode
from .definition_drafts import DraftKeeper
from .definition_form import DefinitionForm
from .history_view import HistoryView
from .linking import link, style
from .messages import CancelRun, DecideConflict, DecideDraft, GoTo, Undo
from .output_view import OutputView
from .page_messages import Focus, Reveal, ShowToast
from .problems_view import ProblemsView
from .request_preview import RequestPreview
from .response_view import ResponseView
from .resuming import remember, remember_secrets, resume, resume_secrets
from .run_bar import RunBar
from .running import Runner, State
from .session import Session
from .settings_form import SettingsForm
from .start_page import Begun, StartPage
from .watching import FileWatcher

if TYPE_CHECKING:
    from kustomer_nb.run import Run

    from .session_state import Topic

_STYLES = (
    "action_form.css",
    "run_bar.css",
    "problems_view.css",
    "settings_form.css",
    "definition_code.css",
    "definition_form.css",
    "start_page.css",
    "request_preview.css",
    "response_view.css",
    "output_view.css",
    "history_view.css",
    # Last: it arranges them.
    "workbench.css",
)
_WITHOUT_RESULT = (State.NO_RESPONSE, State.CANCELLED, State.SENT)
_ENDED = frozenset({State.DONE, *_WITHOUT_RESULT})
PARTS = (
    "bar",
    "problems",
    "settings",
    "form",
    "definition",
    "definition_form",
    "preview",
    "response",
    "output",
    "history",
    "start",
)
# The same before and after a run, so that a notebook still passes ``pytest --nbval`` after a click on Run.
NOT_RUN = "Not run yet. Run this cell to open the workbench."
RECORD = "Last run: in the HTML of this output. Run this cell to open the workbench."


class Workbench(BaseWidget):
    """Picks an action, fills it in, previews, runs and compares it.

    Its parts are ``bar``, ``problems``, ``settings``, ``form``, ``definition``, ``definition_form``,
    ``preview``, ``response``, ``output`` and ``history``. They share one session, and follow the file while
    the kernel runs. In a notebook, the latest run is also a static output below it, which is saved with the
    notebook and shown where there is no kernel.
    """

    _esm = link("workbench.js")
    _css = style(*_STYLES)

    bar = anywidget.WidgetTrait().tag(sync=True)
    problems = anywidget.WidgetTrait().tag(sync=True)
    settings = anywidget.WidgetTrait().tag(sync=True)
    form = anywidget.WidgetTrait().tag(sync=True)
    definition = anywidget.WidgetTrait().tag(sync=True)
    definition_form = anywidget.WidgetTrait().tag(sync=True)
    preview = anywidget.WidgetTrait().tag(sync=True)
    response = anywidget.WidgetTrait().tag(sync=True)
    output = anywidget.WidgetTrait().tag(sync=True)
    history = anywidget.WidgetTrait().tag(sync=True)
    start = anywidget.WidgetTrait().tag(sync=True)
    # Whether there is something to work on; until then the start page is shown.
    is_started = traitlets.Bool(True).tag(sync=True)
    is_busy = traitlets.Bool(False).tag(sync=True)
    # How many runs have ended here, with a result or without: the page then shows what became of the latest.
    ended = traitlets.Int(0).tag(sync=True)
    counts = traitlets.Dict().tag(sync=True)
    # What was told last. The pages get it as a message: one that opens later must not repeat it.
    toast = traitlets.Dict()
    revealed = traitlets.Dict()
    file = traitlets.Dict().tag(sync=True)
    # What is not saved, in words; "" if everything is.
    unsaved = traitlets.Unicode("").tag(sync=True)
    has_file = traitlets.Bool(False).tag(sync=True)
    # What becomes of that when the kernel has gone, in words.
    unsaved_without_kernel = traitlets.Unicode("").tag(sync=True)
    # Unsaved edits of an earlier session: what was done with them, in words, and their differing lines.
    draft = traitlets.Dict().tag(sync=True)

    @scrub_tracebacks
    @takes(WorkbenchOptions)
    def __init__(
        self,
        source: App | Action | None = None,
        inputs: Mapping[str, Any] | None = None,
        **options: Unpack[WorkbenchOptions],
    ) -> None:
        # Until something was chosen on the start page, a new action is what the leaves have.
        is_empty = source is None or (isinstance(source, App) and not source.actions)
        self._session = session = Session(_with_action(source) if is_empty else source, options)  # type: ignore[arg-type] # not None
        if not is_empty:
            resume(session, picks=inputs is None and isinstance(source, App), fills=inputs is None)
            resume_secrets(session)
        with styled_by_parent():
            form = ActionForm(session, inputs)
        self._runner = runner = Runner(session, before=form.require)
        self._watcher = FileWatcher(session)
        self._is_new = False
        self._records: list[DisplayHandle] = []
        self._recorded: dict[str, Any] = {}
        self._has_inputs = inputs is not None
        self._count = 0
        # The settings of which a typed value is kept.
        self._entered: frozenset[tuple[str, str]] = frozenset()
        with styled_by_parent():
            leaves: dict[str, BaseWidget] = {
                "bar": RunBar(session, runner=runner, new=self._start_action),
                "problems": ProblemsView(session, is_compact=True),
                "settings": SettingsForm(session, is_compact=True),
                "form": form,
                "definition": DefinitionCode(session),
                "definition_form": DefinitionForm(session),
                "preview": RequestPreview(session),
                "response": ResponseView(session, runner=runner),
                "output": OutputView(session, runner=runner),
                "history": HistoryView(session, runner=runner),
                "start": StartPage(self._begin),
            }
        super().__init__(**leaves, is_started=not is_empty)
        # After the editor, so that it hears of a text that the editor has taken.
        self._drafts = DraftKeeper(session)
        if not is_empty:
            self._drafts.resume()
        if isinstance(source, App) and is_empty:
            self.start.add_to(source)
        self.when_closed(session.listen(self._follow))
        self._follow(frozenset({"app", "inputs", "result", "draft"}))

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
        self._show(source if is_ready else load(source))  # type: ignore[arg-type] # checked
        self._drafts.resume()

    def _show(self, source: App | Action) -> None:
        self._session.update(source)
        self._watcher.stop()
        self._watcher = FileWatcher(self._session)
        self._watcher.start()

    @property
    def session(self) -> Session:
        """The state that its parts share."""
        return self._session

    def follow_host(self, save: Callable[[], object]) -> None:
        """Leave the file to the editor that has its text, which ``save`` asks to save.

        The workbench goes on following ``kustomer-nb.toml``.
        """
        self._session.save_in_host = save
        self._watcher.start()

    def _start_action(self) -> None:
        """Show the start page, for a new action of the app."""
        self.start.add_to(self.app)
        self.is_started = False

    def _begin(self, begun: Begun | None) -> None:
        """Show what was chosen on the start page; the same as before if nothing was."""
        session = self._session
        if begun is None:
            self.is_started = True
            return
        self._is_new = begun.action.app.path is None
        with session.changing():
            self._show(begun.action)
            if begun.is_opened:
                resume(session, picks=True, fills=True)
            resume_secrets(session)
            if begun.hosts or begun.settings:
                session.use_service(begun.hosts, begun.settings)
            for key, secret in (begun.secrets or {}).items():
                session.typed.type_in(key, str(secret.reveal()))
        # After the editor has followed.
        if begun.is_opened:
            self._drafts.resume()
        else:
            self._drafts.begin_new(begun.draft, is_entered=begun.is_entered)
        if begun.inputs:
            # After the form has the fields of the action: in another one they would be other inputs.
            self.form.value = begun.inputs
        self.start.add_to(None)
        self.is_started = True
        # After the page shows it: words would stand where nobody sees them, and nothing could be focused.
        if begun.words:
            session.say(one_line(begun.words))
        self._show_next_step(begun)

    def _show_next_step(self, begun: Begun) -> None:
        """Show where to go on: the name of a new action, the first input to fill in, or Run."""
        self._session.reveal("preview", "")
        if begun.is_new:
            self._session.reveal("definition_form", "/name")
            self.definition_form.tell(Focus("/name"))
            return
        properties = self.action.definition.input_schema
        properties = properties.get("properties") if isinstance(properties, Mapping) else None
        names = list(properties) if isinstance(properties, Mapping) else []
        unset = [name for name in names if name not in self._session.inputs]
        if names:
            self._session.reveal("form", pointers.join("", (unset or names)[0]))
        else:
            self._session.reveal("bar", "")

    def _follow(self, topics: frozenset[Topic]) -> None:
        session = self._session
        was_busy, self.is_busy = self.is_busy, self._runner.is_busy
        if was_busy and not self.is_busy and self._runner.outcome.state in _ENDED:
            self.ended += 1
        if topics & {"inputs", "action"}:
            remember(session)
        if topics & {"settings", "app"} and self.is_started:
            self._entered = remember_secrets(session, self._entered)
        if topics & {"inputs", "result", "action", "app", "ignored"}:
            self.counts = {"inputs": len(session.inputs), "differences": self.output.difference_count}
        self._show_file(topics)
        if "toast" in topics:
            self._show_toast()
        if "reveal" in topics:
            self._reveal()
        if topics & {"result", "ignored"}:
            self._update_records()

    def _show_file(self, topics: frozenset[Topic]) -> None:
        """Show what is not saved, and what the file or an earlier session has instead."""
        if "app" in topics:
            self.file = {"state": str(self._watcher.state), "words": self._watcher.words}
        if topics & {"app", "draft", "change", "problems"}:
            self.unsaved, self.has_file = self._unsaved_words(), self.app.path is not None
        if topics & {"app", "draft", "change", "problems", "profile"}:
            self.draft = self._drafts.notice._asdict()
            self.unsaved_without_kernel = self._drafts.words_without_kernel if self.unsaved else ""

    def _show_toast(self) -> None:
        toast = self._session.toast
        if toast is None:
            return
        count, can_undo = self._next(), toast.undo is not None
        self.toast = {"text": toast.words, "isBad": toast.is_bad, "canUndo": can_undo, "count": count}
        self.tell(ShowToast(count, toast.words, toast.is_bad, can_undo))

    def _reveal(self) -> None:
        leaf, target = self._session.revealed
        self.revealed = {"leaf": leaf, "target": target, "count": self._next()}
        self.tell(Reveal(leaf, target))
        if leaf == "definition":
            self.definition.show_line(int(target))

    def _unsaved_words(self) -> str:
        """Return what is not saved; of a definition that was never in a file, only what was changed here."""
        editing, app = self._session.editing, self.app
        if editing.is_saved or (app.path is None and not editing.undo_words and not self._is_new):
            return ""
        if app.path is None:
            return "The definition is not saved in a file."
        return one_line(f"{app.document.name} has changes that are not saved.")

    def close(self) -> None:
        """Close the workbench and its parts; it follows its file no more, and a run in progress goes on."""
        # It is also closed when it could not be made.
        if watcher := getattr(self, "_watcher", None):
            watcher.stop()
        if drafts := getattr(self, "_drafts", None):
            drafts.close()
        for name in PARTS:
            if isinstance(part := getattr(self, name, None), BaseWidget):
                part.close()
        super().close()

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

    @handles(DecideDraft)
    def _decide_draft(self, message: DecideDraft) -> None:
        getattr(self._drafts, message.act)()

    def _update_records(self) -> None:
        result = self._static_result() if self._records else {}
        # Each update makes JupyterLab lay out the cell again.
        if result != self._recorded:
            self._recorded = result
            for record in self._records:
                record.update(result, raw=True)

    def _static_result(self) -> dict[str, Any]:
        run, outcome = self.result, self._runner.outcome
        if run is not None:
            now = datetime.now().astimezone()
            # The rows of a large output take long, and the output has made them.
            tree = self.output.rows_of(run)
            ignored = self.output.ignored
            name = self.app.document.name
            html = reporting.last_run(run, name, now, ignore=ignored, tree=tree)
            card = reporting.run_card(run, file=name, saved=now, ignore=ignored, tree=tree)
        else:
            words = outcome.words if outcome.state in _WITHOUT_RESULT else NOT_RUN
            html, card = reporting.fill("no_run", {"words": words}), reporting.words_card(words)
        return {**reporting.with_card("record", RECORD, card), "text/html": html}

    def as_text(self) -> str:
        """Return the workbench as text; the same for the same action and inputs."""
        if not self.is_started:
            return "<Workbench: start page>"
        return one_line(f"<Workbench: {self.action.name or 'an action'}, {self.preview.line}>")

    def as_html(self) -> str:
        """Return nothing to see: the record below it is what is seen without a kernel."""
        return reporting.fill("no_widget", {})

    def as_facts(self) -> Mapping[str, Any]:
        """Return the app, and the request of the inputs that were passed; others are of this machine."""
        if not self.is_started:
            return {"shows": "start page"}
        document = self.app.document
        request = self.preview.request if self._has_inputs else None
        return {
            "file": document.name,
            **reporting.facts(document),
            **({} if request is None else {"selected": self.action.name, **reporting.facts(request)}),
        }

    def _ipython_display_(self) -> None:
        # An output of its own: a saved notebook keeps the record, but not the widget.
        data, metadata = self._repr_mimebundle_()
        display(data, metadata=metadata, raw=True)
        self._recorded = self._static_result()
        record = display(self._recorded, raw=True, display_id=True)
        if record is not None:
            self._records.append(record)
        self._watcher.start()


def _with_action(source: App | Action | None) -> App:
    """Return an app with one action, which does nothing yet; the app itself stays empty."""
    app = new_app("my-app")
    if isinstance(source, App):
        app = App(source.document)
    app.add_action("newAction")
    return app


@scrub_tracebacks
@takes(WorkbenchOptions)
def workbench(
    source: str | Path | Mapping[str, Any] | App | Action | None = None,
    action: str | None = None,
    *,
    inputs: Mapping[str, Any] | None = None,
    **options: Unpack[WorkbenchOptions],
) -> Workbench:
    """Return the workbench of an app; ``source`` is a path, a definition, an app or an action.

    Without one it begins with a start page: a new action, a pasted curl command, a file, or the demo store.

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
    if source is None or isinstance(source, Action):
        return Workbench(source, inputs, **options)
    app = source if isinstance(source, App) else load(source)
    return Workbench(app if action is None else app.action(action), inputs, **options)

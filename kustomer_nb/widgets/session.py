"""The state that the leaves of a workbench share: an app, one of its actions, its inputs and its results.

A session is plain Python. Leaves call its verbs and listen to it; it knows none of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, NoReturn

from kustomer_nb.action import Action
from kustomer_nb.codes import Code
from kustomer_nb.config import Profile, project_root
from kustomer_nb.definition import one_at_a_time
from kustomer_nb.errors import EditError, KustomerNbError
from kustomer_nb.faces import Face, read_in
from kustomer_nb.run import CoercedInputs, Prepared, Run, RunContext, coerce_inputs
from kustomer_nb.storage.history import HistoryReader

from .action_states import ActionStates, action_named, first_action
from .definition_editing import DefinitionEditing
from .file_changes import ACTIONS, FileChange, FileChanges
from .session_listeners import SessionListeners
from .session_options import SessionOptions
from .session_problems import SessionProblems
from .session_state import ActionState, FinishedRun, Listener, Toast, Topic
from .template_fixes import TemplateFixes
from .typed_values import TypedValues

if TYPE_CHECKING:
    from kustomer_nb.app import App
    from kustomer_nb.definition import ActionDefinition, Changes
    from kustomer_nb.options import WorkbenchOptions
    from kustomer_nb.storage.history import Entry, History
    from kustomer_nb.template import Rendering

    from .renamed_inputs import InputRename

# What a change of the definition may change.
_OF_DEFINITION: Final = "app", "action", "inputs", "settings", "preview", "problems", "result", "change"


class Session:
    """The shared state of the leaves of a workbench.

    Example:
        >>> from kustomer_nb import load
        >>> template = {"uri": "http://a.b/{{id}}", "method": "get"}
        >>> session = Session(load({"inputTemplate": template}).action())
        >>> stop = session.listen(lambda topics: print(*sorted(topics)))
        >>> session.set_inputs({"id": 7})
        inputs preview
        >>> session.preview().request
        <Request: GET http://a.b/7>
    """

    def __init__(self, source: App | Action, options: WorkbenchOptions | None = None) -> None:
        self.action = source if isinstance(source, Action) else first_action(source)
        self._options = SessionOptions(self.action, options or {})
        self.typed = TypedValues(self, self._options)
        self.problems = SessionProblems(self)
        self._states = ActionStates(self.app)
        # How often somebody selected another action, which leads a page there; a change of the text does not.
        self.picks = 0
        self._listeners = SessionListeners()
        self._history = HistoryReader()
        self._changes = FileChanges()
        # Asks the editor that has the text, such as JupyterLab, to save it; None if it is saved here.
        self.save_in_host: Callable[[], object] | None = None
        # The action that was selected, if the file does not have it now and another one is shown.
        self._gone: Action | None = None
        self.toast: Toast | None = None
        self.revealed = ("", "")
        self._previewed: Prepared | KustomerNbError | None = None
        # What the leaves were drawn from: the definition may be edited in a cell, the profile in its file.
        self._followed = (self.app.document, self.profile_now())

    # -- what changed

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Call a listener with the topics of each change; return the function that ends it."""
        return self._listeners.add(listener)

    def changing(self, *topics: Topic) -> AbstractContextManager[None]:
        """Tell the listeners once, after the block, about these topics and those of the changes in it.

        One that raises keeps neither the others from hearing of it nor the change from being made.
        """
        if "preview" in topics:
            self._previewed = None
        return self._listeners.changing(topics)

    # -- the app and the action

    @cached_property
    def editing(self) -> DefinitionEditing:
        """The text of the definition while it is edited, with its undo history."""
        return DefinitionEditing(self)

    @cached_property
    def template_fixes(self) -> TemplateFixes:
        """The fixes that are offered where a template is shown."""
        return TemplateFixes(self)

    @property
    def draft_problem(self) -> str:
        """Why the text that is being typed is no definition; "" if it is one, or nobody types."""
        return self.editing.unreadable if "editing" in vars(self) else ""

    def require_no_draft(self) -> None:
        """Do nothing, unless a change of the definition would replace a text that cannot be read.

        Raises:
            EditError: it would.
        """
        if words := self.draft_problem:
            fix = "correct the text first, under JSON, or undo there."
            raise EditError.from_code(Code.EDIT_UNSAFE, words, fix, pointer=self.action.pointer)

    @property
    def app(self) -> App:
        """The app of the action."""
        return self.action.app

    @property
    def definition(self) -> ActionDefinition:
        """The action's model."""
        return self.action.definition

    @property
    def state(self) -> ActionState:
        """What is kept of the selected action."""
        return self.state_of(self.action_key)

    @property
    def action_key(self) -> str:
        """What the selected action is kept by: its name, or where it is."""
        return self.key_of(self.action)

    def key_of(self, action: Action) -> str:
        """Return what an action is kept by; of two with one name, the second is kept by where it is."""
        return self._states.key_of(self.app, action)

    def state_of(self, key: str) -> ActionState:
        """Return what is kept of an action, by its key."""
        return self._states.of(key)

    @one_at_a_time
    def pick(self, name: str) -> None:
        """Select another action, by its full name or an unambiguous tail; what was typed stays with each.

        Raises:
            NameNotFoundError: no action matches, or several do.
        """
        action = self.app.action(name)
        if action is not self.action:
            with self.changing("action", "inputs", "settings", "preview", "result", "history", "ignored"):
                self.action, self._gone = action, None
                self.picks += 1
                self._options.unpin()
                runs = [finished.run for finished in (self.state.current, self.state.live) if finished]
                if any(run.owner is not action or run.definition is not self.definition for run in runs):
                    # The app, or the definition of this action, changed while another one was selected.
                    self.map_again()

    @one_at_a_time
    def take_definition(self, words: str = "", *, is_bad: bool = False) -> None:
        """Follow a change of the app's definition, which keeps what was typed; ``words`` are shown."""
        with self.changing(*_OF_DEFINITION):
            self._states.follow(self.app)
            words = self._follow_selection(words)
            self._options.unpin()
            self._followed = (self.app.document, self.profile_now())
            self.map_again()
            if words:
                self.say(words, is_bad=is_bad)

    def _follow_selection(self, words: str) -> str:
        """Select the action that was selected before, and return the words with what became of it."""
        actions = self.app.actions
        gone = self._gone
        if gone and (
            returned := gone if gone in actions else gone.name and action_named(self.app, gone.name)
        ):
            self.action, self._gone = returned, None
        elif self.action not in actions:
            last = self.action
            # It was removed, or its file now names another one first.
            # Without any, the last one stays: what was typed for it is not lost.
            self.action = action_named(self.app, last.name) or next(iter(actions), last)
            if self.action.name != last.name:
                # Whoever writes the file may add it again.
                self._gone = gone or last
                return f"{words} {last.name.rpartition('.')[2]} is not in the file any more.".lstrip()
        return words

    @one_at_a_time
    def update(self, source: App | Action) -> None:
        """Show another app or action; what was typed stays with the actions of the same name."""
        name = self.action.name
        with self.changing():
            if isinstance(source, Action):
                self.action = source
            else:
                self.action = action_named(source, name) or first_action(source)
            self.picks += 1
            self.take_definition()

    def use_service(self, hosts: Mapping[str, str], settings: Mapping[str, str]) -> None:
        """Send requests to these hosts, with these values of settings, which stay in memory."""
        with self.changing("settings", "preview"):
            self._options.use_service(hosts, settings)

    @one_at_a_time
    def follow(self) -> None:
        """Show what was changed without a leaf that told it: in a cell, or in ``kustomer-nb.toml``."""
        document, profile = self.app.document, self.profile_now()
        followed = self._followed[0]
        # A file that was read again has another document with the same text.
        if document is not followed and document.text != followed.text:
            self.take_definition()
        elif profile != self._followed[1]:
            self.follow_configuration()

    def profile_now(self) -> Profile | str:
        """Return the profile as its file has it, or why there is none."""
        return self._options.load_profile(self.app.path)

    # -- changes of the definition

    @property
    def change(self) -> FileChange | None:
        """The latest change of the definition from the page, as long as it is the latest of all."""
        return self._changes.latest(self.app)

    @one_at_a_time
    def edit(
        self, make: Callable[[], Changes], words: str, *, place: str, saves: bool = True, then: str = ""
    ) -> Changes:
        """Change the definition and let all leaves follow; the file is saved if it was saved before.

        An editor that has the file saves it when a person does. ``place`` is the leaf that shows the change,
        where `undo` takes it back. Without ``saves``, the change stays in memory. ``then`` is the action to
        select after it.

        Raises:
            EditError: the change cannot be made.
            SaveError: the file changed since it was read; the change is in memory.
        """
        self.require_no_draft()
        saves = saves and self.save_in_host is None
        before = self.app.document
        # There is one history of steps, whoever makes them.
        with self.changing("change"), self.editing.following(words):
            try:
                changes = self._changes.make(
                    self.app, make, words=words, place=place, action=self.action.name, saves=saves
                )
            finally:
                # Also after an error of the save: the leaves show the definition as it is here.
                if self.app.document is not before:
                    self.take_definition()
            if then:
                self.pick(then)
            if changes:
                self.say(f"{words}." if saves else f"{words}, not saved yet.", undo=self.undo)
            else:
                where = "file" if self.app.is_saved else "definition"
                unsaved = "" if self.app.is_saved or self.app.path is None else " It is not saved."
                self.say(f"Nothing to change: the {where} says so already.{unsaved}")
        return changes

    @one_at_a_time
    def undo(self) -> None:
        """Take the latest change back, in the file too if it was saved.

        Raises:
            EditError: the definition has been changed in another way since.
            SaveError: it was saved, and the file changed since.
        """
        self.require_no_draft()
        with self.changing("change"):
            change = self._changes.undo(self.app)
            if change.place == ACTIONS:
                # The one that was added is gone, and one that was deleted is back.
                self.action = action_named(self.app, change.action) or self.action
                self.picks += 1
            self.take_definition(f"Undone: {change.words}.")

    def history(self) -> History:
        """Return the runs of the project, newest first; lines that were read before are not parsed again.

        Raises:
            LoadError: the file exists and cannot be read.
        """
        return self._history.read(project_root(self.app.path), rerun=_refuse_rerun)

    # -- words for the page

    def say(self, words: str, *, undo: Callable[[], object] | None = None, is_bad: bool = False) -> None:
        """Show words for some seconds; ``undo`` takes back what they tell."""
        with self.changing("toast"):
            self.toast = Toast(words, undo, is_bad=is_bad)

    def reveal(self, leaf: str, target: str) -> None:
        """Show a place in another leaf: a field, a setting, a line."""
        with self.changing("reveal"):
            self.revealed = (leaf, target)

    # -- options

    def use_profile(self, name: str | None) -> None:
        """Use another profile for the next request; None is the default one."""
        with self.changing("profile", "mode", "settings", "inputs", "preview", "approvals"):
            self._options.choose("profile", name)
            self._followed = (self._followed[0], self.profile_now())

    def follow_configuration(self) -> None:
        """Follow a change of kustomer-nb.toml: its profiles, and what they ignore."""
        with self.changing("profile", "mode", "settings", "inputs", "preview", "approvals", "ignored"):
            self._options.unpin()
            self._followed = (self._followed[0], self.profile_now())

    @property
    def mode(self) -> str | None:
        """The mode as it was chosen; None leaves it to the profile."""
        return self._options.mode

    def use_mode(self, mode: str | None) -> None:
        """Use another mode for the next run; None leaves it to the profile."""
        with self.changing("mode", "preview"):
            self._options.choose("mode", mode)

    def use_steps(self, steps: Mapping[str, Any] | None) -> None:
        """Use these outputs of earlier steps, which inputs may refer to."""
        with self.changing("inputs", "preview"):
            self._options.choose("steps", steps)

    @property
    def steps(self) -> Mapping[str, Any]:
        """The outputs of earlier steps, by the names that inputs use for them."""
        return self._options.steps

    @property
    def context(self) -> RunContext:
        """The context of a run, with typed values of settings."""
        return self._options.context(self.action, self.typed)

    # -- inputs and the request they make

    @property
    def inputs(self) -> dict[str, Any]:
        """The inputs of the selected action, as the form sends them."""
        return self.state.inputs

    def set_inputs(self, inputs: Mapping[str, Any], unread: Mapping[str, str] | None = None) -> None:
        """Replace all inputs of the selected action; ``unread`` says by pointer why one cannot be read."""
        with self.changing("inputs", "preview"):
            self.state.inputs = dict(inputs)
            self.state.unread = dict(unread or {})
            self.state.form = None

    def rename_typed(self, rename: InputRename) -> None:
        """Let what was typed for an input follow its name."""
        with self.changing("inputs", "preview"):
            rename.apply(self.state_of(rename.action))

    def begin_with(
        self, name: str, inputs: Mapping[str, Any], unread: Mapping[str, str] | None = None
    ) -> None:
        """Take inputs for an action, by its full name, that has none yet; ``unread`` as of `set_inputs`."""
        with self.changing("inputs", "preview"):
            state = self._states.of(name)
            if not state.inputs and not state.unread:
                state.inputs, state.unread = dict(inputs), dict(unread or {})

    @property
    def faults(self) -> list[str]:
        """The pointers of the inputs that cannot be read, or that the platform would reject."""
        errors = self.previewed.input_errors if self.previewed else ()
        return list(dict.fromkeys([*self.state.unread, *(error.pointer for error in errors)]))

    def prepare(self, inputs: Mapping[str, Any]) -> Prepared:
        """Return the request and the problems of the inputs; nothing is sent."""
        with read_in(Face.WIDGET):
            return self.action.prepare(inputs, self.context)

    def coerce(self, inputs: Mapping[str, Any]) -> CoercedInputs:
        """Return inputs as the preview coerces them; without a profile if none can be read."""
        try:
            return self.action.coerce_inputs(inputs, self.context)
        except KustomerNbError:
            # The preview shows that error.
            return coerce_inputs(self.definition, inputs, self.context.resolve(Profile()))

    def input_schema(self) -> Any:
        """Return the schema of the form; without a profile if none can be read."""
        try:
            return self.action.input_schema(self.context)
        except KustomerNbError:
            return self.definition.input_schema

    def preview(self, inputs: Mapping[str, Any] | None = None) -> Prepared:
        """Return the request of the inputs with a time and seed that `run` uses again for what it sends.

        Raises:
            KustomerNbError: the profile or the definition cannot be read.
        """
        inputs = self.inputs if inputs is None else inputs
        self._options.pin()
        prepared = self.prepare(inputs)
        if prepared.mode == "replay":
            # A replay has the time and seed of its recording.
            self._options.unpin()
            prepared = self.prepare(inputs)
        return prepared

    @property
    def previewed(self) -> Prepared | None:
        """The request of the present inputs, made once for all leaves; None if it cannot be made."""
        made = self._make_preview()
        return made if isinstance(made, Prepared) else None

    @property
    def preview_error(self) -> KustomerNbError | None:
        """Why there is no request to preview; None if there is one."""
        made = self._make_preview()
        return made if isinstance(made, KustomerNbError) else None

    def _make_preview(self) -> Prepared | KustomerNbError:
        if self._previewed is None:
            try:
                self._previewed = self.preview()
            except KustomerNbError as error:
                self._previewed = error
        return self._previewed

    # -- runs

    def prepare_run(self, mode: str | None = None) -> Prepared:
        """Return what Run sends now: the previewed request, in ``mode`` if it is given.

        Raises:
            KustomerNbError: the profile or the definition cannot be read.
        """
        context = self.context if mode is None else replace(self.context, mode=mode)
        with read_in(Face.WIDGET):
            return self.action.prepare(self.inputs, context)

    async def run_prepared(
        self, action: Action, prepared: Prepared, confirm: str | None, sending: Callable[[], object]
    ) -> Run:
        """Return the run of what `prepare_run` made; raises as `Action.arun` does.

        ``sending`` is called before the first byte goes out. Nobody is told of anything: it may run on the
        thread of the transport.
        """
        with read_in(Face.WIDGET):
            return await action.run_prepared(prepared, confirm, sending=sending)

    def renew_preview(self) -> None:
        """Give the next request a new time and new random values."""
        with self.changing("preview"):
            self._options.unpin()

    def map_again(self) -> None:
        """Let the shown run follow the definition: its output, losses and differences."""
        with self.changing("result"):
            self.state.map_again(self.action)

    def show(
        self,
        run: Run,
        state: ActionState | None = None,
        rendering: Rendering | None = None,
        inputs: dict[str, Any] | None = None,
    ) -> None:
        """Show a finished run; one that is simulated leaves the latest live one in ``state.live``.

        ``rendering`` and ``inputs`` are those it was begun with.
        """
        with self.changing("result", "history"):
            state = state or self.state
            state.current = FinishedRun(run, rendering, inputs, datetime.now().astimezone())
            if not state.current.is_simulated:
                state.live = state.current


def _refuse_rerun(entry: Entry, arguments: Mapping[str, Any]) -> NoReturn:
    msg = "a page runs again by its own Run, which asks before a request that may change something"
    raise TypeError(msg)


def as_session(action: Action | Session, options: WorkbenchOptions) -> Session:
    """Return the session that a widget is given, or one of its own for an action with these options."""
    return action if isinstance(action, Session) else Session(action, options)

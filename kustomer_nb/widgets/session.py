"""The state that the leaves of a workbench share: an app, one of its actions, its inputs and its results.

A session is plain Python. Leaves call its verbs and listen to it; it knows none of them.
"""

from __future__ import annotations

import asyncio
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import cached_property
from secrets import randbits
from typing import TYPE_CHECKING, Any, Literal, NoReturn, cast

from kustomer_nb.action import Action
from kustomer_nb.codes import Code
from kustomer_nb.config import Profile, load_profile, project_root
from kustomer_nb.diagnostics import Diagnostic, Severity
from kustomer_nb.errors import EditError, InputError, KustomerNbError, SettingError, TemplateError
from kustomer_nb.faces import Face, read_in
from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.jsontext.serialization import stringify
from kustomer_nb.options import WorkbenchOptions, require_known
from kustomer_nb.platform import SAMPLE_ENV
from kustomer_nb.run import CoercedInputs, Prepared, Run, RunContext, coerce_inputs
from kustomer_nb.run.assemble import mapped_again
from kustomer_nb.secrets import Secret
from kustomer_nb.storage.history import HistoryReader
from kustomer_nb.template import references

from .definition_editing import DefinitionEditing
from .file_changes import FileChange, FileChanges
from .session_state import ActionState, FinishedRun, Leaf, Listener, Toast, Topic

if TYPE_CHECKING:
    from kustomer_nb.app import App
    from kustomer_nb.definition import ActionDefinition, Changes, Document
    from kustomer_nb.diagnostics import Diagnostics
    from kustomer_nb.storage.history import Entry, History
    from kustomer_nb.template import Rendering


# Seconds without a key, after which the problems of a text are looked for.
LINT_PAUSE = 0.3


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
        self.action = source if isinstance(source, Action) else _first(source)
        # A copy of its own: the values of settings are wrapped in it.
        passed = {name: value for name, value in (options or {}).items() if value is not None}
        self._options = cast(WorkbenchOptions, passed)
        if "confirm" in self._options:
            msg = "a widget has no option 'confirm': a person confirms each request in the page"
            raise TypeError(msg)
        require_known(self._options, WorkbenchOptions, "workbench")
        context = self.action.context(**self._options)
        if self._options.get("settings"):
            self._options["settings"] = context.settings
        if self._options.get("accounts"):
            self._options["accounts"] = context.accounts
        if "allow_missing" in self._options:
            # Read once: it may be an iterator.
            self._options["allow_missing"] = context.allow_missing
        self._typed: dict[str, Secret] = {}
        self._accounts: dict[str, Secret] = {}
        self._env = dict(context.env)
        self._states: dict[str, ActionState] = {}
        self._listeners: list[Listener] = []
        self._topics: set[Topic] = set()
        self._depth = 0
        self._history = HistoryReader()
        self._linted: tuple[Document, Diagnostics] | None = None
        self._lint_timer: asyncio.TimerHandle | None = None
        self._changes = FileChanges()
        # The selected action, if the file does not have it now.
        self._gone = ""
        self.toast: Toast | None = None
        self.revealed = ("", "")
        # The time and random seed of the previewed request, until it is sent.
        # So that what is sent is what was shown, also if a template reads the clock.
        self._pinned: WorkbenchOptions = {}
        self._previewed: Prepared | KustomerNbError | None = None
        # What the leaves were drawn from: the definition may be edited in a cell, the profile in its file.
        self._followed = (self.app.document, self._profile_now())

    # -- what changed

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Call a listener with the topics of each change; return the function that ends it."""
        self._listeners.append(listener)

        def stop() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return stop

    @contextmanager
    def changing(self, *topics: Topic) -> Iterator[None]:
        """Tell the listeners once, after the block, about these topics and those of the changes in it.

        One that raises keeps neither the others from hearing of it nor the change from being made.
        """
        self._topics.update(topics)
        if "preview" in topics:
            self._previewed = None
        self._depth += 1
        try:
            yield
        finally:
            self._depth -= 1
            if not self._depth and self._topics:
                changed, self._topics = frozenset(self._topics), set()
                for listener in tuple(self._listeners):
                    _call(listener, changed)

    # -- the app and the action

    @cached_property
    def editing(self) -> DefinitionEditing:
        """The text of the definition while it is edited, with its undo history."""
        return DefinitionEditing(self)

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
        return self.action.name or self.action.pointer

    def state_of(self, key: str) -> ActionState:
        """Return what is kept of an action, by its key."""
        return self._states.setdefault(key, ActionState())

    @property
    def problems(self) -> Diagnostics:
        """The problems of the whole file, looked for once for each text of it."""
        document = self.app.document
        if self._linted is None or self._linted[0] is not document:
            self._linted = (document, self.app.lint())
        return self._linted[1]

    @property
    def is_lint_due(self) -> bool:
        """Whether somebody types: the problems will be looked for when he pauses."""
        return self._lint_timer is not None and not self._is_linted

    @property
    def _is_linted(self) -> bool:
        return self._linted is not None and self._linted[0] is self.app.document

    @property
    def known_problems(self) -> Diagnostics:
        """The problems that were found last; while somebody types, those of a moment ago."""
        return self._linted[1] if self._linted and self.is_lint_due else self.problems

    def lint_later(self) -> None:
        """Look for the problems of what is being typed after a pause; at once where no loop runs."""
        if self._lint_timer is not None:
            self._lint_timer.cancel()
            self._lint_timer = None
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            return
        self._lint_timer = loop.call_later(LINT_PAUSE, self._lint_now)

    def _lint_now(self) -> None:
        self._lint_timer = None
        with self.changing("problems"):
            pass

    def problems_of(self, code: Code) -> list[Diagnostic]:
        """Return the problems of one code; its rule runs alone as long as nothing needs all problems."""
        if self._linted is not None and self._linted[0] is self.app.document:
            return [problem for problem in self._linted[1] if problem.code == code]
        return list(self.app.lint(select=[code]))

    def problem_counts(self) -> dict[str, Counter[Severity]]:
        """Return the number of problems of each action, by its pointer and by severity."""
        counts: dict[str, Counter[Severity]] = {}
        for action in self.app.actions:
            prefix = f"{action.pointer}/"
            counts[action.pointer] = Counter(
                problem.severity
                for problem in self.known_problems
                if f"{problem.pointer}/".startswith(prefix)
            )
        return counts

    def pick(self, name: str) -> None:
        """Select another action, by its full name or an unambiguous tail; what was typed stays with each.

        Raises:
            NameNotFoundError: no action matches, or several do.
        """
        action = self.app.action(name)
        if action is not self.action:
            with self.changing("action", "inputs", "settings", "preview", "result", "history", "ignored"):
                self.action, self._gone = action, ""
                self._pinned = {}
                runs = [finished.run for finished in (self.state.current, self.state.live) if finished]
                if any(run.owner is not action or run.definition is not self.definition for run in runs):
                    # The app, or the definition of this action, changed while another one was selected.
                    self.map_again()

    def keep_state(self, before: str) -> None:
        """Keep what was typed and run for an action that had another name before."""
        if before in self._states:
            self._states[self.action.name or self.action.pointer] = self._states.pop(before)

    def take_definition(self, words: str = "", *, is_bad: bool = False) -> None:
        """Follow a change of the app's definition, which keeps what was typed; ``words`` are shown."""
        changed: tuple[Topic, ...] = (
            "app",
            "action",
            "inputs",
            "settings",
            "preview",
            "problems",
            "result",
            "change",
        )
        with self.changing(*changed):
            if returned := self._gone and _named(self.app, self._gone):
                self.action, self._gone = returned, ""
            elif all(action is not self.action for action in self.app.actions):
                name = self.action.name
                # It was removed, or its file now names another one first.
                # Without any, the last one stays: what was typed for it is not lost.
                self.action = _named(self.app, name) or next(iter(self.app.actions), self.action)
                if self.action.name != name:
                    # Whoever writes the file may add it again.
                    self._gone = name
                    words = f"{words} {name.rpartition('.')[2]} is not in the file any more.".lstrip()
            self._pinned = {}
            self._followed = (self.app.document, self._profile_now())
            self.map_again()
            if words:
                self.say(words, is_bad=is_bad)

    def update(self, source: App | Action) -> None:
        """Show another app or action; what was typed stays with the actions of the same name."""
        name = self.action.name
        with self.changing():
            if isinstance(source, Action):
                self.action = source
            else:
                self.action = _named(source, name) or _first(source)
            self.take_definition()

    def use_service(self, hosts: Mapping[str, str], settings: Mapping[str, str]) -> None:
        """Send requests to these hosts, with these values of settings, which stay in memory."""
        with self.changing("settings", "preview"):
            self._options["hosts"] = {**(self._options.get("hosts") or {}), **hosts}
            passed = {name: Secret(value, source="the demo store") for name, value in settings.items()}
            self._options["settings"] = {**(self._options.get("settings") or {}), **passed}

    def follow(self) -> None:
        """Show what was changed without a leaf that told it: in a cell, or in ``kustomer-nb.toml``."""
        document, profile = self.app.document, self._profile_now()
        followed = self._followed[0]
        # A file that was read again has another document with the same text.
        if document is not followed and document.text != followed.text:
            self.take_definition()
        elif profile != self._followed[1]:
            self.follow_configuration()

    def _profile_now(self) -> Profile | str:
        """Return the profile as its file has it, or why there is none."""
        try:
            return load_profile(self.profile, project_root(self.app.path))
        except KustomerNbError as error:
            return str(error)

    # -- changes of the definition

    @property
    def change(self) -> FileChange | None:
        """The latest change of the definition from the page, as long as it is the latest of all."""
        return self._changes.latest(self.app)

    def edit(self, make: Callable[[], Changes], words: str, *, place: str) -> Changes:
        """Change the definition and let all leaves follow; the file is saved if it was saved before.

        ``place`` is the leaf that shows the change, where `undo` takes it back.

        Raises:
            EditError: the change cannot be made.
            SaveError: the file changed since it was read; the change is in memory.
        """
        self.require_no_draft()
        before = self.app.document
        with self.changing("change"):
            try:
                changes = self._changes.make(
                    self.app, make, words=words, place=place, action=self.action.name
                )
            finally:
                # Also after an error of the save: the leaves show the definition as it is here.
                if self.app.document is not before:
                    self.take_definition()
            if changes:
                self.say(f"{words}.", undo=self.undo)
            else:
                where = "file" if self.app.is_saved else "definition"
                unsaved = "" if self.app.is_saved or self.app.path is None else " It is not saved."
                self.say(f"Nothing to change: the {where} says so already.{unsaved}")
        return changes

    def undo(self) -> None:
        """Take the latest change back, in the file too if it was saved.

        Raises:
            EditError: the definition has been changed in another way since.
            SaveError: it was saved, and the file changed since.
        """
        self.require_no_draft()
        with self.changing("change"):
            change = self._changes.undo(self.app)
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

    @property
    def profile(self) -> str | None:
        """The name of the profile, None for the default one."""
        return self._options.get("profile")

    def use_profile(self, name: str | None) -> None:
        """Use another profile for the next request; None is the default one."""
        with self.changing("profile", "mode", "settings", "inputs", "preview", "approvals"):
            self._set("profile", name)
            self._followed = (self._followed[0], self._profile_now())

    def follow_configuration(self) -> None:
        """Follow a change of kustomer-nb.toml: its profiles, and what they ignore."""
        with self.changing("profile", "mode", "settings", "inputs", "preview", "approvals", "ignored"):
            self._pinned = {}
            self._followed = (self._followed[0], self._profile_now())

    @property
    def mode(self) -> str | None:
        """The mode as it was chosen; None leaves it to the profile."""
        return self._options.get("mode")

    def use_mode(self, mode: str | None) -> None:
        """Use another mode for the next run; None leaves it to the profile."""
        with self.changing("mode", "preview"):
            self._set("mode", mode)

    def use_steps(self, steps: Mapping[str, Any] | None) -> None:
        """Use these outputs of earlier steps, which inputs may refer to."""
        with self.changing("inputs", "preview"):
            self._set("steps", steps)

    @property
    def steps(self) -> Mapping[str, Any]:
        """The outputs of earlier steps, by the names that inputs use for them."""
        return self._options.get("steps") or {}

    def _set(self, name: Literal["profile", "mode", "steps"], value: Any) -> None:
        self._pinned = {}
        if value is None:
            self._options.pop(name, None)
        else:
            self._options[name] = value

    @property
    def context(self) -> RunContext:
        """The context of a run, with typed values of settings."""
        settings = {**(self._options.get("settings") or {}), **self._typed_here()}
        accounts = {**(self._options.get("accounts") or {}), **self._accounts}
        options: WorkbenchOptions = {**self._pinned, **self._options, "settings": settings, "env": self._env}
        if accounts:
            options["accounts"] = accounts
        # A name that was typed for one request is none of the next: the page asks each time.
        return replace(self.action.context(**options), confirmed_hosts=None)

    def _typed_here(self) -> dict[str, Secret]:
        """Return the typed values of the settings that the selected action has.

        It may be another action than the one they were typed for, or its file has other settings now.
        """
        keys = self.definition.setting_keys.values()
        return {name: secret for name, secret in self._typed.items() if _names_one(name, keys)}

    # -- settings, accounts and _env

    def type_in(self, key: str, value: str) -> None:
        """Store the typed value of a setting in memory; an empty one clears it.

        Raises:
            SettingError: no action has such a setting.
        """
        known = [key for action in self.app.actions for key in action.definition.setting_keys.values()]
        if not _names_one(key, known):
            # Not quoted: it may be a token that was passed as the name.
            fix = f"known settings: {', '.join(dict.fromkeys(known)) or 'none'}."
            raise SettingError.from_code(Code.SETTING_INVALID, "the app has no setting of this name.", fix)
        with self.changing("settings", "preview"):
            _store(self._typed, key, value)

    def entered_here(self) -> dict[tuple[str, str], Secret]:
        """Return what was typed for the app: the values of settings and the tokens of accounts, by name."""
        accounts = {("account", name): secret for name, secret in self._accounts.items()}
        if not self._typed:
            return accounts
        keys = [key for action in self.app.actions for key in action.definition.setting_keys.values()]
        typed = self._typed.items()
        return accounts | {("setting", name): secret for name, secret in typed if _names_one(name, keys)}

    def enter_again(self, entered: Mapping[tuple[str, str], Secret]) -> None:
        """Take what was typed in this kernel before; what is typed or passed here wins."""
        passed = {
            "setting": self._options.get("settings") or {},
            "account": self._options.get("accounts") or {},
        }
        with self.changing("settings", "preview"):
            for (kind, name), secret in entered.items():
                if not any(_names_one(other, [name]) for other in passed[kind]):
                    (self._typed if kind == "setting" else self._accounts).setdefault(name, secret)

    def is_entered(self, key: str) -> bool:
        """Return whether the value of a setting was typed here."""
        return key in self._typed

    def type_account(self, name: str, value: str) -> None:
        """Store the typed token of an app account in memory; an empty one clears it."""
        with self.changing("settings", "preview"):
            _store(self._accounts, name, value)

    def is_account_entered(self, name: str) -> bool:
        """Return whether the token of an app account was typed here."""
        return name in self._accounts

    @property
    def env(self) -> dict[str, str | None]:
        """The variables of ``_env`` that inputTemplate reads, with their values; None for a sample value."""
        values: dict[str, str | None] = {}
        with suppress(TemplateError):
            template = self.definition.input_template
            env = {**SAMPLE_ENV, **self.context.given_env}
            for reference in references(template.model_dump(by_alias=True) if template else {}):
                if reference.segments[:1] == ("_env",):
                    names = reference.segments[1:2] or tuple(SAMPLE_ENV)
                    values |= {name: env.get(name) for name in names}
        return {name: None if SAMPLE_ENV.get(name) == value else value for name, value in values.items()}

    def type_env(self, name: str, value: str) -> None:
        """Store a value of ``_env``; an empty one restores the sample value."""
        with self.changing("settings", "preview"):
            if value:
                self._env[name] = value
            else:
                self._env.pop(name, None)

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

    def begin_with(self, name: str, inputs: Mapping[str, Any]) -> None:
        """Take inputs for an action, by its full name, that has none yet."""
        with self.changing("inputs", "preview"):
            state = self._states.setdefault(name, ActionState())
            if not state.inputs and not state.unread:
                state.inputs = dict(inputs)

    @property
    def faults(self) -> list[str]:
        """The pointers of the inputs that cannot be read, or that the platform would reject."""
        errors = self.previewed.input_errors if self.previewed else ()
        return list(dict.fromkeys([*self.state.unread, *(error.pointer for error in errors)]))

    def require_read(self) -> None:
        """Refuse what depends on all inputs, if a field cannot be read.

        Raises:
            InputError: one KNB716 for each such field.
        """
        # Without the field, another request would be sent than the one on the page.
        fix, unread = "correct the field, or make it not set.", self.state.unread.items()
        if unread:
            code, severity = Code.FIELD_UNREADABLE, Severity.ERROR
            raise InputError([Diagnostic(code, severity, pointer, words, fix) for pointer, words in unread])

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
        seed = self._pinned.get("seed") or randbits(32)
        self._pinned = {"now": datetime.now(UTC), "seed": seed}
        prepared = self.prepare(inputs)
        if prepared.mode == "replay":
            # A replay has the time and seed of its recording.
            self._pinned = {}
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
            self._pinned = {}

    def map_again(self) -> None:
        """Let the shown run follow the definition: its output, losses and differences."""
        state = self.state
        with self.changing("result"):
            current, live = state.current, state.live
            state.current = self._mapped_again(current)
            # The same run stays the same: whether a simulated one is shown in its place depends on it.
            state.live = state.current if live is current else self._mapped_again(live)

    def _mapped_again(self, finished: FinishedRun | None) -> FinishedRun | None:
        if finished is None:
            return None
        run = mapped_again(finished.run, self.definition, finished.rendering)
        # What is accepted of it changes this app, also where the workbench shows another one now.
        return replace(finished, run=replace(run, owner=self.action))

    def last_body(self) -> Any:
        """Return the body of the last live response of the action; UNDEFINED without one."""
        finished = self.state.live or self.state.current
        response = finished.run.response if finished else None
        return UNDEFINED if response is None else response.body

    @property
    def is_stale(self) -> bool:
        """Whether the inputs have changed since the run that is shown."""
        current = self.state.current
        if current is None or current.inputs is None:
            return False
        return stringify(current.inputs) != stringify(self.state.inputs)

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


def _call(listener: Listener, topics: frozenset[Topic]) -> None:
    try:
        listener(topics)
    except Exception as error:
        leaf = getattr(listener, "__self__", None)
        if isinstance(leaf, Leaf):
            leaf.show_failure(error)
        else:
            # As Python does with an exception of a thread: nobody else hears of it.
            traceback.print_exception(error)


def _refuse_rerun(entry: Entry, arguments: Mapping[str, Any]) -> NoReturn:
    msg = "a page runs again by its own Run, which asks before a request that may change something"
    raise TypeError(msg)


def _named(app: App, name: str) -> Action | None:
    return next((action for action in app.actions if action.name == name), None)


def _first(app: App) -> Action:
    # An app without actions raises the error that says so.
    return app.actions[0] if app.actions else app.action()


def _names_one(name: str, keys: Iterable[str]) -> bool:
    """Return whether a name is a key of a setting, or the end of one."""
    return any(f".{key}".endswith(f".{name}") for key in keys)


def _store(secrets: dict[str, Secret], key: str, value: str) -> None:
    if value:
        secrets[key] = Secret(value, source="typed in")
    else:
        secrets.pop(key, None)


def as_session(action: Action | Session, options: WorkbenchOptions) -> Session:
    """Return the session that a widget is given, or one of its own for an action with these options."""
    return action if isinstance(action, Session) else Session(action, options)

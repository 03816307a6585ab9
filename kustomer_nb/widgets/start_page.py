"""Where one begins: a new action, a pasted curl command, a file, or the demo store."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import traitlets

from kustomer_nb.authoring.names import unused_name
from kustomer_nb.errors import ConversionError, KustomerNbError
from kustomer_nb.importing import copied, require_app_id
from kustomer_nb.loading import load, loads, new_app
from kustomer_nb.secrets.tracebacks import scrub_tracebacks
from kustomer_nb.user_paths import user_path

from .base import BaseWidget, handles
from .definition_drafts import unsaved_definitions
from .definition_files import files_of, open_definition
from .definition_messages import (
    ChooseApp,
    ChooseInputs,
    CloseStart,
    CreateAction,
    ForgetCurl,
    ListFiles,
    NewAction,
    OpenDemo,
    OpenDraft,
    OpenFile,
    ReadCurl,
)
from .kept_drafts import described, opened
from .linking import link, style
from .pasted_curl import PastedCommand, chosen_inputs, refused
from .pasted_curl import described as described_command

if TYPE_CHECKING:
    from kustomer_nb.action import Action
    from kustomer_nb.app import App
    from kustomer_nb.importing import Imported, ImportedSecrets
    from kustomer_nb.storage.drafts import Draft


class Begun:
    """What a start page chose: an action, its inputs, credentials in memory, and options of runs."""

    def __init__(
        self,
        action: Action,
        *,
        inputs: Mapping[str, Any] | None = None,
        secrets: ImportedSecrets | None = None,
        words: str = "",
        is_new: bool = False,
        is_opened: bool = False,
        is_entered: bool = False,
        draft: Draft | None = None,
    ) -> None:
        self.action = action
        self.inputs = dict(inputs or {})
        self.secrets = secrets
        self.hosts: Mapping[str, str] = {}
        self.settings: Mapping[str, str] = {}
        self.words = words
        # It does nothing yet, and has to be named first.
        self.is_new = is_new
        # Of a file, in which somebody may have worked before.
        self.is_opened = is_opened
        # A person entered it here, and it is in no file yet; ``draft`` is where it was kept.
        self.is_entered = is_entered
        self.draft = draft


def _in_words(problems: Iterable[Mapping[str, Any]]) -> str:
    return " ".join(f"{problem['message']} Fix: {problem['fix']}" for problem in problems)


class StartPage(BaseWidget):
    """Offers a new action, a pasted curl command, a file of this folder, and the demo.

    A pasted command is read and never sent. Its credentials are kept in memory until the action is created,
    and are in no trait. ``begin`` is called with what was chosen, with None if nothing was.

    Example:
        >>> page = StartPage(lambda begun: print(begun.action.name, begun.inputs))
        >>> page.read_curl("curl https://api.shop.com/orders/7")
        >>> page.create("find")
        kustomer.app.shop.find {'orderId': 7}
    """

    _esm = link("start_page.js")
    _css = style("start_page.css")

    files = traitlets.List(traitlets.Dict()).tag(sync=True)
    # Definitions that were never saved.
    drafts = traitlets.List(traitlets.Dict()).tag(sync=True)
    folder = traitlets.Unicode("").tag(sync=True)
    # What the pasted command imports; empty before one can be read.
    imported = traitlets.Dict().tag(sync=True)
    # Why the command is refused: each problem with its fix, and where it is in the text that the page has.
    problems = traitlets.List(traitlets.Dict()).tag(sync=True)
    # Why the path that was typed opens nothing.
    file_problem = traitlets.Unicode("").tag(sync=True)
    # Which read of the page `imported` and `problems` are of; "" if no command is kept. Of the command itself
    # only this goes to the page: whether it may be shown there.
    read_id = traitlets.Unicode("").tag(sync=True)
    is_hidden = traitlets.Bool(default_value=False).tag(sync=True)
    # Why the id that was typed cannot be that of the new app.
    app_problem = traitlets.Unicode("").tag(sync=True)
    # The app that a new action is added to, by its name; "" for a new app.
    target = traitlets.Unicode("").tag(sync=True)

    def __init__(self, begin: Callable[[Begun | None], object], folder: str | Path | None = None) -> None:
        self._begin = begin
        self._folder = Path(folder) if folder else Path.cwd()
        self._command = PastedCommand()
        self._inputs: dict[str, str] | None = None
        # What looks like a credential and was declared to be none: the key of its setting, by its place.
        self._public: dict[str, str] = {}
        # The id of the new app that was typed; "" for the proposed id.
        self._app_id = ""
        self.app: App | None = None
        super().__init__(folder=self._folder.name)

    def add_to(self, app: App | None) -> None:
        """Add what is made to an app; None for a new one."""
        self.app = app
        self.target = "" if app is None else app.document.name
        self.app_problem = ""

    # -- verbs

    @property
    def problem(self) -> str:
        """Why the command is refused; "" if it is not."""
        return _in_words(self.problems)

    def list_files(self, typed: str = "") -> None:
        """Look for the definitions of the folder, or for what a typed path can go on with."""
        with self.hold_sync():
            if not typed:
                # Not for each key of a path.
                self.drafts = [described(draft) for draft in unsaved_definitions(self._folder)]
            self.files = files_of(self._folder, typed)

    def new_action(self) -> None:
        """Begin with an action that does nothing yet: a GET request."""
        app = self.app or new_app("my-app")
        name = unused_name("newAction", {action.name.rpartition(".")[2] for action in app.actions})
        app.add_action(name)
        self._done(Begun(app.action(name), words=f"New action {name}, not saved yet.", is_new=True))

    def open_path(self, path: str | Path) -> None:
        """Open a definition; a relative path begins at the folder of the page.

        Raises:
            LoadError: it cannot be read.
            NameNotFoundError: it has no actions.
        """
        app = load(self._folder / user_path(path))
        self._done(Begun(app.actions[0] if app.actions else app.action(), is_opened=True))

    def open_typed(self, path: str) -> None:
        """Open a definition, or say in words why not; one without actions offers to add the first."""
        app = open_definition(self._folder, path)
        self.file_problem = app if isinstance(app, str) else ""
        if isinstance(app, str):
            return
        if app.actions:
            self._done(Begun(app.actions[0], is_opened=True))
        else:
            self.add_to(app)

    def open_draft(self, id: str) -> None:
        """Open a definition that was never saved, with the text that it had last."""
        draft = next((draft for draft in unsaved_definitions(self._folder) if draft.id == id), None)
        if draft is None:
            self.list_files()
            self.notice = "This definition is not kept any more: it was saved or discarded."
            return
        words = f"Unsaved definition of {described(draft)['note']}."
        self._done(Begun(opened(draft).actions[0], words=words, is_entered=True, draft=draft))

    def open_demo(self) -> None:
        """Begin with the app of the demo store, which runs on this machine.

        Raises:
            TransportError: the store cannot be started.
        """
        from kustomer_nb.demo import definition_text, start

        store = start()
        app = loads(definition_text())
        words = "The demo store runs on this machine. Nothing is sent anywhere else."
        begun = Begun(app.actions[0], inputs={"orderId": 1042}, words=words)
        begun.hosts, begun.settings = store.hosts, store.settings
        self._done(begun)

    @scrub_tracebacks
    def read_curl(self, text: str, inputs: Mapping[str, str] | None = None, *, read_id: str = "read") -> None:
        """Read a curl command, and propose what it imports; ``inputs`` chooses the inputs by their place.

        The command before it is forgotten. ``read_id`` names this read.
        """
        self._inputs = None if inputs is None else dict(inputs)
        self._public = {}
        try:
            self._command.read(text)
            imported = described_command(self._imported(self._trial()))
        except KustomerNbError as error:
            self._command.forget()
            self._show({}, refused(text, error), read_id)
            return
        self._show(imported, [], read_id)

    @scrub_tracebacks
    def choose_inputs(self, inputs: Mapping[str, str], public: Iterable[str] = ()) -> None:
        """Make these values of the command inputs, by their place, in place of those before.

        ``public`` are places of what looks like a credential and is none: it stays as it is in the command.

        Raises:
            ConversionError: no command was read, or a place is not in it.
        """
        self._propose(inputs, tuple(public))

    def _propose(self, inputs: Mapping[str, str] | None, public: tuple[str, ...]) -> None:
        """Show what the command imports with these inputs, into the app that is chosen now."""
        suspected = self._command.imported(app=self._trial()).suspected
        imported = self._command.imported(inputs=inputs, public=public, app=self._trial())
        self._inputs = None if inputs is None else dict(inputs)
        self._public = {where: key for key, where in suspected.items() if where in public}
        self._show(described_command(imported, self._public), [], self.read_id)

    @scrub_tracebacks
    def choose_app(self, app: str) -> None:
        """Choose the id of the new app, also for the next command; "" for the proposed id.

        An app that the action is added to keeps its id. `app_problem` is why the id cannot be used; then the
        proposed id is shown.
        """
        if self.app is not None:
            return
        self._app_id, self.app_problem = app, ""
        if app:
            try:
                require_app_id(app)
            except ConversionError as error:
                self.app_problem = _in_words(refused("", error))
        if self.imported:
            # The keys of its settings begin with the id.
            self._propose(self._inputs, tuple(self._public))

    @scrub_tracebacks
    def _store(self, credentials: ImportedSecrets, place: str) -> str:
        """Store credentials, and return where; "" if they stay in memory."""
        if place == "env":
            return credentials.save(self._folder / ".env").name
        if place == "keyring":
            credentials.store()
            return "the keyring"
        return ""

    def create(self, name: str = "", secrets: str = "memory") -> None:
        """Create the action of the command; its credentials go to ``secrets``: memory, env or keyring.

        Raises:
            ConversionError: the name is in use, or cannot be one; or the id of the new app cannot be one.
            SaveError: the credentials cannot be stored there; then nothing is created.
        """
        if self.app_problem:
            require_app_id(self._app_id)
        # Of a copy first: what cannot be stored must not leave an action behind.
        credentials = self._imported(self._trial(), name).secrets
        place = self._store(credentials, secrets) if credentials else ""
        imported = self._imported(self.app or self._app_id or None, name)
        words = f"New action {imported.action.name.rpartition('.')[2]}, not saved yet."
        if credentials:
            words += f" Its credentials are in {place or 'the memory of this kernel, until it stops'}."
        held = imported.secrets if credentials and not place else None
        is_entered = imported.action.app.path is None
        action, inputs = imported.action, imported.examples
        self._done(Begun(action, inputs=inputs, secrets=held, words=words, is_entered=is_entered))

    def _imported(self, app: App | str | None, name: str = "") -> Imported:
        return self._command.imported(inputs=self._inputs, public=self._public, name=name or None, app=app)

    def _trial(self) -> App | str | None:
        """Return what an import is tried with: a copy of the app, or the id of a new app."""
        if self.app is not None:
            return copied(self.app)
        return None if self.app_problem else self._app_id or None

    def _show(self, imported: dict[str, Any], problems: list[dict[str, Any]], read_id: str) -> None:
        with self.hold_sync():
            self.imported, self.problems, self.read_id = imported, problems, read_id
            self.is_hidden = self._command.is_hidden

    def forget_curl(self) -> None:
        """Forget the pasted command and its credentials."""
        self._command.forget()
        self._inputs, self._public = None, {}
        self._app_id = self.app_problem = ""
        self._show({}, [], "")

    def _done(self, begun: Begun) -> None:
        self.forget_curl()
        self._begin(begun)

    def close_start(self) -> None:
        """Go back to what was worked on, without a choice."""
        self.forget_curl()
        self._begin(None)

    # -- what the page does

    @handles(CloseStart)
    def _close(self, message: CloseStart) -> None:
        self.close_start()

    @handles(ListFiles)
    def _list_files(self, message: ListFiles) -> None:
        self.list_files(message.path)

    @handles(NewAction)
    def _new_action(self, message: NewAction) -> None:
        self.new_action()

    @handles(OpenFile)
    def _open(self, message: OpenFile) -> None:
        self.open_typed(message.path)

    @handles(OpenDraft)
    def _open_draft(self, message: OpenDraft) -> None:
        self.open_draft(message.id)

    @handles(OpenDemo)
    def _open_demo(self, message: OpenDemo) -> None:
        self.open_demo()

    @handles(ReadCurl)
    def _read_curl(self, message: ReadCurl) -> None:
        self.read_curl(message.text, read_id=message.read_id)

    @handles(ChooseInputs)
    def _choose_inputs(self, message: ChooseInputs) -> None:
        self.choose_inputs(chosen_inputs(message.inputs), message.public)

    @handles(ChooseApp)
    def _choose_app(self, message: ChooseApp) -> None:
        self.choose_app(message.app)

    @handles(ForgetCurl)
    def _forget_curl(self, message: ForgetCurl) -> None:
        self.forget_curl()

    @handles(CreateAction)
    def _create(self, message: CreateAction) -> None:
        # The page may ask before it has heard that the command or the id is refused, which it shows by then.
        self.choose_app(message.app)
        if not (self.problems or self.app_problem):
            self.create(message.name, message.secrets)

    def as_text(self) -> str:
        """Return what the page is."""
        return "<StartPage: New Action, Paste a curl, Open, Demo>"

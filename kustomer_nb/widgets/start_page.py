"""Where one begins: a new action, a pasted curl command, a file, or the demo store."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import traitlets

from kustomer_nb.app import App, load, loads, new_app
from kustomer_nb.authoring.names import unused_name
from kustomer_nb.definition import Kind
from kustomer_nb.errors import KustomerNbError
from kustomer_nb.importing import copied
from kustomer_nb.opening import open_file
from kustomer_nb.secrets.tracebacks import scrub_tracebacks

from .base import BaseWidget, handles
from .definition_messages import (
    ChooseInputs,
    CloseStart,
    CreateAction,
    ForgetCurl,
    ListFiles,
    NewAction,
    OpenDemo,
    OpenFile,
    ReadCurl,
)
from .linking import link, style
from .pasted_curl import PastedCommand, chosen_inputs, described

if TYPE_CHECKING:
    from kustomer_nb.action import Action
    from kustomer_nb.importing import Imported, ImportedSecrets

# Files that are read, the size in bytes above which one is no definition, and that of all together: reading
# them must not keep the page waiting.
MOST_FILES = 100
LARGEST = 4_000_000
MOST_BYTES = 8_000_000
SUFFIXES = (".json", ".json5", ".js", ".cjs", ".mjs", ".ts")


class Begun:
    """What a start page chose: an action, its inputs, credentials in memory, and options of runs."""

    def __init__(
        self,
        action: Action,
        *,
        inputs: Mapping[str, Any] | None = None,
        secrets: ImportedSecrets | None = None,
        words: str = "",
    ) -> None:
        self.action = action
        self.inputs = dict(inputs or {})
        self.secrets = secrets
        self.hosts: Mapping[str, str] = {}
        self.settings: Mapping[str, str] = {}
        self.words = words


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
    folder = traitlets.Unicode("").tag(sync=True)
    # What the pasted command imports; empty before one can be read.
    imported = traitlets.Dict().tag(sync=True)
    problem = traitlets.Unicode("").tag(sync=True)
    # Which read of the page `imported` and `problem` are of; "" if no command is kept. Of the command itself
    # only this goes to the page: whether it may be shown there.
    read_id = traitlets.Unicode("").tag(sync=True)
    is_hidden = traitlets.Bool(default_value=False).tag(sync=True)
    # The app that a new action is added to, by its name; "" for a new app.
    target = traitlets.Unicode("").tag(sync=True)

    def __init__(self, begin: Callable[[Begun | None], object], folder: str | Path | None = None) -> None:
        self._begin = begin
        self._folder = Path(folder) if folder else Path.cwd()
        self._command = PastedCommand()
        self._inputs: dict[str, str] | None = None
        self.app: App | None = None
        super().__init__(folder=self._folder.name)

    def add_to(self, app: App | None) -> None:
        """Add what is made to an app; None for a new one."""
        self.app = app
        self.target = "" if app is None else app.document.name

    # -- verbs

    def list_files(self) -> None:
        """Look for the definitions of the folder."""
        self.files = [
            {"path": path.name, "title": path.name, "note": note} for path, note in _definitions(self._folder)
        ]

    def new_action(self) -> None:
        """Begin with an action that does nothing yet: a GET request."""
        app = self.app or new_app("my-app")
        name = unused_name("newAction", {action.name.rpartition(".")[2] for action in app.actions})
        app.add_action(name)
        self._done(Begun(app.action(name), words=f"New action {name}, not saved yet."))

    def open_path(self, path: str | Path) -> None:
        """Open a definition; a relative path begins at the folder of the page.

        Raises:
            LoadError: it cannot be read.
            NameNotFoundError: it has no actions.
        """
        app = load(self._folder / _expanded(Path(path)))
        self._done(Begun(app.actions[0] if app.actions else app.action()))

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
        try:
            self._command.read(text)
            imported = described(self._imported(self._copy()))
        except KustomerNbError as error:
            self._command.forget()
            first = error.diagnostics[0]
            self._show({}, f"{first.message} Fix: {first.fix}" if first.fix else first.message, read_id)
            return
        self._show(imported, "", read_id)

    @scrub_tracebacks
    def choose_inputs(self, inputs: Mapping[str, str]) -> None:
        """Make these values of the command inputs, by their place, in place of those before.

        Raises:
            ConversionError: no command was read, or a place is not in it.
        """
        imported = self._command.imported(inputs=inputs, app=self._copy())
        self._inputs = dict(inputs)
        self._show(described(imported), "", self.read_id)

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
            ConversionError: the name is in use, or cannot be one.
            SaveError: the credentials cannot be stored there; then nothing is created.
        """
        # Of a copy first: what cannot be stored must not leave an action behind.
        credentials = self._imported(self._copy(), name).secrets
        place = self._store(credentials, secrets) if credentials else ""
        imported = self._imported(self.app, name)
        words = f"New action {imported.action.name.rpartition('.')[2]}, not saved yet."
        if credentials:
            words += f" Its credentials are in {place or 'memory, until the kernel stops'}."
        held = imported.secrets if credentials and not place else None
        self._done(Begun(imported.action, inputs=imported.examples, secrets=held, words=words))

    def _imported(self, app: App | None, name: str = "") -> Imported:
        return self._command.imported(inputs=self._inputs, name=name or None, app=app)

    def _copy(self) -> App | None:
        return None if self.app is None else copied(self.app)

    def _show(self, imported: dict[str, Any], problem: str, read_id: str) -> None:
        with self.hold_sync():
            self.imported, self.problem, self.read_id = imported, problem, read_id
            self.is_hidden = self._command.is_hidden

    def forget_curl(self) -> None:
        """Forget the pasted command and its credentials."""
        self._command.forget()
        self._inputs = None
        self._show({}, "", "")

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
        self.list_files()

    @handles(NewAction)
    def _new_action(self, message: NewAction) -> None:
        self.new_action()

    @handles(OpenFile)
    def _open(self, message: OpenFile) -> None:
        self.open_path(message.path)

    @handles(OpenDemo)
    def _open_demo(self, message: OpenDemo) -> None:
        self.open_demo()

    @handles(ReadCurl)
    def _read_curl(self, message: ReadCurl) -> None:
        self.read_curl(message.text, read_id=message.read_id)

    @handles(ChooseInputs)
    def _choose_inputs(self, message: ChooseInputs) -> None:
        self.choose_inputs(chosen_inputs(message.inputs))

    @handles(ForgetCurl)
    def _forget_curl(self, message: ForgetCurl) -> None:
        self.forget_curl()

    @handles(CreateAction)
    def _create(self, message: CreateAction) -> None:
        # The page may ask before it has heard that the command is refused, which it shows by then.
        if not self.problem:
            self.create(message.name, message.secrets)

    def as_text(self) -> str:
        """Return what the page is."""
        return "<StartPage: New Action, Paste a curl, Open, Demo>"


def _definitions(folder: Path) -> list[tuple[Path, str]]:
    """Return the definitions of a folder, newest first, each with how many actions it has."""
    definitions = []
    remaining = MOST_BYTES
    for changed_at, path, size in _candidates(folder):
        remaining -= size
        if remaining < 0:
            break
        try:
            document = open_file(path)
        except (OSError, KustomerNbError):
            continue
        if document.kind is not Kind.DEFINITION or not document.actions:
            continue
        count = len(document.actions)
        changed = datetime.fromtimestamp(changed_at).astimezone()
        note = f"{count} action{'' if count == 1 else 's'}, changed {changed:%Y-%m-%d %H:%M}"
        definitions.append((path, note))
    return definitions


def _candidates(folder: Path) -> list[tuple[float, Path, int]]:
    """Return the files that may be definitions, newest first: when each changed, and its size."""
    candidates = []
    # A folder that cannot be read has none to offer; a path can still be typed.
    with suppress(OSError):
        for path in folder.iterdir():
            if path.suffix.lower() not in SUFFIXES or path.name.startswith(".") or not _is_text(path.name):
                continue
            with suppress(OSError):
                status = path.stat()
                if path.is_file() and status.st_size <= LARGEST:
                    candidates.append((status.st_mtime, path, status.st_size))
    return sorted(candidates, key=lambda candidate: (-candidate[0], candidate[1].name))[:MOST_FILES]


def _is_text(name: str) -> bool:
    """Return whether the name of a file can be sent to the page, and not only to the file system."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _expanded(path: Path) -> Path:
    # The home of a user that does not exist: then no file has this path.
    with suppress(RuntimeError):
        return path.expanduser()
    return path

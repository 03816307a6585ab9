"""Where one begins: a new action, a pasted curl command, a file, or the demo store."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import traitlets

from kustomer_nb.app import App, load, loads, new_app
from kustomer_nb.definition import Kind
from kustomer_nb.errors import KustomerNbError
from kustomer_nb.opening import open_file
from kustomer_nb.secrets.tracebacks import scrub_tracebacks

from .base import BaseWidget, handles
from .linking import link, style
from .messages import CloseStart, CreateAction, ListFiles, NewAction, OpenDemo, OpenFile, ReadCurl
from .pasted_curl import PastedCommand, chosen_inputs, described

if TYPE_CHECKING:
    from kustomer_nb.action import Action
    from kustomer_nb.importing import ImportedSecrets

# Files that are looked at, and the size in bytes above which one is no definition.
MOST_FILES = 200
LARGEST = 4_000_000
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
    masked = traitlets.Unicode("").tag(sync=True)
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
        name = _unused_name(app)
        app.add_action(name)
        self._done(Begun(app.action(name), words=f"New action {name}, not saved yet."))

    def open_path(self, path: str | Path) -> None:
        """Open a definition; a relative path begins at the folder of the page.

        Raises:
            LoadError: it cannot be read.
            NameNotFoundError: it has no actions.
        """
        app = load(self._folder / Path(path).expanduser())
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
    def read_curl(self, text: str, inputs: Mapping[str, str] | None = None) -> None:
        """Read a curl command, and propose what it imports; ``inputs`` chooses the inputs by their place."""
        self._inputs = None if inputs is None else dict(inputs)
        try:
            imported = self._command.read(text, inputs=inputs)
        except KustomerNbError as error:
            first = error.diagnostics[0]
            with self.hold_sync():
                self.imported = {}
                self.problem = f"{first.message} Fix: {first.fix}" if first.fix else first.message
            return
        with self.hold_sync():
            self.imported = described(imported)
            self.masked = self._command.masked
            self.problem = ""

    @scrub_tracebacks
    def create(self, name: str = "", secrets: str = "memory") -> None:
        """Create the action of the command; its credentials are kept in ``secrets``: memory, env or keyring.

        Raises:
            ConversionError: the name is in use, or cannot be one.
            SaveError: the credentials cannot be stored there.
        """
        command = self._command
        imported = command.read(command.masked, inputs=self._inputs, name=name or None, app=self.app)
        words = f"New action {imported.action.name.rpartition('.')[2]}, not saved yet."
        held = None
        if imported.secrets and secrets == "env":
            path = imported.secrets.save(self._folder / ".env")
            words += f" Its credentials are in {path.name}."
        elif imported.secrets and secrets == "keyring":
            imported.secrets.store()
            words += " Its credentials are in the keyring."
        elif imported.secrets:
            held = imported.secrets
            words += " Its credentials are in memory, until the kernel stops."
        self._done(Begun(imported.action, inputs=imported.examples, secrets=held, words=words))

    def _done(self, begun: Begun) -> None:
        self._command.forget()
        with self.hold_sync():
            self.imported, self.masked, self.problem = {}, "", ""
        self._begin(begun)

    def close_start(self) -> None:
        """Go back to what was worked on, without a choice."""
        self._command.forget()
        with self.hold_sync():
            self.imported, self.masked, self.problem = {}, "", ""
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
        self.read_curl(message.text, chosen_inputs(message.inputs) if message.chosen else None)

    @handles(CreateAction)
    def _create(self, message: CreateAction) -> None:
        self.create(message.name, message.secrets)

    def as_text(self) -> str:
        """Return what the page is."""
        return "<StartPage: New Action, Paste a curl, Open, Demo>"


def _definitions(folder: Path) -> list[tuple[Path, str]]:
    """Return the definitions of a folder, newest first, each with how many actions it has."""
    definitions = []
    candidates = sorted(path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES)[:MOST_FILES]
    for path in candidates:
        try:
            status = path.stat()
            if not path.is_file() or status.st_size > LARGEST or path.name.startswith("."):
                continue
            document = open_file(path)
        except (OSError, KustomerNbError):
            continue
        if document.kind is not Kind.DEFINITION or not document.actions:
            continue
        count = len(document.actions)
        changed = datetime.fromtimestamp(status.st_mtime).astimezone()
        note = f"{count} action{'' if count == 1 else 's'}, changed {changed:%Y-%m-%d %H:%M}"
        definitions.append((status.st_mtime, path, note))
    return [(path, note) for _, path, note in sorted(definitions, key=lambda item: -item[0])]


def _unused_name(app: App) -> str:
    names = {action.name.rpartition(".")[2] for action in app.actions}
    number = 1
    while (name := "newAction" if number == 1 else f"newAction{number}") in names:
        number += 1
    return name

"""Follows the file of a workbench: what is saved anywhere else is shown within a second."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from enum import StrEnum
from typing import TYPE_CHECKING

from kustomer_nb.codes import Code
from kustomer_nb.config import FILE, project_root
from kustomer_nb.definition import one_at_a_time
from kustomer_nb.diagnostics import Severity
from kustomer_nb.errors import KustomerNbError, LoadError
from kustomer_nb.opening import open_file
from kustomer_nb.storage.files import read_file

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from kustomer_nb.definition import Changes, Document
    from kustomer_nb.diagnostics import Diagnostic

    from .session import Session

# Seconds between two looks at the files, each of which takes a few calls of stat: the rest of a second is for
# reading them and drawing the page.
INTERVAL = 0.25


Pause = Callable[[float], Awaitable[object]]


class FileState(StrEnum):
    """What a look at the file shows.

    ``CONFLICT``: it changed, and so did the definition here. ``UNREADABLE``: it is gone, or no definition.
    """

    SAME = "same"
    FOLLOWED = "followed"
    CONFLICT = "conflict"
    UNREADABLE = "unreadable"


class FileWatcher:
    """Follows the file that the app of a session was read from.

    A file that cannot be read leaves the definition as it was; so does a change of a file whose definition
    has changes here that were not saved, until `take_file` or `keep_own` decides. ``words`` say what is
    wrong. ``pause`` waits between two looks.
    """

    def __init__(self, session: Session, pause: Pause = asyncio.sleep) -> None:
        self._session = session
        self._pause = pause
        self._task: asyncio.Task[None] | None = None
        # The file may have changed between its load and now, so that the first look reads it.
        self._seen: tuple[int, ...] | None = ()
        # Whether the file was another one while the definition had changes here.
        self._differs = False
        self._seen_configuration = self._configuration()
        self.state = FileState.SAME
        self.words = ""

    @property
    def _path(self) -> Path | None:
        return self._session.app.path

    def _signature(self) -> tuple[int, ...] | None:
        """Return what changes with each save of the file; None without a file, or where an editor has it."""
        is_elsewhere = self._path is None or self._session.save_in_host is not None
        return None if is_elsewhere else _facts(self._path)  # type: ignore[arg-type] # it has a path

    def _configuration(self) -> tuple[int, ...]:
        """Return what changes with each save of the project's kustomer-nb.toml, also with its first."""
        return _facts(project_root(self._path) / FILE)

    @one_at_a_time
    def check(self) -> FileState:
        """Look at the file, follow a change of it, and return what was found.

        A change of ``kustomer-nb.toml`` is followed too; what is wrong with that shows where it matters.
        """
        # What a cell changed is followed like what an editor did.
        self._session.follow()
        configuration = self._configuration()
        if configuration != self._seen_configuration:
            self._seen_configuration = configuration
            self._session.follow_configuration()
        signature = self._signature()
        # After a conflict, its changes may have been undone here.
        is_due = self._differs and self._session.app.is_saved
        if signature is None or (signature == self._seen and not is_due):
            return FileState.SAME
        self._seen = signature
        return self._follow(discard=False)

    @one_at_a_time
    def take_file(self) -> FileState:
        """Read the file in place of the changes that were not saved, which can be taken back."""
        session = self._session
        own = session.editing.text
        with session.changing():
            state = self._follow(discard=True)
            if state is FileState.FOLLOWED and (toast := session.toast) is not None:
                session.say(toast.words, undo=lambda: session.editing.replace(own), is_bad=toast.is_bad)
        return state

    @one_at_a_time
    def keep_own(self) -> None:
        """Keep the definition as it is here; a save is refused as long as the file is another one."""
        self._set(FileState.SAME, "")

    def _follow(self, *, discard: bool) -> FileState:
        session = self._session
        app = session.app
        before = _syntax_errors(app.document)
        try:
            if not discard and self._is_as_known():
                return self._set(FileState.SAME, "")
            if not discard and (cut := self._cut_off()):
                return self._set(FileState.UNREADABLE, cut)
            # A text that cannot be read yet is not the app's, and is not to be lost either.
            is_saved = app.is_saved and not session.draft_problem
            changes = app.reload(discard=discard) if is_saved or discard else None
        except LoadError as error:
            return self._set(FileState.UNREADABLE, str(error))
        except KustomerNbError as error:
            return self._set(FileState.CONFLICT, str(error))
        if changes is None:
            return self._conflict()
        if not changes and self.state is FileState.SAME:
            return FileState.SAME
        if not app.actions:
            with session.changing():
                session.take_definition()
                words = f"{app.document.name} has no actions now; this is the last one it had."
                return self._set(FileState.UNREADABLE, words)
        errors = [error for error in _syntax_errors(app.document) if error not in before]
        with session.changing():
            self._differs = False
            words = _words(app.document.name, changes, errors)
            session.take_definition(words, is_bad=bool(errors))
            return self._set(FileState.FOLLOWED, "")

    def _cut_off(self) -> str:
        """Return what is wrong with a file that ends too early, as while it is written; empty if it is whole.

        Its actions after that place would be gone, and the selected one may be among them. A file that was
        read like that already is followed.

        Raises:
            LoadError: it cannot be read.
        """
        path = self._path
        if path is None or _unclosed(self._session.app.document):
            return ""
        unclosed = _unclosed(open_file(path))
        if not unclosed:
            return ""
        line = f"line {unclosed.span.line}: " if unclosed.span else ""
        return f"{path.name} is not complete, {line}{unclosed.message} This is the last version that was."

    def _is_as_known(self) -> bool:
        """Return whether the file has the text that the definition was read from or saved as.

        Its time alone says nothing: this app may have saved it, or another program may have touched it.

        Raises:
            LoadError: it cannot be read.
        """
        document = self._session.app.document
        if document.file is None or document.evaluate is not None or self._path is None:
            return False
        text = read_file(self._path).text
        is_known = text == document.file.text
        if not is_known and text == document.text:
            # What is here was saved there.
            with self._session.changing("app"):
                self._session.app.reload(discard=True)
            is_known = True
        self._differs = self._differs and not is_known
        return is_known

    def _conflict(self) -> FileState:
        self._differs = True
        name = self._session.app.document.name
        words = f"{name} was changed on disk, and has changes here that are not saved."
        return self._set(FileState.CONFLICT, words)

    def _set(self, state: FileState, words: str) -> FileState:
        if (state, words) != (self.state, self.words):
            with self._session.changing("app"):
                # Followed is over as soon as it was told.
                self.state = FileState.SAME if state is FileState.FOLLOWED else state
                self.words = words
        return state

    def start(self) -> None:
        """Look at the file four times a second, as long as there is a loop that runs; `stop` ends it."""
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            return
        if self._task is None or self._task.done():
            self._task = loop.create_task(self._watch())

    def stop(self) -> None:
        """Stop looking at the file."""
        if self._task is not None:
            self._task.cancel()
            self._task = None

    async def _watch(self) -> None:
        while True:
            await self._pause(INTERVAL)
            try:
                self.check()
            except Exception as error:  # one look that fails is not the last one
                failure = {"message": "a look at the file of a workbench failed", "exception": error}
                asyncio.get_running_loop().call_exception_handler(failure)


def _facts(path: Path) -> tuple[int, ...]:
    try:
        facts = path.stat()
    except (OSError, ValueError):
        return (0,)
    return facts.st_mtime_ns, facts.st_size, facts.st_ino


def _unclosed(document: Document) -> Diagnostic | None:
    """Return the innermost bracket that nothing closes before the end of the text."""
    codes = (Code.UNCLOSED_BRACKET,)
    unclosed = [problem for problem in document.reading.diagnostics if problem.code in codes]
    return unclosed[-1] if unclosed else None


def _syntax_errors(document: Document) -> list[tuple[str, str]]:
    """Return the code and message of each syntax error that was repaired to read a text."""
    problems = document.reading.diagnostics
    return [
        (str(problem.code), problem.message) for problem in problems if problem.severity is Severity.ERROR
    ]


def _words(name: str, changes: Changes, errors: Sequence[tuple[str, str]]) -> str:
    if errors:
        amount = f"{len(errors)} syntax error{'' if len(errors) == 1 else 's'}"
        return f"{name} reloaded from disk with {amount}: {errors[0][1]} Inputs kept."
    lines = [line for line in changes.diff.splitlines()[2:] if line[:1] in "+-"]
    count = max(sum(line.startswith(mark) for line in lines) for mark in "+-")
    return f"{name} reloaded from disk, inputs kept. {count} line{'' if count == 1 else 's'} changed."

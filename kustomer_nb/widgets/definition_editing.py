"""The text of a definition while it is edited: leaves share one text and one undo history."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from kustomer_nb.authoring.names import unused_name
from kustomer_nb.definition.same_actions import breaking_errors
from kustomer_nb.diagnostics import Diagnostics
from kustomer_nb.errors import LoadError, SaveError
from kustomer_nb.linting import Concealment
from kustomer_nb.printable import one_line

from .edited_text import TYPED, Edit, EditedText, PageEdit, Step, edit_between

if TYPE_CHECKING:
    from kustomer_nb.definition import Document
    from kustomer_nb.jsontext.parser import ParsedText

    from .renamed_inputs import InputRename
    from .session import Session
    from .session_state import Topic

_LINE_END = re.compile("\r\n|\r|\n")
# Characters; a page would be slow with a longer text.
LONGEST = 2_000_000


class TextChange(NamedTuple):
    """A change of the text in a page, and which edit of which view it was; "" if Python made it."""

    edit: PageEdit
    view: str = ""
    revision: int = 0
    # Whether the place is to be shown: nobody has the caret there.
    is_shown: bool = False


class DefinitionEditing:
    """Edits the text of a session's app; what is typed is the app's text at once, if it is a definition.

    ``unreadable`` is why the text is no definition; the app keeps the last one that was.

    Example:
        >>> from kustomer_nb import loads
        >>> from .session import Session
        >>> session = Session(loads('{"inputTemplate": {"uri": "http://a.b"}}'))
        >>> session.editing.replace('{"inputTemplate": {"uri": "http://a.b/c"}}')
        >>> session.editing.replace("")
        >>> session.editing.unreadable, session.app.text
        ('The file is empty.', '{"inputTemplate": {"uri": "http://a.b/c"}}')
        >>> session.editing.undo()
        'Undone: deletion in line 1.'
        >>> session.editing.undo(), session.app.text
        ('Undone: typing in line 1.', '{"inputTemplate": {"uri": "http://a.b"}}')
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._draft: tuple[str, Document | LoadError] | None = None
        self._concealment: tuple[ParsedText, Concealment] | None = None
        # Of the text while it is no definition.
        self._unread: Concealment | None = None
        self._app = session.app
        self._known = self._app.text
        self._file = self._app.document.file
        # What the change is that is being made, and the field that it is typed in.
        self._named: tuple[str, str] | None = None
        # A name for another file, proposed since the definition could not be saved in its own.
        self.copy_name = ""
        self.edited = EditedText(self._known, self._mask)
        session.listen(self._follow)
        self._listeners: list[Callable[[TextChange | None], None]] = []

    def _begin(self) -> None:
        self._app = self._session.app
        self._known = self._app.text
        self._file = self._app.document.file
        self.copy_name = ""
        # An edit of the text before is none of this one.
        self.edited = EditedText(self._known, self._mask, self.edited.version + 1)

    @property
    def text(self) -> str:
        """The author's text, as it is being edited."""
        return self.edited.text

    @property
    def unreadable(self) -> str:
        """Why the text is no definition at the moment; "" if it is one."""
        error = self._read(self.text)
        if not isinstance(error, LoadError):
            return ""
        first = error.diagnostics[0]
        return (
            f"Line {first.span.line}: {first.message}"
            if first.span and first.span.line > 1
            else first.message
        )

    @property
    def syntax_problems(self) -> Diagnostics:
        """Why the text is no definition, in place; nothing if it is one."""
        error = self._read(self.text)
        return error.diagnostics if isinstance(error, LoadError) else Diagnostics()

    @property
    def undo_words(self) -> str:
        """What Undo takes back; "" if there is nothing."""
        done = self.edited.history.done
        return _words(done[-1]) if done else ""

    @property
    def redo_words(self) -> str:
        """What Redo makes again; "" if there is nothing."""
        undone = self.edited.history.undone
        return _words(undone[-1]) if undone else ""

    @contextmanager
    def following(self, words: str) -> Iterator[None]:
        """Name a change like `naming`, of a text that may have changed before, where nobody told it."""
        self._follow(frozenset({"app"}))
        with self.naming(words):
            yield

    @contextmanager
    def naming(self, words: str, run: str = "") -> Iterator[None]:
        """Say what a change is that is made within the block, without tokens: Undo and Redo tell it.

        ``run`` names the field in which it is typed; without a pause, what is typed there is one step.
        """
        outer, self._named = self._named, self._named or (words, run)
        try:
            yield
        finally:
            # Listeners may hear of it later, when the name is another one.
            self._follow(frozenset({"app"}))
            self._named = outer

    @property
    def read_only(self) -> str:
        """Why the text cannot be edited in a page; "" if it can."""
        document = self._session.app.document
        if len(document.text) > LONGEST:
            return "This text is too long to be edited here. Edit its file; the workbench follows."
        if document.evaluate is not None:
            return "Node evaluates this module. Edit its file; the workbench follows."
        return ""

    def listen(self, listener: Callable[[TextChange | None], None]) -> Callable[[], None]:
        """Call a listener with each change of the text, None if it is another one; return what ends that."""
        self._listeners.append(listener)

        def stop() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return stop

    def _read(self, text: str) -> Document | LoadError:
        """Return the document of a text, which is read once, or why there is none."""
        document = self._session.app.document
        if document.text == text:
            return document
        if self._draft is None or self._draft[0] != text:
            try:
                read: Document | LoadError = self._complete(document.retyped(text))
            except LoadError as error:
                read = error
            self._draft = (text, read)
        return self._draft[1]

    def reading_of(self, text: str) -> ParsedText | str:
        """Return a text as it is read, the text itself if it is no definition."""
        document = self._read(text)
        return text if isinstance(document, LoadError) else document.reading

    def _complete(self, document: Document) -> Document:
        """Return a document, unless the selected action is gone because its text is broken at the moment.

        Raises:
            LoadError: it is; a bracket that is typed before the one that closes it does that.
        """
        session = self._session
        app = session.app
        errors = breaking_errors(session.action.read, app.document, document, app.swallowed_reads)
        if errors:
            raise LoadError(Concealment(document.reading).diagnostics(errors))
        return document

    def _mask(self, text: str) -> str:
        document = self._read(text)
        if isinstance(document, LoadError):
            self._unread = Concealment(text, before=self._unread)
            return self._unread.source(text)
        self._unread = None
        return self.concealment(document).source(document.reading)

    def concealment(self, document: Document) -> Concealment:
        """Return what masks the tokens of a document, made once for all leaves that show it."""
        if self._concealment is None or self._concealment[0] is not document.reading:
            before = self._concealment[1] if self._concealment else None
            self._concealment = (document.reading, Concealment(document.reading, before=before))
        return self._concealment[1]

    def _follow(self, topics: frozenset[Topic]) -> None:
        if self._session.app is not self._app:
            self._begin()
            self._tell(None)
        elif "app" in topics and self._app.text != self._known:
            # Changed elsewhere: by the form, a fix, or its file.
            is_lost = bool(self.unreadable)
            edit = self._take_over(self._app.text)
            if edit:
                self._tell(TextChange(edit))
                if is_lost:
                    words = "The definition was changed elsewhere. Undo brings back the text that was typed."
                    self._session.say(words, is_bad=True)
        self._note_save()

    def _take_over(self, text: str) -> PageEdit | None:
        """Take the text that the app has now, as a step, or as one that was taken back."""
        self._known = text
        is_new_file = self._app.document.file is not self._file
        if not self._app.is_saved:
            # It was saved before this change.
            self._note_save()
        words, run = self._named or ("change of the file" if is_new_file else "", "")
        history = self.edited.history
        if self._named is None and history.done and history.done[-1].edit.inverse.apply(self.text) == text:
            edit = self.edited.undo()
            self._follow_rename(is_undo=True)
            return edit
        return self.edited.replace(text, words, run)

    def _note_save(self) -> None:
        """Remember what was saved, if it was since the last look."""
        if self._app.document.file is not self._file:
            self._file = self._app.document.file
            self.copy_name = ""
            self.edited.history.mark_saved()

    def _tell(self, change: TextChange | None) -> None:
        for listener in tuple(self._listeners):
            listener(change)

    def catch_up(self) -> None:
        """Take what was changed and nobody told yet, as in a cell: what is typed next is typed into that."""
        if self._session.app.text != self._known:
            self._session.take_definition()

    def type_edit(self, edit: Edit, view: str = "", revision: int = 0) -> None:
        """Apply an edit that was typed in a view."""
        self._note_save()
        self._tell(TextChange(self.edited.change(edit, self._typing(edit)), view, revision))
        self._take()

    def replace(self, text: str, words: str = "") -> None:
        """Replace the whole text, as if it was typed."""
        self._note_save()
        between = edit_between(self.text, text)
        if between:
            run = "" if words else TYPED
            edit = self.edited.change(between, words or self._typing(between), run)
            self._tell(TextChange(edit))
            self._take()

    def _typing(self, edit: Edit) -> str:
        """Return what an edit of the text is in words."""
        lines = len(_LINE_END.findall(edit.inserted or edit.removed))
        line = len(_LINE_END.findall(self.text[: edit.start])) + 1
        verb = "typing" if edit.inserted else "deletion"
        return f"{verb} in line {line}" if not lines else f"{verb} in lines {line} to {line + lines}"

    def undo(self) -> str:
        """Take back the latest step, wherever it was made; return what to say of it, "" if there was none."""
        return self._move("Undone", self.undo_words, is_undo=True)

    def redo(self) -> str:
        """Make the step again that was taken back last; return what to say of it, "" if there was none."""
        return self._move("Redone", self.redo_words, is_undo=False)

    def _move(self, verb: str, words: str, *, is_undo: bool) -> str:
        self._note_save()
        edit = self.edited.undo() if is_undo else self.edited.redo()
        if edit is None:
            return ""
        # At once: in between, the form would show another input without a value.
        with self._session.changing():
            self._follow_rename(is_undo=is_undo)
            self._tell(TextChange(edit, is_shown=True))
            self._take()
        if self.is_saved:
            return f"{verb}: {words}. Saved."
        if self.edited.history.is_before_save:
            return f"{verb}: {words}. Before the last save. Not saved."
        return f"{verb}: {words}."

    def forget_undone(self) -> None:
        """Let nothing be made again that was taken back."""
        self.edited.history.undone.clear()
        with self._session.changing("draft"):
            return

    def note_rename(self, rename: InputRename) -> None:
        """Let what was typed for an input follow the rename that was just made, also by Undo and Redo."""
        self._follow(frozenset({"app"}))
        self.edited.history.note_rename(rename)
        self._session.rename_typed(rename)

    def _follow_rename(self, *, is_undo: bool) -> None:
        """Let what was typed follow the names of the step that was taken back or made again."""
        history = self.edited.history
        rename = (history.undone if is_undo else history.done)[-1].rename
        if rename is not None:
            self._session.rename_typed(rename.inverse if is_undo else rename)

    @property
    def is_saved(self) -> bool:
        """Whether the file has this text."""
        if self._session.save_in_host is not None:
            # An editor also saves a text that is no definition.
            file = self._app.document.file
            return file is not None and file.text == self.text
        return self._app.is_saved and self.text == self._app.text

    def _take(self) -> None:
        """Let the app have the text, if it is a definition."""
        document = self._read(self.text)
        if isinstance(document, LoadError):
            with self._session.changing("draft"):
                return
        self._known = document.text
        self._session.problems.look_later()
        with self._session.changing("draft"):
            self._session.app.type_document(document)
            self._session.take_definition()

    def save(self, path: str | Path | None = None) -> Path:
        """Write the text to its file, or to a new one, and return the path.

        An editor that has the file is asked to save it, and says itself if it cannot.

        Raises:
            LoadError: the text is no definition.
            SaveError: there is no path; the file changed since it was read, or cannot be written.
        """
        if path is None and self._app.path is not None and self._session.save_in_host is not None:
            self._session.save_in_host()
            return self._app.path
        document = self._read(self.text)
        if isinstance(document, LoadError):
            raise document
        try:
            written = self._session.app.save(path)
        except SaveError:
            if self._app.path is not None:
                with self._session.changing("draft"):
                    self.copy_name = _copy_name(self._app.path)
            raise
        self._note_save()
        with self._session.changing("app"):
            self._session.say(f"Saved {written.name}")
        return written


def _copy_name(path: Path) -> str:
    """Return the name of a file that does not exist here, in the folder of the notebook."""
    stems = {other.stem for other in Path().glob(f"*{path.suffix}")}
    return unused_name(f"{path.stem}-copy", stems) + path.suffix


def _words(step: Step) -> str:
    return one_line(step.words or "change made elsewhere")

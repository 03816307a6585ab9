"""The text of a definition while it is edited: leaves share one text and one undo history."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from kustomer_nb.errors import LoadError
from kustomer_nb.linting import Concealment

from .edited_text import Edit, EditedText, PageEdit

if TYPE_CHECKING:
    from pathlib import Path

    from kustomer_nb.definition import Document

    from .session import Session
    from .session_state import Topic

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
        >>> session.editing.undo(), session.editing.undo(), session.app.text
        (True, True, '{"inputTemplate": {"uri": "http://a.b"}}')
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._draft: tuple[str, Document | LoadError] | None = None
        self._app = session.app
        self._known = self._app.text
        self.edited = EditedText(self._known, self._mask)
        session.listen(self._follow)
        self._listeners: list[Callable[[TextChange | None], None]] = []

    def _begin(self) -> None:
        self._app = self._session.app
        self._known = self._app.text
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
        return error.diagnostics[0].message if isinstance(error, LoadError) else ""

    @property
    def can_undo(self) -> bool:
        """Whether there is an edit to take back."""
        return bool(self.edited.history.done)

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
                self._draft = (text, document.rewritten(text))
            except LoadError as error:
                self._draft = (text, error)
        return self._draft[1]

    def _mask(self, text: str) -> str:
        document = self._read(text)
        source = text if isinstance(document, LoadError) else document.reading
        return Concealment(source).source(source)

    def _follow(self, topics: frozenset[Topic]) -> None:
        if self._session.app is not self._app:
            self._begin()
            self._tell(None)
        elif "app" in topics and self._app.text != self._known:
            # Changed elsewhere: by the form, a fix, or its file.
            self._known = self._app.text
            is_lost = bool(self.unreadable)
            edit = self.edited.replace(self._known)
            if edit:
                self._tell(TextChange(edit))
                if is_lost:
                    words = "The definition was changed elsewhere. Undo brings back the text that was typed."
                    self._session.say(words, is_bad=True)

    def _tell(self, change: TextChange | None) -> None:
        for listener in tuple(self._listeners):
            listener(change)

    def type_edit(self, edit: Edit, view: str = "", revision: int = 0) -> None:
        """Apply an edit that was typed in a view."""
        self._tell(TextChange(self.edited.change(edit), view, revision))
        self._take()

    def replace(self, text: str) -> None:
        """Replace the whole text, as if it was typed."""
        edit = self.edited.replace(text)
        if edit:
            self._tell(TextChange(edit))
            self._take()

    def undo(self) -> bool:
        """Take back the latest edit, wherever it was made; return whether there was one."""
        return self._move(self.edited.undo())

    def redo(self) -> bool:
        """Make the edit again that was taken back last; return whether there was one."""
        return self._move(self.edited.redo())

    def _move(self, edit: PageEdit | None) -> bool:
        if edit is None:
            return False
        self._tell(TextChange(edit, is_shown=True))
        self._take()
        return True

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

        Raises:
            LoadError: the text is no definition.
            SaveError: there is no path; the file changed since it was read, or cannot be written.
        """
        document = self._read(self.text)
        if isinstance(document, LoadError):
            raise document
        written = self._session.app.save(path)
        with self._session.changing("app"):
            self._session.say(f"Saved {written.name}")
        return written

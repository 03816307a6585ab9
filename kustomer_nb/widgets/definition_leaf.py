"""What the two leaves that edit a definition share: its file, saving, and undo."""

from __future__ import annotations

from typing import TYPE_CHECKING

import traitlets

from kustomer_nb.errors import KustomerNbError

from .base import BaseWidget, handles
from .definition_messages import SaveText, UndoText
from .page_messages import Undone
from .session import Session, as_session

if TYPE_CHECKING:
    from kustomer_nb.action import Action

    from .session_state import Topic


class DefinitionLeaf(BaseWidget):
    """A leaf that edits the text of a definition; all of them share one text and one undo history."""

    file = traitlets.Unicode("").tag(sync=True)
    is_saved = traitlets.Bool(True).tag(sync=True)
    has_file = traitlets.Bool(False).tag(sync=True)
    # The proposed name of another file, if the definition cannot be saved in its own; else "".
    copy_name = traitlets.Unicode("").tag(sync=True)
    # What Undo and Redo are of; "" if there is nothing.
    undo_words = traitlets.Unicode("").tag(sync=True)
    redo_words = traitlets.Unicode("").tag(sync=True)
    # Why the text cannot be edited here; "" if it can.
    read_only = traitlets.Unicode("").tag(sync=True)
    # Why the text is no definition; "" if it is one.
    unreadable = traitlets.Unicode("").tag(sync=True)

    def __init__(self, action: Action | Session) -> None:
        self._session = as_session(action, {})
        self._editing = self._session.editing
        super().__init__()
        self.when_closed(self._session.listen(self._follow))
        self._draw()

    def _follow(self, topics: frozenset[Topic]) -> None:
        if topics & {"app", "action", "problems", "draft", "settings"}:
            self._draw()

    def _draw(self) -> None:
        app = self._session.app
        with self.hold_sync():
            self.file = app.document.name
            self.has_file = app.path is not None
            self.is_saved = self._editing.is_saved
            self.copy_name = self._editing.copy_name
            self.undo_words = self._editing.undo_words
            self.redo_words = self._editing.redo_words
            self.read_only = self._editing.read_only
            self.unreadable = self._editing.unreadable
            self._draw_definition()

    def _draw_definition(self) -> None:
        """Draw what the leaf shows of the definition."""
        raise NotImplementedError

    @handles(UndoText)
    def _undo_or_redo(self, message: UndoText) -> None:
        self._move(message)

    def _move(self, message: UndoText) -> None:
        words = self._editing.redo() if message.redo else self._editing.undo()
        self.tell(Undone(words or ("Nothing to redo." if message.redo else "Nothing to undo.")))

    @handles(SaveText)
    def _save(self, message: SaveText) -> None:
        try:
            self._editing.save(message.name or None)
        except KustomerNbError:
            # Its words are shown in this leaf, and Save may have been pressed where it is not seen.
            self._session.reveal("refused_save", "")
            raise

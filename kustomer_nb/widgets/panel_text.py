"""The text of a document as a page has it, which edits keep equal to that of Python."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from kustomer_nb.jsontext.text_difference import difference_between

from .edited_text import utf16_length

if TYPE_CHECKING:
    from .panel_messages import EditDocument

Send = Callable[[dict[str, Any]], object]


class PanelText:
    """The text as a page has it: what it was last sent, and the number of that version."""

    def __init__(self, send: Send, text: str) -> None:
        self.send = send
        self.text = text
        self.version = 0
        # An edit is one of the text that the page has opened.
        self.is_open = False

    def follow(self, text: str) -> None:
        """Send the edit that makes the page's text this one, once it is open."""
        difference = difference_between(self.text, text) if self.is_open else None
        if difference is not None:
            start, removed, inserted = difference
            units = utf16_length(self.text[:start]), utf16_length(removed)
            self._tell("", 0, *units, inserted, text)

    def take(self, edit: EditDocument) -> str | None:
        """Return the text with an edit of the page, None if that is of another version; the page is answered.

        Raises:
            ValueError: it is outside the text.
        """
        if edit.version != self.version:
            # The page makes it again, once it has the edits in between.
            return None
        units = self.text.encode("utf-16-le", "surrogatepass")
        start, end = 2 * edit.start, 2 * (edit.start + edit.removed)
        if not 0 <= start <= end <= len(units):
            msg = f"offset {edit.start} is not one of this text"
            raise ValueError(msg)
        inserted = edit.inserted.encode("utf-16-le", "surrogatepass")
        text = (units[:start] + inserted + units[end:]).decode("utf-16-le", "surrogatepass")
        self._tell(edit.view, edit.revision, edit.start, edit.removed, edit.inserted, text)
        return text

    def _tell(self, view: str, revision: int, start: int, removed: int, inserted: str, text: str) -> None:
        self.text = text
        self.version += 1
        edit = {"view": view, "revision": revision, "start": start, "removed": removed, "inserted": inserted}
        self.send({"kind": "edit", "version": self.version, **edit})

"""The changes of a definition that can be taken back, newest last."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from kustomer_nb.codes import Code
from kustomer_nb.errors import EditError

from .document import Document

# Each holds two readings of the text, which for a large definition are some megabytes.
MOST_CHANGES = 50


@dataclass(frozen=True, eq=False)
class Change:
    """A document before and after one change; typing makes many, which are one."""

    before: Document
    after: Document
    is_typing: bool = False


@dataclass
class UndoStack:
    """The changes of one definition.

    Example:
        >>> from kustomer_nb.definition import read_document
        >>> before, after = read_document('{"app": "a"}'), read_document('{"app": "b"}')
        >>> stack = UndoStack()
        >>> change = stack.add(before, after)
        >>> stack.latest(after).before.text
        '{"app": "a"}'
    """

    changes: list[Change] = field(default_factory=list)

    def add(self, before: Document, after: Document, *, is_typing: bool = False) -> Change:
        """Add a change, and forget the oldest if there are too many; typing continues the latest one."""
        latest = self.changes[-1] if self.changes and is_typing else None
        # After a save it is another one: what was saved can be gone back to.
        if latest and latest.is_typing and latest.after is before:
            change = Change(latest.before, after, is_typing=True)
            # What was typed and taken back again is no change: the one before it is the latest again.
            is_same = latest.before.text == after.text
            self.changes = [*self.changes[:-1], *([] if is_same else [change])]
        else:
            change = Change(before, after, is_typing)
            self.changes = [*self.changes[1 - MOST_CHANGES :], change]
        return change

    def latest(self, document: Document, change: Change | None = None) -> Change:
        """Return the latest change, which made the text of a document.

        Raises:
            EditError: there is none, ``change`` is another one, or the text is another one.
        """
        if not self.changes or (change is not None and change not in self.changes):
            what = "this change was taken back already." if change else "there is no change to undo."
            raise _refusal(what, "make a change first.")
        latest = self.changes[-1]
        if change is not None and change is not latest:
            raise _refusal(
                "the definition was changed again since.", "undo the later changes first: app.undo()."
            )
        if document.text != latest.after.text:
            raise _refusal("the definition has another text since.", "load it again, and edit it there.")
        return latest


def undone(change: Change, document: Document) -> tuple[Document, bool]:
    """Return the document before a change, and whether its file has to be written too.

    ``document`` is the present one: it has the file, and the path that it was saved under since.
    """
    # A save replaces the file of a document: the same one means that the change was never written.
    is_saved = document.file is not change.before.file
    return replace(change.before, path=document.path, file=document.file), is_saved


def _refusal(message: str, fix: str) -> EditError:
    return EditError.from_code(Code.UNDO_IMPOSSIBLE, message, fix)

"""Changes of a definition from the page: written to the file, shown where they were made, and undone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kustomer_nb.codes import Code
from kustomer_nb.errors import EditError

if TYPE_CHECKING:
    from kustomer_nb.app import App
    from kustomer_nb.definition import Changes


# The place of a change of which actions there are.
ACTIONS = "actions"


@dataclass(frozen=True)
class FileChange:
    """A change of a definition; ``place`` and ``action`` say where in the page it was made."""

    words: str
    changes: Changes
    place: str
    action: str = ""

    def as_row(self, app: App) -> dict[str, Any]:
        """Return the change as a page shows it."""
        words = self.words if app.is_saved or app.path is None else f"{self.words}. Not saved"
        return {"words": words, "diff": self.changes.diff}


class FileChanges:
    """Changes the definition of an app, one change at a time, and takes the latest one back.

    Example:
        >>> from kustomer_nb import loads
        >>> app = loads('{"app": "shop"}')
        >>> changes = FileChanges()
        >>> changes.make(app, lambda: app.edit("/app", "market"), words="renamed", place="output")
        <Changes: 1 line of the definition>
        >>> changes.latest(app).words
        'renamed'
        >>> changes.undo(app).words, app.text
        ('renamed', '{"app": "shop"}')
    """

    def __init__(self) -> None:
        self._latest: FileChange | None = None

    def latest(self, app: App) -> FileChange | None:
        """Return the latest change, None if the definition was changed in another way since."""
        change = self._latest
        return change if change is not None and app.text == change.changes.after else None

    def make(
        self,
        app: App,
        edit: Callable[[], Changes],
        *,
        words: str,
        place: str,
        action: str = "",
        saves: bool = True,
    ) -> Changes:
        """Call ``edit``, and save the file, unless it had other changes that were not saved.

        Raises:
            EditError: ``edit`` cannot make the change.
            SaveError: the file changed since it was read, or cannot be written; the change is in memory.
        """
        was_saved = app.is_saved
        changes = edit()
        if changes:
            self._latest = FileChange(words, changes, place, action)
            if was_saved and saves:
                app.save()
        return changes

    def undo(self, app: App) -> FileChange:
        """Take the latest change back, in the file too if it was saved, and return it.

        Raises:
            EditError: there is none, or the definition was changed in another way since.
            SaveError: it was saved, and the file changed since.
        """
        change = self.latest(app)
        if change is None:
            message = "the definition has been changed in another way since."
            raise EditError.from_code(Code.UNDO_IMPOSSIBLE, message, "change it in the file.")
        change.changes.undo()
        self._latest = None
        return change

"""Adds, copies, renames and removes the actions of a session's app; each with a way back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kustomer_nb.authoring.names import unused_name
from kustomer_nb.codes import Code
from kustomer_nb.errors import EditError
from kustomer_nb.printable import one_line

if TYPE_CHECKING:
    from kustomer_nb.definition import Changes

    from .session import Session


def add_action(session: Session) -> Changes:
    """Add an action that does nothing yet, and select it.

    Raises:
        EditError: the text that is being typed cannot be read, or the file cannot be edited.
    """
    session.require_no_draft()
    names = {action.name.rpartition(".")[2] for action in session.app.actions}
    name = unused_name("newAction", names)
    changes = session.app.add_action(name)
    return _shown(session, changes, f"New action {name}, not saved yet.", name)


def duplicate_action(session: Session, name: str) -> Changes:
    """Copy the selected action under another name, and select the copy.

    Raises:
        EditError: the name is in use, or cannot be one.
    """
    session.require_no_draft()
    old = session.action.name
    changes = session.app.duplicate_action(old, name)
    return _shown(session, changes, f"Copied {_short(old)} to {_short(name)}, not saved yet.", name)


def rename_action(session: Session, name: str) -> Changes:
    """Give the selected action another name; what was typed for it stays.

    Raises:
        EditError: the name is in use, or cannot be one.
    """
    session.require_no_draft()
    old = session.action.name
    changes = session.app.rename_action(old, name)
    session.keep_state(old)
    return _shown(session, changes, f"Renamed {_short(old)} to {_short(name)}, not saved yet.", name)


def remove_action(session: Session) -> Changes:
    """Remove the selected action, and select the one that takes its place.

    Raises:
        EditError: it is the only one, or the file cannot be edited.
    """
    session.require_no_draft()
    actions, name = session.app.actions, session.action.name
    if len(actions) == 1:
        message = "the app has no other action."
        raise EditError.from_code(Code.EDIT_UNSAFE, message, "add another one first.", pointer="/actions")
    index = actions.index(session.action)
    changes = session.app.remove_action(name)
    following = session.app.actions[min(index, len(session.app.actions) - 1)]
    return _shown(session, changes, f"Deleted {_short(name)}, not saved yet.", following.name)


def _shown(session: Session, changes: Changes, words: str, name: str) -> Changes:
    """Select an action, let all leaves follow, and say what changed, with a way back."""
    before = session.action.name

    def undo() -> None:
        session.require_no_draft()
        changes.undo()
        session.take_definition("Undone.")
        if any(action.name == before for action in session.app.actions):
            session.pick(before)

    with session.changing():
        session.take_definition()
        session.pick(name)
        session.say(one_line(words), undo=undo)
    return changes


def _short(name: str) -> str:
    return name.rpartition(".")[2]

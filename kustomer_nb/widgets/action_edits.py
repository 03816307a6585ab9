"""Adds, copies, renames and removes the actions of a session's app; each with a way back."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from kustomer_nb.authoring.names import unused_name
from kustomer_nb.codes import Code
from kustomer_nb.errors import EditError
from kustomer_nb.printable import one_line

from .file_changes import ACTIONS

if TYPE_CHECKING:
    from kustomer_nb.definition import Changes

    from .session import Session


def add_action(session: Session) -> Changes:
    """Add an action that does nothing yet, and select it.

    Raises:
        EditError: the text that is being typed cannot be read, or the file cannot be edited.
    """
    names = {action.name.rpartition(".")[2] for action in session.app.actions}
    name = unused_name("newAction", names)
    return _edit(session, lambda: session.app.add_action(name), f"New action {name}", name)


def duplicate_action(session: Session, name: str) -> Changes:
    """Copy the selected action under another name, and select the copy.

    Raises:
        EditError: the name is in use, or cannot be one.
    """
    old = session.action.name
    words = f"Copied {_short(old)} to {_short(name)}"
    return _edit(session, lambda: session.app.duplicate_action(old, name), words, name)


def rename_action(session: Session, name: str) -> Changes:
    """Give the selected action another name; what was typed for it stays.

    Raises:
        EditError: the name is in use, or cannot be one.
    """
    old = session.action.name
    words = f"Renamed {_short(old)} to {_short(name)}"
    return _edit(session, lambda: session.app.rename_action(old, name), words, name)


def remove_action(session: Session) -> Changes:
    """Remove the selected action, and select the one that takes its place.

    Raises:
        EditError: it is the only one, or the file cannot be edited.
    """
    actions, name = session.app.actions, session.action.name
    if len(actions) == 1:
        message = "the app has no other action."
        raise EditError.from_code(Code.EDIT_UNSAFE, message, "add another one first.", pointer="/actions")
    index = actions.index(session.action)
    following = (actions[index + 1 :] or actions[index - 1 :])[0]
    words = f"Deleted {_short(name)}"
    return _edit(session, lambda: session.app.remove_action(name), words, following.name)


def _edit(session: Session, make: Callable[[], Changes], words: str, then: str) -> Changes:
    """Change which actions there are, and select one; the file is not written before it is saved."""
    return session.edit(make, one_line(words), place=ACTIONS, saves=False, then=then)


def _short(name: str) -> str:
    return name.rpartition(".")[2]

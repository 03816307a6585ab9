"""What is kept of each action of an app, by a key that follows the action when it is renamed or moved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .session_state import ActionState

if TYPE_CHECKING:
    from kustomer_nb.action import Action
    from kustomer_nb.app import App


class ActionStates:
    """What was typed for each action, and its results.

    Example:
        >>> from kustomer_nb import loads
        >>> app = loads('[{"name": "a.find"}, {"name": "a.pay"}]')
        >>> states = ActionStates(app)
        >>> states.of("a.find").inputs["id"] = 7
        >>> changes = app.edit("/0/name", "a.search")
        >>> states.of(states.key_of(app, app.actions[0])).inputs
        {'id': 7}
    """

    def __init__(self, app: App) -> None:
        self._states: dict[str, ActionState] = {}
        self._document, self._keys = app.document, _keys(app)

    def key_of(self, app: App, action: Action) -> str:
        """Return what an action is kept by: its name; of two with one name, the second by where it is."""
        if self._document is not app.document:
            self.follow(app)
        return self._keys.get(action) or action.name or action.pointer

    def of(self, key: str) -> ActionState:
        """Return what is kept of an action."""
        return self._states.setdefault(key, ActionState())

    def follow(self, app: App) -> None:
        """Keep what there is of the actions that have another name now, or are elsewhere."""
        before, keys = self._keys, _keys(app)
        self._document, self._keys = app.document, keys
        moved = {key: before[action] for action, key in keys.items() if before.get(action, key) != key}
        states = {key: self._states.pop(old) for key, old in moved.items() if old in self._states}
        self._states |= states


def _keys(app: App) -> dict[Action, str]:
    keys: dict[Action, str] = {}
    used: set[str] = set()
    for action in app.actions:
        name = action.name
        keys[action] = action.pointer if name in used else name or action.pointer
        used.add(name)
    return keys


def action_named(app: App, name: str) -> Action | None:
    """Return the first action of an app with exactly this name, None if there is none."""
    return next((action for action in app.actions if action.name == name), None)


def first_action(app: App) -> Action:
    """Return the first action of an app.

    Raises:
        NameNotFoundError: it has none.
    """
    return app.actions[0] if app.actions else app.action()

"""The actions that a notebook has in its variables, by the name of the variable and by their own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kustomer_nb.action import Action
from kustomer_nb.app import App, matching_actions
from kustomer_nb.codes import Code
from kustomer_nb.definition.action_names import no_single_action, shortest_names
from kustomer_nb.errors import NameNotFoundError


def known_apps(variables: Mapping[str, Any]) -> list[App]:
    """Return the apps in the variables of a notebook, each once, those that were assigned last first."""
    apps: dict[int, App] = {}
    for name, value in reversed(list(variables.items())):
        # IPython keeps results in _, _7 and Out: what was shown is not what somebody works at.
        if not name.startswith("_") and isinstance(value, (App, Action)):
            app = value.app if isinstance(value, Action) else value
            apps.setdefault(id(app), app)
    return list(apps.values())


def find_action(variables: Mapping[str, Any], name: str | None) -> Action:
    """Return the action that a name means: that of a variable, else one by its full name or a tail of it.

    Raises:
        NameNotFoundError: no action matches, or several do.

    Example:
        >>> from kustomer_nb import loads
        >>> action = loads('[{"name": "kustomer.app.shop.find"}]').action()
        >>> find_action({"refund": action}, "find") is find_action({"refund": action}, "refund") is action
        True
    """
    if name is not None and isinstance(variable := variables.get(name), (Action, App)):
        return variable if isinstance(variable, Action) else variable.action()
    actions = [action for app in known_apps(variables) for action in app.actions]
    matches = actions if name is None else matching_actions(actions, name)
    if len(matches) == 1:
        return matches[0]
    message, fix = no_single_action(
        name, [action.name for action in matches], [action.name for action in actions]
    )
    if not actions:
        message, fix = (
            "this notebook has no action.",
            'load a definition: app = knb.load("shop.json"), or write %%action.',
        )
    raise NameNotFoundError.from_code(Code.ACTION_NOT_FOUND, message, fix)


def names_of_actions(variables: Mapping[str, Any]) -> list[str]:
    """Return the names by which `find_action` finds an action, each the shortest that suffices."""
    names = [action.name for app in known_apps(variables) for action in app.actions if action.name]
    own = [
        name
        for name, value in variables.items()
        if isinstance(value, (Action, App)) and not name.startswith("_")
    ]
    return list(dict.fromkeys([*own, *shortest_names(names)]))

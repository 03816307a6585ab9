"""What a workbench begins with: the action and the inputs that were typed or run last in its file.

What was typed is in the memory of the kernel, what was run in the history of the project.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kustomer_nb.config import project_root
from kustomer_nb.storage.history.last_inputs import NO_STEP, NOT_STORED, latest_entries, usable

if TYPE_CHECKING:
    from kustomer_nb.secrets import Secret

    from .session import Session

_NOTES = (NOT_STORED, NO_STEP)


@dataclass
class LastInputs:
    """The action that was worked at last, and the inputs of each action of a file."""

    action: str = ""
    inputs: dict[str, dict[str, Any]] = field(default_factory=dict)
    # By action, the pointers of the values that have to be entered again, and why.
    missing: dict[str, dict[str, str]] = field(default_factory=dict)
    steps: Mapping[str, Any] | None = None


_TYPED: dict[Path, LastInputs] = {}
# What was typed for settings and accounts, by project and app: in this process alone, and never written.
# Another project may have an app of the same name, which must not send it.
_SECRETS: dict[tuple[Path, str], dict[tuple[str, str], Secret]] = {}


def resume_secrets(session: Session) -> None:
    """Use the values of settings that were typed for the same app of the same project in this kernel."""
    # An app without a file may be another one of the same name, for another service.
    if session.app.path is not None and (secrets := _SECRETS.get(_app_of(session))):
        session.typed.enter_again(secrets)


def remember_secrets(session: Session, before: Container[tuple[str, str]]) -> frozenset[tuple[str, str]]:
    """Keep the typed values of settings until the kernel stops, and return their keys.

    What was kept ``before`` and is not there any more was cleared, and is forgotten.
    """
    if session.app.path is None:
        return frozenset()
    entered = session.typed.of_app()
    app = _app_of(session)
    # Another workbench of the app may have more.
    others = {key: secret for key, secret in _SECRETS.get(app, {}).items() if key not in before}
    if others or entered:
        _SECRETS[app] = {**others, **entered}
    else:
        _SECRETS.pop(app, None)
    return frozenset(entered)


def _app_of(session: Session) -> tuple[Path, str]:
    return project_root(session.app.path).absolute(), session.app.model.app or ""


def resume(session: Session, *, picks: bool, fills: bool) -> None:
    """Begin with the inputs that were last there.

    ``picks``: also with the action; ``fills``: the selected action has no inputs yet, not even an empty form.
    """
    last = _last_inputs(session)
    names = {action.name for action in session.app.actions}
    if last is None:
        return
    with session.changing("action", "inputs", "preview"):
        if last.steps:
            session.use_steps(last.steps)
        for name, inputs in last.inputs.items():
            if name in names and (fills or name != session.action.name):
                session.begin_with(name, inputs, last.missing.get(name))
        if picks and last.action in names:
            session.pick(last.action)


def remember(session: Session) -> None:
    """Keep what is typed for the next workbench of the same file in this kernel."""
    name, path = session.action.name, session.app.path
    if path is None or not name:
        return
    last = _TYPED.setdefault(path.absolute(), LastInputs())
    last.action = name
    last.inputs[name] = session.inputs
    unread = session.state.unread.items()
    last.missing[name] = {pointer: words for pointer, words in unread if words in _NOTES}
    last.steps = session.steps


def typed_in(path: Path) -> dict[str, Any]:
    """Return what was typed for a file in this kernel, as `take_typed` takes it in the next one."""
    last = _TYPED.get(path.absolute(), LastInputs())
    return {"action": last.action, "inputs": last.inputs, "missing": last.missing}


def take_typed(path: Path, typed: Mapping[str, Any]) -> None:
    """Let a workbench of a file begin with what was typed in an earlier kernel, unless something was in this.

    What is not as `typed_in` returns it is left out.

    Example:
        >>> take_typed(Path("a.json"), {"action": "find", "inputs": {"find": {"id": 7}, "pay": None}})
        >>> typed_in(Path("a.json"))
        {'action': 'find', 'inputs': {'find': {'id': 7}}, 'missing': {}}
    """
    action, inputs, missing = (typed.get(name) for name in ("action", "inputs", "missing"))
    if isinstance(action, str) and isinstance(inputs, Mapping) and path.absolute() not in _TYPED:
        _TYPED[path.absolute()] = LastInputs(action, _objects_of(inputs), _objects_of(missing))


def _objects_of(values: object) -> dict[str, dict[str, Any]]:
    items = values.items() if isinstance(values, Mapping) else ()
    return {str(name): dict(value) for name, value in items if isinstance(value, Mapping)}


def _last_inputs(session: Session) -> LastInputs | None:
    """Return what was typed in this kernel, and what was run for the other actions; None without a file."""
    path = session.app.path
    if path is None:
        return None
    run, typed = _ran(session), _TYPED.get(path.absolute())
    if typed is None:
        return run
    inputs, missing = {**run.inputs, **typed.inputs}, {**run.missing, **typed.missing}
    return LastInputs(typed.action, inputs, missing, typed.steps)


def _ran(session: Session) -> LastInputs:
    """Return the latest action of the app in the history of the project, and the latest inputs of each."""
    last = LastInputs()
    missing = {action.name for action in session.app.actions if action.name}
    for entry in latest_entries(project_root(session.app.path)):
        if entry.action not in missing:
            continue
        missing.discard(entry.action)
        last.action = last.action or entry.action
        if "inputs" not in entry.truncated:
            last.inputs[entry.action], last.missing[entry.action] = usable(entry)
        if not missing:
            break
    return last

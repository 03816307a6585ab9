"""What a workbench begins with: the action and the inputs that were typed or run last in its file.

What was typed is in the memory of the kernel, what was run in the history of the project.
"""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kustomer_nb.config import project_root
from kustomer_nb.errors import LoadError
from kustomer_nb.storage.history.entry import parse_entry
from kustomer_nb.storage.history.store import read_lines

if TYPE_CHECKING:
    from kustomer_nb.secrets import Secret

    from .session import Session

# Lines of the history that are looked at: older inputs are not what somebody works at.
MOST_LINES = 300
# What stands for a value that was not stored; and a reference to a step, of which a new kernel has no output.
_LABEL = re.compile(r"<(?:masked|cookie)[^>]*>|\$[A-Za-z_][\w-]*(?:\.[\w-]+)*")
_STEP = re.compile(r"/#steps\.")
_NOTHING = object()


@dataclass
class LastInputs:
    """The action that was worked at last, and the inputs of each action of a file."""

    action: str = ""
    inputs: dict[str, dict[str, Any]] = field(default_factory=dict)
    steps: Mapping[str, Any] | None = None


_TYPED: dict[Path, LastInputs] = {}
# What was typed for settings and accounts, by project and app: in this process alone, and never written.
# Another project may have an app of the same name, which must not send it.
_SECRETS: dict[tuple[Path, str], dict[tuple[str, str], Secret]] = {}


def resume_secrets(session: Session) -> None:
    """Use the values of settings that were typed for the same app of the same project in this kernel."""
    # An app without a file may be another one of the same name, for another service.
    if session.app.path is not None and (secrets := _SECRETS.get(_app_of(session))):
        session.enter_again(secrets)


def remember_secrets(session: Session, before: Container[tuple[str, str]]) -> frozenset[tuple[str, str]]:
    """Keep the typed values of settings until the kernel stops, and return their keys.

    What was kept ``before`` and is not there any more was cleared, and is forgotten.
    """
    if session.app.path is None:
        return frozenset()
    entered = session.entered_here()
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
                session.begin_with(name, inputs)
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
    last.steps = session.steps


def _last_inputs(session: Session) -> LastInputs | None:
    """Return what was typed in this kernel, and what was run for the other actions; None without a file."""
    path = session.app.path
    if path is None:
        return None
    run, typed = _ran(session), _TYPED.get(path.absolute())
    if typed is None:
        return run
    return LastInputs(typed.action, {**run.inputs, **typed.inputs}, typed.steps)


def _ran(session: Session) -> LastInputs:
    """Return the latest action of the app in the history of the project, and the latest inputs of each."""
    last = LastInputs()
    missing = {action.name for action in session.app.actions if action.name}
    try:
        lines = read_lines(project_root(session.app.path))
    except LoadError:
        # The history view shows that error.
        return last
    for line in reversed(lines[-MOST_LINES:]):
        entry = parse_entry(line)
        if entry is None or entry.action not in missing or not isinstance(entry.inputs, dict):
            continue
        missing.discard(entry.action)
        last.action = last.action or entry.action
        if "inputs" not in entry.truncated:
            last.inputs[entry.action] = usable(entry.inputs, is_redacted=entry.is_redacted)
        if not missing:
            break
    return last


def usable(inputs: Mapping[str, Any], *, is_redacted: bool) -> dict[str, Any]:
    """Return inputs of the history without the values that were not stored, and without references to steps.

    Example:
        >>> usable({"id": 7, "email": "<masked: /inputs/email>", "from": "/#steps.find.id"}, is_redacted=True)
        {'id': 7}
    """
    stored = _usable(inputs, is_redacted=is_redacted)
    return stored if isinstance(stored, dict) else {}


def _usable(value: Any, *, is_redacted: bool) -> Any:
    if isinstance(value, Mapping):
        members = {key: _usable(item, is_redacted=is_redacted) for key, item in value.items()}
        return {key: item for key, item in members.items() if item is not _NOTHING}
    if isinstance(value, list):
        items = [_usable(item, is_redacted=is_redacted) for item in value]
        return [item for item in items if item is not _NOTHING]
    if isinstance(value, str) and (_STEP.match(value) or (is_redacted and _LABEL.search(value))):
        return _NOTHING
    return value

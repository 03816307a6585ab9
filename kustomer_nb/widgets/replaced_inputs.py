"""Inputs in place of typed ones: those of an earlier run, a preset, a paste; each can be undone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from kustomer_nb.jsontext import pointer as pointers

if TYPE_CHECKING:
    from kustomer_nb.storage.history import Entry

    from .session import Session

NOT_STORED = "This value is not in the history. Enter it again."
# What stands for a masked value, a cookie or the value of a setting in a run whose inputs have such labels.
_LABEL = re.compile(r"<(?:masked|cookie):|\$\w")
_MISSING = object()


def stored_inputs(entry: Entry) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the inputs of a run without labels of values that were not stored, and where those were.

    An item of an array keeps its place: null is there, and its pointer says that it is no value.

    Example:
        >>> from datetime import datetime
        >>> from kustomer_nb.storage.history import Entry
        >>> inputs = {"id": 7, "tags": ["a", "<masked: /inputs/tags/1>"], "email": "<masked: /inputs/email>"}
        >>> stored, missing = stored_inputs(Entry(at=datetime.now(), inputs=inputs, is_redacted=True))
        >>> stored, list(missing)
        ({'id': 7, 'tags': ['a', None]}, ['/tags/1', '/email'])
    """
    inputs = entry.inputs if isinstance(entry.inputs, Mapping) else {}
    missing: dict[str, str] = {}
    stored = _stored(inputs, "", missing) if entry.is_redacted else dict(inputs)
    return stored, missing


def _stored(value: Any, pointer: str, missing: dict[str, str]) -> Any:
    if isinstance(value, Mapping):
        members = {}
        for key, item in value.items():
            place = pointers.join(pointer, key)
            if _LABEL.search(key):
                missing[place] = NOT_STORED
                continue
            stored = _stored(item, place, missing)
            if stored is not _MISSING:
                members[key] = stored
        return members
    if isinstance(value, list):
        items = [_stored(item, f"{pointer}/{index}", missing) for index, item in enumerate(value)]
        return [None if item is _MISSING else item for item in items]
    if isinstance(value, str) and _LABEL.search(value):
        missing[pointer] = NOT_STORED
        return _MISSING
    return value


@contextmanager
def replacing_inputs(session: Session, words: str, key: str = "") -> Iterator[None]:
    """Say ``words`` after the block, which replaces the inputs of an action, and offer to put them back.

    ``key`` is that of the action; without it, it is the selected one.
    """
    state = session.state_of(key or session.action_key)
    before = state.inputs, state.unread, state.form

    def undo() -> None:
        with session.changing("inputs", "preview"):
            state.inputs, state.unread, state.form = before
            session.say("Your inputs are back.")

    with session.changing():
        yield
        is_same = (state.inputs, state.unread) == before[:2]
        session.say(words, undo=None if is_same else undo)

"""The inputs of the latest runs of a project, without labels of values that were not stored."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from kustomer_nb.errors import LoadError
from kustomer_nb.jsontext import pointer as pointers

from .entry import Entry, parse_entry
from .store import read_lines

if TYPE_CHECKING:
    from pathlib import Path

# Lines of the history that are looked at: older inputs are not what somebody works at.
MOST_LINES = 300
NOT_STORED = "This value is not in the history. Enter it again."
# A new process has no output of a step that an input refers to.
NO_STEP = "This referred to an earlier step, whose output is not here. Enter it again."
# What stands for a masked value, a cookie or the value of a setting in a run whose inputs have such labels.
_LABEL = re.compile(r"<(?:masked|cookie):|\$\w")
_STEP = re.compile(r"/#steps\.")
_NOTHING = object()


def latest_entries(root: Path) -> Iterator[Entry]:
    """Yield the runs of a project that have inputs, newest first; none where the history cannot be read."""
    try:
        lines = read_lines(root)
    except LoadError:
        # The history view shows that error.
        return
    for line in reversed(lines[-MOST_LINES:]):
        entry = parse_entry(line)
        if entry is not None and isinstance(entry.inputs, dict):
            yield entry


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
    stored = _without(inputs, "", missing, _label) if entry.is_redacted else dict(inputs)
    return stored, missing


def _label(text: str) -> str:
    return NOT_STORED if _LABEL.search(text) else ""


def _step(text: str) -> str:
    return NO_STEP if _STEP.match(text) else ""


def _without(value: Any, pointer: str, missing: dict[str, str], reason: Callable[[str], str]) -> Any:
    """Return a value without the strings, and the members with a key, for which there is a reason."""
    if isinstance(value, Mapping):
        members = {}
        for key, item in value.items():
            place = pointers.join(pointer, key)
            if words := reason(key):
                missing[place] = words
            elif (member := _without(item, place, missing, reason)) is not _NOTHING:
                members[key] = member
        return members
    if isinstance(value, list):
        items = [_without(item, f"{pointer}/{index}", missing, reason) for index, item in enumerate(value)]
        return [None if item is _NOTHING else item for item in items]
    if isinstance(value, str) and (words := reason(value)):
        missing[pointer] = words
        return _NOTHING
    return value


def usable(entry: Entry) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the inputs of a run that can be used again, and where a value has to be entered again.

    Those are values that were not stored, and references to steps. An item of an array keeps its place.

    Example:
        >>> from datetime import datetime
        >>> inputs = {"id": 7, "email": "<masked: /inputs/email>", "from": "/#steps.find.id"}
        >>> usable(Entry(at=datetime.now(), inputs=inputs, is_redacted=True))[0]
        {'id': 7}
    """
    stored, missing = stored_inputs(entry)
    inputs = _without(stored, "", missing, _step)
    return inputs if isinstance(inputs, dict) else {}, missing

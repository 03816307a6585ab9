"""What was typed for an input follows its new name, and its old one when the rename is undone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from kustomer_nb.jsontext import pointer as pointers

from .form_json import json_text, parse_json

if TYPE_CHECKING:
    from .form_tree import FormEntry
    from .session_state import ActionState

# In place of a key: each item of an array.
_ITEMS = object()
Keys = Sequence[Any]


@dataclass(frozen=True)
class InputRename:
    """A rename of an input, or of a property within one, by the key of its action and its pointer there."""

    action: str
    pointer: str
    name: str

    @property
    def inverse(self) -> InputRename:
        """The rename that takes this one back."""
        parent, _, old = self.pointer.rpartition("/")
        return replace(self, pointer=pointers.join(parent, self.name), name=pointers.split(f"/{old}")[0])

    def apply(self, state: ActionState) -> None:
        """Rename what is typed in what a session keeps of the action; a value of the new name stays.

        Example:
            >>> from kustomer_nb.widgets.session_state import ActionState
            >>> state = ActionState({"lines": [{"sku": "A"}], "id": 7})
            >>> within = "/inputSchema/properties/lines/items/properties/sku"
            >>> rename = InputRename("find", within, "code")
            >>> rename.apply(state)
            >>> state.inputs
            {'lines': [{'code': 'A'}], 'id': 7}
            >>> rename.inverse.apply(state)
            >>> state.inputs
            {'lines': [{'sku': 'A'}], 'id': 7}
        """
        *outer, old = _keys_of(self.pointer)
        name = self.name
        state.inputs = _changed(state.inputs, outer, lambda value: _with_key(value, old, name))
        state.unread = {_renamed_pointer(at, outer, old, name): words for at, words in state.unread.items()}
        if state.form is not None:
            state.form = _renamed_entry(state.form, outer, old, name)


def _keys_of(pointer: str) -> list[Any]:
    """Return the keys of a value of the inputs, by the pointer of its declaration."""
    keys: list[Any] = []
    parts = iter(pointers.split(pointer)[1:])
    for keyword in parts:
        if keyword == "items":
            keys.append(_ITEMS)
        elif keyword == "properties":
            keys.append(next(parts, ""))
    return keys


def _changed(value: Any, keys: Keys, change: Callable[[Any], Any]) -> Any:
    """Return a value in which what is at the keys is changed."""
    if not keys:
        return change(value)
    key, *inner = keys
    if key is _ITEMS:
        return [_changed(item, inner, change) for item in value] if isinstance(value, list) else value
    if not isinstance(value, dict) or key not in value:
        return value
    return {**value, key: _changed(value[key], inner, change)}


def _with_key(value: Any, old: str, name: str) -> Any:
    """Return an object with another key, in its place."""
    if not isinstance(value, dict) or old not in value or name in value:
        return value
    return {name if key == old else key: item for key, item in value.items()}


def _renamed_pointer(pointer: str, outer: Keys, old: str, name: str) -> str:
    keys = pointers.split(pointer)
    pattern = [*outer, old]
    if len(keys) < len(pattern) or not all(
        key.isdecimal() if expected is _ITEMS else key == expected
        for key, expected in zip(keys, pattern, strict=False)
    ):
        return pointer
    return pointers.join("", *keys[: len(outer)], name, *keys[len(pattern) :])


def _renamed_entry(entry: FormEntry, outer: Keys, old: str, name: str) -> FormEntry:
    """Return the entry of a form in which the field at the keys has another name."""
    if entry.get("state") == "json":
        return _renamed_text(entry, outer, old, name)
    if outer:
        key, *inner = outer
        if key is _ITEMS:
            items = [_renamed_entry(item, inner, old, name) for item in entry.get("items") or ()]
            return {**entry, "items": items} if items else entry
        fields: Mapping[str, Any] = entry.get("fields") or {}
        if key not in fields:
            return entry
        return {**entry, "fields": {**fields, key: _renamed_entry(fields[key], inner, old, name)}}
    renamed = {**entry}
    if isinstance(entry.get("fields"), dict):
        renamed["fields"] = _with_key(entry["fields"], old, name)
    if "order" in entry:
        renamed["order"] = [name if key == old else key for key in entry["order"]]
    return renamed


def _renamed_text(entry: FormEntry, outer: Keys, old: str, name: str) -> FormEntry:
    """Return the entry of JSON text in which a key has another name; text that cannot be read stays."""
    try:
        value = parse_json(entry.get("text", ""))
    except ValueError:
        return entry
    renamed = _changed(value, outer, lambda inner: _with_key(inner, old, name))
    return entry if renamed == value else {**entry, "text": json_text(renamed)}

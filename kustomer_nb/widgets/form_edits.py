"""Changes of what is typed in a form: one entry at a JSON pointer, and the items of an array.

Every function returns a new tree that shares with the other what is the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from kustomer_nb.codes import Code
from kustomer_nb.errors import InputError
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.printable import quoted

from .form_entries import UNSET, entry_of, read_text
from .form_json import parse_json
from .form_tree import OTHERS, FormEntry, InputField

Change = Callable[[InputField, FormEntry], FormEntry]
_EMPTY: Mapping[str, Any] = {"state": "value"}


def entry_at(root: InputField, entry: FormEntry, pointer: str) -> FormEntry:
    """Return the entry at a pointer; an unset one for a field that has none.

    Raises:
        InputError: there is no such field.

    Example:
        >>> from kustomer_nb.widgets.form_tree import read_fields
        >>> root = read_fields({"properties": {"id": {"type": "number"}}})
        >>> entry_at(root, {"state": "value"}, "/id")
        {'state': 'unset'}
    """
    member = root
    for key in pointer.split("/")[1:]:
        member, entry = _child(member, _opened(member, entry, pointer), key, pointer)
    return entry


def put(root: InputField, entry: FormEntry, pointer: str, replacement: FormEntry) -> FormEntry:
    """Return the tree with another entry at a pointer; what encloses it becomes a value, if it is not one.

    Raises:
        InputError: there is no such field.

    Example:
        >>> from kustomer_nb.widgets.form_tree import read_fields
        >>> root = read_fields({"properties": {"id": {"type": "number"}}})
        >>> put(root, {"state": "value"}, "/id", {"state": "value", "text": "7"})
        {'state': 'value', 'fields': {'id': {'state': 'value', 'text': '7'}}}
    """
    return _changed(root, entry, pointer.split("/")[1:], pointer, lambda member, before: replacement)


def add_item(root: InputField, entry: FormEntry, pointer: str) -> FormEntry:
    """Return the tree with an empty item at the end of the array at a pointer.

    Raises:
        InputError: there is no such array.
    """

    def add(member: InputField, before: FormEntry) -> FormEntry:
        items = _items_of(member, before, pointer)
        return {"state": "value", "items": [*items, _empty_item(member.items)]}

    return _changed(root, entry, pointer.split("/")[1:], pointer, add)


def _empty_item(member: InputField | None) -> FormEntry:
    if member is None or not (member.is_group or member.is_text):
        return dict(UNSET)
    return {"state": "value", "text": ""} if member.is_text else dict(_EMPTY)


def remove_item(root: InputField, entry: FormEntry, pointer: str) -> FormEntry:
    """Return the tree without the item at a pointer.

    Raises:
        InputError: there is no such item.
    """
    return _with_items(root, entry, pointer, lambda items, index: [*items[:index], *items[index + 1 :]])


def move_item(root: InputField, entry: FormEntry, pointer: str, to: int) -> FormEntry:
    """Return the tree with the item at a pointer moved to another index; beyond an end, to that end.

    Raises:
        InputError: there is no such item.
    """

    def move(items: list[FormEntry], index: int) -> list[FormEntry]:
        others = [*items[:index], *items[index + 1 :]]
        at = max(0, min(to, len(others)))
        return [*others[:at], items[index], *others[at:]]

    return _with_items(root, entry, pointer, move)


def _with_items(
    root: InputField,
    entry: FormEntry,
    pointer: str,
    change: Callable[[list[FormEntry], int], list[FormEntry]],
) -> FormEntry:
    keys = pointer.split("/")[1:]

    def changed(member: InputField, before: FormEntry) -> FormEntry:
        items = _items_of(member, before, pointer)
        return {"state": "value", "items": change(items, _index(keys[-1], items, pointer))}

    if not keys:
        raise no_field_error(pointer, root)
    return _changed(root, entry, keys[:-1], pointer, changed)


def _items_of(member: InputField, entry: FormEntry, pointer: str) -> list[FormEntry]:
    if member.items is None:
        raise no_field_error(pointer, member)
    return list(_opened(member, entry, pointer).get("items", ()))


def _index(key: str, items: list[FormEntry], pointer: str, *, beyond: int = 0) -> int:
    index = int(key) if key.isascii() and key.isdecimal() and len(key) < 10 else -1
    if not 0 <= index < len(items) + beyond:
        last = f"the last item is {len(items) - 1}." if items else "the array has no items."
        message = f"there is no item {quoted(key)} in {quoted(pointer)}."
        raise InputError.from_code(Code.INPUT_UNDECLARED, message, last, pointer=pointer)
    return index


def _changed(
    member: InputField, entry: FormEntry, keys: list[str], pointer: str, change: Change
) -> FormEntry:
    """Return an entry with the change applied to the one that the keys lead to."""
    if not keys:
        return change(member, entry)
    key, *inner = keys
    opened = _opened(member, entry, pointer)
    child, before = _child(member, opened, key, pointer)
    after = _changed(child, before, inner, pointer, change)
    if member.items is not None:
        items = list(opened.get("items", ()))
        index = _index(key, items, pointer, beyond=1)
        return {**opened, "items": [*items[:index], after, *items[index + 1 :]]}
    if key == OTHERS:
        return {**opened, "others": after}
    return {**opened, "fields": {**opened.get("fields", {}), _name(key): after}}


def _child(member: InputField, entry: FormEntry, key: str, pointer: str) -> tuple[InputField, FormEntry]:
    """Return the field and entry of a key that is still escaped; the entry of an opened parent."""
    if member.items is not None:
        items = entry.get("items", ())
        index = _index(key, items, pointer, beyond=1)
        return member.items, items[index] if index < len(items) else dict(UNSET)
    if key == OTHERS and member.has_members:
        return InputField(OTHERS, "object"), entry.get("others") or dict(UNSET)
    child = member.members.get(_name(key))
    if child is None:
        raise no_field_error(pointer, member)
    return child, (entry.get("fields") or {}).get(child.name) or dict(UNSET)


def _name(key: str) -> str:
    return pointers.split(f"/{key}")[0]


def _opened(member: InputField, entry: FormEntry, pointer: str) -> FormEntry:
    """Return the entry of a group as one that has entries; text that is JSON is spread over them.

    Raises:
        InputError: the text is not JSON, or of another type.
    """
    state = entry["state"]
    if state in ("value", "unset", "null"):
        return entry if state == "value" else dict(_EMPTY)
    if state == "from":
        return dict(_EMPTY)
    opened = as_fields(member, entry)
    if opened is not None and opened["state"] != "value":
        return dict(_EMPTY)
    if opened is None:
        message = f"{quoted(pointer)} is inside a value that is JSON text."
        raise InputError.from_code(Code.FIELD_UNREADABLE, message, "correct the text first.", pointer=pointer)
    return opened


def as_fields(member: InputField, entry: FormEntry) -> FormEntry | None:
    """Return an entry of JSON text as one of fields; None if the text is not JSON, or of another type.

    Example:
        >>> array = InputField("x", "array", items=InputField("", "number"))
        >>> as_fields(array, {"state": "json", "text": "[7]"})
        {'state': 'value', 'items': [{'state': 'value', 'text': '7'}]}
    """
    try:
        value = read_text(member, entry.get("text", ""), is_json=True)
    except ValueError:
        return None
    if value is UNDEFINED:
        return dict(UNSET)
    fields = entry_of(member, value)
    return None if fields["state"] == "json" else fields


def no_field_error(pointer: str, member: InputField) -> InputError:
    """Return the error for a pointer to no field."""
    names = ", ".join(pointers.join("", name) for name in list(member.members)[:20]) or "none"
    message, fix = f"{quoted(pointer)} is not a field.", f"use one of the fields: {names}."
    return InputError.from_code(Code.INPUT_UNDECLARED, message, fix, pointer=pointer)


def typed_entry(member: InputField, text: str) -> FormEntry:
    """Return the entry of typed text: an emptied field is not set, unless it takes text."""
    if not text and not member.is_text:
        return {"state": "unset"}
    return {"state": "value", "text": text}


def group_entry(member: InputField, text: str) -> FormEntry:
    """Return the entry of a group for its JSON text; an empty group for none."""
    if not text:
        return {"state": "value"}
    try:
        return entry_of(member, parse_json(text))
    except ValueError:
        return {"state": "json", "text": text}


def received_entry(member: InputField, state: str, text: str) -> FormEntry:
    """Return the entry that a page sent, by its state and text."""
    if state in ("unset", "null"):
        return {"state": state}
    if state == "value":
        return group_entry(member, text) if member.is_group else typed_entry(member, text)
    return {"state": state, "text": text}

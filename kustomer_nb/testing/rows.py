"""From a case with a table to one case for each row.

A column is named for what its cells replace: an input by its name or pointer, ``expected`` or a part of it
(``expected.total``, ``expected/lines/0/sku``), ``request.…`` and ``response.…`` of the exchange,
``settings.<key>``, ``env.<name>``, and what the case itself has: ``case.name``, ``case.findings``,
``case.severity``, ``case.simulate``, ``case.now`` and ``case.seed``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.near_names import near_miss
from kustomer_nb.printable import quoted

if TYPE_CHECKING:
    from kustomer_nb.definition import ActionDefinition

# The part of the case file in which a column writes, by the word in front of its path.
_PARTS: Mapping[str, tuple[str, ...]] = {
    "expected": ("expected",),
    "request": ("exchange", "request"),
    "response": ("exchange", "response"),
}
_NAMED = ("settings", "env")
_OF_THE_CASE = ("name", "findings", "severity", "simulate", "now", "seed")
# What JSON never is here, whatever a cell looks like.
_TEXTS = {("exchange", "request", "url"), ("exchange", "request", "method"), ("now",), ("simulate",)}


class Column(NamedTuple):
    """The keys of what a column writes in a case file."""

    name: str
    keys: tuple[str, ...]


class ColumnError(ValueError):
    """A column has a name that says nothing; the arguments are the message and the fix."""


def column_of(name: str) -> Column:
    """Return what a column writes.

    Raises:
        ColumnError: the name has no path, or names nothing that a row can replace.

    Example:
        >>> column_of("orderId").keys, column_of("/order/id").keys, column_of("expected.total").keys
        (('inputs', 'orderId'), ('inputs', 'order', 'id'), ('expected', 'total'))
    """
    if name.startswith("/"):
        return Column(name, ("inputs", *pointers.split(name)))
    word, keys = _split(name)
    if word in _PARTS and keys is not None:
        return Column(name, (*_PARTS[word], *keys))
    if word in _NAMED and keys:
        # The key of a setting has dots itself.
        return Column(name, (word, name[len(word) + 1 :]))
    if word == "case" and keys:
        if keys not in [(known,) for known in _OF_THE_CASE]:
            near = near_miss(".".join(keys), _OF_THE_CASE)
            known = ", ".join(f"case.{key}" for key in _OF_THE_CASE)
            raise ColumnError(
                f"there is no column {quoted(name)}.",
                f"did you mean `case.{near}`?" if near else f"use {known}.",
            )
        return Column(name, keys)
    return Column(name, ("inputs", name))


def _split(name: str) -> tuple[str, tuple[str, ...] | None]:
    """Return the first word of a column and the keys after it: none for the word alone, None without one."""
    word = name
    for at, character in enumerate(name):
        if character in "./":
            word, path = name[:at], name[at:]
            keys = tuple(pointers.split(path)) if character == "/" else tuple(path[1:].split("."))
            if word in _PARTS and not all(keys):
                raise ColumnError(f"the column {quoted(name)} has an empty key.", f"write {word}.<key>.")
            if word in _PARTS and character == "." and "/" in path:
                pointer = name.replace(".", "/")
                raise ColumnError(
                    f"the column {quoted(name)} has dots and slashes.",
                    f"write {quoted(pointer)}; a slash within a key is ~1.",
                )
            return word, keys
    return word, () if word == "expected" else None


def cell_value(text: str, column: Column, definition: ActionDefinition | None) -> Any:
    """Return the value of a cell of text, by the type that the definition declares.

    Inputs are strings, which the platform converts by inputSchema, but for objects and arrays. What else the
    definition declares no string for is JSON where it reads as JSON.
    """
    if column.keys in _TEXTS or column.keys[0] in ("env", "name", "severity"):
        return text
    if column.keys == ("findings",):
        return text.split(";") if ";" in text else [text]
    part = column.keys[0]
    if part == "inputs":
        kinds = _types(definition.input_schema if definition else None, column.keys[1:])
        is_json = bool(kinds & {"object", "array"}) and text.lstrip().startswith(("{", "["))
        return _json(text) if is_json else text
    if part == "expected":
        kinds = _types(definition.output_schema if definition else None, column.keys[1:])
        if kinds and kinds <= {"string", "null"}:
            return None if text == "null" and "null" in kinds else text
    if column.keys[:3] in (("exchange", "request", "headers"), ("exchange", "response", "headers")):
        return text
    return _json(text)


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _types(schema: Any, keys: Iterable[str]) -> set[str]:
    """Return the types that a schema declares at some keys; none where it declares nothing."""
    for key in keys:
        if not isinstance(schema, Mapping):
            return set()
        properties = schema.get("properties")
        if isinstance(properties, Mapping) and key in properties:
            schema = properties[key]
        elif key.isdecimal():
            schema = schema.get("items")
        else:
            return set()
    kinds = schema.get("type") if isinstance(schema, Mapping) else None
    if isinstance(kinds, str):
        return {kinds}
    return {kind for kind in kinds if isinstance(kind, str)} if isinstance(kinds, list) else set()


def with_value(container: Any, keys: tuple[str, ...], value: Any) -> Any:
    """Return a value with a part replaced; what is not on the way to it is shared.

    Raises:
        ColumnError: there is a value on the way that has no keys, or an array without that index.

    Example:
        >>> with_value({"a": [{"b": 1}], "c": 2}, ("a", "0", "b"), 7)
        {'a': [{'b': 7}], 'c': 2}
    """
    if not keys:
        return value
    key, *inner = keys
    if isinstance(container, list):
        if not key.isdecimal() or int(key) > len(container):
            raise ColumnError(f"the array has no item {quoted(key)}.", "write an index of the array.")
        items = list(container)
        at = int(key)
        items[at : at + 1] = [with_value(items[at] if at < len(items) else UNDEFINED, tuple(inner), value)]
        return items
    if container is None or container is UNDEFINED:
        container = {}
    if not isinstance(container, dict):
        raise ColumnError(
            f"{quoted(key)} is within a value that is no object.", "correct the path of the column."
        )
    return {**container, key: with_value(container.get(key, UNDEFINED), tuple(inner), value)}

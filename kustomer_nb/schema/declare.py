"""An outputSchema that declares one more member, and otherwise stays as it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.printable import quoted

from .conversions import TYPE_NAMES, kind_of
from .inference import declaration
from .nodes import NOT_DECLARABLE

# ajv skips this name, which JavaScript cannot set like others.


class DeclarationError(ValueError):
    """A schema cannot declare a member; ``pointer`` is that of the part of the value in the way."""

    def __init__(self, pointer: str, message: str) -> None:
        super().__init__(message)
        self.pointer = pointer


def declared(schema: Any, value: Any, pointer: str) -> Any:
    """Return a schema that declares the member at a pointer into a value, with the type that it has there.

    Objects and arrays on the way to it get ``properties`` and ``items`` where they have none. A member of the
    items of an array is declared for all of them: without a type, if theirs differ. One that is declared
    already stays as it is. ``schema`` None or UNDEFINED is an absent one; it is never changed.

    Raises:
        DeclarationError: the schema declares another type on the way, or is malformed there.
        LookupError: the value has nothing at the pointer.

    Example:
        >>> declared({"properties": {"id": {"type": "number"}}}, {"id": 7, "at": "12:00"}, "/at")
        {'properties': {'id': {'type': 'number'}, 'at': {'type': 'string'}}}
        >>> declared(None, {"lines": [{"sku": "A1"}]}, "/lines/0/sku")["properties"]["lines"]["items"]
        {'type': 'object', 'properties': {'sku': {'type': 'string'}}}
    """
    if not pointer or pointers.resolve(value, pointer) is UNDEFINED:
        raise LookupError(pointer)
    # An empty schema accepts everything; with a key, but no type, its root would be an object.
    is_absent = schema is None or schema is UNDEFINED or schema is True or schema == {}
    # As ajv and `read_node`: a root without a type is an object.
    root = schema
    if isinstance(schema, Mapping) and schema and "type" not in schema and not isinstance(value, dict):
        root = {**schema, "type": "object"}
    return _declared(UNDEFINED if is_absent else root, [value], value, pointers.split(pointer), "")


def _declared(schema: Any, values: Sequence[Any], value: Any, keys: Sequence[str], pointer: str) -> Any:
    """Return a schema that declares what is at the keys below a value, one of those the schema is for."""
    if not keys:
        return declaration(values) if schema is UNDEFINED else schema
    node = _node(schema, values, kind_of(value), pointer)
    declare = _with_item if isinstance(value, list) else _with_member
    return declare(node, values, value, keys, pointer)


def _with_item(
    node: dict[str, Any], values: Sequence[Any], value: Any, keys: Sequence[str], pointer: str
) -> dict[str, Any]:
    key, *within = keys
    items = [item for other in values if isinstance(other, list) for item in other]
    inner_value = pointers.resolve(value, [key])
    inner = _declared(_items(node, pointer), items, inner_value, within, pointers.join(pointer, key))
    # An item itself is declared only as a container of what is below it.
    return {**node, "items": inner} if within else node


def _with_member(
    node: dict[str, Any], values: Sequence[Any], value: Any, keys: Sequence[str], pointer: str
) -> dict[str, Any]:
    key, *within = keys
    inner_pointer = pointers.join(pointer, key)
    if key == NOT_DECLARABLE:
        raise DeclarationError(inner_pointer, f"no schema can declare the name {quoted(key)}")
    members = [member[key] for member in values if isinstance(member, dict) and key in member]
    properties = node.get("properties", {})
    if not isinstance(properties, dict):
        raise DeclarationError(pointer, "outputSchema has `properties` there that are not an object")
    inner_value = pointers.resolve(value, [key])
    inner = _declared(properties.get(key, UNDEFINED), members, inner_value, within, inner_pointer)
    return {**node, "properties": {**properties, key: inner}}


def _node(schema: Any, values: Sequence[Any], kind: str, pointer: str) -> dict[str, Any]:
    """Return the schema of a container; a new one, if there is none that says anything."""
    if schema is UNDEFINED:
        # Without a type, so that values of other types are not converted.
        return {"type": kind} if all(kind_of(value) == kind for value in values) else {}
    if schema is True:
        return {}
    if not isinstance(schema, dict):
        raise DeclarationError(pointer, "outputSchema has no object there")
    names = _known_types(schema)
    if names and kind not in names:
        expected = " or ".join(TYPE_NAMES[name] for name in names)
        raise DeclarationError(
            pointer, f"outputSchema declares {expected} there, but the value is {TYPE_NAMES[kind]}"
        )
    return schema


def _known_types(schema: Mapping[str, Any]) -> list[str]:
    """Return the types that a schema declares; none if one of them is not known, which fits any value."""
    types = schema.get("type", [])
    names = types if isinstance(types, list) else [types]
    return names if all(isinstance(name, str) and name in TYPE_NAMES for name in names) else []


def _items(node: Mapping[str, Any], pointer: str) -> Any:
    items = node.get("items", UNDEFINED)
    if isinstance(items, list):
        raise DeclarationError(pointer, "outputSchema has a list as `items` there, which is not applied")
    return items

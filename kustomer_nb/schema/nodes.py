"""A schema reduced to the five keywords that are applied.

They are type, properties, required, additionalProperties and items. A malformed keyword is ignored like any
other, so that an odd schema is never a reason to fail.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, NamedTuple

from kustomer_nb.jsontext.javascript import INHERITED

from .conversions import CONVERSIONS, TYPE_NAMES

DEPTH = 100
# A key that no schema can declare: there it would set the prototype of a JavaScript object.
NOT_DECLARABLE = "__proto__"
# A schema that contains itself twice has endless nodes: those beyond the limit accept everything.
MOST_NODES = 50_000
_NOTHING: Mapping[str, Any] = MappingProxyType({})


class Node(NamedTuple):
    """What a subschema requires of a value; ``None`` instead of a node accepts everything.

    A named tuple, because most schemas are compiled for one value and a frozen dataclass is slow to create.
    """

    types: tuple[str, ...] = ()
    members: Mapping[str, Node | None] = _NOTHING
    required: tuple[str, ...] = ()
    closed: bool = False
    extras: Node | None = None
    items: Node | None = None


_BARE = {name: Node((name,)) for name in TYPE_NAMES}


def read_node(schema: Any) -> Node | None:
    """Return the node of a schema, None if it accepts everything.

    A root without ``type`` is an object, as in the platform's own example.
    """
    if isinstance(schema, dict) and schema and "type" not in schema:
        return _node({**schema, "type": "object"}, 0, [MOST_NODES])
    return _node(schema, 0, [MOST_NODES])


def _node(schema: Any, depth: int, room: list[int]) -> Node | None:
    if not isinstance(schema, dict) or not schema or depth > DEPTH:
        return None
    get = schema.get
    # Most schemas have only a type: their nodes exist already.
    if len(schema) == 1 and isinstance(kind := get("type"), str) and kind in _BARE:
        return _BARE[kind]
    room[0] -= 1
    if room[0] < 0:
        return None
    properties = get("properties")
    extras = get("additionalProperties")
    return Node(
        declared_types(get("type")),
        _members(properties, depth + 1, room) if isinstance(properties, dict) else _NOTHING,
        _names(get("required")),
        extras is False,
        _node(extras, depth + 1, room),
        _node(get("items"), depth + 1, room),
    )


def _members(properties: dict[str, Any], depth: int, room: list[int]) -> dict[str, Node | None]:
    # ajv skips this name, which JavaScript cannot set like others.
    return {name: _node(member, depth, room) for name, member in properties.items() if name != NOT_DECLARABLE}


def declared_types(keyword: Any) -> tuple[str, ...]:
    """Return the types of a ``type`` keyword; none if one is unknown, because that one may fit any value."""
    if isinstance(keyword, str):
        return (keyword,) if keyword in TYPE_NAMES else ()
    names = keyword if isinstance(keyword, list) else []
    are_known = all(isinstance(name, str) and name in TYPE_NAMES for name in names)
    return tuple(names) if are_known else ()


def _names(required: Any) -> tuple[str, ...]:
    if not isinstance(required, list):
        return ()
    # To ajv every object has what it inherits.
    return tuple(dict.fromkeys(name for name in required if isinstance(name, str) and name not in INHERITED))


class Conversion(NamedTuple):
    """A value converted to its declared type: its pointer, and the value before and after.

    Example:
        >>> Conversion("/qty", "2", 2)
        Conversion(pointer='/qty', before='2', after=2)
    """

    pointer: str
    before: Any
    after: Any


class WrongType(NamedTuple):
    """A value that has none of the types of ``node`` and cannot be converted to one."""

    pointer: str
    value: Any
    node: Node


class UndeclaredInput(NamedTuple):
    """A member that the closed object ``node`` does not declare; ``owner`` is the object that has it."""

    pointer: str
    name: str
    owner: Mapping[str, Any]
    node: Node


class MissingInput(NamedTuple):
    """A required member that is absent; ``node`` is its declaration."""

    pointer: str
    name: str
    node: Node | None


@dataclass(slots=True)
class Walk:
    """How a schema is applied, and the conversions and faults so far, in the order of the value.

    Members that a closed object does not declare are left out at every depth, or only at the root.
    """

    every_depth: bool = True
    conversions: Mapping[str, Callable[[Any], Any]] = field(default_factory=lambda: CONVERSIONS)
    converted: list[Conversion] = field(default_factory=list)
    faults: list[WrongType | UndeclaredInput | MissingInput] = field(default_factory=list)

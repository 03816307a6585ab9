"""A schema read once, down to the five keywords that are applied.

They are type, properties, required, additionalProperties and items; a keyword that is not well formed is
passed over like any other, so that an odd schema is never a reason to fail.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, NamedTuple

from .scalars import CONVERSIONS, TYPE_NAMES

DEPTH = 100
# Of a schema that holds itself twice there are more than could ever be read: what comes later asks nothing.
MOST_NODES = 50_000
_NOTHING: Mapping[str, Any] = MappingProxyType({})


class Node(NamedTuple):
    """What one subschema asks of a value; ``None`` in place of a node asks nothing.

    A named tuple, because most schemas are compiled for one value, and a frozen dataclass is slow to make.
    """

    types: tuple[str, ...] = ()
    members: Mapping[str, Node | None] = _NOTHING
    required: tuple[str, ...] = ()
    closed: bool = False
    extras: Node | None = None
    items: Node | None = None


_BARE = {name: Node((name,)) for name in TYPE_NAMES}


def read_node(schema: Any) -> Node | None:
    """Return what a schema asks of a whole value; None where it asks nothing.

    A root without ``type`` is an object, as in the platform's own example.
    """
    if isinstance(schema, dict) and schema and "type" not in schema:
        return _node({**schema, "type": "object"}, 0, [MOST_NODES])
    return _node(schema, 0, [MOST_NODES])


def _node(schema: Any, depth: int, room: list[int]) -> Node | None:
    if not isinstance(schema, dict) or not schema or depth > DEPTH:
        return None
    get = schema.get
    # As most are: made once.
    if len(schema) == 1 and isinstance(kind := get("type"), str) and kind in _BARE:
        return _BARE[kind]
    room[0] -= 1
    if room[0] < 0:
        return None
    properties = get("properties")
    extras = get("additionalProperties")
    return Node(
        _types(get("type")),
        _members(properties, depth + 1, room) if isinstance(properties, dict) else _NOTHING,
        _names(get("required")),
        extras is False,
        _node(extras, depth + 1, room),
        _node(get("items"), depth + 1, room),
    )


def _members(properties: dict[str, Any], depth: int, room: list[int]) -> dict[str, Node | None]:
    return {name: _node(member, depth, room) for name, member in properties.items()}


def _types(wanted: Any) -> tuple[str, ...]:
    """Return the types asked for; none at all when one of them is unknown, for nothing can be said then."""
    if isinstance(wanted, str):
        return (wanted,) if wanted in TYPE_NAMES else ()
    listed = wanted if isinstance(wanted, list) else []
    known = all(isinstance(one, str) and one in TYPE_NAMES for one in listed)
    return tuple(listed) if known else ()


def _names(required: Any) -> tuple[str, ...]:
    if not isinstance(required, list):
        return ()
    return tuple(dict.fromkeys(name for name in required if isinstance(name, str)))


class Conversion(NamedTuple):
    """One value converted to its declared type: where, what it was, what it became.

    Example:
        >>> Conversion("/qty", "2", 2)
        Conversion(pointer='/qty', before='2', after=2)
    """

    pointer: str
    before: Any
    after: Any


class WrongType(NamedTuple):
    """A value that is of none of the types ``node`` asks for and cannot become one."""

    pointer: str
    value: Any
    node: Node


class UndeclaredInput(NamedTuple):
    """A member that the closed object ``node`` does not name; ``beside`` is the object it was found in."""

    pointer: str
    name: str
    beside: Mapping[str, Any]
    node: Node


class MissingInput(NamedTuple):
    """A required member that is absent; ``node`` is what it should have been."""

    pointer: str
    name: str
    node: Node | None


@dataclass(slots=True)
class Walk:
    """How a schema is applied, and what is noticed on the way, in the order of the value.

    Members not named by a closed object are left out: at every depth, or else at the root alone.
    """

    every_depth: bool = True
    conversions: Mapping[str, Callable[[Any], Any]] = field(default_factory=lambda: CONVERSIONS)
    converted: list[Conversion] = field(default_factory=list)
    faults: list[WrongType | UndeclaredInput | MissingInput] = field(default_factory=list)

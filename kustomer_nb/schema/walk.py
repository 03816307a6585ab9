"""One pass of a schema over a value: the new value, and everything noticed on the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kustomer_nb.jsontext.javascript import SAFE_INTEGER, UNDEFINED, number
from kustomer_nb.jsontext.pointer import join

from .compiled import Node
from .scalars import convert, is_whole, kind_of

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One value converted to its declared type: where, what it was, what it became.

    Example:
        >>> Change("/qty", "2", 2)
        Change(pointer='/qty', before='2', after=2)
    """

    pointer: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Wrong:
    """A value that is of none of the types ``node`` asks for and cannot become one."""

    pointer: str
    value: Any
    node: Node


@dataclass(frozen=True, slots=True)
class Extra:
    """A member that the closed object ``node`` does not name; ``beside`` is the object it was found in."""

    pointer: str
    name: str
    beside: Mapping[str, Any]
    node: Node


@dataclass(frozen=True, slots=True)
class Missing:
    """A required member that is absent; ``node`` is what it should have been."""

    pointer: str
    name: str
    node: Node | None


class Walk:
    """Collects ``converted`` and ``faults`` in the order of the value while `apply` makes the new one.

    Members that are not described are shared with the value given, those not named by a closed object left
    out: at every depth, or else at the root alone.
    """

    def __init__(self, *, every_depth: bool = True) -> None:
        self.converted: list[Change] = []
        self.faults: list[Wrong | Extra | Missing] = []
        self._every_depth = every_depth

    def apply(self, value: Any, node: Node | None, path: Path = ()) -> Any:
        """Return the value as ``node`` makes it; one that cannot be converted comes back as it is."""
        if node is None:
            return value
        kind = kind_of(value)
        if node.types and not _matches(value, kind, node.types):
            return self._convert(value, node, path)
        if kind == "object":
            return self._object(value, node, path)
        if kind == "array" and node.items is not None:
            return self._array(value, node.items, path)
        if kind == "number" and node.types and abs(value) > SAFE_INTEGER:
            return self._round(value, path)
        return value

    def _convert(self, value: Any, node: Node, path: Path) -> Any:
        after = convert(value, node.types)
        if after is UNDEFINED:
            self.faults.append(Wrong(join("", *path), value, node))
            return value
        self.converted.append(Change(join("", *path), value, after))
        return after

    def _round(self, value: float, path: Path) -> float:
        after = number(value)
        if after != value:
            self.converted.append(Change(join("", *path), value, after))
        return after

    def _object(self, value: Mapping[str, Any], node: Node, path: Path) -> dict[str, Any]:
        result = {}
        for name, item in value.items():
            if item is UNDEFINED:
                continue
            if name in node.members:
                result[name] = self.apply(item, node.members[name], (*path, name))
            elif node.closed and (self._every_depth or not path):
                self.faults.append(Extra(join("", *path, name), name, value, node))
            else:
                result[name] = self.apply(item, node.extras, (*path, name))
        for name in node.required:
            if value.get(name, UNDEFINED) is UNDEFINED:
                self.faults.append(Missing(join("", *path, name), name, node.members.get(name)))
        return result

    def _array(self, value: Sequence[Any], node: Node, path: Path) -> list[Any]:
        # An array cannot leave a place out: undefined there is null, as JSON.stringify writes it.
        return [
            self.apply(None if item is UNDEFINED else item, node, (*path, index))
            for index, item in enumerate(value)
        ]


def _matches(value: Any, kind: str, types: tuple[str, ...]) -> bool:
    return kind in types or (kind == "number" and "integer" in types and is_whole(value))

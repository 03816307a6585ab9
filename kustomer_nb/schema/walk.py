"""What is noticed while a schema is applied to a value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from .node import Node
from .scalars import CONVERSIONS


class Change(NamedTuple):
    """One value converted to its declared type: where, what it was, what it became.

    Example:
        >>> Change("/qty", "2", 2)
        Change(pointer='/qty', before='2', after=2)
    """

    pointer: str
    before: Any
    after: Any


class Wrong(NamedTuple):
    """A value that is of none of the types ``node`` asks for and cannot become one."""

    pointer: str
    value: Any
    node: Node


class Extra(NamedTuple):
    """A member that the closed object ``node`` does not name; ``beside`` is the object it was found in."""

    pointer: str
    name: str
    beside: Mapping[str, Any]
    node: Node


class Missing(NamedTuple):
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
    converted: list[Change] = field(default_factory=list)
    faults: list[Wrong | Extra | Missing] = field(default_factory=list)

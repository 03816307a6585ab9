"""An output as the platform passes it on: converted, and without what the schema does not name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .compiled import compile_schema
from .walk import Change, Extra, Missing, Walk, Wrong


@dataclass(frozen=True, slots=True)
class Drop:
    """One member left out of an output, because its object allows no additional properties."""

    pointer: str
    value: Any


@dataclass(frozen=True, slots=True)
class Unconverted:
    """One value kept as it was, though ``wanted`` is another type: no source says what becomes of it."""

    pointer: str
    value: Any
    wanted: str


@dataclass(frozen=True, slots=True)
class Projected:
    """An output, and what became of each value on the way; ``absent`` points to required ones not there."""

    value: Any
    converted: tuple[Change, ...] = ()
    dropped: tuple[Drop, ...] = ()
    unconverted: tuple[Unconverted, ...] = ()
    absent: tuple[str, ...] = ()


def project(value: Any, schema: Any, *, every_depth: bool = True) -> Projected:
    """Return an output converted to its declared types, without the members its schema does not name.

    Nothing is an error here: what cannot be converted is kept, what is required and missing is listed.
    ``every_depth`` False leaves the members of nested objects in. ``schema`` may be compiled; None, True and
    ``{}`` ask nothing. The value given is never changed; parts that are not described are shared with it.

    Example:
        >>> schema = {"properties": {"total": {"type": "string"}}, "additionalProperties": False}
        >>> result = project({"total": 9.5, "debug": True}, schema)
        >>> result.value, result.dropped
        ({'total': '9.5'}, (Drop(pointer='/debug', value=True),))
    """
    walk = Walk(every_depth=every_depth)
    result = walk.apply(value, compile_schema(schema).root)
    return Projected(
        result,
        tuple(walk.converted),
        tuple(Drop(f.pointer, f.beside[f.name]) for f in walk.faults if isinstance(f, Extra)),
        tuple(
            Unconverted(f.pointer, f.value, " or ".join(f.node.types))
            for f in walk.faults
            if isinstance(f, Wrong)
        ),
        tuple(f.pointer for f in walk.faults if isinstance(f, Missing)),
    )

"""An output as the platform passes it on: converted, and without what the schema does not name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from kustomer_nb.jsontext.bounds import require_end

from .compile import compile_schema
from .nodes import Conversion, MissingInput, UndeclaredInput, Walk, WrongType
from .scalars import table


class Drop(NamedTuple):
    """One member left out of an output, because its object allows no additional properties."""

    pointer: str
    value: Any


class Unconverted(NamedTuple):
    """One value kept as it was, though ``wanted`` is another type: no source says what becomes of it."""

    pointer: str
    value: Any
    wanted: str


@dataclass(frozen=True, slots=True)
class Projected:
    """An output, and what became of each value on the way; ``absent`` points to required ones not there."""

    value: Any
    converted: tuple[Conversion, ...] = ()
    dropped: tuple[Drop, ...] = ()
    unconverted: tuple[Unconverted, ...] = ()
    absent: tuple[str, ...] = ()


def project(
    value: Any,
    schema: Any,
    *,
    every_depth: bool = True,
    conversions: Mapping[str, Callable[[Any], Any]] | None = None,
) -> Projected:
    """Return an output converted to its declared types, without the members its schema does not name.

    No output is an error here: what cannot be converted is kept, what is required and missing is listed.
    ``every_depth`` False leaves the members of nested objects in. ``schema`` may be compiled; None, True and
    ``{}`` ask nothing. The value given is never changed; parts that are not described are shared with it.
    ``conversions`` go before those of ajv's table, by type; see `kustomer_nb.Platform`.

    Raises:
        InputError: the value holds itself, or cannot be read.

    Example:
        >>> schema = {"properties": {"total": {"type": "string"}}, "additionalProperties": False}
        >>> result = project({"total": 9.5, "debug": True}, schema)
        >>> result.value, result.dropped
        ({'total': '9.5'}, (Drop(pointer='/debug', value=True),))
    """
    require_end(value, "")
    walk = Walk(every_depth, table(conversions))
    result = compile_schema(schema).step(value, "", walk)
    if not walk.faults:
        return Projected(result, tuple(walk.converted))
    return Projected(
        result,
        tuple(walk.converted),
        tuple(Drop(f.pointer, f.beside[f.name]) for f in walk.faults if isinstance(f, UndeclaredInput)),
        tuple(
            Unconverted(f.pointer, f.value, " or ".join(f.node.types))
            for f in walk.faults
            if isinstance(f, WrongType)
        ),
        tuple(f.pointer for f in walk.faults if isinstance(f, MissingInput)),
    )

"""An output as the platform passes it on: converted, and without undeclared members."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from kustomer_nb.jsontext.bounds import require_end

from .compile import compile_schema
from .conversions import CONVERSIONS, table
from .nodes import Conversion, MissingInput, UndeclaredInput, Walk, WrongType


class Drop(NamedTuple):
    """A member left out of an output, because its object allows no additional properties."""

    pointer: str
    value: Any


class Unconverted(NamedTuple):
    """A value kept unchanged, although ``wanted`` is another type: what the platform does is undocumented."""

    pointer: str
    value: Any
    wanted: str


@dataclass(frozen=True, slots=True)
class Projected:
    """An output and the changes to it; ``absent`` are the pointers of missing required members."""

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
    """Return an output converted to its declared types, without the members that its schema does not declare.

    Nothing is an error here: a value that cannot be converted is kept, a missing required one is listed.
    ``every_depth`` False keeps the members of nested objects. ``schema`` may be compiled; None, True and
    ``{}`` accept everything. ``value`` is never changed; the result shares undescribed parts with it.
    ``conversions`` take precedence over those of ajv, by type; see `kustomer_nb.Platform`.

    Raises:
        InputError: the value contains itself, or cannot be read.

    Example:
        >>> schema = {"properties": {"total": {"type": "string"}}, "additionalProperties": False}
        >>> result = project({"total": 9.5, "debug": True}, schema)
        >>> result.value, result.dropped
        ({'total': '9.5'}, (Drop(pointer='/debug', value=True),))
    """
    require_end(value, "")
    return project_json(value, schema, every_depth=every_depth, conversions=conversions)


def project_json(
    value: Any,
    schema: Any,
    *,
    every_depth: bool = True,
    conversions: Mapping[str, Callable[[Any], Any]] | None = None,
) -> Projected:
    """Return what `project` returns for a value that is known to be JSON, and so to have an end.

    Example:
        >>> project_json({"a": 1, "b": 2}, {"properties": {"a": {}}, "additionalProperties": False}).value
        {'a': 1}
    """
    walk = Walk(every_depth, table(conversions) if conversions else CONVERSIONS)
    result = compile_schema(schema).step(value, "", walk)
    if not walk.faults:
        return Projected(result, tuple(walk.converted))
    return Projected(
        result,
        tuple(walk.converted),
        tuple(
            Drop(fault.pointer, fault.owner[fault.name])
            for fault in walk.faults
            if isinstance(fault, UndeclaredInput)
        ),
        tuple(
            Unconverted(fault.pointer, fault.value, " or ".join(fault.node.types))
            for fault in walk.faults
            if isinstance(fault, WrongType)
        ),
        tuple(fault.pointer for fault in walk.faults if isinstance(fault, MissingInput)),
    )

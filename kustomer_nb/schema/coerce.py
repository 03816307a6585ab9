"""Inputs as the platform takes them: converted to their declared types, or refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Any, NamedTuple

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Diagnostic, Severity
from kustomer_nb.errors import InputError

from .compile import Schema, compile_schema
from .from_python import NotPlainError, plain
from .nodes import Conversion, MissingInput, Node, UndeclaredInput, Walk, WrongType
from .scalars import CONVERSIONS, TYPE_NAMES, table

QUOTED_LENGTH = 60
NAMES_LISTED = 6
_OBJECT = compile_schema({"type": "object"})


class Coerced(NamedTuple):
    """Inputs in their declared types, and each conversion this took."""

    value: Any
    converted: tuple[Conversion, ...]


def coerce(
    value: Any, schema: Any, *, conversions: Mapping[str, Callable[[Any], Any]] | None = None
) -> Coerced:
    """Return inputs converted to the types their schema declares, as ajv does with ``coerceTypes``.

    Python's own values are taken as JSON first: dates as ISO 8601, numpy scalars as numbers, NaN as absent.
    ``schema`` may be compiled; None, True and ``{}`` ask nothing. The value given is never changed.
    ``conversions`` go before those of ajv's table, by type; see `kustomer_nb.Platform`.

    Raises:
        InputError: one diagnostic for each required input that is missing (KNB701), value of a wrong type
            (KNB702), input that is not declared (KNB703) and value that is not JSON (KNB704).

    Example:
        >>> schema = {"properties": {"qty": {"type": "number"}}, "required": ["qty"]}
        >>> coerce({"qty": "2"}, schema)
        Coerced(value={'qty': 2}, converted=(Conversion(pointer='/qty', before='2', after=2),))
    """
    ready = compile_schema(schema)
    walk = Walk(conversions=CONVERSIONS if conversions is None else table(conversions))
    if ready.take is None or type(value) is not dict:
        return _read_first(value, ready, walk)
    try:
        result = ready.take(value, walk)
    except NotPlainError:
        return _read_first(value, ready, Walk(conversions=walk.conversions))
    if walk.faults:
        raise InputError(_diagnose(one) for one in walk.faults)
    return Coerced(result, tuple(walk.converted))


def _read_first(value: Any, ready: Schema, walk: Walk) -> Coerced:
    """Return inputs coerced after reading Python's own values in them as JSON."""
    given = plain(value)
    if ready.root is not None and not isinstance(given.value, dict):
        # Inputs have names: no schema makes another value of them.
        ready = _OBJECT
    result = ready.step(given.value, "", walk)
    if walk.faults or given.faults:
        said = {fault.pointer for fault in given.faults}
        raise InputError([*given.faults, *(_diagnose(f) for f in walk.faults if f.pointer not in said)])
    return Coerced(result, tuple(walk.converted))


def _diagnose(fault: WrongType | UndeclaredInput | MissingInput) -> Diagnostic:
    if isinstance(fault, WrongType):
        return _wrong_type(fault)
    return _unknown(fault) if isinstance(fault, UndeclaredInput) else _missing(fault)


def _wrong_type(fault: WrongType) -> Diagnostic:
    wanted = _types_in_words(fault.node)
    fix = f"pass {wanted}, or change its type." if fault.pointer else f"pass {wanted}."
    message = f"{_cut(repr(fault.value))} is not {wanted}."
    return Diagnostic(Code.INPUT_TYPE, Severity.ERROR, fault.pointer, message, fix)


def _missing(fault: MissingInput) -> Diagnostic:
    wanted = _types_in_words(fault.node) if fault.node else "a value"
    message = f"the required {_noun(fault.pointer)} `{fault.name}` is missing."
    return Diagnostic(Code.INPUT_MISSING, Severity.ERROR, fault.pointer, message, f"pass {wanted}.")


def _unknown(fault: UndeclaredInput) -> Diagnostic:
    owner = fault.pointer.rpartition("/")[0]
    place = f"a property of {owner}" if owner else "an input of this action"
    message = f"{_cut(repr(fault.name))} is not {place}."
    return Diagnostic(Code.INPUT_UNDECLARED, Severity.ERROR, fault.pointer, message, _near_miss(fault))


def _near_miss(fault: UndeclaredInput) -> str:
    free = {name.lower(): name for name in fault.node.members if name not in fault.beside}
    near = get_close_matches(fault.name.lower(), free, n=1)
    if near:
        return f"did you mean `{free[near[0]]}`?"
    if not fault.node.members:
        return "remove it: additionalProperties is false, and no property is declared."
    names = [f"`{name}`" for name in fault.node.members]
    more = f" and {len(names) - NAMES_LISTED} more" if len(names) > NAMES_LISTED else ""
    return f"remove it, or declare it beside {', '.join(names[:NAMES_LISTED])}{more}."


def _types_in_words(node: Node) -> str:
    return " or ".join(TYPE_NAMES[one] for one in node.types) or "a value"


def _noun(pointer: str) -> str:
    return "property" if pointer.count("/") > 1 else "input"


def _cut(text: str) -> str:
    return text if len(text) <= QUOTED_LENGTH else f"{text[: QUOTED_LENGTH - 1]}…"

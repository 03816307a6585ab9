"""The conversion table of ajv with ``coerceTypes: true`` (https://ajv.js.org/coercion.html).

Only a value that has none of the declared types is converted, the types are tried in order, and nothing is
ever converted to or from an object or an array.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any

from kustomer_nb.jsontext.javascript import SAFE_INTEGER, UNDEFINED, number_text, string_number

EXACT_KINDS = {
    str: "string",
    bool: "boolean",
    int: "number",
    float: "number",
    dict: "object",
    list: "array",
    type(None): "null",
}
# Exact types first, because they are most values; numpy's float64, for one, is a subclass.
_SUBCLASSED = ((str, "string"), ((int, float), "number"), (Mapping, "object"), ((list, tuple), "array"))


def kind_of(value: Any) -> str:
    """Return the JSON type of a value, ``""`` if it is not JSON.

    Example:
        >>> [kind_of(value) for value in ("", True, 1.5, None, (), {1})]
        ['string', 'boolean', 'number', 'null', 'array', '']
    """
    exact = EXACT_KINDS.get(type(value))
    if exact is not None:
        return exact
    return next((kind for base, kind in _SUBCLASSED if isinstance(value, base)), "")


def convert(
    value: Any, types: Iterable[str], conversions: Mapping[str, Callable[[Any], Any]] | None = None
) -> Any:
    """Return a value converted to the first type that is possible, ``UNDEFINED`` if none is.

    ``conversions`` is the table to use instead of ajv's.

    Example:
        >>> convert("1.50", ["number"]), convert(True, ["string"]), convert("yes", ["boolean"])
        (1.5, 'true', UNDEFINED)
    """
    if kind_of(value) not in CONVERSIONS:
        return UNDEFINED
    table = CONVERSIONS if conversions is None else conversions
    for wanted in types:
        conversion = table.get(wanted)
        after = UNDEFINED if conversion is None else conversion(value)
        if after is not UNDEFINED:
            return after
    return UNDEFINED


def table(own: Mapping[str, Callable[[Any], Any]] | None) -> Mapping[str, Callable[[Any], Any]]:
    """Return ajv's conversions, replaced by your own where those have the same type.

    Example:
        >>> table({"boolean": lambda value: value == "yes"})["boolean"]("yes")
        True
    """
    return {**CONVERSIONS, **own} if own else CONVERSIONS


def is_whole(value: float) -> bool:
    """Return whether a number is an integer to ajv, which counts Infinity as one.

    Example:
        >>> is_whole(1.0), is_whole(1.5), is_whole(float("inf"))
        (True, False, True)
    """
    return isinstance(value, int) or value.is_integer() or math.isinf(value)


def _to_string(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if type(value) is int and -SAFE_INTEGER <= value <= SAFE_INTEGER:
        return str(value)
    return number_text(value) if isinstance(value, (int, float)) else UNDEFINED


def _to_number(value: Any) -> Any:
    if value is None or isinstance(value, bool):
        return int(value or 0)
    if not isinstance(value, str) or not value:
        return UNDEFINED
    # JavaScript's unary plus: " 12 " and "0x1f" are numbers, "12px" is not.
    number = string_number(value)
    return UNDEFINED if math.isnan(number) else number


def _to_integer(value: Any) -> Any:
    number = _to_number(value)
    return number if number is not UNDEFINED and is_whole(number) else UNDEFINED


def _to_boolean(value: Any) -> Any:
    if value is None or value == 0 or value == "false":
        return False
    return True if value in (1, "true") else UNDEFINED


def _to_null(value: Any) -> Any:
    return None if value in (0, "") else UNDEFINED


CONVERSIONS: Mapping[str, Callable[[Any], Any]] = MappingProxyType(
    {
        "string": _to_string,
        "number": _to_number,
        "integer": _to_integer,
        "boolean": _to_boolean,
        "null": _to_null,
    }
)
TYPE_NAMES: Mapping[str, str] = {
    "string": "a string",
    "number": "a number",
    "integer": "an integer",
    "boolean": "a boolean",
    "object": "an object",
    "array": "an array",
    "null": "null",
}

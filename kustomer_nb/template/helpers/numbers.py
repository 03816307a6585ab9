"""Kustomer's helpers for numbers: `math`, and the functions `parse_int` and `parse_float`."""

from __future__ import annotations

import math as mathematics
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from kustomer_nb.jsontext.javascript import number, trim, whole

from .calls import Ambient, Call, Options, padded, said, text

_FLOAT = re.compile(r"[+-]?(?:Infinity|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)")
_INTEGER = re.compile(r"([+-]?)(?:0[xX]([0-9a-fA-F]*)|([0-9]+))")


def math(ambient: Ambient, options: Options, /, *args: Any) -> Any:
    """Return the result of ``{{math left "+" right}}`` as a number, with + - * / and %.

    Both sides are read as parseFloat reads them, so ``"1500"`` is a number, and text that is none is NaN.

    Source: github NateSkiles/effort_timer, with +. Certainty: the form is observed; the other operators and
    the reading of the sides are inferred from the helper of this name that is passed around.

    Example:
        >>> math(Ambient(), Call("math"), "1500", "+", 500)
        2000
    """
    left, operator, right = padded(args[:3], 3)
    ambient.only(options.name, args[3:])
    if not isinstance(operator, str) or operator not in _OPERATIONS:
        fix = f"use one of {' '.join(_OPERATIONS)}"
        return ambient.not_known(options.name, f"{said(operator)} is not an operator", f"{fix} in quotes.")
    return whole(_OPERATIONS[operator](float(to_float(left)), float(to_float(right))))


def parse_int(ambient: Ambient, call: Call, value: Any, /, *args: str) -> float:
    """Return the integer a value begins with, NaN when it begins with none: ``/#fn:parseInt,path``.

    Source: developer hub, "Expressions reference"; help centre, "JSON data helpers". Certainty: the form is
    documented; the result is JavaScript's own ``parseInt(value)`` by its name.

    Example:
        >>> [parse_int(Ambient(), Call("parseInt"), value) for value in ("7 days", "-1.9", "0x1F", "x")]
        [7, -1, 31, nan]
    """
    ambient.only(call.name, args)
    found = _INTEGER.match(trim(text(value)))
    if not found or found[2] == "":
        return mathematics.nan
    size = float(found[3]) if found[3] else float(number(int(found[2], 16)))
    return whole(-size if found[1] == "-" else size)


def parse_float(ambient: Ambient, call: Call, value: Any, /, *args: str) -> float:
    """Return the number a value begins with, NaN when it begins with none: ``/#fn:parseFloat,path``.

    Source: developer hub, "Conditions and expressions". Certainty: the form is documented; the result is
    JavaScript's own ``parseFloat(value)`` by its name.

    Example:
        >>> [parse_float(Ambient(), Call("parseFloat"), value) for value in ("12.50", "3kg", ".5", None)]
        [12.5, 3, 0.5, nan]
    """
    ambient.only(call.name, args)
    return to_float(value)


def to_float(value: Any) -> float:
    """Return ``parseFloat(value)``.

    Example:
        >>> to_float(" 1e3 and more"), to_float("-Infinity")
        (1000, -inf)
    """
    found = _FLOAT.match(trim(text(value)))
    return whole(float(found[0])) if found else mathematics.nan


def _divided(left: float, right: float) -> float:
    if right:
        return left / right
    if not left or mathematics.isnan(left):
        return mathematics.nan
    return mathematics.copysign(mathematics.inf, left) * mathematics.copysign(1, right)


def _remainder(left: float, right: float) -> float:
    return mathematics.fmod(left, right) if right and mathematics.isfinite(left) else mathematics.nan


_OPERATIONS: Mapping[str, Callable[[float, float], float]] = MappingProxyType(
    {
        "+": lambda left, right: left + right,
        "-": lambda left, right: left - right,
        "*": lambda left, right: left * right,
        "/": _divided,
        "%": _remainder,
    }
)

"""Kustomer's helpers and functions for numbers, strings and conditions."""

from __future__ import annotations

import math as mathematics
import re
import string
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from kustomer_nb.jsontext.javascript import UNDEFINED, number, trim, whole

from .calls import Ambient, Call, HelperOptions, pad_arguments, parse_whole_number, quote, text

_FLOAT = re.compile(r"[+-]?(?:Infinity|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)")
_INTEGER = re.compile(r"([+-]?)(?:0[xX]([0-9a-fA-F]*)|([0-9]+))")


def math(ambient: Ambient, options: HelperOptions, /, *args: Any) -> Any:
    """Return the result of ``{{math left "+" right}}`` as a number, with + - * / and %.

    Both sides are parsed as by parseFloat, so ``"1500"`` is a number, and a string without one is NaN.

    Source: github NateSkiles/effort_timer, with +. Certainty: the form is observed; the other operators and
    the parsing of the sides are inferred from the widespread helper of this name.

    Example:
        >>> math(Ambient(), Call("math"), "1500", "+", 500)
        2000
    """
    left, operator, right = pad_arguments(args[:3], 3)
    ambient.report_extra(options.name, args[3:])
    if not isinstance(operator, str) or operator not in _OPERATIONS:
        fix = f"use one of {' '.join(_OPERATIONS)}"
        return ambient.report_unknown(
            options.name, f"{quote(operator)} is not an operator", f"{fix} in quotes."
        )
    return whole(_OPERATIONS[operator](float(to_float(left)), float(to_float(right))))


def parse_int(ambient: Ambient, call: Call, value: Any, /, *args: str) -> float:
    """Return the integer at the start of a value; NaN if there is none: ``/#fn:parseInt,path``.

    Source: developer hub, "Expressions reference"; help centre, "JSON data helpers". Certainty: the form is
    documented; the result is that of JavaScript's ``parseInt(value)`` is inferred from the name.

    Example:
        >>> [parse_int(Ambient(), Call("parseInt"), value) for value in ("7 days", "-1.9", "0x1F", "x")]
        [7, -1, 31, nan]
    """
    ambient.report_extra(call.name, args)
    match = _INTEGER.match(trim(text(value)))
    if not match or match[2] == "":
        return mathematics.nan
    size = float(match[3]) if match[3] else float(number(int(match[2], 16)))
    return whole(-size if match[1] == "-" else size)


def parse_float(ambient: Ambient, call: Call, value: Any, /, *args: str) -> float:
    """Return the number at the start of a value; NaN if there is none: ``/#fn:parseFloat,path``.

    Source: developer hub, "Conditions and expressions". Certainty: the form is documented; that the result is
    that of JavaScript's ``parseFloat(value)`` is inferred from the name.

    Example:
        >>> [parse_float(Ambient(), Call("parseFloat"), value) for value in ("12.50", "3kg", ".5", None)]
        [12.5, 3, 0.5, nan]
    """
    ambient.report_extra(call.name, args)
    return to_float(value)


def to_float(value: Any) -> float:
    """Return ``parseFloat(value)``.

    Example:
        >>> to_float(" 1e3 and more"), to_float("-Infinity")
        (1000, -inf)
    """
    match = _FLOAT.match(trim(text(value)))
    return whole(float(match[0])) if match else mathematics.nan


def _divide(left: float, right: float) -> float:
    # Python raises for a division by zero; JavaScript returns an infinity or NaN.
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
        "/": _divide,
        "%": _remainder,
    }
)


# Matches exactly where /.+@.+/ does, but in linear time.
_EMAIL = re.compile("[^\n\r\u2028\u2029]@[^\n\r\u2028\u2029]")


def is_valid_email_address(ambient: Ambient, call: Call, value: Any, /, *args: str) -> bool:
    """Return whether ``/.+@.+/`` matches the value: ``/#fn:isValidEmailAddress,path``.

    Source: help centre, "Data validation workflow helpers". Certainty: documented; that other types are
    converted as in JavaScript is inferred.

    Example:
        >>> [is_valid_email_address(Ambient(), Call("isValidEmailAddress"), text) for text in ("k@t", "k.t")]
        [True, False]
    """
    ambient.report_extra(call.name, args)
    return _EMAIL.search(text(value)) is not None


def if_exists(ambient: Ambient, call: Call, value: Any, /, *args: str) -> Any:
    """Return a text if the value exists, else nothing: ``/#fn:ifExists,path,text``.

    A value exists if ``{{#if}}`` treats it as true: not null, "", 0, false, NaN or an empty array.

    Source: help centre, "Conditional workflow helpers", which calls it a variant of ``if`` that outputs a
    text. Certainty: its purpose is documented; the position of the text, and nothing otherwise, are inferred.

    Example:
        >>> call = Call("ifExists")
        >>> if_exists(Ambient(), call, "USA", "Has a country"), if_exists(Ambient(), call, None, "Has one")
        ('Has a country', UNDEFINED)
    """
    if len(args) != 1:
        why = f"it takes a path and one text, but {len(args)} texts are passed"
        return ambient.report_unknown(
            call.name, why, "pass one text, as in /#fn:ifExists,steps.1.name,Known."
        )
    return args[0] if _exists(value) else UNDEFINED


def _exists(value: Any) -> bool:
    # An empty object is truthy in JavaScript.
    if isinstance(value, dict):
        return True
    return bool(value) and not (isinstance(value, float) and mathematics.isnan(value))


ALPHABET = string.ascii_uppercase + string.digits
DEFAULT_SIZE = 10
MAX_SIZE = 1_000


def random_id(ambient: Ambient, options: HelperOptions, /, *args: Any) -> Any:
    """Return random upper-case letters and digits, 10 or ``size`` of them: ``{{{randomId size=6}}}``.

    Source: help centre, "Data validation workflow helpers". Certainty: documented; the alphabet is inferred
    from its two examples. The limit of 1,000 characters is ours.

    Example:
        >>> from random import Random
        >>> from kustomer_nb.template.helpers import Call
        >>> random_id(Ambient(random=Random(1)), Call("randomId", {"size": 6}))
        'E41JRQ'
    """
    ambient.report_extra(options.name, args)
    size = options.hash.get("size", DEFAULT_SIZE)
    length = parse_whole_number(size)
    if length is None or not 0 <= length <= MAX_SIZE:
        fix = f"set size= to a whole number from 0 to {MAX_SIZE:,}."
        return ambient.report_unknown(options.name, f"its size is {quote(size)}", fix)
    return "".join(ambient.random.choices(ALPHABET, k=length))


def to_lower(ambient: Ambient, options: HelperOptions, /, *args: Any) -> Any:
    """Return a string in lower case: ``{{{toLower path}}}``; "" for null or a missing value.

    Source: developer hub, "Data and variables". Certainty: the form is documented; that other types are
    converted as in JavaScript is inferred.

    Example:
        >>> from kustomer_nb.template.helpers import Call
        >>> to_lower(Ambient(), Call("toLower"), "HELLO")
        'hello'
    """
    if not args:
        return ambient.report_unknown(
            options.name, "it is called without an argument", "write a path after it."
        )
    ambient.report_extra(options.name, args[1:])
    value = args[0]
    return "" if value is None or value is UNDEFINED else text(value).lower()

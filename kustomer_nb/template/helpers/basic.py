"""Kustomer's helpers for numbers: `math`, and the functions `parse_int` and `parse_float`."""

from __future__ import annotations

import math as mathematics
import re
import string
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from kustomer_nb.jsontext.javascript import UNDEFINED, number, trim, whole

from .calls import Ambient, Call, HelperOptions, padded, quote, text, whole_number

_FLOAT = re.compile(r"[+-]?(?:Infinity|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)")
_INTEGER = re.compile(r"([+-]?)(?:0[xX]([0-9a-fA-F]*)|([0-9]+))")


def math(ambient: Ambient, options: HelperOptions, /, *args: Any) -> Any:
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
        return ambient.not_known(options.name, f"{quote(operator)} is not an operator", f"{fix} in quotes.")
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


# /.+@.+/ finds a text exactly when this does, and this one never walks the text twice.
_EMAIL = re.compile("[^\n\r\u2028\u2029]@[^\n\r\u2028\u2029]")


def is_valid_email_address(ambient: Ambient, call: Call, value: Any, /, *args: str) -> bool:
    """Return whether ``/.+@.+/`` finds the value: ``/#fn:isValidEmailAddress,path``.

    Source: help centre, "Data validation workflow helpers". Certainty: documented; a value that is no text
    being written as JavaScript writes it is inferred.

    Example:
        >>> [is_valid_email_address(Ambient(), Call("isValidEmailAddress"), one) for one in ("k@t", "k.t")]
        [True, False]
    """
    ambient.only(call.name, args)
    return _EMAIL.search(text(value)) is not None


def if_exists(ambient: Ambient, call: Call, value: Any, /, *args: str) -> Any:
    """Return a text when the value exists, else nothing: ``/#fn:ifExists,path,text``.

    A value exists when ``{{#if}}`` takes it for true: not null, "", 0, false, NaN or an empty array.

    Source: help centre, "Conditional workflow helpers", which calls it a variant of ``if`` that outputs a
    text. Certainty: its purpose is documented; the place of the text, and nothing otherwise, are inferred.

    Example:
        >>> call = Call("ifExists")
        >>> if_exists(Ambient(), call, "USA", "Has a country"), if_exists(Ambient(), call, None, "Has one")
        ('Has a country', UNDEFINED)
    """
    if len(args) != 1:
        why = f"its public arguments are a path and one text, and here are {len(args)} texts"
        return ambient.not_known(call.name, why, "pass one text, as in /#fn:ifExists,steps.1.name,Known.")
    return args[0] if _exists(value) else UNDEFINED


def _exists(value: Any) -> bool:
    if isinstance(value, dict):
        return True
    return bool(value) and not (isinstance(value, float) and mathematics.isnan(value))


ALPHABET = string.ascii_uppercase + string.digits
SIZE = 10
LONGEST = 1_000


def random_id(ambient: Ambient, options: HelperOptions, /, *args: Any) -> Any:
    """Return random upper-case letters and digits, 10 or as many as asked: ``{{{randomId size=6}}}``.

    Source: help centre, "Data validation workflow helpers". Certainty: documented; the alphabet is inferred
    from its two examples. More than 1,000 characters are not made here.

    Example:
        >>> from random import Random
        >>> from kustomer_nb.template.helpers import Call
        >>> random_id(Ambient(random=Random(1)), Call("randomId", {"size": 6}))
        'E41JRQ'
    """
    ambient.only(options.name, args)
    size = options.hash.get("size", SIZE)
    wanted = whole_number(size)
    if wanted is None or not 0 <= wanted <= LONGEST:
        fix = f"pass size= with a whole number from 0 to {LONGEST:,}."
        return ambient.not_known(options.name, f"its size is {quote(size)}", fix)
    return "".join(ambient.random.choices(ALPHABET, k=wanted))


def to_lower(ambient: Ambient, options: HelperOptions, /, *args: Any) -> Any:
    """Return a text in lower case: ``{{{toLower path}}}``. Nothing has no case: null and missing give "".

    Source: developer hub, "Data and variables". Certainty: the form is documented; what is no text being
    written as JavaScript writes it is inferred.

    Example:
        >>> from kustomer_nb.template.helpers import Call
        >>> to_lower(Ambient(), Call("toLower"), "HELLO")
        'hello'
    """
    if not args:
        return ambient.not_known(options.name, "it is called without a text", "write the path after it.")
    ambient.only(options.name, args[1:])
    value = args[0]
    return "" if value is None or value is UNDEFINED else text(value).lower()

"""What JavaScript makes of JSON values: truth, equality, sums and text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import isnan
from typing import Any

from kustomer_nb.jsontext.javascript import UNDEFINED, number, string, string_number


class SafeString(str):
    """Text a helper gives that is HTML already, so ``{{ }}`` does not escape it.

    Example:
        >>> from kustomer_nb.template import Template
        >>> helpers = {"bold": lambda options, text: SafeString(f"<b>{text}</b>")}
        >>> Template.parse("{{bold name}}").render({"name": "Ann"}, helpers=helpers)
        '<b>Ann</b>'
    """

    __slots__ = ()


_OBJECTS = (dict, list, tuple, SafeString)
_NUMBERS = frozenset({int, float, bool})
# Finds a character that means something in HTML.
find_special = re.compile("[&<>\"'`=]").search
_ESCAPES = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;", "`": "&#x60;", "=": "&#x3D;"}
)


def is_nullish(value: Any) -> bool:
    """Return whether a value is null or undefined."""
    return value is None or value is UNDEFINED


def is_number(value: Any) -> bool:
    """Return whether ``+`` adds a value up as a number; it does so with true and false."""
    return type(value) in _NUMBERS


def is_falsy(value: Any) -> bool:
    """Return whether JavaScript takes a value for false; an empty array or object is true.

    Example:
        >>> [is_falsy(value) for value in (0, "", float("nan"), [], {}, "0")]
        [True, True, True, False, False, False]
    """
    if not value:
        return not isinstance(value, _OBJECTS)
    return type(value) is float and isnan(value)


def is_empty(value: Any) -> bool:
    """Return whether ``#if`` and ``#with`` take a value for empty: false but for 0, or an empty array.

    Example:
        >>> [is_empty(value) for value in (0, "", [], {}, None)]
        [False, True, True, False, True]
    """
    if isinstance(value, (list, tuple)):
        return not value
    is_zero = isinstance(value, (int, float)) and not isinstance(value, bool) and value == 0
    return is_falsy(value) and not is_zero


def is_equal(left: Any, right: Any) -> bool:
    """Return ``left == right`` as JavaScript's loose equality has it.

    Example:
        >>> is_equal("1", 1), is_equal(None, UNDEFINED), is_equal([1], "1"), is_equal([], [])
        (True, True, True, False)
    """
    if left is right:
        return not (type(left) is float and isnan(left))
    if is_nullish(left) or is_nullish(right):
        return is_nullish(left) and is_nullish(right)
    is_object = isinstance(left, _OBJECTS), isinstance(right, _OBJECTS)
    if all(is_object):
        return False
    if any(is_object):
        thing, other = (left, right) if is_object[0] else (right, left)
        if isinstance(thing, (list, tuple)) and len(thing) > (
            len(other) + 1 if isinstance(other, str) else 1
        ):
            # It has more commas than the text has characters, and no number has one.
            return False
        left, right = string(thing), other
    if isinstance(left, str) != isinstance(right, str):
        left, right = _number(left), _number(right)
    return bool(left == right)


def _number(value: Any) -> float:
    return string_number(value) if isinstance(value, str) else number(value)


def total(values: Sequence[Any]) -> Any:
    """Return values added from the left with JavaScript's ``+``: numbers add up until the first text.

    Example:
        >>> total([1, 2, "x", 3]), total([True, 1]), total([])
        ('3x3', 2, '')
    """
    if not values:
        return ""
    result, at = values[0], 1
    if type(result) in _NUMBERS:
        while at < len(values) and type(values[at]) in _NUMBERS:
            result = number(number(result) + number(values[at]))
            at += 1
    if at == len(values):
        return result
    return "".join([string(result), *map(string, values[at:])])


def escaped(value: Any) -> str:
    """Return what ``{{ }}`` prints of a value.

    Example:
        >>> escaped("a=<b>"), escaped(None), escaped(False), escaped(SafeString("<b>"))
        ('a&#x3D;&lt;b&gt;', '', 'false', '<b>')
    """
    if isinstance(value, SafeString):
        return value
    return escaped_text(printed(value))


def escaped_text(text: str) -> str:
    """Return a text with the characters that mean something in HTML escaped."""
    return text if text.isalnum() or find_special(text) is None else text.translate(_ESCAPES)


def printed(value: Any) -> str:
    """Return what ``{{{ }}}`` prints of a value.

    Example:
        >>> printed(None), printed(1.0), printed([1, None])
        ('', '1', '1,')
    """
    return "" if value is None or value is UNDEFINED else string(value)

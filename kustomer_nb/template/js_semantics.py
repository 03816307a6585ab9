"""JavaScript semantics for JSON values: truthiness, loose equality, ``+`` and conversion to a string."""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import isnan
from typing import Any

from kustomer_nb.jsontext.javascript import UNDEFINED, number, string, string_number


class SafeString(str):
    """A string that a helper returns as HTML, so ``{{ }}`` does not escape it.

    Example:
        >>> from kustomer_nb.template import Template
        >>> helpers = {"bold": lambda options, text: SafeString(f"<b>{text}</b>")}
        >>> Template.parse("{{bold name}}").render({"name": "Ann"}, helpers=helpers)
        '<b>Ann</b>'
    """

    __slots__ = ()


_OBJECTS = (dict, list, tuple, SafeString)
_NUMBERS = frozenset({int, float, bool})
# The characters that handlebars.js escapes; a bound method, because it runs for every variable.
find_special = re.compile("[&<>\"'`=]").search
_ESCAPES = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;", "`": "&#x60;", "=": "&#x3D;"}
)


def is_nullish(value: Any) -> bool:
    """Return whether a value is null or undefined."""
    return value is None or value is UNDEFINED


def is_number(value: Any) -> bool:
    """Return whether ``+`` treats a value as a number, as it does true and false."""
    return type(value) in _NUMBERS


def is_falsy(value: Any) -> bool:
    """Return whether a value is falsy in JavaScript; an empty array or object is not.

    Example:
        >>> [is_falsy(value) for value in (0, "", float("nan"), [], {}, "0")]
        [True, True, True, False, False, False]
    """
    # Python agrees except for empty containers, which are truthy in JavaScript, and NaN, which is falsy.
    if not value:
        return not isinstance(value, _OBJECTS)
    return type(value) is float and isnan(value)


def is_empty(value: Any) -> bool:
    """Return whether ``#if`` and ``#with`` treat a value as empty: falsy except 0, or an empty array.

    Example:
        >>> [is_empty(value) for value in (0, "", [], {}, None)]
        [False, True, True, False, True]
    """
    if isinstance(value, (list, tuple)):
        return not value
    is_zero = isinstance(value, (int, float)) and not isinstance(value, bool) and value == 0
    return is_falsy(value) and not is_zero


def is_equal(left: Any, right: Any) -> bool:
    """Return ``left == right`` with JavaScript's loose equality.

    Example:
        >>> is_equal("1", 1), is_equal(None, UNDEFINED), is_equal([1], "1"), is_equal([], [])
        (True, True, True, False)
    """
    if left is right:
        return not (type(left) is float and isnan(left))
    if is_nullish(left) or is_nullish(right):
        return is_nullish(left) is is_nullish(right)
    if isinstance(left, _OBJECTS):
        return _is_object_equal(left, right)
    if isinstance(right, _OBJECTS):
        return _is_object_equal(right, left)
    if isinstance(left, str) != isinstance(right, str):
        left, right = _number(left), _number(right)
    return bool(left == right)


def _is_object_equal(value: Any, other: Any) -> bool:
    """Return whether an object or array equals another value, which it does only once it is a string."""
    if isinstance(other, _OBJECTS):
        return False
    if isinstance(value, (list, tuple)) and len(value) > (len(other) + 1 if isinstance(other, str) else 1):
        # An array converts to its items joined by commas. With more commas than the other side has
        # characters (a number has no commas) they differ, and a large array need not be converted.
        return False
    text = string(value)
    return text == other if isinstance(other, str) else bool(_number(text) == _number(other))


def _number(value: Any) -> float:
    return string_number(value) if isinstance(value, str) else number(value)


def add_values(values: Sequence[Any]) -> Any:
    """Return the values added from left to right with JavaScript's ``+``: numbers sum until the first string.

    Example:
        >>> add_values([1, 2, "x", 3]), add_values([True, 1]), add_values([])
        ('3x3', 2, '')
    """
    if not values:
        return ""
    result, index = values[0], 1
    if type(result) in _NUMBERS:
        while index < len(values) and type(values[index]) in _NUMBERS:
            result = number(number(result) + number(values[index]))
            index += 1
    if index == len(values):
        return result
    return "".join([string(result), *map(string, values[index:])])


def escape_html(value: Any) -> str:
    """Return what ``{{ }}`` prints for a value.

    Example:
        >>> escape_html("a=<b>"), escape_html(None), escape_html(False), escape_html(SafeString("<b>"))
        ('a&#x3D;&lt;b&gt;', '', 'false', '<b>')
    """
    if isinstance(value, SafeString):
        return value
    return escape_text(to_text(value))


def escape_text(text: str) -> str:
    """Return a text with its HTML special characters escaped."""
    return text if text.isalnum() or find_special(text) is None else text.translate(_ESCAPES)


def to_text(value: Any) -> str:
    """Return what ``{{{ }}}`` prints for a value.

    Example:
        >>> to_text(None), to_text(1.0), to_text([1, None])
        ('', '1', '1,')
    """
    return "" if value is None or value is UNDEFINED else string(value)

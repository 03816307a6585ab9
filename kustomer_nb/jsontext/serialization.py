"""``JSON.stringify``: JSON values as JavaScript writes them (ECMA-262, SerializeJSONProperty, 25.5.2.2)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

from .javascript import LONE_SURROGATE, SAFE_INTEGER, UNDEFINED, number_text, ordered, quoted, string

_NO_JSON = frozenset({"NaN", "Infinity", "-Infinity"})
_LONGEST_BITS = 8192
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
# Keys that JavaScript sorts first. A quote within a string is escaped, so only a key looks like this.
_INDEX_KEY = re.compile(r'"\d+":')
# Outside strings: 3.0 and -0.0, which JavaScript writes as 3 and 0, and integers that may not be doubles.
# Each begins with what `re` finds fast; an alternation of all would take ten times as long.
_WHOLE_FLOAT, _NEGATIVE_ZERO = re.compile(r"\.0(?!\d)"), re.compile(r"-0\.0(?!\d)")
_LONG, _LONG_INTEGER = re.compile(r"[0-9]{16}"), re.compile(r"(?<![0-9.])[0-9]{16,}+(?!\.)")
# JSON contains no control characters, so these stand in for its escapes and quotes while it is taken apart.
_BACKSLASH, _QUOTE, _BREAK = "\0", "\x01", "\x02"


def stringify(value: Any) -> str | None:
    """Return ``JSON.stringify(value)``: without spaces, undefined omitted, NaN and Infinity as null.

    None for undefined itself, for which JavaScript returns undefined.

    Example:
        >>> stringify({"b": 1.0, "1": [UNDEFINED, "é"], "gone": UNDEFINED})
        '{"1":[null,"é"],"b":1}'
    """
    if isinstance(value, (dict, list)) and (text := _stringified_by_python(value)) is not None:
        return text
    try:
        return _stringified(value)
    except RecursionError:
        return _stringified_flat(value)


def _stringified_by_python(value: Any) -> str | None:
    """Return what Python's encoder, in C and ten times as fast, writes; None if JavaScript may differ."""
    try:
        text = _ENCODER.encode(value)
    except (TypeError, ValueError, RecursionError):
        # UNDEFINED, another class, or nested too deeply.
        return None
    if _INDEX_KEY.search(text) or (not text.isascii() and LONE_SURROGATE.search(text)):
        return None
    return _with_numbers_of_javascript(text)


def _with_numbers_of_javascript(text: str) -> str | None:
    """Return JSON with 3 in place of 3.0 outside its strings; None if another number has to be changed."""
    is_escaped = "\\" in text
    if is_escaped:
        text = text.replace("\\\\", _BACKSLASH).replace('\\"', _QUOTE)
    # Every other part is the inside of a string.
    parts = text.split('"')
    outside = _BREAK.join(parts[::2])
    if _has_other_numbers(outside):
        return None
    written = _WHOLE_FLOAT.sub("", outside) if ".0" in outside else outside
    if _LONG.search(written):
        written = _LONG_INTEGER.sub(lambda match: _stringified(int(match[0])) or "", written)
    if written is not outside:
        parts[::2] = written.split(_BREAK)
        text = '"'.join(parts)
    return text.replace(_QUOTE, '\\"').replace(_BACKSLASH, "\\\\") if is_escaped else text


def _has_other_numbers(outside: str) -> bool:
    """Return whether a number outside the strings of JSON is not what JavaScript writes, apart from 3.0."""
    # Only NaN, Infinity and 1e+16 have these letters.
    if "N" in outside or "I" in outside or "e+" in outside or "e-" in outside:
        return True
    return _NEGATIVE_ZERO.search(outside) is not None


def _stringified(value: Any) -> str | None:
    if value is UNDEFINED:
        return None
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, dict):
        members = (
            f"{quoted(key)}:{_stringified(item)}" for key, item in ordered(value) if item is not UNDEFINED
        )
        return "{" + ",".join(members) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(_stringified(item) or "null" for item in value) + "]"
    text = string(value)
    # An int beyond the largest double is Infinity in JavaScript.
    return "null" if text in _NO_JSON else text


def same_json(first: Any, second: Any) -> bool:
    """Return whether ``JSON.stringify`` writes two values the same, at any depth.

    Example:
        >>> same_json({"a": [1.0]}, {"a": [1]}), same_json([None], [0])
        (True, False)
    """
    pending = [(first, second)]
    while pending:
        pairs = _inner_pairs(*pending.pop())
        if pairs is None:
            return False
        pending += pairs
    return True


def _inner_pairs(left: Any, right: Any) -> Iterable[tuple[Any, Any]] | None:
    """Return the pairs of values to compare within two values; None if these differ already."""
    if isinstance(left, dict) and isinstance(right, dict):
        members, others = dict(ordered(left)), dict(ordered(right))
        is_alike = list(members) == list(others)
        return zip(members.values(), others.values(), strict=True) if is_alike else None
    if isinstance(left, list) and isinstance(right, list):
        return zip(left, right, strict=True) if len(left) == len(right) else None
    return () if _is_same_leaf(left, right) else None


def _is_same_leaf(left: Any, right: Any) -> bool:
    if isinstance(left, (dict, list)) or isinstance(right, (dict, list)):
        return False
    return stringify(left) == stringify(right)


def _stringified_flat(value: Any) -> str | None:
    """Return what `_stringified` does, without recursion; slower, so only for deep values."""
    parts: list[str] = []
    # What is still to be written, the next one last: a string as it is, or a value in a list of one.
    pending: list[str | list[Any]] = [[value]]
    while pending:
        entry = pending.pop()
        if isinstance(entry, str):
            parts.append(entry)
            continue
        (item,) = entry
        if isinstance(item, (dict, list, tuple)):
            pending += reversed(_entries(item))
        else:
            parts.append(_stringified(item) or "null")
    return "".join(parts)


def _entries(container: dict[str, Any] | list[Any] | tuple[Any, ...]) -> list[str | list[Any]]:
    """Return what is to be written for an object or array, in order: strings, and each value in a list."""
    if isinstance(container, dict):
        pairs = [(key, item) for key, item in ordered(container) if item is not UNDEFINED]
        entries: list[str | list[Any]] = ["{"]
        for at, (key, item) in enumerate(pairs):
            entries += (f"{',' if at else ''}{quoted(key)}:", [item])
        entries.append("}")
        return entries
    entries = ["["]
    for at, item in enumerate(container):
        entries += ("," if at else "", [item])
    entries.append("]")
    return entries


def literal_text(value: Any) -> str:
    """Return a number as it was written, as far as Python knows: all digits of an integer.

    Example:
        >>> literal_text(4634343214213523454), literal_text(1.50)
        ('4634343214213523454', '1.5')
    """
    if type(value) is int and not -SAFE_INTEGER <= value <= SAFE_INTEGER:
        # Python refuses to print more than 4,300 digits; nobody reads as many.
        return str(value) if value.bit_length() < _LONGEST_BITS else number_text(value)
    return stringify(value) or "no value"

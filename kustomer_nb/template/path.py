"""Own keys of JSON values, looked up as JavaScript does; nothing of Python can be reached."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from kustomer_nb.jsontext.javascript import UNDEFINED

_INDEX = re.compile(r"0|[1-9][0-9]*")


def own(value: Any, key: str) -> Any:
    """Return one own property of a JSON value, ``UNDEFINED`` if it has none of that name.

    Example:
        >>> own({"a": 1}, "a"), own([7, 8], "1"), own("héllo", "length"), own({}, "__class__")
        (1, 8, 5, UNDEFINED)
    """
    if isinstance(value, dict):
        return value.get(key, UNDEFINED)
    if isinstance(value, str):
        return _unit(value, key)
    if isinstance(value, list):
        if key == "length":
            return len(value)
        if _INDEX.fullmatch(key) and len(key) < 16 and int(key) < len(value):
            return value[int(key)]
    return UNDEFINED


def _unit(value: str, key: str) -> Any:
    """Return the length or one unit of a string; JavaScript's strings are UTF-16."""
    if key != "length" and not _INDEX.fullmatch(key):
        return UNDEFINED
    units = value.encode("utf-16-le", "surrogatepass")
    if key == "length":
        return len(units) // 2
    at = 2 * int(key) if len(key) < 16 else len(units)
    return units[at : at + 2].decode("utf-16-le", "surrogatepass") if at < len(units) else UNDEFINED


def look_up(value: Any, segments: Iterable[str]) -> Any:
    """Return what a path names; null or undefined on the way ends it with that value.

    Example:
        >>> look_up({"a": {"b": [1]}}, ["a", "b", "0"]), look_up({"a": None}, ["a", "b"])
        (1, None)
    """
    for segment in segments:
        if value is None or value is UNDEFINED:
            return value
        value = own(value, segment)
    return value

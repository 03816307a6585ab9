"""Own keys of JSON values, looked up as JavaScript does; nothing of Python can be reached."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from kustomer_nb.jsontext.javascript import UNDEFINED, ordered

from .js_semantics import SafeString, is_falsy

# What every object of JavaScript has; a template sees that they are there, never what they are.
_INHERITED = frozenset(
    {
        "__defineGetter__",
        "__defineSetter__",
        "__lookupGetter__",
        "__lookupSetter__",
        "__proto__",
        "constructor",
        "hasOwnProperty",
        "isPrototypeOf",
        "propertyIsEnumerable",
        "toLocaleString",
        "toString",
        "valueOf",
    }
)
_OF_ARRAYS = frozenset(
    [
        "at",
        "concat",
        "copyWithin",
        "entries",
        "every",
        "fill",
        "filter",
        "find",
        "findIndex",
        "findLast",
        "findLastIndex",
        "flat",
        "flatMap",
        "forEach",
        "includes",
        "indexOf",
        "join",
        "keys",
        "lastIndexOf",
        "map",
        "pop",
        "push",
        "reduce",
        "reduceRight",
        "reverse",
        "shift",
        "slice",
        "some",
        "sort",
        "splice",
        "toReversed",
        "toSorted",
        "toSpliced",
        "unshift",
        "values",
        "with",
    ]
)
_INDEX = re.compile(r"0|[1-9][0-9]*")


def members(value: Any) -> list[tuple[str | int, Any]]:
    """Return the keys and values ``#each`` goes through, in its order; none where it goes through nothing.

    Example:
        >>> members({"b": 1, "2": 2}), members(["x"]), members("text")
        ([('2', 2), ('b', 1)], [(0, 'x')], [])
    """
    if isinstance(value, (list, tuple)):
        return list(enumerate(value))
    if isinstance(value, dict):
        # JSON has no other keys; what a caller hands in may.
        named = (
            value if all(type(key) is str for key in value) else {str(key): one for key, one in value.items()}
        )
        return [*ordered(named)]
    return [("string", str(value))] if isinstance(value, SafeString) else []


def own(value: Any, key: str) -> Any:
    """Return one own property of a JSON value, ``UNDEFINED`` if it has none of that name.

    Example:
        >>> own({"a": 1}, "a"), own([7, 8], "1"), own("héllo", "length"), own({}, "__class__")
        (1, 8, 5, UNDEFINED)
    """
    if isinstance(value, dict):
        return value.get(key, UNDEFINED)
    if isinstance(value, SafeString):
        return str(value) if key == "string" else UNDEFINED
    if isinstance(value, str):
        return _unit(value, key)
    if isinstance(value, (list, tuple)):
        if key == "length":
            return len(value)
        if _INDEX.fullmatch(key) and len(key) < 16 and int(key) < len(value):
            return value[int(key)]
    return UNDEFINED


def has(value: Any, key: str) -> bool:
    """Return whether a value is an object or array with a property of that name.

    Example:
        >>> has({"a": None}, "a"), has([7], "0"), has("text", "length")
        (True, True, False)
    """
    if not isinstance(value, (dict, list, tuple, SafeString)):
        return False
    is_inherited = key in _INHERITED or (key in _OF_ARRAYS and isinstance(value, (list, tuple)))
    return is_inherited or own(value, key) is not UNDEFINED


def _unit(value: str, key: str) -> Any:
    """Return the length or one unit of a string; JavaScript's strings are UTF-16."""
    if key != "length" and not _INDEX.fullmatch(key):
        return UNDEFINED
    if value.isascii():
        at = int(key) if key != "length" and len(key) < 16 else len(value)
        return len(value) if key == "length" else value[at : at + 1] or UNDEFINED
    if key == "length":
        return len(value.encode("utf-16-le", "surrogatepass")) // 2
    at = 2 * int(key) if len(key) < 16 else 2 * len(value) + 2
    # No character is less than one unit.
    units = value[: at // 2 + 1].encode("utf-16-le", "surrogatepass")
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


def look_up_data(value: Any, segments: Iterable[str]) -> Any:
    """Return what a path after ``@`` names; any false value on the way ends it, so ``@root.n.x`` may be 0.

    Example:
        >>> look_up_data({"root": {"n": 0}}, ["root", "n", "x"])
        0
    """
    for segment in segments:
        if is_falsy(value):
            return value
        value = own(value, segment)
    return value

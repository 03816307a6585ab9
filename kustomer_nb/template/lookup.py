"""Property lookup in JSON values as in JavaScript; Python attributes are never reached."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from kustomer_nb.jsontext.javascript import UNDEFINED, ordered

from .js_semantics import SafeString, is_falsy

# Inherited by every JavaScript object: strict mode accepts these names, but a lookup returns nothing, since
# handlebars.js 4.7 reads own properties only.
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
# What arrays inherit in addition.
_INHERITED_BY_ARRAYS = frozenset(
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
    """Return the keys and values that ``#each`` iterates over, in its order; empty for any other value.

    Example:
        >>> members({"b": 1, "2": 2}), members(["x"]), members("text")
        ([('2', 2), ('b', 1)], [(0, 'x')], [])
    """
    if isinstance(value, (list, tuple)):
        return list(enumerate(value))
    if isinstance(value, dict):
        # JSON keys are strings, but a caller may pass a dict with others.
        named = (
            value
            if all(type(key) is str for key in value)
            else {str(key): item for key, item in value.items()}
        )
        return [*ordered(named)]
    return [("string", str(value))] if isinstance(value, SafeString) else []


def own_property(value: Any, key: str) -> Any:
    """Return an own property of a JSON value; ``UNDEFINED`` if it has none of that name.

    Example:
        >>> own_property({"a": 1}, "a"), own_property([7, 8], "1"), own_property("héllo", "length")
        (1, 8, 5)
        >>> own_property({}, "__class__")
        UNDEFINED
    """
    if isinstance(value, dict):
        return value.get(key, UNDEFINED)
    if isinstance(value, SafeString):
        return str(value) if key == "string" else UNDEFINED
    if isinstance(value, str):
        return _code_unit(value, key)
    if isinstance(value, (list, tuple)):
        if key == "length":
            return len(value)
        # A longer index is out of range anyway, and int() of a very long one raises.
        if _INDEX.fullmatch(key) and len(key) < 16 and int(key) < len(value):
            return value[int(key)]
    return UNDEFINED


def has_property(value: Any, key: str) -> bool:
    """Return whether a value is an object or array with a property of that name, own or inherited.

    Example:
        >>> has_property({"a": None}, "a"), has_property([7], "0"), has_property("text", "length")
        (True, True, False)
    """
    if not isinstance(value, (dict, list, tuple, SafeString)):
        return False
    is_inherited = key in _INHERITED or (key in _INHERITED_BY_ARRAYS and isinstance(value, (list, tuple)))
    return is_inherited or own_property(value, key) is not UNDEFINED


def _code_unit(value: str, key: str) -> Any:
    """Return the length or one code unit of a string; JavaScript strings are UTF-16."""
    if key != "length" and not _INDEX.fullmatch(key):
        return UNDEFINED
    if value.isascii():
        offset = int(key) if key != "length" and len(key) < 16 else len(value)
        return len(value) if key == "length" else value[offset : offset + 1] or UNDEFINED
    if key == "length":
        return len(value.encode("utf-16-le", "surrogatepass")) // 2
    offset = 2 * int(key) if len(key) < 16 else 2 * len(value) + 2
    # A character has at least one code unit, so the prefix is long enough.
    units = value[: offset // 2 + 1].encode("utf-16-le", "surrogatepass")
    return (
        units[offset : offset + 2].decode("utf-16-le", "surrogatepass") if offset < len(units) else UNDEFINED
    )


def look_up(value: Any, segments: Iterable[str]) -> Any:
    """Return the value at a path; null or undefined along the way is the result.

    Example:
        >>> look_up({"a": {"b": [1]}}, ["a", "b", "0"]), look_up({"a": None}, ["a", "b"])
        (1, None)
    """
    for segment in segments:
        if value is None or value is UNDEFINED:
            return value
        value = value.get(segment, UNDEFINED) if type(value) is dict else own_property(value, segment)
    return value


def value_at(values: Any, segments: tuple[str, ...]) -> Any:
    """Return the value at a path; `UNDEFINED` for no path or a member of null.

    Example:
        >>> value_at({"a": {"b": 7}}, ("a", "b")), value_at({"a": None}, ("a", "b"))
        (7, UNDEFINED)
    """
    if not segments:
        return UNDEFINED
    value = look_up(values, segments)
    # `look_up` returns a null along the way, which here is not the value of the path.
    return UNDEFINED if value is None and look_up(values, segments[:-1]) is None else value


def look_up_data(value: Any, segments: Iterable[str]) -> Any:
    """Return the value at a path after ``@``; any falsy value along the way is the result.

    So ``@root.n.x`` may be 0, as in handlebars.js.

    Example:
        >>> look_up_data({"root": {"n": 0}}, ["root", "n", "x"])
        0
    """
    for segment in segments:
        if is_falsy(value):
            return value
        value = own_property(value, segment)
    return value

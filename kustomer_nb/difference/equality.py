"""When two JSON values are equal: 1 and 1.0 are, ``true`` and 1 never are, and NaN equals NaN."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from itertools import repeat
from marshal import dumps
from typing import Any

from kustomer_nb.jsontext.javascript import SAFE_INTEGER, UNDEFINED, number
from kustomer_nb.jsontext.pointer_patterns import PointerPatterns

CONTAINERS = frozenset({dict, list})


def equal(left: Any, right: Any) -> bool:
    """Return whether two JSON values are equal; ``true`` and 1 never are.

    Two integers that are the same double are equal, as in JavaScript.

    Example:
        >>> equal([1], [1.0]), equal(True, 1), equal(9007199254740993, 9007199254740992)
        (True, False, True)
    """
    stack: list[Iterator[tuple[Any, Any]]] = [iter(((left, right),))]
    while stack:
        for item, other in stack[-1]:
            kind = type(item)
            # The fast path for the types that JSON is read as; _pairs and _same_leaf handle subclasses too.
            if item is other or (kind is type(other) and kind not in CONTAINERS and item == other):
                continue
            pairs = _pairs(item, other)
            if pairs is not None:
                stack.append(pairs)
                break
            if not _same_leaf(item, other):
                return False
        else:
            stack.pop()
    return True


def same_bytes(left: Any, right: Any) -> bool:
    """Return whether two values are certainly equal: fast, but false for 1.0 and 1, whose bytes differ.

    Example:
        >>> same_bytes([1, {"a": None}], [1, {"a": None}]), same_bytes([1.0], [1]), same_bytes([True], [1])
        (True, False, False)
    """
    try:
        # Version 2 is the last without references, which depend on what else refers to a value.
        return dumps(left, 2) == dumps(right, 2)
    except ValueError:
        return False


def _pairs(left: Any, right: Any) -> Iterator[tuple[Any, Any]] | None:
    """Return the pairs of members that must be equal, None if the containers differ in type or size."""
    if isinstance(left, dict) and isinstance(right, dict):
        if left.keys() == right.keys():
            return zip(left.values(), map(right.__getitem__, left), strict=True)
    elif isinstance(left, list) and isinstance(right, list) and len(left) == len(right):
        return zip(left, right, strict=True)
    return None


def _same_leaf(left: Any, right: Any) -> bool:
    if isinstance(left, (dict, list)) or type_name(left) != type_name(right):
        return False
    # Only NaN differs from itself.
    return bool(left == right) or bool(left != left and right != right) or _same_double(left, right)


def _same_double(left: Any, right: Any) -> bool:
    """Return whether two numbers are one in JavaScript, which keeps no more than a double of each."""
    are_numbers = isinstance(left, (int, float)) and isinstance(right, (int, float))
    return are_numbers and abs(left) > SAFE_INTEGER and bool(number(left) == number(right))


_TYPE_NAMES = {
    type(UNDEFINED): "undefined",
    type(None): "null",
    bool: "boolean",
    int: "number",
    float: "number",
    str: "string",
    list: "array",
    dict: "object",
}


def type_name(value: Any) -> str:
    """Return the JSON type of a value, as Kustomer's docs name it.

    Example:
        >>> [type_name(value) for value in (True, 1.5, None, "x", [], {})]
        ['boolean', 'number', 'null', 'string', 'array', 'object']
    """
    name = _TYPE_NAMES.get(type(value))
    if name is not None:
        return name
    # A subclass, such as a float of numpy.
    names = ((bool, "boolean"), ((int, float), "number"), (str, "string"), (list, "array"), (dict, "object"))
    return next((name for kind, name in names if isinstance(value, kind)), "undefined")


_TRUE, _FALSE, _NAN = object(), object(), object()


class Keys:
    """Makes hashable keys for values: equal for equal values, different for different ones.

    Ignored parts do not count. The key of a container stands for its members' keys, so that two different
    containers cannot share one by chance. Keys of different `Keys` objects cannot be compared.

    Example:
        >>> keys = Keys()
        >>> keys.key({"a": [1, True]}) == keys.key({"a": [1.0, True]}), keys.key([1]) == keys.key([True])
        (True, False)
    """

    def __init__(self) -> None:
        self._tokens: dict[tuple[Any, ...], Hashable] = {}
        self._orders: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._names: dict[frozenset[str], tuple[str, ...]] = {}

    def key(self, value: Any, ignored: PointerPatterns | None = None) -> Hashable:
        """Return the key of a value."""
        if not isinstance(value, (dict, list)):
            return _leaf(value)
        names, members = _members(value, ignored)
        stack: list[tuple[Names, Members, list[Hashable]]] = [(names, members, [])]
        while True:
            names, members, keys = stack[-1]
            for member, inner_ignored in members:
                if type(member) is str:
                    keys.append(member)
                elif isinstance(member, (dict, list)):
                    stack.append((*_members(member, inner_ignored), []))
                    break
                else:
                    keys.append(_leaf(member))
            else:
                stack.pop()
                token = self._token(names, keys)
                if not stack:
                    return token
                stack[-1][2].append(token)

    def _token(self, names: Names, keys: list[Hashable]) -> Hashable:
        if names is None:
            return self._tokens.setdefault((None, *keys), object())
        # The order of names does not matter in JSON: all orders of the same names use the first one seen.
        order = self._orders.get(names)
        if order is None:
            order = self._orders[names] = self._names.setdefault(frozenset(names), names)
        if order is not names and order != names:
            by_name = dict(zip(names, keys, strict=True))
            keys = [by_name[name] for name in order]
        return self._tokens.setdefault((order, *keys), object())


Names = tuple[str, ...] | None
Members = Iterator[tuple[Any, PointerPatterns | None]]


def _members(value: Any, ignored: PointerPatterns | None) -> tuple[Names, Members]:
    """Return the names, for an object, and the members of a container that are not ignored."""
    if ignored is None:
        nothing: Iterable[None] = repeat(None)
        if isinstance(value, dict):
            return tuple(value), zip(value.values(), nothing, strict=False)
        return None, zip(value, nothing, strict=False)
    return _members_not_ignored(value, ignored)


def _members_not_ignored(value: Any, ignored: PointerPatterns) -> tuple[Names, Members]:
    items: Iterable[tuple[Any, Any]] = value.items() if isinstance(value, dict) else enumerate(value)
    members = [(key, member, ignored.under(key)) for key, member in items]
    members = [entry for entry in members if entry[2] is None or not entry[2].covers]
    names = tuple(key for key, _, _ in members) if isinstance(value, dict) else None
    return names, iter([(member, inner_ignored) for _, member, inner_ignored in members])


def _leaf(value: Any) -> Hashable:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return _TRUE if value else _FALSE
    if isinstance(value, (int, float)):
        if -SAFE_INTEGER <= value <= SAFE_INTEGER:
            return value
        return number(value) if value == value else _NAN
    # Not JSON, which `diff` also accepts: equal by its own ==, or only to itself.
    try:
        hash(value)
    except TypeError:
        return object()
    return "undefined", value

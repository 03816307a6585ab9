"""Two JSON values compared: what was added, removed or changed, by JSON pointer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, overload

from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.show import Shown

SHOWN_LENGTH = 60


class Change(StrEnum):
    """What became of a place between the expected and the actual value."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Difference:
    """One place that differs; ``UNDEFINED`` stands for the side that has none."""

    pointer: str
    change: Change
    expected: Any
    actual: Any


class Diff(Sequence[Difference], Shown):
    """The differences between two values, in the order of the expected one; empty, and false, when equal."""

    def __init__(self, differences: Sequence[Difference], *, expected: Any, actual: Any, mode: str) -> None:
        self._differences = tuple(differences)
        self.expected = expected
        self.actual = actual
        self.mode = mode

    @overload
    def __getitem__(self, index: int) -> Difference: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Difference]: ...
    def __getitem__(self, index: int | slice) -> Difference | Sequence[Difference]:
        return self._differences[index]

    def __len__(self) -> int:
        return len(self._differences)

    def of(self, change: Change) -> tuple[Difference, ...]:
        """Return the differences of one kind."""
        return tuple(one for one in self._differences if one.change is change)

    @property
    def summary(self) -> str:
        """The counts in words: ``1 added, 2 changed``, or ``no difference``.

        Example:
            >>> diff({"a": 1}, {"a": 2, "b": 3}).summary
            '1 added, 1 changed'
        """
        said = [f"{len(self.of(change))} {change.value}" for change in Change if self.of(change)]
        return ", ".join(said) or "no difference"

    def __repr__(self) -> str:
        return f"<Diff: {self.summary}>"


def diff(expected: Any, actual: Any, *, mode: str = "value") -> Diff:
    """Return what differs between two JSON values.

    ``mode="value"`` compares values: 1 and 1.0 are equal, ``true`` and 1 are not. ``mode="shape"`` compares
    keys and types only, and each item of an array with the first one expected or the one in its own place.

    Raises:
        ValueError: the mode is neither of the two.

    Example:
        >>> [(one.pointer, one.change.value) for one in diff({"a": [1, 2]}, {"a": [1, 3], "b": None})]
        [('/a/1', 'changed'), ('/b', 'added')]
        >>> diff({"id": 1}, {"id": 2}, mode="shape")
        <Diff: no difference>
    """
    if mode not in {"value", "shape"}:
        msg = f"mode {mode!r} is neither 'value' nor 'shape'"
        raise ValueError(msg)
    found = _compare(expected, actual, "", by_shape=mode == "shape")
    return Diff(tuple(found), expected=expected, actual=actual, mode=mode)


def equal(left: Any, right: Any) -> bool:
    """Return whether two JSON values are the same; ``true`` and 1 never are.

    Example:
        >>> equal([1], [1.0]), equal(True, 1)
        (True, False)
    """
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(equal(item, right[key]) for key, item in left.items())
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(equal, left, right))
    return type_name(left) == type_name(right) and bool(left == right)


def type_name(value: Any) -> str:
    """Return the JSON type of a value, in Kustomer's words.

    Example:
        >>> [type_name(value) for value in (True, 1.5, None, "x", [], {})]
        ['boolean', 'number', 'null', 'string', 'array', 'object']
    """
    if value is None:
        return "null"
    names = ((bool, "boolean"), ((int, float), "number"), (str, "string"), (list, "array"), (dict, "object"))
    return next((name for kind, name in names if isinstance(value, kind)), "undefined")


def _compare(expected: Any, actual: Any, pointer: str, *, by_shape: bool) -> Iterator[Difference]:
    if isinstance(expected, dict) and isinstance(actual, dict):
        yield from _objects(expected, actual, pointer, by_shape=by_shape)
    elif isinstance(expected, list) and isinstance(actual, list):
        arrays = _array_shapes if by_shape else _arrays
        yield from arrays(expected, actual, pointer)
    elif type_name(expected) != type_name(actual) or not (by_shape or equal(expected, actual)):
        yield Difference(pointer, _change(expected, actual), expected, actual)


def _change(expected: Any, actual: Any) -> Change:
    if expected is UNDEFINED:
        return Change.ADDED
    return Change.REMOVED if actual is UNDEFINED else Change.CHANGED


def _objects(
    expected: dict[str, Any], actual: dict[str, Any], pointer: str, *, by_shape: bool
) -> Iterator[Difference]:
    for key in dict.fromkeys((*expected, *actual)):
        place = pointers.join(pointer, key)
        yield from _compare(
            expected.get(key, UNDEFINED), actual.get(key, UNDEFINED), place, by_shape=by_shape
        )


def _arrays(expected: list[Any], actual: list[Any], pointer: str) -> Iterator[Difference]:
    """Compare by index, but for equal items at both ends: one row inserted at the head is one difference."""
    shortest = min(len(expected), len(actual))
    head = 0
    while head < shortest and equal(expected[head], actual[head]):
        head += 1
    tail = 0
    while tail < shortest - head and equal(expected[-1 - tail], actual[-1 - tail]):
        tail += 1
    left, right = expected[head : len(expected) - tail], actual[head : len(actual) - tail]
    for at in range(max(len(left), len(right))):
        before = left[at] if at < len(left) else UNDEFINED
        after = right[at] if at < len(right) else UNDEFINED
        yield from _compare(before, after, pointers.join(pointer, head + at), by_shape=False)


def _array_shapes(expected: list[Any], actual: list[Any], pointer: str) -> Iterator[Difference]:
    for at, item in enumerate(actual if expected else ()):
        place = pointers.join(pointer, at)
        found = list(_compare(expected[0], item, place, by_shape=True))
        if found and 0 < at < len(expected) and not list(_compare(expected[at], item, place, by_shape=True)):
            continue
        yield from found

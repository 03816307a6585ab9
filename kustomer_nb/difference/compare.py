"""The walk through two values side by side, without recursion: no depth is too deep."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple, overload

from kustomer_nb.display import Displayable
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.jsontext.bounds import require_end
from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.jsontext.pointer_patterns import PointerPatterns

from .align import NOWHERE, Pair, align, by_order
from .equality import CONTAINERS, equal, type_name


class DiffKind(StrEnum):
    """What became of a place between the expected and the actual value."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Difference:
    """One place that differs; ``UNDEFINED`` stands for the side that has none.

    ``pointer`` names the place in the actual value, or what was removed in the expected one.
    ``expected_pointer`` names a changed place in the expected value where that is another one, because
    items before it were added or removed; else it is None.
    """

    pointer: str
    change: DiffKind
    expected: Any
    actual: Any
    expected_pointer: str | None = None


class Diff(Sequence[Difference], Displayable):
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

    def of(self, change: DiffKind) -> tuple[Difference, ...]:
        """Return the differences of one kind."""
        return tuple(one for one in self._differences if one.change is change)

    @property
    def summary(self) -> str:
        """The counts in words: ``1 added, 2 changed``, or ``no difference``.

        Example:
            >>> from kustomer_nb.difference import diff
            >>> diff({"a": 1}, {"a": 2, "b": 3}).summary
            '1 added, 1 changed'
        """
        said = [f"{len(self.of(change))} {change.value}" for change in DiffKind if self.of(change)]
        return ", ".join(said) or "no difference"

    def to_json_patch(self) -> list[dict[str, Any]]:
        """Return the operations of RFC 6902 that make the actual value of the expected one.

        Only what was found is in it: places that were ignored, and in ``mode="type"`` values of the same
        type, stay as expected. The values are those of the actual value itself, not copies.

        Raises:
            ValueError: the diff is by shape, whose items have no place of their own in the expected value.

        Example:
            >>> from kustomer_nb.difference import diff
            >>> diff([1, {"a": 2}], [{"a": 3}, 4, 5]).to_json_patch()[:2]
            [{'op': 'replace', 'path': '/0', 'value': {'a': 3}}, {'op': 'replace', 'path': '/1', 'value': 4}]
            >>> diff({"a": [1, 2]}, {"a": [0, 1, 2]}).to_json_patch()
            [{'op': 'add', 'path': '/a/0', 'value': 0}]
        """
        if self.mode == "shape":
            msg = "a diff by shape has no patch: make one with mode='value' or mode='type'"
            raise ValueError(msg)
        # Backwards, so that no removal moves the place of another; forwards, so that each place before an
        # added or changed one is as in the actual value already.
        removals = [{"op": "remove", "path": one.pointer} for one in reversed(self.of(DiffKind.REMOVED))]
        names = {DiffKind.ADDED: "add", DiffKind.CHANGED: "replace"}
        settings = [
            {"op": names[one.change], "path": one.pointer, "value": one.actual}
            for one in self._differences
            if one.change in names
        ]
        return [*removals, *settings]

    def __repr__(self) -> str:
        return f"<Diff: {self.summary}>"


MODES = ("value", "type", "shape")


def diff(expected: Any, actual: Any, *, mode: str = "value", ignore: Iterable[str] = ()) -> Diff:
    """Return what differs between two JSON values.

    ``mode="value"`` compares values: 1 and 1.0 are equal, ``true`` and 1 are not. Equal items of an array
    belong together wherever they are, so that an item inserted at the head is one difference.
    ``mode="type"`` compares keys and types only, and arrays index by index. ``mode="shape"`` does too, but
    compares each item of an array with the first one expected or the one in its own place, and lengths do
    not matter.

    ``ignore`` names places by JSON pointer, in which ``*`` is any one key or index and ``**`` any number of
    them. Nothing at or below such a place is a difference, and items that differ there alone are equal. An
    index in it counts in both values.

    Raises:
        ValueError: the mode is none of the three, or an ignored pointer is malformed.
        InputError: a value holds itself, or cannot be read.

    Example:
        >>> [(one.pointer, one.change.value) for one in diff({"a": [1, 2]}, {"a": [1, 3], "b": None})]
        [('/a/1', 'changed'), ('/b', 'added')]
        >>> diff({"id": 1, "tags": ["x"]}, {"id": 2, "tags": []}, mode="type")
        <Diff: 1 removed>
        >>> diff({"id": 1, "tags": ["x"]}, {"id": 2, "tags": []}, mode="shape")
        <Diff: no difference>
        >>> diff([{"id": 1, "at": {"ms": 5}}], [{"id": 1, "at": {"ms": 9}}], ignore=["/*/at"])
        <Diff: no difference>
    """
    if mode not in MODES:
        msg = f"there is no mode {mode!r}: write 'value', 'type' or 'shape'"
        raise ValueError(msg)
    require_end(expected, "")
    require_end(actual, "")
    return _compared(expected, actual, mode, ignore)


def diff_json(expected: Any, actual: Any) -> Diff:
    """Return what `diff` returns for values that are known to be JSON, and so to have an end.

    Example:
        >>> diff_json({"a": 1}, {"a": 1.0})
        <Diff: no difference>
    """
    return _compared(expected, actual, "value", ())


def _compared(expected: Any, actual: Any, mode: str, ignore: Iterable[str]) -> Diff:
    rows: list[Difference] = []
    place = Place("", "", PointerPatterns.of(ignore))
    if place.ignored is None or not place.ignored.covers:
        _walk(_Comparison(mode).between(expected, actual, place, rows))
    return Diff(rows, expected=expected, actual=actual, mode=mode)


Walk = Generator["Walk | None", None, None]


def _walk(first: Walk | None) -> None:
    """Run a walk and the walks it asks for, each to its end before the one that asked goes on."""
    stack = [first] if first else []
    while stack:
        for asked in stack[-1]:
            if asked is not None:
                stack.append(asked)
                break
        else:
            stack.pop()


class Place(NamedTuple):
    """Where a walk is, in the actual and in the expected value."""

    pointer: str
    expected_pointer: str
    ignored: PointerPatterns | None

    def under(self, key: str | int, expected_key: str | int) -> Place | None:
        """Return the place under a key or an index, or None where it is ignored."""
        ignored = self.ignored and self.ignored.between(key, expected_key)
        if ignored and ignored.covers:
            return None
        pointer = pointers.join(self.pointer, key)
        if key == expected_key and self.pointer == self.expected_pointer:
            return Place(pointer, pointer, ignored)
        return Place(pointer, pointers.join(self.expected_pointer, expected_key), ignored)


class _Comparison:
    """Compares in one mode, and writes down what differs as it goes."""

    def __init__(self, mode: str) -> None:
        self._by_value = mode == "value"
        self._arrays = {"value": self._aligned, "type": self._by_index, "shape": self._by_shape}[mode]

    def between(self, before: Any, after: Any, place: Place | None, rows: list[Difference]) -> Walk | None:
        """Write down how two values differ, or return the walk that does where both have members."""
        if place is None:
            return None
        if isinstance(before, dict) and isinstance(after, dict):
            return self._objects(before, after, place, rows)
        if isinstance(before, list) and isinstance(after, list):
            return self._arrays(before, after, place, rows)
        if type_name(before) != type_name(after) or (self._by_value and not equal(before, after)):
            rows.append(_difference(before, after, place))
        return None

    def _objects(
        self, before: dict[str, Any], after: dict[str, Any], place: Place, rows: list[Difference]
    ) -> Walk:
        for key, one in before.items():
            other = after.get(key, UNDEFINED)
            kind = type(one)
            # Most members are equal leaves, for which no place is named.
            if one is other or (kind is type(other) and kind not in CONTAINERS and one == other):
                continue
            yield self.between(one, other, place.under(key, key), rows)
        for key, other in after.items():
            if key not in before:
                yield self.between(UNDEFINED, other, place.under(key, key), rows)

    def _aligned(self, before: list[Any], after: list[Any], place: Place, rows: list[Difference]) -> Walk:
        return self._items(before, after, align(before, after, place.ignored), place, rows)

    def _by_index(self, before: list[Any], after: list[Any], place: Place, rows: list[Difference]) -> Walk:
        return self._items(before, after, by_order(range(len(before)), range(len(after))), place, rows)

    def _items(
        self,
        before: list[Any],
        after: list[Any],
        pairs: Iterable[Pair],
        place: Place,
        rows: list[Difference],
    ) -> Walk:
        for left, right in pairs:
            if right == NOWHERE:
                yield self.between(before[left], UNDEFINED, place.under(left, left), rows)
            elif left == NOWHERE:
                yield self.between(UNDEFINED, after[right], place.under(right, right), rows)
            else:
                yield self.between(before[left], after[right], place.under(right, left), rows)

    def _by_shape(self, before: list[Any], after: list[Any], place: Place, rows: list[Difference]) -> Walk:
        for at, item in enumerate(after if before else ()):
            inner = place.under(at, at)
            found: list[Difference] = []
            yield self.between(before[0], item, inner, found)
            if found and 0 < at < len(before):
                in_its_place: list[Difference] = []
                yield self.between(before[at], item, inner, in_its_place)
                found = found if in_its_place else []
            rows.extend(found)


def _difference(expected: Any, actual: Any, place: Place) -> Difference:
    if expected is UNDEFINED:
        return Difference(place.pointer, DiffKind.ADDED, expected, actual)
    if actual is UNDEFINED:
        return Difference(place.expected_pointer, DiffKind.REMOVED, expected, actual)
    elsewhere = None if place.expected_pointer == place.pointer else place.expected_pointer
    return Difference(place.pointer, DiffKind.CHANGED, expected, actual, elsewhere)

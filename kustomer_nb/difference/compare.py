"""The comparison of two values, without recursion, so that they may be nested to any depth."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple, overload

from kustomer_nb.display import Displayable
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.jsontext.bounds import require_end
from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.jsontext.pointer_patterns import PointerPatterns
from kustomer_nb.near_names import suggests_options

from .align import NO_ITEM, Pair, align, all_pairs, by_order
from .equality import CONTAINERS, equal, same_bytes, type_name

if TYPE_CHECKING:
    from kustomer_nb.response import Response
    from kustomer_nb.run import Run


class DiffKind(StrEnum):
    """How the actual value differs from the expected one at a pointer."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Difference(Displayable):
    """One difference between two values; the side without a value has ``UNDEFINED``.

    ``pointer`` is the path in the actual value, or in the expected one for a removed value.
    ``expected_pointer`` is the path of a changed value in the expected value if it differs because items
    before it were added or removed; otherwise it is None.
    """

    pointer: str
    change: DiffKind
    expected: Any
    actual: Any
    expected_pointer: str | None = None


class Diff(Sequence[Difference], Displayable):
    """The differences between two values, in the order of the expected one; empty, and false, when equal.

    ``ignored`` are the values that differ and that ``ignore`` covers; they are not among the differences.
    """

    def __init__(
        self,
        differences: Sequence[Difference],
        *,
        expected: Any,
        actual: Any,
        mode: str,
        ignored: Sequence[Difference] = (),
    ) -> None:
        self._differences = tuple(differences)
        self.ignored = tuple(ignored)
        self.expected = expected
        self.actual = actual
        self.mode = mode
        # What a notebook leaves out: what is ignored, headers that change each time in the response that the
        # actual value is made of, and what the profile of its run masks.
        self.ignore: tuple[str, ...] = ()
        self.response: Response | None = None
        self.masked_run: Run | None = None

    @overload
    def __getitem__(self, index: int) -> Difference: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Difference]: ...
    def __getitem__(self, index: int | slice) -> Difference | Sequence[Difference]:
        return self._differences[index]

    def __len__(self) -> int:
        return len(self._differences)

    def with_kind(self, change: DiffKind) -> tuple[Difference, ...]:
        """Return the differences of one kind."""
        return tuple(difference for difference in self._differences if difference.change is change)

    @property
    def summary(self) -> str:
        """The counts as text: ``1 added, 2 changed``, or ``no difference``; then what was ignored.

        Example:
            >>> from kustomer_nb.difference import diff
            >>> diff({"a": 1}, {"a": 2, "b": 3}).summary
            '1 added, 1 changed'
            >>> diff({"a": 1}, {"a": 2}, ignore=["/a"]).summary
            'no difference, 1 ignored'
        """
        counts = [(change.value, len(self.with_kind(change))) for change in DiffKind]
        words = [f"{count} {word}" for word, count in counts if count] or ["no difference"]
        return ", ".join([*words, *([f"{len(self.ignored)} ignored"] if self.ignored else [])])

    def to_json_patch(self) -> list[dict[str, Any]]:
        """Return the operations of RFC 6902 that turn the expected value into the actual one.

        Only the differences are in it: ignored values, and with ``mode="type"`` values of the same type, stay
        as expected. The values are parts of the actual value, not copies.

        Raises:
            ValueError: the diff is by shape, whose items have no index of their own in the expected value.

        Example:
            >>> from kustomer_nb.difference import diff
            >>> diff([1, {"a": 2}], [{"a": 3}, 4, 5]).to_json_patch()[:2]
            [{'op': 'replace', 'path': '/0', 'value': {'a': 3}}, {'op': 'replace', 'path': '/1', 'value': 4}]
            >>> diff({"a": [1, 2]}, {"a": [0, 1, 2]}).to_json_patch()
            [{'op': 'add', 'path': '/a/0', 'value': 0}]
        """
        if self.mode == "shape":
            msg = "a diff by shape has no patch: compare by value or by type"
            raise ValueError(msg)
        # Removals backwards, so that none moves the index of another; then forwards, so that everything
        # before an added or changed value is already as in the actual value.
        removals = [
            {"op": "remove", "path": difference.pointer}
            for difference in reversed(self.with_kind(DiffKind.REMOVED))
        ]
        names = {DiffKind.ADDED: "add", DiffKind.CHANGED: "replace"}
        changes = [
            {"op": names[difference.change], "path": difference.pointer, "value": difference.actual}
            for difference in self._differences
            if difference.change in names
        ]
        return [*removals, *changes]

    def __repr__(self) -> str:
        return f"<Diff: {self.summary}>"


MODES = ("value", "type", "shape")


@suggests_options
def diff(expected: Any, actual: Any, *, mode: str = "value", ignore: Iterable[str] = ()) -> Diff:
    """Return what differs between two JSON values.

    ``mode="value"`` compares values: 1 and 1.0 are equal, ``true`` and 1 are not. Equal items of an array
    are paired at any index, so that an item inserted at the start is one difference. ``mode="type"`` compares
    only keys and types, and arrays index by index. ``mode="shape"`` does too, but compares each item of an
    array with the first expected item or the one at its own index, and ignores lengths.

    ``ignore`` lists JSON pointers in which ``*`` matches any one key or index and ``**`` any number of them;
    ``~2`` is a star that is a key.
    Nothing at or below such a pointer is a difference, and items that differ only there are equal. An index
    in a pointer refers to both values. The result counts what it ignores: see `Diff`.

    Raises:
        ValueError: the mode is unknown, or an ignored pointer is malformed.
        InputError: a value contains itself, or cannot be read.

    Example:
        >>> differences = diff({"a": [1, 2]}, {"a": [1, 3], "b": None})
        >>> [(difference.pointer, difference.change.value) for difference in differences]
        [('/a/1', 'changed'), ('/b', 'added')]
        >>> diff({"id": 1, "tags": ["x"]}, {"id": 2, "tags": []}, mode="type")
        <Diff: 1 removed>
        >>> diff({"id": 1, "tags": ["x"]}, {"id": 2, "tags": []}, mode="shape")
        <Diff: no difference>
        >>> diff([{"id": 1, "at": {"ms": 5}}], [{"id": 1, "at": {"ms": 9}}], ignore=["/*/at"])
        <Diff: no difference, 1 ignored>
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
    # The sample is often the output itself, as when a recorded response is replayed.
    if same_bytes(expected, actual):
        return Diff((), expected=expected, actual=actual, mode="value")
    return _compared(expected, actual, "value", ())


def _compared(expected: Any, actual: Any, mode: str, ignore: Iterable[str]) -> Diff:
    rows: list[Difference] = []
    comparison = _Comparison(mode)
    # A string is refused by what reads it.
    ignore = ignore if isinstance(ignore, str) else tuple(ignore)
    location = Location("", "", PointerPatterns.from_pointers(ignore))
    _walk(comparison.between(expected, actual, location, rows))
    difference = Diff(rows, expected=expected, actual=actual, mode=mode, ignored=comparison.ignored)
    difference.ignore = tuple(ignore)
    return difference


Walk = Generator["Walk | None", None, None]


def _walk(first: Walk | None) -> None:
    """Run a walk and the walks that it yields, each to its end before the outer one continues."""
    stack = [first] if first else []
    while stack:
        for inner in stack[-1]:
            if inner is not None:
                stack.append(inner)
                break
        else:
            stack.pop()


class Location(NamedTuple):
    """Where a walk is, in the actual and in the expected value."""

    pointer: str
    expected_pointer: str
    ignored: PointerPatterns | None

    def under(self, key: str | int, expected_key: str | int) -> Location:
        """Return the location at a key or an index."""
        ignored = self.ignored and self.ignored.between(key, expected_key)
        pointer = pointers.join(self.pointer, key)
        # Nearly always the two pointers are the same, and one string is enough for both.
        if key == expected_key and self.pointer == self.expected_pointer:
            return Location(pointer, pointer, ignored)
        return Location(pointer, pointers.join(self.expected_pointer, expected_key), ignored)


class _Comparison:
    """Compares in one mode, and collects the differences."""

    def __init__(self, mode: str) -> None:
        self._ignored: dict[tuple[str, DiffKind], Difference] = {}
        self._mode = mode
        self._by_value = mode == "value"
        self._arrays = {"value": self._aligned, "type": self._by_index, "shape": self._by_shape}[mode]

    @property
    def ignored(self) -> tuple[Difference, ...]:
        """The differences at ignored pointers, each once."""
        return tuple(self._ignored.values())

    def between(self, before: Any, after: Any, location: Location, rows: list[Difference]) -> Walk | None:
        """Collect how two values differ, or return the walk that does if both have members."""
        if location.ignored is not None and location.ignored.covers:
            self._ignore(before, after, location)
            return None
        if isinstance(before, dict) and isinstance(after, dict):
            return self._objects(before, after, location, rows)
        if isinstance(before, list) and isinstance(after, list):
            return self._arrays(before, after, location, rows)
        if type_name(before) != type_name(after) or (self._by_value and not equal(before, after)):
            rows.append(_difference(before, after, location))
        return None

    def _ignore(self, before: Any, after: Any, location: Location) -> None:
        """Collect two values at an ignored pointer, if they differ at all in this mode."""
        rows: list[Difference] = []
        _walk(_Comparison(self._mode).between(before, after, Location("", "", None), rows))
        if rows:
            difference = _difference(before, after, location)
            # By shape, an item may be compared with two others.
            self._ignored[difference.pointer, difference.change] = difference

    def _objects(
        self, before: dict[str, Any], after: dict[str, Any], location: Location, rows: list[Difference]
    ) -> Walk:
        for key, item in before.items():
            other = after.get(key, UNDEFINED)
            kind = type(item)
            # Most members are equal leaves, for which no pointer needs to be made.
            if item is other or (kind is type(other) and kind not in CONTAINERS and item == other):
                continue
            yield self.between(item, other, location.under(key, key), rows)
        for key, other in after.items():
            if key not in before:
                yield self.between(UNDEFINED, other, location.under(key, key), rows)

    def _aligned(
        self, before: list[Any], after: list[Any], location: Location, rows: list[Difference]
    ) -> Walk:
        if location.ignored is None:
            return self._items(before, after, align(before, after), location, rows)
        # All of them: items that are equal but for what is ignored contain what to count.
        pairs = (pair for pair, _ in all_pairs(before, after, location.ignored))
        return self._items(before, after, pairs, location, rows)

    def _by_index(
        self, before: list[Any], after: list[Any], location: Location, rows: list[Difference]
    ) -> Walk:
        return self._items(before, after, by_order(range(len(before)), range(len(after))), location, rows)

    def _items(
        self,
        before: list[Any],
        after: list[Any],
        pairs: Iterable[Pair],
        location: Location,
        rows: list[Difference],
    ) -> Walk:
        for left, right in pairs:
            if right == NO_ITEM:
                yield self.between(before[left], UNDEFINED, location.under(left, left), rows)
            elif left == NO_ITEM:
                yield self.between(UNDEFINED, after[right], location.under(right, right), rows)
            else:
                yield self.between(before[left], after[right], location.under(right, left), rows)

    def _by_shape(
        self, before: list[Any], after: list[Any], location: Location, rows: list[Difference]
    ) -> Walk:
        for at, item in enumerate(after if before else ()):
            inner = location.under(at, at)
            differences: list[Difference] = []
            yield self.between(before[0], item, inner, differences)
            # The first item is the model for all, unless the array is a tuple of different types.
            if differences and 0 < at < len(before):
                differences_by_index: list[Difference] = []
                yield self.between(before[at], item, inner, differences_by_index)
                differences = differences if differences_by_index else []
            rows.extend(differences)


def _difference(expected: Any, actual: Any, location: Location) -> Difference:
    if expected is UNDEFINED:
        return Difference(location.pointer, DiffKind.ADDED, expected, actual)
    if actual is UNDEFINED:
        return Difference(location.expected_pointer, DiffKind.REMOVED, expected, actual)
    expected_pointer = None if location.expected_pointer == location.pointer else location.expected_pointer
    return Difference(location.pointer, DiffKind.CHANGED, expected, actual, expected_pointer)

"""Output and sample of a run side by side, as one tree of rows that is made a part at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

from kustomer_nb.difference import DiffKind
from kustomer_nb.difference.align import NO_ITEM, Pair, all_pairs
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.jsontext.pointer_patterns import PointerPatterns

from .stages import Loss, cell, losses_by_pointer

if TYPE_CHECKING:
    from kustomer_nb.difference import Difference

    from .result import Run

MOST_ROWS = 100
_MARKS = {DiffKind.ADDED: "added", DiffKind.CHANGED: "changed", DiffKind.REMOVED: "missing"}
Row = dict[str, Any]


class _Place(NamedTuple):
    """What is at a row: where it is on both sides, and what may be below it."""

    # As the pointer into the output; an item that only the sample has is `-2` for its item 2.
    id: str
    pointer: str
    sample_pointer: str
    key: str | int
    actual: Any
    sample: Any
    # The output before outputSchema, and the part of outputTemplate that makes it: both may have more keys.
    mapped: Any
    template: Any
    ignored: PointerPatterns | None


class OutputRows:
    """The rows of a run: what its output has, its sample, or both, aligned as ``run.diff`` does.

    A row is plain JSON without secrets: ``id``, ``pointer``, ``output_pointer``, ``key``, ``mark`` ("added",
    "changed", "missing" or ""), ``is_ignored``, ``losses``, ``touched``, ``count``, ``actual`` and
    ``sample``. ``pointer`` leads into the output, or into the sample for what only that has: `Run.accept`
    takes it for the sample, and for outputSchema it takes ``output_pointer``, None for what outputTemplate
    does not return; ``is_declared`` is whether outputSchema has a place for it. ``touched`` is the number of
    rows at and below it that have a mark or a loss, without ignored ones, and ``count`` that of the rows
    directly below it. A side is None where it has no value; see `kustomer_nb.run.stages.cell`.

    The rows of an object are in the order of outputTemplate, then of the sample, then of the output.

    Example:
        >>> from kustomer_nb import load
        >>> schema = {"properties": {"a": {"type": "string"}}, "additionalProperties": False}
        >>> app = load({"sampleOutputContext": {"a": 1, "b": 2}, "outputSchema": schema})
        >>> rows = OutputRows(app.action().run(mode="sample"))
        >>> [(row["key"], row["mark"], row["losses"][0]["words"]) for row in rows.at("")]
        [('a', 'changed', '1 to string by outputSchema'), ('b', 'missing', 'not declared in outputSchema')]
    """

    def __init__(self, run: Run, *, ignore: Iterable[str] | None = None) -> None:
        own = run.profile.ignored(run.action)
        listed = own if ignore is None else tuple(ignore)
        # A run has the differences of its profile already; of a large output they take long.
        self.diff = run.diff if listed == own else run.differences(ignore=listed)
        self._schema = run.definition.output_schema
        self._losses: dict[str, list[Loss]] = losses_by_pointer(run)
        self._pairs: dict[str, list[Pair]] = {}
        self._partners: dict[str, dict[int, int]] = {}
        self._indexes: dict[str, dict[str, int]] = {}
        self._key_lists: dict[str, list[str]] = {}
        sample = UNDEFINED if self.diff is None else self.diff.expected
        output = UNDEFINED if run.mapped is UNDEFINED else run.output
        template = UNDEFINED if run.response is None else run.output_template
        patterns = PointerPatterns.from_pointers(listed)
        self._root = _Place("", "", "", "", output, sample, run.mapped, template, patterns)
        self._differences = {self._id(entry): entry for entry in self.diff or ()}
        self._marks = {row_id: _MARKS[entry.change] for row_id, entry in self._differences.items()}
        ignored = () if self.diff is None else self.diff.ignored
        self._ignored = {self._id(entry): _MARKS[entry.change] for entry in ignored}
        self._touched = _with_those_around({*self._marks, *self._losses})
        self._without_value: dict[str, list[str]] = {}
        for pointer in self._losses:
            outer, _, key = pointer.rpartition("/")
            if pointer:
                self._without_value.setdefault(outer, []).append(*pointers.split(f"/{key}"))

    def difference(self, row_id: str) -> Difference | None:
        """Return the difference that a row has itself, which `Run.accept` takes; None without one."""
        return self._differences.get(row_id)

    @property
    def root(self) -> Row:
        """The row of the whole output."""
        return self._row(self._root)

    def at(self, row_id: str = "", start: int = 0, count: int = MOST_ROWS) -> list[Row]:
        """Return the rows directly below one, ``count`` of them from ``start`` on.

        Raises:
            LookupError: there is no row with that id.
        """
        place = self._place(row_id)
        size = self._count(place)
        return [self._row(self._child(place, index)) for index in range(size)[start : start + count]]

    def tree(self, row_id: str = "") -> Row:
        """Return a row with all below it as ``children``; for small outputs, a saved page and tests.

        Raises:
            LookupError: there is no row with that id.
        """
        root: list[Row] = []
        pending = [(self._place(row_id), root)]
        while pending:
            place, siblings = pending.pop()
            row = {**self._row(place), "children": []}
            siblings.append(row)
            children = [self._child(place, index) for index in range(self._count(place))]
            # Backwards, so that the stack gives them in their order.
            pending += [(child, row["children"]) for child in reversed(children)]
        return root[0]

    def _place(self, row_id: str) -> _Place:
        place = self._root
        for key in pointers.split(row_id):
            index = self._index(place, key)
            if index is None:
                raise LookupError(row_id)
            place = self._child(place, index)
        return place

    def _index(self, place: _Place, key: str) -> int | None:
        """Return which of the rows below a place has a key; None if none has."""
        if not _is_array(place):
            return self._names(place).get(key)
        keys = (f"-{left}" if right == NO_ITEM else str(right) for left, right in self._array(place))
        return next((index for index, name in enumerate(keys) if name == key), None)

    def _row(self, place: _Place) -> Row:
        is_covered = place.ignored is not None and place.ignored.covers
        is_missing = place.actual is UNDEFINED and place.sample is not UNDEFINED
        return {
            "id": place.id,
            "pointer": place.sample_pointer if is_missing else place.pointer,
            "output_pointer": None if place.mapped is UNDEFINED else place.pointer,
            "is_declared": _is_declared(self._schema, place.pointer),
            "key": place.key,
            "mark": self._marks.get(place.id) or self._ignored.get(place.id, ""),
            "is_ignored": is_covered,
            "losses": self._losses.get(place.id, []),
            "touched": self._touched[place.id],
            "count": self._count(place),
            "actual": cell(place.actual),
            "sample": cell(place.sample),
        }

    def _count(self, place: _Place) -> int:
        return len(self._array(place) if _is_array(place) else self._names(place))

    def _array(self, place: _Place) -> list[Pair]:
        """Return the items of an array as pairs of indexes, aligned once."""
        if place.id not in self._pairs:
            sides = (value if isinstance(value, list) else [] for value in _sides(place))
            sample, actual = sides
            self._pairs[place.id] = [pair for pair, _ in all_pairs(sample, actual, place.ignored)]
        return self._pairs[place.id]

    def _names(self, place: _Place) -> dict[str, int]:
        """Return the index of each key of an object, collected once."""
        if place.id not in self._indexes:
            self._indexes[place.id] = {name: index for index, name in enumerate(self._ordered(place))}
        return self._indexes[place.id]

    def _ordered(self, place: _Place) -> Iterable[str]:
        """Return the keys of an object, in the order of outputTemplate, the sample and the output."""
        sample, actual = _sides(place)
        # What was dropped as a whole is one row: only its value is lost.
        mapped = UNDEFINED if actual is UNDEFINED else place.mapped
        parts = (place.template if isinstance(actual, dict) else UNDEFINED, sample, actual, mapped)
        names = dict.fromkeys(name for part in parts if isinstance(part, dict) for name in part)
        if isinstance(actual, dict):
            names |= dict.fromkeys(self._without_value.get(place.id, ()))
        return names

    def _keys(self, place: _Place) -> list[str]:
        if place.id not in self._key_lists:
            self._key_lists[place.id] = list(self._names(place))
        return self._key_lists[place.id]

    def _child(self, place: _Place, index: int) -> _Place:
        sample, actual = _sides(place)
        if not _is_array(place):
            key = self._keys(place)[index]
            return self._inner(place, key, key, _member(actual, key), _member(sample, key))
        left, right = self._array(place)[index]
        value = UNDEFINED if left == NO_ITEM else sample[left]
        if right == NO_ITEM:
            return self._inner(place, f"-{left}", left, UNDEFINED, value)
        return self._inner(place, right, right, actual[right], value, left)

    def _inner(
        self, place: _Place, id_key: str | int, key: str | int, actual: Any, sample: Any, left: int = NO_ITEM
    ) -> _Place:
        sample_key = key if left == NO_ITEM else left
        has_actual = actual is not UNDEFINED or sample is UNDEFINED or not _is_array(place)
        return _Place(
            pointers.join(place.id, id_key),
            pointers.join(place.pointer, key),
            pointers.join(place.sample_pointer, sample_key),
            key,
            actual,
            sample,
            pointers.resolve(place.mapped, [str(key)]) if has_actual else UNDEFINED,
            pointers.resolve(place.template, [str(key)]) if has_actual else UNDEFINED,
            place.ignored
            and (place.ignored if place.ignored.covers else place.ignored.between(key, sample_key)),
        )

    def _id(self, entry: Any) -> str:
        """Return the id of the row of a difference."""
        if entry.change is not DiffKind.REMOVED:
            return str(entry.pointer)
        # The pointer of a missing value leads into the sample, whose items may be elsewhere in the output.
        place, keys = self._root, pointers.split(entry.pointer)
        for depth, key in enumerate(keys):
            if not isinstance(place.sample, list):
                place = self._inner(place, key, key, _member(place.actual, key), _member(place.sample, key))
                continue
            right = self._partner(place, int(key))
            if right == NO_ITEM:
                return pointers.join(place.id, f"-{key}", *keys[depth + 1 :])
            place = self._inner(place, right, right, place.actual[right], place.sample[int(key)], int(key))
        return place.id

    def _partner(self, place: _Place, left: int) -> int:
        """Return the index in the output of an item of the sample."""
        if place.id not in self._partners:
            self._partners[place.id] = dict(self._array(place))
        return self._partners[place.id].get(left, NO_ITEM)


def _is_declared(schema: Any, pointer: str) -> bool:
    """Return whether a schema has a place for the value at a pointer."""
    for key in pointers.split(pointer):
        properties = schema.get("properties") if isinstance(schema, dict) else None
        if isinstance(properties, dict) and key in properties:
            schema = properties[key]
        elif isinstance(schema, dict) and "items" in schema and key.isdecimal():
            schema = schema["items"]
        else:
            return False
    return isinstance(schema, dict)


def _is_array(place: _Place) -> bool:
    sample, actual = _sides(place)
    return isinstance(actual if actual is not UNDEFINED else sample, list)


def _sides(place: _Place) -> tuple[Any, Any]:
    """Return the sample and the output at a place, each UNDEFINED if its members are not shown.

    Of values of two types, only the members of one side are: those of the output, if it has any.
    """
    sample, actual = place.sample, place.actual
    if isinstance(actual, (dict, list)):
        return (sample if type(sample) is type(actual) else UNDEFINED), actual
    return (sample if isinstance(sample, (dict, list)) else UNDEFINED), UNDEFINED


def _member(value: Any, key: str) -> Any:
    return value.get(key, UNDEFINED) if isinstance(value, dict) else UNDEFINED


def _with_those_around(marked: Iterable[str]) -> Counter[str]:
    """Return how many of the marked rows are at and below each row, which is none for most."""
    counts, level = Counter[str](), Counter(marked)
    while level:
        counts.update(level)
        outer: Counter[str] = Counter()
        # Many have the same row around them, so there are fewer of them on each level.
        for pointer, count in level.items():
            if pointer:
                outer[pointer.rpartition("/")[0]] += count
        level = outer
    return counts


def rows_at(run: Run, row_id: str = "", start: int = 0, count: int = MOST_ROWS) -> list[Row]:
    """Return the rows below one of a run; `OutputRows` keeps what the next call needs too.

    Raises:
        LookupError: there is no row with that id.
    """
    return OutputRows(run).at(row_id, start, count)

"""Which items of two arrays to compare: equal items that occur once are the anchors (patience diff).

Between anchors, the shortest edit script is searched for: E. W. Myers, "An O(ND) Difference Algorithm and Its
Variations", Algorithmica 1 (1986).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Hashable, Iterable, Iterator, Sequence
from itertools import chain, pairwise, zip_longest
from typing import TYPE_CHECKING, Any

from .equality import Keys, equal, same_bytes

if TYPE_CHECKING:
    from kustomer_nb.jsontext.pointer_patterns import PointerPatterns

# Both bound the work, so that two arrays with little in common take no longer than reading them.
MAX_EDITS = 64
MAX_READINGS = 8

Run = tuple[int, int, int]


def equal_runs(left: Sequence[Hashable], right: Sequence[Hashable]) -> list[Run]:
    """Return the runs of equal items to keep, each as two indexes and a length; none if edits are too many.

    Example:
        >>> equal_runs("abab", "xabb")
        [(0, 1, 2), (3, 3, 1)]
    """
    furthest = {1: 0}
    trail: list[dict[int, int]] = []
    readings = MAX_READINGS * (len(left) + len(right))
    for edits in range(MAX_EDITS + 1):
        trail.append(furthest.copy())
        for diagonal in range(-edits, edits + 1, 2):
            start = _start(furthest, diagonal, edits)
            at = _end_of_run(left, right, start, diagonal)
            furthest[diagonal] = at
            readings -= at - start
            if at >= len(left) and at - diagonal >= len(right):
                return _runs_on_path(trail, at, diagonal)
            if readings < 0:
                return []
    return []


def _end_of_run(left: Sequence[Hashable], right: Sequence[Hashable], at: int, diagonal: int) -> int:
    stop = min(len(left), len(right) + diagonal)
    while at < stop and left[at] == right[at - diagonal]:
        at += 1
    return at


def _comes_from_above(furthest: dict[int, int], diagonal: int, edits: int) -> bool:
    """Return whether the path to a diagonal adds an item; otherwise it removes one."""
    return diagonal == -edits or (diagonal != edits and furthest[diagonal - 1] < furthest[diagonal + 1])


def _start(furthest: dict[int, int], diagonal: int, edits: int) -> int:
    if _comes_from_above(furthest, diagonal, edits):
        return furthest[diagonal + 1]
    return furthest[diagonal - 1] + 1


def _runs_on_path(trail: list[dict[int, int]], at: int, diagonal: int) -> list[Run]:
    """Return the runs on the path that ended at an index and a diagonal, traced backwards."""
    runs = []
    for edits in range(len(trail) - 1, -1, -1):
        start = _start(trail[edits], diagonal, edits)
        if at > start:
            runs.append((start, start - diagonal, at - start))
        diagonal += 1 if _comes_from_above(trail[edits], diagonal, edits) else -1
        at = trail[edits].get(diagonal, 0)
    return runs[::-1]


# How many items are compared at once by their bytes.
SLICE = 8
# The key of an ignored item, which is equal to every other.
COVERED = object()

NO_ITEM = -1

Pair = tuple[int, int]


def align(expected: list[Any], actual: list[Any], ignored: PointerPatterns | None = None) -> Iterator[Pair]:
    """Yield the indexes of the items to compare, -1 for the side without one; equal items are left out.

    Equal items at both ends are skipped first. Then equal items that occur once on each side are paired, as
    many as keep their order. Between two such pairs, as few items as possible are added and removed if these
    are few. Otherwise items are paired by their order, and the others are added or removed.

    Example:
        >>> list(align([1, 2, 3, 4], [0, 1, 2, 5, 4]))
        [(-1, 0), (2, 3)]
        >>> list(align([0, 1, 0, 1, 1, 0, 5], [6, 0, 1, 0, 1, 1, 1, 0, 7]))
        [(-1, 0), (-1, 6), (6, 8)]
    """
    head = tail = 0
    # Single items are always paired. Not comparing them here keeps a chain of nested arrays linear.
    if ignored is None and not len(expected) == len(actual) == 1:
        head, tail = _equal_ends(expected, actual)
    left, right = len(expected) - tail, len(actual) - tail
    if min(left, right) == head or left == right == head + 1:
        yield from by_order(range(head, left), range(head, right))
        return
    keys = Keys()
    before_keys = _keys(expected, range(head, left), ignored, keys)
    after_keys = _keys(actual, range(head, right), ignored, keys)
    for before, after in _aligned(before_keys, after_keys):
        yield (
            before if before == NO_ITEM else head + before,
            after if after == NO_ITEM else head + after,
        )


def all_pairs(
    expected: list[Any], actual: list[Any], ignored: PointerPatterns | None = None
) -> list[tuple[Pair, bool]]:
    """Return every item of two arrays in display order, each pair with whether `align` found it equal.

    The pairs are those of `align`, and the equal ones that it leaves out. An item without a partner has -1 on
    the other side.

    Example:
        >>> all_pairs([1, 2, 3], [0, 1, 3])
        [((-1, 0), False), ((0, 1), True), ((1, -1), False), ((2, 2), True)]
    """
    aligned = list(align(expected, actual, ignored))
    differing = {before for before, _ in aligned}
    equal_before = (at for at in range(len(expected)) if at not in differing)
    partner = {after: before for before, after in aligned if after != NO_ITEM}
    pairs: list[tuple[Pair, bool]] = []
    at = 0
    for after in range(len(actual)):
        before = partner[after] if after in partner else next(equal_before)
        # An item that only the expected array has goes where it was: in front of the next one that stayed.
        if before != NO_ITEM:
            pairs += _only_expected(at, before)
            at = before + 1
        pairs.append(((before, after), after not in partner))
    return [*pairs, *_only_expected(at, len(expected))]


def _only_expected(start: int, end: int) -> Iterator[tuple[Pair, bool]]:
    return (((at, NO_ITEM), False) for at in range(start, end))


def by_order(left: Iterable[int], right: Iterable[int]) -> Iterator[Pair]:
    """Yield the indexes of two arrays in pairs, -1 for the shorter side after its end."""
    return zip_longest(left, right, fillvalue=NO_ITEM)


def _equal_ends(expected: list[Any], actual: list[Any]) -> tuple[int, int]:
    shortest = min(len(expected), len(actual))
    head = _equal_run(
        (expected[at : min(at + SLICE, shortest)], actual[at : min(at + SLICE, shortest)])
        for at in range(0, shortest, SLICE)
    )
    unmatched = shortest - head
    # Sliced from the end and reversed, so that the last items come first.
    tail = _equal_run(
        (
            _reversed_slice(expected, at, min(at + SLICE, unmatched)),
            _reversed_slice(actual, at, min(at + SLICE, unmatched)),
        )
        for at in range(0, unmatched, SLICE)
    )
    return head, tail


def _reversed_slice(items: list[Any], start: int, stop: int) -> list[Any]:
    return items[len(items) - stop : len(items) - start][::-1]


def _equal_run(slices: Iterable[tuple[list[Any], list[Any]]]) -> int:
    """Return how many items are equal, slice by slice, up to the first pair that differs."""
    count = 0
    for left, right in slices:
        if same_bytes(left, right):
            count += len(left)
            continue
        for item, other in zip(left, right, strict=True):
            if not equal(item, other):
                return count
            count += 1
    return count


def _keys(items: list[Any], indexes: range, ignored: PointerPatterns | None, keys: Keys) -> list[Hashable]:
    if ignored is None:
        return [keys.key(items[at]) for at in indexes]
    patterns = ((at, ignored.under(at)) for at in indexes)
    return [COVERED if inner and inner.covers else keys.key(items[at], inner) for at, inner in patterns]


def _aligned(before_keys: list[Hashable], after_keys: list[Hashable]) -> Iterator[Pair]:
    """Yield the indexes to compare, by the keys of the items."""
    left, right = len(before_keys), len(after_keys)
    head, tail = _matching_ends(before_keys, after_keys, range(left), range(right))
    anchors = _anchors(before_keys, after_keys, range(head, left - tail), range(head, right - tail))
    for before, after in pairwise(chain([(head - 1, head - 1)], anchors, [(left - tail, right - tail)])):
        yield from _between(
            before_keys, after_keys, range(before[0] + 1, after[0]), range(before[1] + 1, after[1])
        )


def _between(
    before_keys: list[Hashable], after_keys: list[Hashable], left: range, right: range
) -> Iterator[Pair]:
    """Yield the indexes to compare between two anchors."""
    head, tail = _matching_ends(before_keys, after_keys, left, right)
    left, right = left[head : len(left) - tail], right[head : len(right) - tail]
    before = after = 0
    for start, other_start, length in [
        *_runs_between(before_keys, after_keys, left, right),
        (len(left), len(right), 0),
    ]:
        for at, other_at in by_order(left[before:start], right[after:other_start]):
            if NO_ITEM in (at, other_at) or not _matches(before_keys[at], after_keys[other_at]):
                yield at, other_at
        before, after = start + length, other_start + length


def _runs_between(
    before_keys: list[Hashable], after_keys: list[Hashable], left: range, right: range
) -> list[Run]:
    """Return the runs of equal items between anchors, if they leave fewer differences than the order does."""
    if not left or not right or len(left) == len(right) == 1:
        return []
    before, after = before_keys[left.start : left.stop], after_keys[right.start : right.stop]
    if set(before).isdisjoint(after):
        return []
    runs = equal_runs(before, after)
    ends = pairwise([(0, 0, 0), *runs, (len(left), len(right), 0)])
    count = sum(max(end[0] - start[0] - start[2], end[1] - start[1] - start[2]) for start, end in ends)
    return runs if count < _differences_by_order(before, after) else []


def _differences_by_order(before: list[Hashable], after: list[Hashable]) -> int:
    differing = sum(not _matches(key, other) for key, other in zip(before, after, strict=False))
    return differing + abs(len(before) - len(after))


def _matching_ends(
    before_keys: list[Hashable], after_keys: list[Hashable], left: range, right: range
) -> tuple[int, int]:
    shortest = min(len(left), len(right))
    head = 0
    while head < shortest and _matches(before_keys[left[head]], after_keys[right[head]]):
        head += 1
    tail = 0
    while tail < shortest - head and _matches(before_keys[left[-1 - tail]], after_keys[right[-1 - tail]]):
        tail += 1
    return head, tail


def _matches(key: Hashable, other: Hashable) -> bool:
    return key == other or key is COVERED or other is COVERED


def _anchors(
    before_keys: list[Hashable], after_keys: list[Hashable], left: range, right: range
) -> list[tuple[int, int]]:
    """Return the indexes of the items that occur once on each side, as many as keep their order."""
    before, after = _unique_indexes(before_keys, left), _unique_indexes(after_keys, right)
    common = [(at, after[key]) for key, at in before.items() if at >= 0 and after.get(key, -1) >= 0]
    return [common[at] for at in _longest_increasing([other_at for _, other_at in common])]


def _unique_indexes(keys: list[Hashable], indexes: range) -> dict[Hashable, int]:
    """Return the index of each key, -1 if it occurs more than once."""
    # An ignored item is equal to every other one, so it cannot be an anchor.
    index_by_key: dict[Hashable, int] = {COVERED: -1}
    for at in indexes:
        key = keys[at]
        index_by_key[key] = -1 if key in index_by_key else at
    return index_by_key


def _longest_increasing(numbers: list[int]) -> list[int]:
    """Return the indexes of a longest increasing subsequence of distinct numbers, by patience sorting."""
    # For each length: the lowest last number of a subsequence, and where that number is.
    lowest: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for at, number in enumerate(numbers):
        length = bisect_left(lowest, number)
        before.append(ends[length - 1] if length else -1)
        lowest[length : length + 1] = [number]
        ends[length : length + 1] = [at]
    subsequence = []
    at = ends[-1] if ends else -1
    while at >= 0:
        subsequence.append(at)
        at = before[at]
    return subsequence[::-1]

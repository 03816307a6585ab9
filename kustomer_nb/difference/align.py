"""Which items of two arrays belong together: equal ones that occur once are the anchors (patience diff)."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Hashable, Iterable, Iterator, Sequence
from itertools import chain, pairwise, zip_longest
from marshal import dumps
from typing import Any

from kustomer_nb.jsontext.pointer_patterns import PointerPatterns

from .equality import Keys, equal

# Both bound the work, so that arrays which have little in common cost no more than reading them.
MOST_EDITS = 64
MOST_READINGS = 8

Run = tuple[int, int, int]


def runs(left: Sequence[Hashable], right: Sequence[Hashable]) -> list[Run]:
    """Return the runs of equal items to keep, each as its two places and its length; none if edits are many.

    Example:
        >>> runs("abab", "xabb")
        [(0, 1, 2), (3, 3, 1)]
    """
    furthest = {1: 0}
    trail: list[dict[int, int]] = []
    readings = MOST_READINGS * (len(left) + len(right))
    for edits in range(MOST_EDITS + 1):
        trail.append(furthest.copy())
        for diagonal in range(-edits, edits + 1, 2):
            start = _start(furthest, diagonal, edits)
            at = _end_of_run(left, right, start, diagonal)
            furthest[diagonal] = at
            readings -= at - start
            if at >= len(left) and at - diagonal >= len(right):
                return _followed(trail, at, diagonal)
            if readings < 0:
                return []
    return []


def _end_of_run(left: Sequence[Hashable], right: Sequence[Hashable], at: int, diagonal: int) -> int:
    stop = min(len(left), len(right) + diagonal)
    while at < stop and left[at] == right[at - diagonal]:
        at += 1
    return at


def _comes_from_above(furthest: dict[int, int], diagonal: int, edits: int) -> bool:
    """Return whether an item is added on the way to a diagonal; else one is removed."""
    return diagonal == -edits or (diagonal != edits and furthest[diagonal - 1] < furthest[diagonal + 1])


def _start(furthest: dict[int, int], diagonal: int, edits: int) -> int:
    if _comes_from_above(furthest, diagonal, edits):
        return furthest[diagonal + 1]
    return furthest[diagonal - 1] + 1


def _followed(trail: list[dict[int, int]], at: int, diagonal: int) -> list[Run]:
    """Return the runs on the way that ended at a place, followed backwards."""
    found = []
    for edits in range(len(trail) - 1, -1, -1):
        start = _start(trail[edits], diagonal, edits)
        if at > start:
            found.append((start, start - diagonal, at - start))
        diagonal += 1 if _comes_from_above(trail[edits], diagonal, edits) else -1
        at = trail[edits].get(diagonal, 0)
    return found[::-1]


RUN = 8
COVERED = object()

NOWHERE = -1

Pair = tuple[int, int]


def align(expected: list[Any], actual: list[Any], ignored: PointerPatterns | None = None) -> Iterator[Pair]:
    """Yield the places of the items to compare, -1 for the side that has no item; equal ones are left out.

    Equal items at both ends are set aside first. Items that are equal and occur once on each side then
    belong together as far as their order is kept. Between two of these, the fewest items are added and
    removed as far as these are few; else items belong together by their order, and the rest is added or
    removed.

    Example:
        >>> list(align([1, 2, 3, 4], [0, 1, 2, 5, 4]))
        [(-1, 0), (2, 3)]
        >>> list(align([0, 1, 0, 1, 1, 0, 5], [6, 0, 1, 0, 1, 1, 1, 0, 7]))
        [(-1, 0), (-1, 6), (6, 8)]
    """
    head = tail = 0
    # An only item has no other place: compared at once, a chain of arrays is walked down no more than once.
    if ignored is None and not len(expected) == len(actual) == 1:
        head, tail = _equal_ends(expected, actual)
    left, right = len(expected) - tail, len(actual) - tail
    if min(left, right) == head or left == right == head + 1:
        yield from by_order(range(head, left), range(head, right))
        return
    keys = Keys()
    ours = _keys(expected, range(head, left), ignored, keys)
    theirs = _keys(actual, range(head, right), ignored, keys)
    for before, after in _aligned(ours, theirs):
        yield (
            before if before == NOWHERE else head + before,
            after if after == NOWHERE else head + after,
        )


def by_order(left: Iterable[int], right: Iterable[int]) -> Iterator[Pair]:
    """Yield the places of two arrays in pairs, -1 for the side that has no more."""
    return zip_longest(left, right, fillvalue=NOWHERE)


def _equal_ends(expected: list[Any], actual: list[Any]) -> tuple[int, int]:
    shortest = min(len(expected), len(actual))
    head = _equal_run(
        (expected[at : min(at + RUN, shortest)], actual[at : min(at + RUN, shortest)])
        for at in range(0, shortest, RUN)
    )
    most = shortest - head
    # Cut from behind and turned around, so that the last items come first.
    tail = _equal_run(
        (_behind(expected, at, min(at + RUN, most)), _behind(actual, at, min(at + RUN, most)))
        for at in range(0, most, RUN)
    )
    return head, tail


def _behind(items: list[Any], start: int, stop: int) -> list[Any]:
    return items[len(items) - stop : len(items) - start][::-1]


def _equal_run(slices: Iterable[tuple[list[Any], list[Any]]]) -> int:
    """Return how many items are equal, slice by slice, until the first that is not."""
    count = 0
    for left, right in slices:
        if _same_bytes(left, right):
            count += len(left)
            continue
        for one, other in zip(left, right, strict=True):
            if not equal(one, other):
                return count
            count += 1
    return count


def _same_bytes(left: list[Any], right: list[Any]) -> bool:
    """Return whether two slices are equal for certain: this is quick, but 1.0 and 1 have other bytes."""
    try:
        # Version 2 is the last one without references, which depend on who else holds a value.
        return dumps(left, 2) == dumps(right, 2)
    except ValueError:
        return False


def _keys(items: list[Any], places: range, ignored: PointerPatterns | None, keys: Keys) -> list[Hashable]:
    if ignored is None:
        return [keys.of(items[at]) for at in places]
    rests = ((at, ignored.under(at)) for at in places)
    return [COVERED if rest and rest.covers else keys.of(items[at], rest) for at, rest in rests]


def _aligned(ours: list[Hashable], theirs: list[Hashable]) -> Iterator[Pair]:
    """Yield the places to compare, by the keys of the items."""
    left, right = len(ours), len(theirs)
    head, tail = _alike_ends(ours, theirs, range(left), range(right))
    anchors = _anchors(ours, theirs, range(head, left - tail), range(head, right - tail))
    for before, after in pairwise(chain([(head - 1, head - 1)], anchors, [(left - tail, right - tail)])):
        yield from _between(ours, theirs, range(before[0] + 1, after[0]), range(before[1] + 1, after[1]))


def _between(ours: list[Hashable], theirs: list[Hashable], left: range, right: range) -> Iterator[Pair]:
    """Yield the places to compare between two anchors."""
    head, tail = _alike_ends(ours, theirs, left, right)
    left, right = left[head : len(left) - tail], right[head : len(right) - tail]
    before = after = 0
    for start, other_start, length in [*_kept(ours, theirs, left, right), (len(left), len(right), 0)]:
        for one, other in by_order(left[before:start], right[after:other_start]):
            if NOWHERE in (one, other) or not _alike(ours[one], theirs[other]):
                yield one, other
        before, after = start + length, other_start + length


def _kept(ours: list[Hashable], theirs: list[Hashable], left: range, right: range) -> list[Run]:
    """Return the runs of equal items which are no anchors, where they leave fewer places than the order."""
    if not left or not right or len(left) == len(right) == 1:
        return []
    here, there = ours[left.start : left.stop], theirs[right.start : right.stop]
    if set(here).isdisjoint(there):
        return []
    found = runs(here, there)
    ends = pairwise([(0, 0, 0), *found, (len(left), len(right), 0)])
    places = sum(max(end[0] - start[0] - start[2], end[1] - start[1] - start[2]) for start, end in ends)
    return found if places < _places_by_order(here, there) else []


def _places_by_order(here: list[Hashable], there: list[Hashable]) -> int:
    unlike = sum(not _alike(one, other) for one, other in zip(here, there, strict=False))
    return unlike + abs(len(here) - len(there))


def _alike_ends(ours: list[Hashable], theirs: list[Hashable], left: range, right: range) -> tuple[int, int]:
    shortest = min(len(left), len(right))
    head = 0
    while head < shortest and _alike(ours[left[head]], theirs[right[head]]):
        head += 1
    tail = 0
    while tail < shortest - head and _alike(ours[left[-1 - tail]], theirs[right[-1 - tail]]):
        tail += 1
    return head, tail


def _alike(one: Hashable, other: Hashable) -> bool:
    return one == other or one is COVERED or other is COVERED


def _anchors(
    ours: list[Hashable], theirs: list[Hashable], left: range, right: range
) -> list[tuple[int, int]]:
    """Return the places of the items that occur once on each side, as many as keep their order."""
    here, there = _once(ours, left), _once(theirs, right)
    common = [(at, there[key]) for key, at in here.items() if at >= 0 and there.get(key, -1) >= 0]
    return [common[at] for at in _rising([place for _, place in common])]


def _once(keys: list[Hashable], places: range) -> dict[Hashable, int]:
    """Return the place of each key, -1 where it has more than one."""
    found: dict[Hashable, int] = {COVERED: -1}
    for at in places:
        key = keys[at]
        found[key] = -1 if key in found else at
    return found


def _rising(numbers: list[int]) -> list[int]:
    """Return the places of a longest rising subsequence of different numbers."""
    lowest: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for at, number in enumerate(numbers):
        length = bisect_left(lowest, number)
        before.append(ends[length - 1] if length else -1)
        lowest[length : length + 1] = [number]
        ends[length : length + 1] = [at]
    found = []
    at = ends[-1] if ends else -1
    while at >= 0:
        found.append(at)
        at = before[at]
    return found[::-1]

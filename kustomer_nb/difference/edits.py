"""The fewest items to add and remove (Myers, An O(ND) difference algorithm), as long as these are few."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

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

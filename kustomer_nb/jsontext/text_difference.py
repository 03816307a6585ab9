"""The one stretch in which two texts differ."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple


class Difference(NamedTuple):
    """A stretch of a text that was replaced: from ``start`` on, ``removed`` by ``inserted``."""

    start: int
    removed: str
    inserted: str

    @property
    def end(self) -> int:
        """Where it ended in the text before."""
        return self.start + len(self.removed)

    @property
    def grown(self) -> int:
        """By how many characters the text is longer."""
        return len(self.inserted) - len(self.removed)


def difference_between(before: str, after: str) -> Difference | None:
    """Return the one stretch in which two texts differ; None if they are the same.

    Example:
        >>> difference_between('{"a": 1}', '{"a": 25}')
        Difference(start=6, removed='1', inserted='25')
    """
    if before == after:
        return None
    start = _common_length(before, after, 0, lambda text, count: text[:count])
    tail = _common_length(before, after, start, lambda text, count: text[len(text) - count :])
    return Difference(start, before[start : len(before) - tail], after[start : len(after) - tail])


def _common_length(first: str, second: str, skipped: int, part: Callable[[str, int], str]) -> int:
    """Return how many characters of the rest are the same, by bisection: comparing slices is quick."""
    low, high = 0, min(len(first), len(second)) - skipped
    while low < high:
        middle = (low + high + 1) // 2
        if part(first, middle) == part(second, middle):
            low = middle
        else:
            high = middle - 1
    return low

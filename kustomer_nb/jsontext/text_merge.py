"""Two texts that were made of the same one, as one text with the changes of both."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher

from .text_difference import difference_between


def merged_text(base: str, own: str, other: str) -> str:
    r"""Return the text with the changes of both; where both changed the same characters, ``own`` stays.

    Lines are compared, and within lines that both changed, characters.

    Example:
        >>> merged_text("a\nb\nc\n", "a 1\nb\nc\n", "a\nb\nc 2\n")
        'a 1\nb\nc 2\n'
        >>> merged_text("one two three", "ONE two three", "one two THREE")
        'ONE two THREE'
        >>> merged_text("one", "mine", "theirs")
        'mine'
    """
    if other in (base, own):
        return own
    if own == base:
        return other
    lines = [text.splitlines(keepends=True) for text in (base, own, other)]
    places = _same_places(*lines)
    merged: list[str] = []
    ends = [0, 0, 0]
    for begins, count in places:
        merged.append(_merged_part(*(_part(*each) for each in zip(lines, ends, begins, strict=True))))
        merged += lines[0][begins[0] : begins[0] + count]
        ends = [begin + count for begin in begins]
    return "".join(merged)


def _part(lines: Sequence[str], start: int, end: int) -> str:
    return "".join(lines[start:end])


def _same_places(
    base: Sequence[str], own: Sequence[str], other: Sequence[str]
) -> list[tuple[tuple[int, int, int], int]]:
    """Return where all three have the same lines, with how many; the last place is their end."""
    in_own, in_other = (SequenceMatcher(None, base, lines, autojunk=False) for lines in (own, other))
    places = []
    blocks = in_other.get_matching_blocks()
    for start, start_in_own, count in in_own.get_matching_blocks():
        for begin, begin_in_other, other_count in blocks:
            first, last = max(start, begin), min(start + count, begin + other_count)
            if first < last:
                place = (first, start_in_own + first - start, begin_in_other + first - begin)
                places.append((place, last - first))
    return [*places, ((len(base), len(own), len(other)), 0)]


def _merged_part(base: str, own: str, other: str) -> str:
    """Return a part with the changes of both, if they are not in the same characters."""
    change, others = difference_between(base, own), difference_between(base, other)
    if change is None or others is None:
        return other if change is None else own
    if (change.start, change.end) == (others.start, others.end):
        # What both have is not made twice; one of them may go on.
        return other if change.inserted in others.inserted else own
    first, second = (change, others) if change.end <= others.start else (others, change)
    if first.end > second.start:
        return own
    between, end = base[first.end : second.start], base[second.end :]
    return f"{base[: first.start]}{first.inserted}{between}{second.inserted}{end}"

"""The hidden values of a text that is edited in a page: what each mask stands for, also where it is pasted.

A page has stars in the place of a token. What it sends may contain them: lines that were indented, or what
was cut and pasted. A mask is never written to the text: it is the whole token again, or the edit is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

_STARS = re.compile(r"\*+")
# A line that is a comment.
_COMMENT = re.compile(r"//.*|/\*(?:(?!\*/).)*(?:\*/)?|\*+/")
# Fewer stars are what an author writes himself, as in a comment.
_SHORTEST_MASK = 4
# Stretches that may be pasted again.
MOST_CUT = 20


class HiddenValueError(ValueError):
    """An edit would write a mask, and nothing says which value it stands for."""

    def __init__(self) -> None:
        super().__init__("A hidden value cannot be typed; paste it from where it is, or undo.")


class HiddenValue(NamedTuple):
    """A masked stretch of a page's text, and the author's text in its place."""

    start: int
    end: int
    text: str


class _Stars(NamedTuple):
    """Stars in a stretch of the page; ``keys`` tell them from others: their line, its part before them."""

    start: int
    end: int
    keys: tuple[tuple[str, int], tuple[str, int]]

    @property
    def span(self) -> tuple[int, int]:
        """Where they are in the stretch."""
        return self.start, self.end

    @property
    def length(self) -> int:
        """How many they are."""
        return self.end - self.start


def hidden_values(text: str, masked: str) -> list[HiddenValue]:
    r"""Return the masked stretches of a text, in offsets of its page: a line ends with one character there.

    Example:
        >>> hidden_values('\r\n"secret" **', '\r\n"******" **')
        [HiddenValue(start=2, end=8, text='secret')]
    """
    values: list[HiddenValue] = []
    shift, past = 0, 0
    for stars in _STARS.finditer(masked) if text != masked else ():
        start, end = stars.span()
        if text[start:end] == stars[0]:
            continue
        shift += text.count("\r\n", past, start)
        past = start
        values.append(HiddenValue(start - shift, end - shift, text[start:end]))
    return values


class Clipboard:
    """What was cut or copied with hidden values in it, so that they are the same where it is pasted."""

    def __init__(self) -> None:
        self._cut: dict[str, dict[tuple[int, int], str]] = {}

    def remember(self, page: str, start: int, end: int, values: Iterable[HiddenValue]) -> None:
        """Remember what the stars in a stretch stand for; a part of a hidden value stands for nothing."""
        words = page[start:end]
        inside = {span: text for span, text in _texts(page, start, end, values).items() if text}
        self._cut.pop(words, None)
        # A few stars alone are what anybody may type.
        if inside and (words.strip("*") or len(words) >= _SHORTEST_MASK):
            self._cut[words] = inside
            for oldest in list(self._cut)[:-MOST_CUT]:
                del self._cut[oldest]

    def values_in(self, inserted: str) -> dict[tuple[int, int], str]:
        """Return what was cut or copied for stars of an inserted text, by their spans."""
        values: dict[tuple[int, int], str] = {}
        for words, inside in reversed(self._cut.items()):
            if not words.strip("*") and words != inserted:
                continue
            at = inserted.find(words)
            while at >= 0:
                for (start, end), text in inside.items():
                    values.setdefault((at + start, at + end), text)
                at = inserted.find(words, at + len(words))
        return values

    def is_last(self, words: str) -> bool:
        """Return whether a text is what was cut or copied last."""
        return next(reversed(self._cut), None) == words

    def lengths(self) -> set[int]:
        """Return how long the remembered masks are."""
        return {end - start for inside in self._cut.values() for start, end in inside}


def with_hidden_values(
    page: str, start: int, end: int, inserted: str, values: Sequence[HiddenValue], clipboard: Clipboard
) -> str:
    """Return what an edit of a page inserts, with each mask as the value that it stands for.

    What the edit removes comes first, then what was cut or copied.

    Raises:
        HiddenValueError: stars are as long as a mask, and nothing says which value they stand for.
    """
    if "*" not in inserted or not (values or clipboard.lengths()):
        return inserted
    begin, past = page.rfind("\n", 0, start) + 1, _line_end(page, end)
    before, after = page[begin:start], page[end:past]
    stars = _stars_in(f"{before}{inserted}{after}", len(before), len(before) + len(inserted))
    texts = _texts(page, start, end, values)
    old_stars = _stars_in(page[begin:past], start - begin, end - begin)
    old = [(mask, texts[mask.span]) for mask in old_stars if texts[mask.span]]
    pasted = clipboard.values_in(inserted)
    restored = dict(pasted) if clipboard.is_last(inserted) else {}
    restored |= _aligned(old, [mask for mask in stars if mask.span not in restored])
    spans = {mask.span for mask in stars}
    restored |= {span: pasted[span] for span in spans & pasted.keys() - restored.keys()}
    # Of what this edit removes, a mask of any length; a part of a mask too.
    removed = {past - first for (first, past), text in texts.items() if set(text) != {"*"}}
    known = {value.end - value.start for value in values} | clipboard.lengths()
    for mask in stars:
        is_like_mask = mask.length in removed or (mask.length in known and not _is_typed(mask))
        if mask.span not in restored and is_like_mask:
            raise HiddenValueError
    return _replaced(inserted, restored)


def _texts(page: str, start: int, end: int, values: Iterable[HiddenValue]) -> dict[tuple[int, int], str]:
    """Return the text behind the stars in a stretch, by their spans in it; "" for a part of a hidden value.

    Stars that hide nothing are in the text as they are.
    """
    hidden = {value.start: value for value in values if value.end > start and value.start < end}
    texts: dict[tuple[int, int], str] = {}
    for stars in _STARS.finditer(page, _start_of_stars(page, start)):
        first, past = stars.span()
        if first >= end:
            break
        value = hidden.get(first)
        text = stars[0][max(start - first, 0) : end - first] if value is None else value.text
        is_whole = value is None or (start <= first and past <= end)
        texts[max(first, start) - start, min(past, end) - start] = text if is_whole else ""
    return texts


def _start_of_stars(page: str, start: int) -> int:
    return len(page[:start].rstrip("*"))


def _line_end(text: str, start: int) -> int:
    end = text.find("\n", start)
    return len(text) if end < 0 else end


def _stars_in(text: str, start: int, end: int) -> list[_Stars]:
    """Return the stars between two offsets of some lines, in offsets from the first one."""
    runs: list[_Stars] = []
    offset = 0
    for line in text.split("\n"):
        for number, match in enumerate(_STARS.finditer(line)):
            first, past = max(offset + match.start(), start), min(offset + match.end(), end)
            if first < past:
                keys = (line.strip(), number), (line[: match.start()].strip(), number)
                runs.append(_Stars(first - start, past - start, keys))
        offset += len(line) + 1
    return runs


def _aligned(old: list[tuple[_Stars, str]], stars: list[_Stars]) -> dict[tuple[int, int], str]:
    """Return the texts of stars that were removed too: by their lines, the others in order."""
    aligned: dict[tuple[int, int], str] = {}
    for number in range(2):
        first, second = [mask.keys[number] for mask, _ in old], [mask.keys[number] for mask in stars]
        blocks = SequenceMatcher(None, first, second, autojunk=False).get_matching_blocks()
        pairs = [(block.a + n, block.b + n) for block in blocks for n in range(block.size)]
        pairs = [(a, b) for a, b in pairs if old[a][0].length == stars[b].length]
        aligned |= {stars[b].span: old[a][1] for a, b in pairs}
        matched = {a for a, _ in pairs}
        old = [item for index, item in enumerate(old) if index not in matched]
        stars = [mask for mask in stars if mask.span not in aligned]
    for length in {mask.length for mask in stars}:
        masks = [mask for mask in stars if mask.length == length]
        texts = [text for mask, text in old if mask.length == length]
        # One of several may be any of them: a wrong one would be sent to another place.
        if len(texts) == len(masks) or len(set(texts)) == 1:
            aligned |= {mask.span: text for mask, text in zip(masks, texts, strict=False)}
    return aligned


def _is_typed(mask: _Stars) -> bool:
    """Return whether stars are what an author types himself: a few, or the frame of a comment."""
    return mask.length < _SHORTEST_MASK or _COMMENT.fullmatch(mask.keys[0][0]) is not None


def _replaced(text: str, values: dict[tuple[int, int], str]) -> str:
    parts: list[str] = []
    past = 0
    for (start, end), value in sorted(values.items()):
        parts += [text[past:start], value]
        past = end
    return "".join([*parts, text[past:]])

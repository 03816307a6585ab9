"""Expands braces outside of quotes as bash and zsh do: ``x/{a,b}`` is ``x/a`` and ``x/b``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice, pairwise

# Lone surrogates, which no text of a command has, stand for the characters that are not quoted.
_OPEN, _COMMA, _CLOSE = "\ud800", "\ud801", "\ud802"
_PLAIN = {_OPEN: "{", _COMMA: ",", _CLOSE: "}"}
_TO_UNQUOTED = str.maketrans({plain: mark for mark, plain in _PLAIN.items()})
_TO_PLAIN = str.maketrans(_PLAIN)
_NUMBERS = re.compile(r"(?P<first>-?\d{1,9})\.\.(?P<last>-?\d{1,9})(?:\.\.(?P<step>-?\d{1,9}))?")
_LETTERS = re.compile(r"(?P<first>[A-Za-z])\.\.(?P<last>[A-Za-z])(?:\.\.(?P<step>-?\d{1,9}))?")
# Only the first URL is imported: more words than these make no difference.
MOST_WORDS = 1000
# More groups than these are no command that somebody wrote.
MOST_GROUPS = 50


def unquoted(text: str) -> str:
    """Return a text in which braces and commas are marked as not quoted."""
    return text.translate(_TO_UNQUOTED)


def plain(word: str) -> str:
    """Return a word without marks."""
    return word.translate(_TO_PLAIN)


def expand_braces(word: str) -> list[str]:
    """Return the words that a shell makes of one; braces that are marked as `unquoted` are expanded.

    Example:
        >>> expand_braces(unquoted("a/{b,c}/{1..2}")), expand_braces("{b,c}"), expand_braces(unquoted("{b}"))
        (['a/b/1', 'a/b/2', 'a/c/1', 'a/c/2'], ['{b,c}'], ['{b}'])
    """
    return [plain(expanded) for expanded in islice(_expanded(word), MOST_WORDS)]


def before_braces(word: str) -> str | None:
    """Return the text before the first braces that a shell expands; None without any.

    Example:
        >>> before_braces(unquoted("a{b}/{c,d}")), before_braces(unquoted("{c}"))
        ('a{b}/', None)
    """
    group = _first_group(word)
    return None if group is None else plain(word[: group[0]])


def _expanded(word: str) -> Iterator[str]:
    group = _first_group(word)
    if group is None:
        yield word
        return
    start, end, items = group
    for item in items:
        for middle in _expanded(item):
            for after in _expanded(word[end:]):
                yield f"{word[:start]}{middle}{after}"


def _first_group(word: str) -> tuple[int, int, list[str]] | None:
    """Return where the first group begins and ends, and its items."""
    start = word.find(_OPEN) if word.count(_OPEN) <= MOST_GROUPS else -1
    while start >= 0:
        end, commas = _closing(word, start)
        if end >= 0:
            bounds = [start, *commas, end]
            items = [word[before + 1 : after] for before, after in pairwise(bounds)]
            items = items if commas else _sequence(items[0])
            if items:
                return start, end + 1, items
        start = word.find(_OPEN, start + 1)
    return None


def _closing(word: str, start: int) -> tuple[int, list[int]]:
    depth = 0
    commas: list[int] = []
    for at in range(start, len(word)):
        depth += {_OPEN: 1, _CLOSE: -1}.get(word[at], 0)
        if depth == 0:
            return at, commas
        if word[at] == _COMMA and depth == 1:
            commas.append(at)
    return -1, []


def _sequence(text: str) -> list[str]:
    if match := _LETTERS.fullmatch(text):
        return [chr(code) for code in _steps(ord(match["first"]), ord(match["last"]), match["step"])]
    match = _NUMBERS.fullmatch(text)
    if match is None:
        return []
    ends = match["first"], match["last"]
    is_padded = any(re.match(r"-?0\d", end) for end in ends)
    width = max(map(len, ends)) if is_padded else 0
    return [f"{value:0{width}d}" for value in _steps(int(ends[0]), int(ends[1]), match["step"])]


def _steps(first: int, last: int, step_text: str | None) -> range:
    """Return the first numbers of a sequence, which may descend."""
    step = abs(int(step_text or 1)) or 1
    values = range(first, last + 1, step) if first <= last else range(first, last - 1, -step)
    return values[:MOST_WORDS]

"""Changes to a text that leave the rest of it, byte for byte, as it is."""

from __future__ import annotations

import re
from collections.abc import Iterable

from kustomer_nb.diagnostics import Edit

_BLANKS = re.compile(r"[ \t]*+")
_GAP = re.compile(r"(?:\s|\ufeff|//[^\n]*+|#[^\n]*+|/\*.*?\*/)*+", re.DOTALL)
_LINE_END = re.compile(r"\r?\n")


def replaced(start: int, end: int, text: str) -> tuple[Edit, ...]:
    """Return the one edit that puts ``text`` from one offset to another, as diagnostics carry it."""
    return (Edit(start, end, text),)


def cut_out(text: str, start: int, end: int) -> Edit:
    r"""Return the edit that takes ``text[start:end]`` out, with its line where nothing else stands on it.

    Example:
        >>> apply("1,\n  // one\n2", [cut_out("1,\n  // one\n2", 5, 11)])
        '1,\n2'
        >>> apply("1, /* one */ 2", [cut_out("1, /* one */ 2", 3, 12)])
        '1, 2'
    """
    # Not by way of the line's start: a line may be as long as the text, and hold as many cuts.
    before = start
    while text[before - 1 : before] in (" ", "\t"):
        before -= 1
    blanks = _BLANKS.match(text, end)
    after = blanks.end() if blanks else end
    line_end = _LINE_END.match(text, after)
    if line_end and text[before - 1 : before] in ("", "\n", "\ufeff"):
        return Edit(before, line_end.end(), "")
    if line_end or after == len(text):
        return Edit(before, end, "")
    return Edit(start, after, "")


def gap_end(text: str, offset: int) -> int:
    """Return where the white space and comments at an offset end.

    Example:
        >>> gap_end("1 /* one */ , 2", 1)
        12
    """
    found = _GAP.match(text, offset)
    return found.end() if found else offset


def line_break(text: str) -> str:
    r"""Return what ends the lines of a text, going by its first line."""
    return "\r\n" if text.find("\r\n") == text.find("\n") - 1 >= 0 else "\n"


def indentation(text: str, offset: int) -> str:
    r"""Return the blanks that start the line an offset is in.

    Example:
        >>> indentation("{\n  a: 1}", 5)
        '  '
    """
    found = _BLANKS.match(text, text.rfind("\n", 0, offset) + 1)
    return found[0] if found else ""


def apply(text: str, edits: Iterable[Edit]) -> str:
    """Return a text with edits made, all of whose offsets are those of the text as it is.

    Two that are the same are made once. Edits at one offset are made in the order they are given.

    Raises:
        ValueError: two of them overlap.

    Example:
        >>> apply("[1 2]", [Edit(1, 2, "one"), Edit(2, 2, ",")])
        '[one, 2]'
    """
    parts, done = [], 0
    for start, end, new in sorted(dict.fromkeys(edits), key=lambda one: one[:2]):
        if start < done:
            msg = f"an edit at {start} overlaps one that ends at {done}"
            raise ValueError(msg)
        parts += [text[done:start], new]
        done = end
    return "".join([*parts, text[done:]])

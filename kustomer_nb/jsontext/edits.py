"""Changes to a text that leave the rest of it unchanged, byte for byte."""

from __future__ import annotations

import re
from collections.abc import Iterable

from kustomer_nb.diagnostics import Edit

_BLANKS = re.compile(r"[ \t]*+")
# Comments of JavaScript, and of Python and YAML, which people write into JSON too.
_GAP = re.compile(r"(?:\s|\ufeff|//[^\n]*+|#[^\n]*+|/\*.*?\*/)*+", re.DOTALL)
_LINE_END = re.compile(r"\r?\n")


def replaced(start: int, end: int, text: str) -> tuple[Edit, ...]:
    """Return the edit that replaces a range with ``text``, as the tuple that a diagnostic carries."""
    return (Edit(start, end, text),)


def cut_out(text: str, start: int, end: int) -> Edit:
    r"""Return the edit that removes ``text[start:end]``, and the whole line if nothing else is on it.

    Example:
        >>> apply("1,\n  // one\n2", [cut_out("1,\n  // one\n2", 5, 11)])
        '1,\n2'
        >>> apply("1, /* one */ 2", [cut_out("1, /* one */ 2", 3, 12)])
        '1, 2'
    """
    # Looking for the line's start instead would be quadratic: one line may hold the whole text and many cuts.
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
    match = _GAP.match(text, offset)
    return match.end() if match else offset


def line_break(text: str) -> str:
    r"""Return the line break of a text: the one that ends its first line, ``\n`` if it has one line."""
    return "\r\n" if text.find("\r\n") == text.find("\n") - 1 >= 0 else "\n"


def indentation(text: str, offset: int) -> str:
    r"""Return the blanks at the start of the line that contains an offset.

    Example:
        >>> indentation("{\n  a: 1}", 5)
        '  '
    """
    match = _BLANKS.match(text, text.rfind("\n", 0, offset) + 1)
    return match[0] if match else ""


def apply(text: str, edits: Iterable[Edit]) -> str:
    """Return a text with edits applied, whose offsets all refer to the text before the first edit.

    Equal edits are applied once. Edits at the same offset are applied in the order they are passed.

    Raises:
        ValueError: two edits overlap.

    Example:
        >>> apply("[1 2]", [Edit(1, 2, "one"), Edit(2, 2, ",")])
        '[one, 2]'
    """
    parts, done = [], 0
    # Stable, and by offset only: insertions at one offset must keep their order.
    for start, end, new in sorted(dict.fromkeys(edits), key=lambda edit: edit[:2]):
        if start < done:
            msg = f"the edit at {start} overlaps the one that ends at {done}"
            raise ValueError(msg)
        parts += [text[done:start], new]
        done = end
    return "".join([*parts, text[done:]])

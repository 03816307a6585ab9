"""Strings made safe to print: control characters and those that reorder text become visible."""

from __future__ import annotations

import re

# What a terminal or a notebook obeys and does not show: C0 and C1 controls (U+009B begins a sequence as ESC [
# does), the controls that reorder text, and the ends of lines of Unicode; a lone surrogate cannot be encoded.
_UNSEEN = "\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff"
_IN_TEXT = re.compile(f"[{_UNSEEN}]")
_IN_LINE = re.compile(f"[\\t\\n{_UNSEEN}]")
_LETTERS = {"\t": "\\t", "\n": "\\n", "\r": "\\r"}


def visible(text: str) -> str:
    r"""Return a text with its control characters written out; tabs and ends of lines stay.

    Example:
        >>> print(visible("a\x1b[2J \u202eb"))
        a\x1b[2J \u202eb
    """
    return _IN_TEXT.sub(_written_out, text)


def one_line(text: str) -> str:
    r"""Return a text with its control characters written out, tabs and ends of lines too.

    Example:
        >>> print(one_line("find\nnothing found"))
        find\nnothing found
    """
    return _IN_LINE.sub(_written_out, text)


def as_json_escapes(text: str) -> str:
    r"""Return the text of a JSON value with its control characters as its escapes; the value stays equal.

    Example:
        >>> print(as_json_escapes('["\u202e"]'))
        ["\u202e"]
    """
    return _IN_TEXT.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def _written_out(match: re.Match[str]) -> str:
    code = ord(match[0])
    return _LETTERS.get(match[0]) or (f"\\x{code:02x}" if code <= 0xFF else f"\\u{code:04x}")

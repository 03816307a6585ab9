"""Strings made safe to print: control characters and those that reorder text become visible."""

from __future__ import annotations

import json
import re
from typing import Any

# What a terminal or a notebook obeys and does not show: C0 and C1 controls (U+009B begins a sequence as ESC [
# does), controls that reorder text, and Unicode's line ends; a lone surrogate cannot be encoded as UTF-8.
_CONTROLS = "\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f\ud800-\udfff"
# With these, two different names look the same. The joiners U+200C and U+200D and variation selectors stay,
# since several languages and emojis need them.
_WITHOUT_WIDTH = (
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b\u2060-\u2065\u3164\ufeff\uffa0\ufff0-\ufffb"
    "\U000e0000-\U000e00ff"
)
_UNSEEN = _CONTROLS + _WITHOUT_WIDTH
# The flag of a region such as England is a black flag and the region's letters as tags (UTS 51): it stays.
_FLAG = "(?P<flag>\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{3,6}\U000e007f)"
_IN_TEXT = re.compile(f"{_FLAG}|[{_UNSEEN}]")
_IN_LINE = re.compile(f"{_FLAG}|[\\t\\n{_UNSEEN}]")
# As much of a name or value as a message quotes.
QUOTED_LENGTH = 60
_ESCAPES = {"\t": "\\t", "\n": "\\n", "\r": "\\r"}


def visible(text: str) -> str:
    r"""Return a text with its control characters escaped, except tabs and line feeds.

    Example:
        >>> print(visible("a\x1b[2J \u202eb"))
        a\x1b[2J \u202eb
    """
    return _IN_TEXT.sub(_escape, text)


def one_line(text: str) -> str:
    r"""Return a text with its control characters escaped, including tabs and line feeds.

    Example:
        >>> print(one_line("find\nnothing found"))
        find\nnothing found
    """
    return _IN_LINE.sub(_escape, text)


def as_json_escapes(text: str) -> str:
    r"""Return JSON text with its control characters as JSON escapes, so that its value stays the same.

    Example:
        >>> print(as_json_escapes('["\u202e"]'))
        ["\u202e"]
    """
    return _IN_TEXT.sub(_as_json_escape, text)


def shortened(text: str, length: int = QUOTED_LENGTH) -> str:
    """Return a text, or its start and an ellipsis if it is longer than ``length``.

    Example:
        >>> shortened("short"), shortened("a long text", 6)
        ('short', 'a lon…')
    """
    return text if len(text) <= length else f"{text[: length - 1]}…"


def quoted(value: Any, length: int = QUOTED_LENGTH) -> str:
    r"""Return a value as JSON, as a message quotes it: on one line, and shortened.

    Example:
        >>> print(quoted("O'Neil"), quoted({"a": True, "b": None}), quoted("a long text", 6))
        "O'Neil" {"a": true, "b": null} "a lon…"
    """
    if isinstance(value, str):
        return as_json_escapes(json.dumps(shortened(value, length), ensure_ascii=False))
    try:
        return shortened(as_json_escapes(json.dumps(value, ensure_ascii=False, default=str)), length)
    except (RecursionError, ValueError):
        return "a value that is nested too deep"


def _escape(match: re.Match[str]) -> str:
    if match["flag"]:
        return match[0]
    code = ord(match[0])
    if code > 0xFFFF:
        return f"\\U{code:08x}"
    return _ESCAPES.get(match[0]) or (f"\\x{code:02x}" if code <= 0xFF else f"\\u{code:04x}")


def _as_json_escape(match: re.Match[str]) -> str:
    if match["flag"]:
        return match[0]
    units = match[0].encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))

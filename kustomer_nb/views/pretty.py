"""Pieces that text and HTML share: JSON for people, excerpts, words for a status."""

from __future__ import annotations

import json
from collections.abc import Sized
from http import HTTPStatus
from typing import Any

from kustomer_nb.diagnostics import Diagnostic
from kustomer_nb.jsontext.javascript import UNDEFINED, stringify

MOST_CHARACTERS = 20_000
MOST_ROWS = 200
SHORT = 80


def pretty(value: Any) -> str:
    """Return a JSON value over several lines, or the text itself.

    Example:
        >>> print(pretty({"a": [1]}))
        {
          "a": [
            1
          ]
        }
    """
    if value is UNDEFINED:
        return ""
    return value if isinstance(value, str) else json.dumps(value, indent=2, ensure_ascii=False)


def short(value: Any) -> str:
    """Return a JSON value on one line, cut at 80 characters; nothing for UNDEFINED.

    Example:
        >>> short({"a": "é"}), short(UNDEFINED)
        ('{"a":"é"}', '')
    """
    text = stringify(value) or ""
    return text if len(text) <= SHORT else f"{text[: SHORT - 1]}…"


def cut(text: str) -> tuple[str, str]:
    """Return at most 20,000 characters of a text, and the words for what was left out."""
    left = len(text) - MOST_CHARACTERS
    if left <= 0:
        return text, ""
    return text[:MOST_CHARACTERS], f"and {left:,} more characters; the value itself is whole"


def more(items: Sized) -> str:
    """Return the words for the rows left out after the first 200.

    Example:
        >>> more(range(205)), more(range(200))
        ('and 5 more', '')
    """
    left = len(items) - MOST_ROWS
    return f"and {left:,} more" if left > 0 else ""


def reason(status: int) -> str:
    """Return the words of a status code, empty for one of no standard.

    Example:
        >>> reason(404), reason(799)
        ('Not Found', '')
    """
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def excerpt(text: str, found: Diagnostic, *, width: int = 76) -> str:
    """Return the line a finding points at, with a caret under the place; empty without one.

    Example:
        >>> from kustomer_nb.diagnostics import Severity, Span
        >>> found = Diagnostic("KNB104", Severity.ERROR, "", "bare key", span=Span(2, 5, 1, 3))
        >>> print(excerpt("{ abc: 1 }", found))
        { abc: 1 }
          ^^^
    """
    span = found.span
    if span is None or not text:
        return ""
    start = span.start - span.column + 1
    end = text.find("\n", start)
    line = text[start : len(text) if end < 0 else end].rstrip("\r")
    first = max(0, span.column - 1 - width // 2) if len(line) > width else 0
    shown = line[first : first + width].replace("\t", " ")
    at = span.column - 1 - first
    marks = max(1, min(span.end - span.start, len(shown) - at))
    return f"{shown}\n{' ' * at}{'^' * marks}"

"""Pieces that text and HTML share: JSON for people, excerpts, words for a status."""

from __future__ import annotations

import json
from collections.abc import Sized
from http import HTTPStatus
from typing import Any

from kustomer_nb.diagnostics import Diagnostic
from kustomer_nb.jsontext.javascript import UNDEFINED, stringify
from kustomer_nb.printable import one_line
from kustomer_nb.storage.history import Entry, History

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
    return text[:MOST_CHARACTERS], _left_out(len(text) - MOST_CHARACTERS)


def cut_json(value: Any) -> tuple[str, str]:
    """Return what `cut` returns of a JSON value over several lines, which is never made as a whole.

    Example:
        >>> cut_json({}), cut_json(list(range(9000)))[1]
        (('{}', ''), 'and 50,892 more characters; the value itself is whole')
    """
    if value is UNDEFINED or isinstance(value, str):
        return cut(pretty(value))
    kept: list[str] = []
    length = 0
    for part in json.JSONEncoder(indent=2, ensure_ascii=False).iterencode(value):
        if length <= MOST_CHARACTERS:
            kept.append(part)
        length += len(part)
    return "".join(kept)[:MOST_CHARACTERS], _left_out(length - MOST_CHARACTERS)


def _left_out(left: int) -> str:
    return f"and {left:,} more characters; the value itself is whole" if left > 0 else ""


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


def came(entry: Entry) -> str:
    """Return the status of a kept run's answer, or what is known of one without.

    Example:
        >>> from datetime import datetime
        >>> came(Entry(at=datetime(2034, 1, 2), outcome="unknown"))
        'unknown'
    """
    return entry.outcome if entry.status_code is None else str(entry.status_code)


def left_out(runs: History) -> str:
    """Return the words for the runs of a history that are not shown, and for what of its file cannot be.

    Example:
        >>> left_out(History([], rerun=print, skipped=1)), left_out(History([], rerun=print))
        ('1 line of the file cannot be read', '')
    """
    lines = "1 line" if runs.skipped == 1 else f"{runs.skipped} lines"
    unread = f"{lines} of the file cannot be read" if runs.skipped else ""
    return ", ".join(words for words in (more(runs), unread) if words)


def how(entry: Entry) -> str:
    """Return the profile of a kept run, and its mode where that is not the usual one.

    Example:
        >>> from datetime import datetime
        >>> at = datetime(2034, 1, 2)
        >>> how(Entry(at=at, profile="sandbox", mode="record")), how(Entry(at=at))
        ('sandbox, record', '')
    """
    mode = "" if entry.mode == "live" else entry.mode
    return ", ".join(one for one in (entry.profile, mode) if one)


def asked(entry: Entry) -> str:
    """Return the request line of a kept run, and where it was sent in the authored place.

    Example:
        >>> from datetime import datetime
        >>> request = {"method": "GET", "url": "https://a.b/"}
        >>> asked(Entry(at=datetime(2034, 1, 2), request=request, sent_to="http://127.0.0.1:8000"))
        'GET https://a.b/ (at http://127.0.0.1:8000)'
    """
    at = f" (at {entry.sent_to})" if entry.sent_to else ""
    return f"{entry.request.get('method', '')} {entry.request.get('url', '')}{at}".strip()


def tail(name: str) -> str:
    """Return the last part of an action's name.

    Example:
        >>> tail("kustomer.app.shop.find")
        'find'
    """
    return name.rpartition(".")[2] or "an action"


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
    past = at + max(1, min(span.end - span.start, len(shown) - at))
    # An escape is longer than the character it shows.
    marks = len(one_line(shown[at:past])) or 1
    return f"{one_line(shown)}\n{' ' * len(one_line(shown[:at]).ljust(at))}{'^' * marks}"

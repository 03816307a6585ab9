"""What text and HTML share: readable JSON, excerpts, truncation and short labels."""

from __future__ import annotations

import json
import re
from collections.abc import Sized
from http import HTTPStatus
from typing import Any

from kustomer_nb.config import FAULT, SENDING, Profile, fault_of
from kustomer_nb.diagnostics import Diagnostic
from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.jsontext.serialization import stringify
from kustomer_nb.printable import one_line
from kustomer_nb.request import Origin
from kustomer_nb.run import Run
from kustomer_nb.secrets import Secret
from kustomer_nb.storage.history import Entry, History
from kustomer_nb.template import Kind

MOST_CHARACTERS = 20_000
# About 30 ms of work, so that a notebook's kernel is not busy with what it does not show.
MOST_MEASURED = 500_000
MOST_ROWS = 200
SHORT = 80


def pretty(value: Any) -> str:
    """Return a JSON value over several lines, and a string as it is.

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


def truncate(text: str, name: str) -> tuple[str, str]:
    """Return the first 20,000 characters of a text, and a note on the rest; ``name`` holds the full value."""
    return text[:MOST_CHARACTERS], _truncated(len(text) - MOST_CHARACTERS, name)


def truncate_json(value: Any, name: str) -> tuple[str, str]:
    """Return what `truncate` returns for a JSON value over several lines, without building all of its text.

    Example:
        >>> truncate_json({}, "run.output"), truncate_json(list(range(9000)), "run.output")[1]
        (('{}', ''), 'Truncated: 50.9 k more characters (full value in `run.output`)')
    """
    if value is UNDEFINED or isinstance(value, str):
        return truncate(pretty(value), name)
    parts: list[str] = []
    length = 0
    for part in json.JSONEncoder(indent=2, ensure_ascii=False).iterencode(value):
        # What is left out is measured as far as that is quick, and no further.
        if length > MOST_MEASURED:
            left_out = _truncated(length - MOST_CHARACTERS, name, "more than ")
            return "".join(parts)[:MOST_CHARACTERS], left_out
        if length <= MOST_CHARACTERS:
            parts.append(part)
        length += len(part)
    return "".join(parts)[:MOST_CHARACTERS], _truncated(length - MOST_CHARACTERS, name)


def _truncated(count: int, name: str, about: str = "") -> str:
    if count <= 0:
        return ""
    return f"Truncated: {about}{_rounded(count)} more characters (full value in `{name}`)"


def _rounded(count: int) -> str:
    if count < 10_000:
        return f"{count:,}"
    return f"{count / 1000:.1f} k" if count < 1_000_000 else f"{count / 1_000_000:.1f} M"


def more(items: Sized) -> str:
    """Return a note on the rows after the first 200.

    Example:
        >>> more(range(205)), more(range(200))
        ('and 5 more', '')
    """
    count = len(items) - MOST_ROWS
    return f"and {count:,} more" if count > 0 else ""


def status_text(status: int) -> str:
    """Return a status code with its standard phrase, if it has one.

    Example:
        >>> status_text(404), status_text(799)
        ('404 Not Found', '799')
    """
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def duration(run: Run) -> str:
    """Return how long a run took, and after how many attempts; empty if nothing was sent.

    Example:
        >>> from kustomer_nb import load
        >>> duration(load({"sampleOutputContext": 1}).action().run(mode="sample"))
        ''
    """
    attempts = f", {run.attempts} attempts" if run.attempts > 1 else ""
    return f"in {run.elapsed * 1000:,.0f} ms{attempts}" if run.response else ""


def run_status(run: Run) -> str:
    """Return the status of a run and its duration on one line.

    Example:
        >>> from kustomer_nb import load
        >>> run_status(load({"sampleOutputContext": 1}).action().run(mode="sample"))
        'Sample (nothing sent)'
    """
    if run.response is None:
        return "Sample (nothing sent)"
    simulated = "Simulated: " if run.mode.startswith(FAULT) else ""
    return f"{simulated}{status_text(run.response.status_code)} {duration(run)}"


def run_mode(run: Run) -> str:
    """Return the mode of a run in words.

    Example:
        >>> from kustomer_nb import load
        >>> run_mode(load({"sampleOutputContext": 1}).action().run(mode="sample"))
        'mode sample'
    """
    fault = fault_of(run.mode)
    return f"simulated {fault}, nothing was sent" if fault else f"mode {run.mode}"


def outcome(entry: Entry) -> str:
    """Return the response status of a recorded run, or its outcome if it has no response.

    Example:
        >>> from datetime import datetime
        >>> outcome(Entry(at=datetime(2034, 1, 2), outcome="unknown"))
        'unknown'
    """
    return entry.outcome if entry.status_code is None else str(entry.status_code)


def unlisted(runs: History) -> str:
    """Return a note on the runs of a history that are not listed, and on unreadable lines of its file.

    Example:
        >>> unlisted(History([], rerun=print, skipped=1)), unlisted(History([], rerun=print))
        ('1 line of the file cannot be read', '')
    """
    lines = "1 line" if runs.skipped == 1 else f"{runs.skipped} lines"
    unread = f"{lines} of the file cannot be read" if runs.skipped else ""
    return ", ".join(note for note in (more(runs), unread) if note)


def profile_and_mode(entry: Entry) -> str:
    """Return the profile of a recorded run, and its mode unless that is live.

    Example:
        >>> from datetime import datetime
        >>> at = datetime(2034, 1, 2)
        >>> profile_and_mode(Entry(at=at, profile="sandbox", mode="record")), profile_and_mode(Entry(at=at))
        ('sandbox, record', '')
    """
    mode = "" if entry.mode == "live" else entry.mode
    return ", ".join(part for part in (entry.profile, mode) if part)


def request_line(entry: Entry) -> str:
    """Return the request line of a recorded run, and the origin of a host override.

    Example:
        >>> from datetime import datetime
        >>> request = {"method": "GET", "url": "https://a.b/"}
        >>> request_line(Entry(at=datetime(2034, 1, 2), request=request, sent_to="http://127.0.0.1:8000"))
        'GET https://a.b/ (redirected to http://127.0.0.1:8000)'
        >>> request_line(Entry(at=datetime(2034, 1, 2), request=request, mode="replay", sent_to="http://c.d"))
        'GET https://a.b/'
    """
    # A sample, a replay or a simulated failure was sent nowhere.
    is_redirected = entry.sent_to and entry.mode in SENDING
    redirect = f" (redirected to {entry.sent_to})" if is_redirected else ""
    return f"{entry.request.get('method', '')} {entry.request.get('url', '')}{redirect}".strip()


def tail(name: str) -> str:
    """Return the last part of an action's name.

    Example:
        >>> tail("kustomer.app.shop.find")
        'find'
    """
    return name.rpartition(".")[2] or "an action"


def secret_facts(secret: Secret) -> list[str]:
    """Return the source of a setting's value, its length, and likely mistakes in it; never the value.

    Example:
        >>> secret_facts(Secret("abc ", source="settings="))
        ['passed in settings=', '4 chars', 'ends in white space']
    """
    origin, _, *mistakes = secret.facts
    origin = {"typed in": "Entered here"}.get(origin, f"passed in {origin}" if origin[-1:] == "=" else origin)
    return [origin, f"{len(secret)} char{'' if len(secret) == 1 else 's'}", *mistakes]


def source(origin: Origin) -> str:
    """Return where a piece of a request came from, and what was done to it.

    Example:
        >>> source(Origin("http://", Kind.LITERAL))
        'static text'
    """
    label = {Kind.LITERAL: "static text", Kind.DEFAULT: "platform default"}.get(origin.kind)
    kind = origin.kind.value
    return f"{label}{origin.words[len(kind) :]}" if label and origin.words.startswith(kind) else origin.words


def guard_text(profile: Profile) -> str:
    """Return which methods a profile guards, and how.

    Example:
        >>> guard_text(Profile(guard="deny"))
        'POST/PUT/PATCH/DELETE are blocked'
    """
    rule = {
        "none": "need no confirmation",
        "confirm": "need confirmation",
        "type": "need the profile's name",
        "deny": "are blocked",
    }
    words = rule.get(profile.effective_guard or "", "to remote hosts need confirmation")
    return f"POST/PUT/PATCH/DELETE {words}"


# No break within code, JSON or a template, which are copied from a terminal.
_UNBROKEN = re.compile(r"(?:`[^`]*`|\{[^{}]*\}|\[[^\[\]]*\]|\S)+")


def wrap(line: str, width: int | None, indent: str = "    ") -> str:
    """Return a message in lines of at most ``width`` characters, the later ones indented; None does not wrap.

    A URL, a code, or JSON without nesting stays whole, even if it is longer than a line.

    Example:
        >>> print(wrap("KNB702 the input is not a number.", 20))
        KNB702 the input is
            not a number.
    """
    if width is None or len(line) <= width:
        return line
    start = line[: len(line) - len(line.lstrip())]
    lines: list[str] = []
    current = ""
    for word in _UNBROKEN.findall(line):
        extended = f"{current} {word}" if current else f"{start if not lines else start + indent}{word}"
        if current and len(extended) > width:
            lines.append(current)
            current = f"{start}{indent}{word}"
        else:
            current = extended
    return "\n".join([*lines, current])


def excerpt(text: str, diagnostic: Diagnostic, *, width: int = 76) -> str:
    """Return the line a diagnostic points at, with a caret under the position; empty without a position.

    Example:
        >>> from kustomer_nb.diagnostics import Severity, Span
        >>> diagnostic = Diagnostic("KNB104", Severity.ERROR, "", "bare key", span=Span(2, 5, 1, 3))
        >>> print(excerpt("{ abc: 1 }", diagnostic))
        { abc: 1 }
          ^^^
    """
    span = diagnostic.span
    # The text is that of the definition.
    if span is None or not text or diagnostic.file:
        return ""
    start = span.start - span.column + 1
    end = text.find("\n", start)
    line = text[start : len(text) if end < 0 else end].rstrip("\r")
    first = max(0, span.column - 1 - width // 2) if len(line) > width else 0
    visible = line[first : first + width].replace("\t", " ")
    at = span.column - 1 - first
    end = at + max(1, min(span.end - span.start, len(visible) - at))
    # An escape is longer than the character it shows.
    marks = len(one_line(visible[at:end])) or 1
    return f"{one_line(visible)}\n{' ' * len(one_line(visible[:at]).ljust(at))}{'^' * marks}"

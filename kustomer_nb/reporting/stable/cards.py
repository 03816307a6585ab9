"""Values as cards: what the extension of JupyterLab draws of a saved result, as JSON, without a kernel.

A card has a head (``title``, ``mark``, ``subject``, ``facts``, ``profile``), ``notes`` and ``parts``. There
are five kinds of parts, ``request``, ``sent``, ``json``, ``table`` and ``lines``: card_parts.js of the
extension draws each. Everything in it is text, and a JSON value is the text that a person copies. As in the
facts, nothing in it changes by itself, as a duration or a date does. What a profile masks has no card, and
its HTML is drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import singledispatch
from typing import Any

from kustomer_nb.covering import Coverage
from kustomer_nb.definition import AppDefinition
from kustomer_nb.diagnostics import Diagnostic, Diagnostics
from kustomer_nb.difference import Diff
from kustomer_nb.output import dotted_path
from kustomer_nb.printable import as_json_escapes, visible
from kustomer_nb.reporting.html import diagnostic_rows, location, run_warnings
from kustomer_nb.reporting.html_request import body_pieces, header_pieces, url_pieces
from kustomer_nb.reporting.last_run import output_table
from kustomer_nb.reporting.pretty import (
    MOST_ROWS,
    duration,
    guard_text,
    more,
    run_mode,
    run_status,
    short,
    status_text,
    tail,
    truncate_json,
)
from kustomer_nb.request import Request, request_secrets
from kustomer_nb.response import Response
from kustomer_nb.run import Run
from kustomer_nb.run.rows import OutputRows
from kustomer_nb.secrets import Redactor

from .form import shallow, without_ports
from .lasting import is_lasting, is_of_changing_header, lasting
from .run_facts import response_shape

Card = dict[str, Any]
_FAILED = 400
# They name how something is drawn, and are never text of an author.
_NAMES = frozenset({"kind", "mark", "colour"})
_ALWAYS = frozenset({"kind", "title", "parts", "rows", "text"})


@singledispatch
def card(value: Any) -> Card | None:
    """Return the card of a value as JSON; None for one that has none, whose HTML is drawn.

    Example:
        >>> from kustomer_nb.difference import diff
        >>> [part["rows"] for part in card(diff({"a": 1}, {"a": 2}))["parts"]]
        [[['changed', 'a', '1', '2']]]
        >>> card(7)
    """
    return None


@card.register
def _(value: Diagnostics) -> Card:
    rows = [
        [
            row["severity"],
            "\n".join(part for part in (row["location"], row["pointer"]) if part),
            "\n".join(part for part in (f"{row['code']} {row['message']}", row["excerpt"]) if part),
            row["fix"] or "",
        ]
        for row in diagnostic_rows(value)
    ]
    columns = ["Location", "Problem", "Fix"]
    worst = rows[0][0] if rows else "good"
    parts = [_table("", columns, rows, note=more(value), is_prose=True)] if rows else []
    return _shown({"title": value.summary, "mark": worst, "parts": parts})


@card.register
def _(value: Diagnostic) -> Card | None:
    return card(Diagnostics([value]))


@card.register
def _(value: Diff) -> Card | None:
    if value.masked_run is not None:
        return None
    return _shown({"title": value.summary, "parts": [_differences(value)] if value else []})


def _differences(diff: Diff) -> Card:
    rows = [
        [
            difference.change.value,
            dotted_path(difference.pointer),
            short(difference.expected),
            short(difference.actual),
        ]
        for difference in diff[:MOST_ROWS]
    ]
    return _table("", ["Path", "Expected", "Actual"], rows, note=more(diff))


@card.register
def _(value: Coverage) -> Card:
    parts = []
    for action in value:
        rows = [
            ["warning", location(site.span), site.kind.value, site.missing]
            for site in action.missing[:MOST_ROWS]
        ]
        title = f"{tail(action.action)}: {action.summary}"
        columns, note = ["Location", "Kind", "Next case"], more(action.missing)
        parts.append(_table(title, columns, rows, note=note, is_prose=True))
    lines = [[mark, str(number), line] for mark, number, line in value.lines()]
    if lines:
        title = "Definition by line (+ touched, ~ partly, ! not touched)"
        parts.append({"kind": "lines", "title": title, "rows": lines, "is_folded": True})
    return _shown({"title": value.summary, "parts": parts})


@card.register
def _(value: Request) -> Card | None:
    if value.masking is not None:
        return None
    notes = [
        {"mark": item["severity"], "words": " ".join(part for part in (item["message"], item["fix"]) if part)}
        for item in diagnostic_rows(value.diagnostics)
    ]
    parts = [_line(value), _sent(value, "Headers and body")]
    return _shown({"title": "Request", "notes": notes, "parts": parts})


@card.register
def _(value: Response) -> Card | None:
    if value.masked_run is not None:
        return None
    return _shown(
        {
            "title": status_text(value.status_code),
            "mark": _mark(value),
            "facts": f"{value.size:,} bytes",
            "notes": _response_notes(value),
            "parts": _response(value, "response.body"),
        }
    )


@card.register
def _(value: Run) -> Card | None:
    return run_card(value)


def run_card(
    run: Run,
    *,
    file: str = "",
    saved: datetime | None = None,
    ignore: Iterable[str] | None = None,
    tree: OutputRows | None = None,
) -> Card | None:
    """Return the card of a run; None if its profile masks a part of it.

    ``file`` and ``saved`` are named if it is the latest one of a workbench, with how long it took. ``ignore``
    and ``tree`` are as `last_run` takes them.

    Example:
        >>> from kustomer_nb import load
        >>> run = load({"sampleOutputContext": {"id": 1}}).action().run(mode="sample")
        >>> drawn = run_card(run, file="shop.json")
        >>> drawn["title"], [part["title"] for part in drawn["parts"]][1:4]
        ('Sample (nothing sent)', ['Output beside sample: no difference', 'Output', 'Request'])
    """
    if run.profile.mask:
        return None
    response = run.response
    columns, rows, note = output_table(run, tree, ignore, skips=is_of_changing_header)
    # A saved notebook has it: an input may hold what a setting holds too.
    app = AppDefinition() if run.owner is None else run.owner.document.app
    hide = Redactor(request_secrets(app, run.request))
    output = run.output if response is None else lasting(shallow(run.output), response.to_json())
    text, truncated = truncate_json(output, "run.output")
    summary = "no sample to compare with" if run.diff is None else run.diff.summary
    parts = [
        _line(run.request, run.redirected_to),
        *([_table(f"Output beside sample: {summary}", columns, rows, note=note)] if rows else []),
        _json("Output", text, truncated, is_folded=bool(rows)),
        _sent(run.request, "Request", is_folded=True),
        *([] if response is None else _response(response, "run.response.body", is_folded=True)),
        *_assumptions(run),
    ]
    when, took = ("", "") if saved is None else (f"Last run, saved {saved:%Y-%m-%d %H:%M}", duration(run))
    drawn = {
        "title": run_status(run).partition(" in ")[0],
        "mark": "good" if response is None else _mark(response),
        "subject": " · ".join(part for part in (when, run.action, file) if part),
        "facts": " · ".join(part for part in (took, run_mode(run)) if part),
        "profile": _profile(run),
        "notes": [{"mark": "warning", "words": words} for words in run_warnings(run)][:MOST_ROWS],
        "parts": parts,
    }
    content = _shown(drawn, hide.text if saved else lambda text: without_ports(hide.text(text)))
    shape = response_shape(run)
    # What editors complete paths with; nothing of it is drawn.
    return content if shape is None else {**content, "known": {"action": run.action, "shape": shape}}


def words_card(words: str) -> Card:
    """Return a card of one sentence, such as that nothing was run yet.

    Example:
        >>> words_card("Not run yet.")
        {'notes': [{'words': 'Not run yet.'}]}
    """
    return _shown({"notes": [{"mark": "", "words": words}]})


def _mark(response: Response) -> str:
    return "good" if response.status_code < _FAILED else "error"


def _profile(run: Run) -> dict[str, str] | None:
    if not run.profile.name:
        return None
    return {"name": run.profile.title, "colour": run.profile.tone, "guard": guard_text(run.profile)}


def _line(request: Request, redirected_to: str = "") -> Card:
    authored = request.url if request.sent_to is not None else ""
    return {
        "kind": "request",
        "title": "",
        "method": request.method,
        "url": _pieces(url_pieces(request)),
        "authored": authored,
        "redirected": redirected_to,
    }


def _sent(request: Request, title: str, *, is_folded: bool = False) -> Card:
    body, truncated = body_pieces(request)
    return {
        "kind": "sent",
        "title": title,
        "headers": [[name, _pieces(pieces)] for name, pieces in header_pieces(request)],
        "body": _pieces(body),
        "note": truncated,
        "is_folded": is_folded,
    }


def _pieces(pieces: Iterable[Mapping[str, str]]) -> list[list[str]]:
    """Return text, kind and origin of each piece; the text alone where it is the author's own."""
    return [
        [piece["text"], piece["kind"], piece["origin"]] if piece["kind"] else [piece["text"]]
        for piece in pieces
    ]


def _response(response: Response, name: str, *, is_folded: bool = False) -> list[Card]:
    body = "" if response.body is None else response.body
    text, truncated = truncate_json(body, name)
    headers = [
        ["", header, ", ".join(map(str, text)) if isinstance(text, list) else str(text)]
        for header, text in response.headers.items()
        if is_lasting(header)
    ]
    return [
        _json("Response", text, truncated, is_folded=is_folded, is_text=isinstance(body, str)),
        _table("Response headers", ["Header", "Value"], headers, is_folded=True),
    ]


def _response_notes(response: Response) -> list[Card]:
    unparsed = response.unparsed_reason
    words = [f"Not parsed as JSON: {unparsed}"] if unparsed else []
    words += [note.message for note in response.notes if note.message != unparsed]
    return [{"mark": "warning", "words": item} for item in words]


def _assumptions(run: Run) -> list[Card]:
    rows = [["", assumption.name, assumption.evidence.value, assumption.why] for assumption in run.assumed]
    columns = ["Name", "Evidence", "Why"]
    table = _table("Platform assumptions", columns, rows, is_folded=True, is_prose=True)
    return [table] if rows else []


def _json(title: str, text: str, note: str, *, is_folded: bool = False, is_text: bool = False) -> Card:
    """Return a JSON value by its text; what is cut, or was no JSON, is shown as the text that it is."""
    is_plain = is_text or bool(note) or not text
    content = text if is_plain else as_json_escapes(text)
    return {
        "kind": "json",
        "title": title,
        "text": content,
        "is_text": is_plain,
        "note": note,
        "is_folded": is_folded,
    }


def _table(
    title: str,
    columns: list[str],
    rows: list[list[str]],
    *,
    note: str = "",
    is_folded: bool = False,
    is_prose: bool = False,
) -> Card:
    """Return a table; the first cell of each row is its mark, and no column. Prose has code in backticks."""
    return {
        "kind": "table",
        "title": title,
        "columns": columns,
        "rows": rows,
        "note": note,
        "is_folded": is_folded,
        "is_prose": is_prose,
    }


def _shown(drawn: Card, hide: Callable[[str], str] = without_ports) -> Card:
    """Return a card without what is empty or to be hidden, and with control characters that can be seen."""
    return {
        name: item if name in _NAMES else _shown_item(item, hide)
        for name, item in drawn.items()
        if (name in _ALWAYS or item not in ("", None, False, [])) and not (name in _NAMES and not item)
    }


def _shown_item(item: Any, hide: Callable[[str], str]) -> Any:
    if isinstance(item, str):
        return visible(hide(item).replace("\r\n", "\n"))
    if isinstance(item, dict):
        return _shown(item, hide)
    return [_shown_item(member, hide) for member in item] if isinstance(item, list) else item

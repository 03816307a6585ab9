"""Values as HTML: dictionaries of plain text, given to logic-less templates that escape them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, singledispatch
from importlib.resources import files
from typing import Any

import chevron

from kustomer_nb.config import Profile
from kustomer_nb.definition import Changes, Document, ReadAction
from kustomer_nb.diagnostics import Diagnostic, Diagnostics
from kustomer_nb.difference import Diff
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.linting import without_tokens
from kustomer_nb.output import said
from kustomer_nb.printable import visible
from kustomer_nb.request import Origins, Request
from kustomer_nb.response import Response
from kustomer_nb.run import Run, Why
from kustomer_nb.schema import Inferred
from kustomer_nb.storage.history import History
from kustomer_nb.template import Kind, Piece

from .pretty import MOST_ROWS, asked, came, cut, cut_json, excerpt, left_out, more, reason, short, tail


def starter(app: str) -> str:
    """Return the text of a definition to begin with: one action of that app, against the demo store.

    Example:
        >>> '"name": "kustomer.app.shop.store.refundOrder"' in starter("shop")
        True
    """
    return fill(
        "starter", {"app": app, "title": app.replace("_", " ").replace("-", " ").title()}, styled=False
    )


FAILED = 400
_CLASSES = {
    Kind.INPUT: "input",
    Kind.ENV: "input",
    Kind.HELPER: "helper",
    Kind.SETTING: "setting",
    Kind.MISSING: "missing",
}


@cache
def _file(name: str) -> str:
    return (files(__package__) / name).read_text(encoding="utf-8")


def fill(template: str, data: dict[str, Any], *, styled: bool = True) -> str:
    """Return one of the package's own templates filled with data, its style sheet with it."""
    style = _file("style.css") if styled else ""
    text: str = chevron.render(
        _file(f"templates/{template}.mustache"), {"style": style, **data}, partials_dict={}
    )
    # A lone surrogate cannot be encoded for a kernel or a file, and bidi controls would show another text.
    return visible(text.replace("\r\n", "\n"))


@singledispatch
def html(value: Any, *, styled: bool = True) -> str:
    """Return a value as a static HTML fragment, every text in it escaped.

    Example:
        >>> from kustomer_nb.difference import diff
        >>> "&lt;b&gt;" in html(diff({"a": "<b>"}, {"a": 1}))
        True
    """
    return fill("value", {"repr": repr(value)}, styled=styled)


@html.register
def _(value: Diagnostic, *, styled: bool = True) -> str:
    return html(Diagnostics([value]), styled=styled)


@html.register
def _(value: Diagnostics, *, styled: bool = True) -> str:
    rows = [
        {
            "severity": one.severity.value,
            "where": f"line {one.span.line}, column {one.span.column}" if one.span else "",
            "pointer": one.pointer,
            "code": one.code,
            "message": one.message,
            "excerpt": excerpt(value.text, one),
            "fix": one.fix,
        }
        for one in value[:MOST_ROWS]
    ]
    return fill(
        "diagnostics",
        {"summary": value.summary, "rows": rows, "has_rows": bool(rows), "more": more(value)},
        styled=styled,
    )


@html.register
def _(value: Changes, *, styled: bool = True) -> str:
    lines = value.diff.split("\n") if value else []
    marks = {"+": "added", "-": "removed"}
    return fill(
        "changes",
        {
            "name": value.name,
            "summary": f"{len(value.mended)} mended" if value.mended else "",
            "lines": [
                {"mark": marks.get(line[:1], "same"), "line": line} for line in lines[2 : MOST_ROWS + 2]
            ],
            "has_lines": bool(lines),
            "more": more(lines[2:]),
        },
        styled=styled,
    )


@html.register
def _(value: Document, *, styled: bool = True) -> str:
    mended = value.reading.diagnostics
    return fill(
        "app",
        {
            "title": value.app.title or value.app.app or "Actions without an app",
            "version": value.app.version or "",
            "path": value.path.name if value.path else "",
            "actions": [_action(one) for one in value.actions[:MOST_ROWS]],
            "has_actions": bool(value.actions),
            "more": more(value.actions),
            "mended": f"Mended while reading: {mended.summary}. Ask .diagnostics for each place."
            if mended
            else "",
        },
        styled=styled,
    )


@html.register
def _(value: ReadAction, *, styled: bool = True) -> str:
    return fill("app", {"title": "Action", "actions": [_action(value)], "has_actions": True}, styled=styled)


def _action(action: ReadAction) -> dict[str, str]:
    definition = action.definition
    template = definition.input_template
    properties = (definition.input_schema or {}).get("properties")
    return {
        "name": definition.name or action.pointer,
        "description": without_tokens(definition.description or ""),
        "method": ((template.method if template else "") or "").upper(),
        "uri": without_tokens((template.uri if template else "") or ""),
        "inputs": ", ".join(properties) if isinstance(properties, dict) else "",
    }


@html.register
def _(value: Request, *, styled: bool = True) -> str:
    uri = value.address.text.pieces if value.address else value.uri.pieces
    body, left = _cut_pieces(value.body_text.pieces if value.body_text else ())
    return fill(
        "request",
        {
            "method": value.method,
            "url": _pieces(uri),
            "sent_to": value.sent_to.origin if value.sent_to else "",
            "sent_host": value.sent_to.host_header.shown if value.sent_to else "",
            "headers": [{"name": name, "value": _pieces(text.pieces)} for name, text in value.header_texts],
            "parts": [
                {"name": _part(one), "origins": html(value.origins(one), styled=False)} for one in value.parts
            ],
            "body": _pieces(body),
            "has_body": bool(body),
            "cut": left,
            "settings": [
                {"label": label, "facts": ", ".join(secret.facts) if secret else "no value"}
                for label, secret in value.secrets.items()
            ],
            "has_settings": bool(value.secrets),
            "findings": [_finding(one) for one in value.diagnostics],
            "has_findings": bool(value.diagnostics),
        },
        styled=styled,
    )


def _part(pointer: str) -> str:
    return " ".join(pointers.split(pointer))


def _finding(one: Diagnostic) -> dict[str, str]:
    return {
        "severity": one.severity.value,
        "message": one.message,
        "fix": f"Fix: {one.fix}" if one.fix else "",
    }


def _cut_pieces(pieces: Iterable[Piece]) -> tuple[list[Piece], str]:
    kept = list(pieces)
    whole = "".join(piece.shown for piece in kept)
    text, left = cut(whole)
    return (kept, "") if not left else ([Piece(text, Kind.LITERAL)], left)


def _pieces(pieces: Iterable[Piece]) -> list[dict[str, str]]:
    return [
        {"kind": _class(piece), "origin": _origin(piece), "text": piece.shown or _blank(piece)}
        for piece in pieces
    ]


def _class(piece: Piece) -> str:
    # What a helper makes of a setting is shown as one.
    return "setting" if piece.label else _CLASSES.get(piece.kind, "")


def _blank(piece: Piece) -> str:
    return f"(no {piece.path})" if piece.kind is Kind.MISSING else ""


def _origin(piece: Piece) -> str:
    changed = f", escaping changed {piece.changed} characters" if piece.changed else ""
    return f"{piece.kind.value}: {piece.path}{changed}" if piece.path else ""


@html.register
def _(value: Origins, *, styled: bool = True) -> str:
    rows = [
        {
            "kind": _CLASSES.get(one.kind, ""),
            "text": one.text,
            "words": one.words,
            "where": f"line {one.span.line}, column {one.span.column}" if one.span else one.pointer,
        }
        for one in value[:MOST_ROWS]
    ]
    return fill("origins", {"rows": rows, "has_rows": bool(rows), "more": more(value)}, styled=styled)


@html.register
def _(value: Why, *, styled: bool = True) -> str:
    stages = [
        {"name": one.name, "pointer": one.pointer or "/", "words": one.words, "is_cause": one.is_cause}
        for one in value
    ]
    return fill("why", {"place": said(value.pointer), "stages": stages}, styled=styled)


@html.register
def _(value: Response, *, styled: bool = True) -> str:
    return _response(value, styled=styled)


def _response(value: Response, *, styled: bool, elapsed: str = "") -> str:
    body, left = cut_json(value.body)
    return fill(
        "response",
        {
            "mark": "good" if value.is_good else "bad",
            "status": str(value.status_code),
            "reason": reason(value.status_code),
            "size": f"{value.size:,}",
            "elapsed": elapsed,
            "notes": [one.message for one in value.notes],
            "body": body,
            "cut": left,
            "headers": [
                {"name": name, "value": ", ".join(text) if isinstance(text, list) else text}
                for name, text in value.headers.items()
            ],
        },
        styled=styled,
    )


@html.register
def _(value: Diff, *, styled: bool = True) -> str:
    return _diff(value, "Expected", "Actual", styled=styled)


def _diff(value: Diff, expected: str, actual: str, *, styled: bool) -> str:
    return fill(
        "diff",
        {
            "summary": value.summary,
            "expected_name": expected,
            "actual_name": actual,
            "rows": [
                {
                    "change": one.change.value,
                    "place": said(one.pointer),
                    "expected": short(one.expected),
                    "actual": short(one.actual),
                }
                for one in value[:MOST_ROWS]
            ],
            "has_rows": bool(value),
            "more": more(value),
        },
        styled=styled,
    )


@html.register
def _(value: Inferred, *, styled: bool = True) -> str:
    parts = {"outputSchema": value.schema, "sampleOutputContext": value.sample}
    shown = [(name, *cut_json(one)) for name, one in parts.items()]
    return fill(
        "inferred",
        {
            "parts": [{"name": name, "json": text, "cut": left} for name, text, left in shown],
            "notes": list(value.notes),
            "has_notes": bool(value.notes),
        },
        styled=styled,
    )


@html.register
def _(value: Run, *, styled: bool = True) -> str:
    answer = value.response
    output, left = cut_json(value.output)
    tries = f", {value.attempts} tries" if value.attempts > 1 else ""
    elapsed = f", {value.elapsed * 1000:.0f} ms{tries}" if answer else ""
    return fill(
        "run",
        {
            "mark": "good" if value.is_good else "bad",
            "status": f"{answer.status_code} {reason(answer.status_code)}" if answer else "sample",
            "method": value.request.method,
            "url": value.request.url,
            "mode": value.mode,
            "profile": _badge(value.profile),
            "elapsed": elapsed,
            "output": output or "nothing",
            "cut": left,
            "diff": "" if value.diff is None else _diff(value.diff, "Sample", "Output", styled=False),
            "has_diff": value.diff is not None,
            "assumed": [
                {"name": one.name, "evidence": one.evidence.value, "why": one.why} for one in value.assumed
            ],
            "has_assumed": bool(value.assumed),
            "losses": list(value.losses),
            "has_losses": bool(value.losses),
            "request": html(value.request, styled=False),
            "response": _response(answer, styled=False, elapsed=elapsed) if answer else "",
            "has_response": answer is not None,
        },
        styled=styled,
    )


@html.register
def _(value: History, *, styled: bool = True) -> str:
    rows = [
        {
            "index": str(number),
            "at": f"{one.at:%Y-%m-%d %H:%M:%S}",
            "mark": "good" if one.is_answered and (one.status_code or 0) < FAILED else "bad",
            "came": came(one),
            "mode": one.mode,
            "profile": one.profile,
            "action": tail(one.action),
            "request": asked(one),
        }
        for number, one in zip(value.numbers, value[:MOST_ROWS], strict=False)
    ]
    summary = repr(value)[1:-1]
    return fill(
        "history",
        {"summary": summary, "rows": rows, "has_rows": bool(rows), "more": left_out(value)},
        styled=styled,
    )


def _badge(profile: Profile) -> list[dict[str, str]]:
    """Return a profile for a badge, in words and by colour; none where there is no profile."""
    if not profile.name:
        return []
    return [{"title": profile.title, "guarded": profile.guarded, "colour": profile.colour or "grey"}]


def bench_head(action: ReadAction, found: Diagnostics, profile: Profile, mode: str) -> str:
    """Return the head of a workbench: the action's name, the profile, and what lint says of its file."""
    return fill(
        "bench_head",
        {
            "name": action.definition.name or "An action without a name",
            "description": without_tokens(action.definition.description or ""),
            "profile": _badge(profile) or [{"title": "none", "guarded": profile.guarded, "colour": "grey"}],
            "mode": mode,
            "summary": found.summary,
            "has_findings": bool(found),
            "findings": html(found, styled=False),
        },
    )

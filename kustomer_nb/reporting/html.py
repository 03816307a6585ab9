"""Values as static HTML: each is a dictionary of plain text for a template."""

from __future__ import annotations

from functools import singledispatch
from typing import Any

from kustomer_nb.codes import Code
from kustomer_nb.compatibility.result import Comparison
from kustomer_nb.config import Profile
from kustomer_nb.covering import Coverage
from kustomer_nb.definition import Changes, Document, ReadAction
from kustomer_nb.diagnostics import Diagnostic, Diagnostics, Span
from kustomer_nb.difference import Diff
from kustomer_nb.effects import by_effect
from kustomer_nb.linting import without_tokens
from kustomer_nb.notebooks import Shared
from kustomer_nb.output import dotted_path
from kustomer_nb.probing import Hazards
from kustomer_nb.response import Response
from kustomer_nb.run import Run, Why
from kustomer_nb.run.fence import fence_note
from kustomer_nb.schema import Inferred
from kustomer_nb.storage.history import History

from .mustache import fill
from .pretty import (
    MOST_ROWS,
    duration,
    excerpt,
    guard_text,
    more,
    outcome,
    request_line,
    short,
    status_text,
    tail,
    truncate_json,
    unlisted,
)

_FAILED = 400
_OF_REDIRECTS = frozenset({Code.REDIRECT_NOT_FOLLOWED, Code.REDIRECTED_AGAIN, Code.REDIRECT_WITHHELD})


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
    rows = diagnostic_rows(value)
    return fill(
        "diagnostics",
        {"summary": value.summary, "rows": rows, "has_rows": bool(rows), "more": more(value)},
        styled=styled,
    )


def diagnostic_rows(diagnostics: Diagnostics) -> list[dict[str, str]]:
    """Return the words of the first 200 diagnostics, what changes a request or an output first.

    Example:
        >>> from kustomer_nb.diagnostics import Severity
        >>> diagnostic = Diagnostic("KNB404", Severity.WARNING, "/qs", "Not sent.", fix="Write an object.")
        >>> diagnostic_rows(Diagnostics([diagnostic]))[0]["fix"]
        'Write an object.'
    """
    return [
        {
            "severity": diagnostic.severity.value,
            "location": diagnostic.location() if diagnostic.file else location(diagnostic.span),
            "pointer": diagnostic.pointer,
            "code": diagnostic.code,
            "message": diagnostic.message,
            "excerpt": excerpt(diagnostics.text, diagnostic),
            "fix": diagnostic.fix,
        }
        for diagnostic in by_effect(diagnostics)[:MOST_ROWS]
    ]


@html.register
def _(value: Shared, *, styled: bool = True) -> str:
    return html(value.findings, styled=styled)


@html.register
def _(value: Comparison, *, styled: bool = True) -> str:
    rows = [
        {
            "severity": change.severity.value,
            "kind": change.kind.value,
            "bump": change.bump.value,
            "location": location(change.span),
            "pointer": change.pointer,
            "action": tail(change.action),
            "message": change.message,
            "fix": change.fix,
        }
        for change in value.changes[:MOST_ROWS]
    ]
    return fill(
        "comparison",
        {
            "summary": value.summary,
            "version": value.version_line,
            "rows": rows,
            "has_rows": bool(rows),
            "more": more(value.changes),
        },
        styled=styled,
    )


@html.register
def _(value: Hazards, *, styled: bool = True) -> str:
    rows = [
        {
            "number": number,
            "severity": hazard.severity.value,
            "kind": hazard.kind.value,
            "location": location(hazard.span),
            "pointer": hazard.pointer,
            "message": hazard.message,
            "others": hazard.others,
            "fix": hazard.fix,
        }
        for number, hazard in enumerate(value.hazards[:MOST_ROWS], start=1)
    ]
    facts = {
        "action": tail(value.action),
        "summary": value.summary,
        "untried": value.untried_line,
        "rows": rows,
        "has_rows": bool(rows),
        "more": more(value.hazards),
    }
    return fill("hazards", facts, styled=styled)


@html.register
def _(value: Coverage, *, styled: bool = True) -> str:
    actions = [
        {
            "action": tail(action.action),
            "summary": action.summary,
            "rows": [
                {"location": location(site.span), "kind": site.kind.value, "missing": site.missing}
                for site in action.missing[:MOST_ROWS]
            ],
            "has_rows": bool(action.missing),
            "more": more(action.missing),
        }
        for action in value
    ]
    lines = [{"mark": mark, "number": number, "line": line} for mark, number, line in value.lines()]
    facts = {"summary": value.summary, "actions": actions, "lines": lines, "has_lines": bool(lines)}
    return fill("coverage", facts, styled=styled)


def location(span: Span | None) -> str:
    """Return a position in a file in words; empty without one."""
    return f"line {span.line}, column {span.column}" if span else ""


@html.register
def _(value: Changes, *, styled: bool = True) -> str:
    # The first two lines of a unified diff name the file twice.
    lines = value.diff.split("\n") if value else []
    marks = {"+": "added", "-": "removed"}
    return fill(
        "changes",
        {
            "name": value.name,
            "summary": ", ".join(
                [
                    *([f"{len(value.fixed)} fixed"] if value.fixed else []),
                    *([f"left to do: {value.diagnostics.summary}"] if value.diagnostics else []),
                ]
            ),
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
    fixed = value.reading.diagnostics
    return fill(
        "app",
        {
            "title": value.app.title or value.app.app or "Actions without an app",
            "version": value.app.version or "",
            "path": value.path.name if value.path else "",
            "actions": [_action(action) for action in value.actions[:MOST_ROWS]],
            "has_actions": bool(value.actions),
            "more": more(value.actions),
            "fixed": f"Fixed while loading: {fixed.summary}. See `.diagnostics` for each location."
            if fixed
            else "",
        },
        styled=styled,
    )


@html.register
def _(value: ReadAction, *, styled: bool = True) -> str:
    return fill("app", {"title": "Action", "actions": [_action(value)], "has_actions": True}, styled=styled)


# An author may have written a token into a URL: a saved notebook must not hold it.
def _action(action: ReadAction) -> dict[str, str]:
    definition = action.definition
    template = definition.input_template
    method, uri = (template.method or "", template.uri or "") if template else ("", "")
    properties = (definition.input_schema or {}).get("properties")
    return {
        "name": definition.name or action.pointer,
        "description": without_tokens(definition.description or ""),
        "method": method,
        "uri": without_tokens(uri),
        "inputs": ", ".join(properties) if isinstance(properties, dict) else "",
    }


@html.register
def _(value: Why, *, styled: bool = True) -> str:
    stages = [
        {
            "name": stage.name,
            "pointer": stage.pointer or "/",
            "words": stage.words,
            "is_cause": stage.is_cause,
        }
        for stage in value
    ]
    return fill("why", {"path": dotted_path(value.pointer), "stages": stages}, styled=styled)


@html.register
def _(value: Response, *, styled: bool = True) -> str:
    return _response(value, "response.body", styled=styled)


def _response(value: Response, name: str, *, styled: bool, elapsed: str = "") -> str:
    body, truncated = truncate_json(value.body, name)
    return fill(
        "response",
        {
            "mark": "good" if value.ok else "bad",
            "status": status_text(value.status_code),
            "size": f"{value.size:,}",
            "elapsed": elapsed,
            "unparsed": value.unparsed_reason,
            "notes": [note.message for note in value.notes if note.message != value.unparsed_reason],
            "body": body,
            "truncated": truncated,
            "headers": [
                {"name": header, "value": ", ".join(text) if isinstance(text, list) else text}
                for header, text in value.headers.items()
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
                    "change": difference.change.value,
                    "path": dotted_path(difference.pointer),
                    "expected": short(difference.expected),
                    "actual": short(difference.actual),
                }
                for difference in value[:MOST_ROWS]
            ],
            "has_rows": bool(value),
            "more": more(value),
        },
        styled=styled,
    )


@html.register
def _(value: Inferred, *, styled: bool = True) -> str:
    parts = (
        ("outputSchema", *truncate_json(value.schema, ".schema")),
        ("sampleOutputContext", *truncate_json(value.sample, ".sample")),
    )
    return fill(
        "inferred",
        {
            "parts": [
                {"name": name, "json": text, "truncated": truncated} for name, text, truncated in parts
            ],
            "notes": list(value.notes),
            "has_notes": bool(value.notes),
        },
        styled=styled,
    )


@html.register
def _(value: Run, *, styled: bool = True) -> str:
    response = value.response
    # A saved notebook holds every output, so a huge one is cut; the value itself is not.
    output, truncated = truncate_json(value.output, "run.output")
    elapsed = duration(value)
    warnings = run_warnings(value)
    return fill(
        "run",
        {
            "unparsed": response.unparsed_reason if response else "",
            "mark": "good" if value.ok else "bad",
            "status": status_text(response.status_code) if response else "Sample",
            "method": value.request.method,
            "url": value.request.url,
            "redirected_to": value.redirected_to,
            "mode": _title(value.mode),
            "fence": fence_note(value.fence) if value.fence else "",
            "profile": _badge(value.profile),
            "elapsed": elapsed,
            "output": output or "(no output)",
            "truncated": truncated,
            "diff": "" if value.diff is None else _diff(value.diff, "Sample", "Actual", styled=False),
            "has_diff": value.diff is not None,
            "assumed": [
                {"name": assumption.name, "evidence": assumption.evidence.value, "why": assumption.why}
                for assumption in value.assumed
            ],
            "has_assumed": bool(value.assumed),
            "losses": warnings,
            "has_losses": bool(warnings),
            "request": html(value.request, styled=False),
            "response": _response(response, "run.response.body", styled=False, elapsed=elapsed)
            if response
            else "",
            "has_response": response is not None,
        },
        styled=styled,
    )


def run_warnings(run: Run) -> list[str]:
    """Return what a run lost on the way, and how it was redirected, in sentences.

    Example:
        >>> from kustomer_nb import load
        >>> run_warnings(load({"sampleOutputContext": 1}).action().run(mode="sample"))
        []
    """
    redirects = [note.message for note in run.later_diagnostics if note.code in _OF_REDIRECTS]
    return [*run.losses, *redirects]


@html.register
def _(value: History, *, styled: bool = True) -> str:
    rows = [
        {
            "index": str(number),
            "at": f"{entry.at:%Y-%m-%d %H:%M:%S}",
            "mark": "good" if entry.is_completed and (entry.status_code or 0) < _FAILED else "bad",
            "outcome": outcome(entry),
            "mode": entry.mode,
            "profile": entry.profile,
            "action": tail(entry.action),
            "request": request_line(entry),
        }
        for number, entry in zip(value.numbers, value[:MOST_ROWS], strict=False)
    ]
    summary = repr(value)[1:-1]
    return fill(
        "history",
        {"summary": summary, "rows": rows, "has_rows": bool(rows), "more": unlisted(value)},
        styled=styled,
    )


def _badge(profile: Profile) -> list[dict[str, str]]:
    """Return a profile for a badge, by name and by colour; empty without a profile."""
    if not profile.name:
        return []
    title = f"Profile {profile.title}"
    return [{"title": title, "guard": guard_text(profile), "colour": profile.tone}]


def _title(mode: str) -> str:
    # fault:429 is a name to type.
    return mode.capitalize() if mode.isalpha() else mode

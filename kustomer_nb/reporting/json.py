"""Values as JSON for other programs."""

from __future__ import annotations

from functools import singledispatch
from typing import Any

from kustomer_nb._version import __version__
from kustomer_nb.compatibility.result import Comparison
from kustomer_nb.covering import Coverage
from kustomer_nb.diagnostics import Diagnostic, Diagnostics
from kustomer_nb.difference import Diff, Difference
from kustomer_nb.effects import by_effect
from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.notebooks import Shared
from kustomer_nb.probing import Hazards
from kustomer_nb.request import Origins, Request
from kustomer_nb.response import Response
from kustomer_nb.run import Run, Why
from kustomer_nb.storage.history import Entry, History
from kustomer_nb.template import MissingReference

# Raised when a key changes its meaning or goes; a new key does not raise it.
SCHEMA_VERSION = 1


def envelope(value: Any, **meta: Any) -> dict[str, Any]:
    """Return the object that every ``--json`` prints: schema_version, data and meta.

    Example:
        >>> envelope(Diagnostics(), path="a.json")["data"]
        []
    """
    return {
        "schema_version": SCHEMA_VERSION,
        "data": as_json(value),
        "meta": {"version": __version__, **meta},
    }


@singledispatch
def as_json(value: Any) -> Any:
    """Return a value of this package as plain JSON; settings are ``$<key>``."""
    return value


@as_json.register
def _(value: Diagnostic) -> Any:
    span = value.span
    return {
        "code": value.code,
        "severity": value.severity.value,
        "pointer": value.pointer,
        "line": span.line if span else None,
        "column": span.column if span else None,
        "message": value.message,
        "fix": value.fix,
        "fix_safety": ("safe" if value.is_safe else "unsafe") if value.edits else None,
        **({"file": value.file} if value.file else {}),
    }


@as_json.register
def _(value: Diagnostics) -> Any:
    return [as_json(diagnostic) for diagnostic in by_effect(value)]


@as_json.register
def _(value: Shared) -> Any:
    copy = None if value.copy is None else str(value.copy)
    return {"path": str(value.path), "copy": copy, "ok": value.ok, "findings": as_json(value.findings)}


@as_json.register
def _(value: Comparison) -> Any:
    return value.to_json()


@as_json.register
def _(value: Hazards) -> Any:
    return value.to_json()


@as_json.register
def _(value: Coverage) -> Any:
    return value.to_json()


@as_json.register
def _(value: Request) -> Any:
    return {
        "method": value.method,
        "url": value.url,
        "headers": value.headers,
        "body": value.body,
        "diagnostics": as_json(value.diagnostics),
    }


@as_json.register
def _(value: Origins) -> Any:
    return [
        {
            "text": origin.text,
            "kind": origin.kind.value,
            "path": origin.path,
            "pointer": origin.pointer,
            "line": origin.span.line if origin.span else None,
            "column": origin.span.column if origin.span else None,
            "before": origin.before,
            "changed": origin.changed,
            "converted_from": None if origin.converted is None else origin.converted.before,
        }
        for origin in value
    ]


@as_json.register
def _(value: Why) -> Any:
    return [
        {"stage": stage.name, "pointer": stage.pointer, "words": stage.words, "is_cause": stage.is_cause}
        for stage in value
    ]


@as_json.register
def _(value: Response) -> Any:
    return value.to_json()


@as_json.register
def _(value: Difference) -> Any:
    sides = {"expected": value.expected, "actual": value.actual}
    # An absent side has no key: null is a value.
    present = {name: side for name, side in sides.items() if side is not UNDEFINED}
    return {"pointer": value.pointer, "change": value.change.value, **present}


@as_json.register
def _(value: Diff) -> Any:
    return [as_json(difference) for difference in value]


@as_json.register
def _(value: Entry) -> Any:
    return {**vars(value), "at": value.at.isoformat(), "truncated": list(value.truncated)}


@as_json.register
def _(value: History) -> Any:
    return [{"number": number, **as_json(entry)} for number, entry in zip(value.numbers, value, strict=True)]


@as_json.register
def _(value: MissingReference) -> Any:
    return {"path": value.path, "pointer": value.pointer}


@as_json.register
def _(value: Run) -> Any:
    return {
        "action": value.action,
        "mode": value.mode,
        "profile": value.profile.name,
        "request": as_json(value.request),
        "response": None if value.response is None else as_json(value.response),
        "output": value.output,
        "diff": None if value.diff is None else as_json(value.diff),
        "losses": list(value.losses),
        "missing": [as_json(reference) for reference in value.missing],
        "assumed": [assumption.name for assumption in value.assumed],
        "elapsed": value.elapsed,
        "attempts": value.attempts,
        "redirected_to": value.redirected_to,
        "fence": value.fence,
        "diagnostics": as_json(value.diagnostics),
    }

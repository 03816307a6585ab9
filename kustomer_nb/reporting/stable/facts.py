"""The facts of a value that a notebook compares: names, words, rows and JSON, never a message or a time."""

from __future__ import annotations

from collections.abc import Iterable
from functools import singledispatch
from pathlib import PurePath
from typing import Any

from kustomer_nb.codes import Code
from kustomer_nb.compatibility.result import Comparison, DefinitionChange
from kustomer_nb.definition import Changes, Document, ReadAction
from kustomer_nb.diagnostics import Diagnostic, Diagnostics
from kustomer_nb.difference import Difference
from kustomer_nb.importing import Imported
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.jsontext.string_values import with_strings
from kustomer_nb.linting import without_tokens
from kustomer_nb.request import Origins
from kustomer_nb.run import Why
from kustomer_nb.schema import Inferred
from kustomer_nb.storage.history import Entry, History

from .form import Json, shallow
from .lasting import is_of_changing_header

Facts = dict[str, Any]
# The place of a whole value, whose pointer is empty: "/" is that of a member without a name.
WHOLE = "(whole value)"
# They depend on the machine, its tokens and profiles, and not on the definition and its inputs.
_OF_THE_MACHINE = frozenset(
    {Code.SETTING_UNSET, Code.ACCOUNT_TOKEN_UNSET, Code.SCHEME_TWICE, Code.HOST_CHOSEN_BY_INPUT}
)
_FAMILIES_OF_THE_MACHINE = ("KNB8", "KNB9")


@singledispatch
def facts(value: Any) -> Facts:
    """Return the facts of a value by name, in a fixed order; a value without any is its one line.

    Example:
        >>> from kustomer_nb.difference import diff
        >>> facts(diff({"a": 1}, {"b": 1}))["differences"]
        [{'place': '/a', 'kind': 'removed', 'expected': Json(value=1)}, \
{'place': '/b', 'kind': 'added', 'actual': Json(value=1)}]
    """
    return {"value": repr(value)}


def finding_rows(diagnostics: Iterable[Diagnostic], *, is_of_a_run: bool = False) -> list[Facts]:
    """Return severity, code and place of diagnostics, the worst first and otherwise by code and place.

    Of those of a run, what depends on the machine is left out.

    Example:
        >>> from kustomer_nb.diagnostics import Severity
        >>> problems = [Diagnostic("KNB404", Severity.WARNING, f"/actions/{at}/qs", "") for at in (10, 9)]
        >>> [row["place"] for row in finding_rows(problems)]
        ['/actions/9/qs', '/actions/10/qs']
    """
    listed = [finding for finding in diagnostics if not (is_of_a_run and _is_of_the_machine(finding))]
    ordered = sorted(listed, key=lambda finding: (*_rank(finding), _natural(_place(finding))))
    return [
        {"severity": finding.severity.value, "code": str(finding.code), "place": _place(finding)}
        for finding in ordered
    ]


def _is_of_the_machine(finding: Diagnostic) -> bool:
    return finding.code in _OF_THE_MACHINE or finding.code.startswith(_FAMILIES_OF_THE_MACHINE)


def _rank(finding: Diagnostic) -> tuple[int, str]:
    return finding.severity.rank, str(finding.code)


def _place(finding: Diagnostic) -> str:
    # A pointer stays the same when lines are added above; a syntax error may have none.
    span = finding.span
    place = finding.pointer or (f"{span.line}:{span.column}" if span else "")
    return f"{PurePath(finding.file).name} {place}".rstrip() if finding.file else place


def _natural(place: str) -> list[tuple[int, int, str]]:
    return [
        (0, int(part), "") if part.isdecimal() and part.isascii() else (1, 0, part)
        for part in place.replace(":", "/").split("/")
    ]


@facts.register
def _(value: Diagnostics) -> Facts:
    return {"findings": finding_rows(value)}


@facts.register
def _(value: Diagnostic) -> Facts:
    return {"findings": finding_rows([value])}


def difference_rows(diff: Iterable[Difference], output: Any = UNDEFINED) -> list[Facts]:
    """Return place, kind and both sides of differences, without those of headers that change each time.

    ``output`` has the actual values as they may be shown.
    """
    rows = []
    for difference in diff:
        if is_of_changing_header(difference.pointer):
            continue
        row: Facts = {"place": difference.pointer or WHOLE, "kind": difference.change.value}
        if difference.expected is not UNDEFINED:
            row["expected"] = Json(shallow(difference.expected))
        if difference.actual is not UNDEFINED:
            actual = pointers.resolve(output, difference.pointer)
            row["actual"] = Json(shallow(difference.actual if actual is UNDEFINED else actual))
        rows.append(row)
    return rows


@facts.register
def _(value: Difference) -> Facts:
    return {"differences": difference_rows([value])}


@facts.register
def _(value: Changes) -> Facts:
    # The first two lines of a unified diff name the file.
    lines = value.diff.split("\n")[2:] if value else []
    return {
        "file": PurePath(value.name).name,
        "lines": "\n".join(lines) or None,
        **({"fixed": finding_rows(value.fixed)} if value.fixed else {}),
        **({"left to do": finding_rows(value.diagnostics)} if value.diagnostics else {}),
    }


@facts.register
def _(value: Origins) -> Facts:
    return {
        "text": value.text,
        "pieces": [
            {
                "kind": origin.kind.value,
                "path": origin.path,
                "place": origin.pointer,
                **({} if origin.before is None else {"before": Json(origin.before)}),
                "value": Json(origin.text),
            }
            for origin in value
        ],
    }


@facts.register
def _(value: Imported) -> Facts:
    return {
        "inputs": value.inputs,
        "secrets": sorted(value.secrets),
        "findings": finding_rows(value.diagnostics),
        **facts(value.action.read),
    }


@facts.register
def _(value: Why) -> Facts:
    stages = [
        {"stage": stage.name, "place": stage.pointer or WHOLE, "cause": "<- here" if stage.is_cause else ""}
        for stage in value
    ]
    return {"of": value.pointer, "stages": stages}


@facts.register
def _(value: Inferred) -> Facts:
    return {"outputSchema": Json(shallow(value.schema)), "sampleOutputContext": Json(shallow(value.sample))}


@facts.register
def _(value: DefinitionChange) -> Facts:
    return {
        "severity": value.severity.value,
        "kind": value.kind.value,
        "bump": value.bump.value,
        "action": value.action,
        "place": value.pointer,
    }


@facts.register
def _(value: Comparison) -> Facts:
    return {
        "bump": value.bump.value,
        "old version": value.old_version or None,
        "version": value.version or None,
        "changes": [facts(change) for change in value],
    }


@facts.register
def _(value: Entry) -> Facts:
    return {
        **_entry_row(value),
        "inputs": Json(shallow(value.inputs)),
        **({"output": Json(shallow(value.output))} if value.is_completed else {}),
    }


def _entry_row(entry: Entry) -> Facts:
    return {
        "action": entry.action,
        "outcome": entry.outcome,
        "status": entry.status_code,
        "request": f"{entry.request.get('method', '')} {entry.request.get('url', '')}".strip(),
    }


@facts.register
def _(value: History) -> Facts:
    return {"runs": [_entry_row(entry) for entry in value]}


@facts.register
def _(value: Document) -> Facts:
    app, findings = value.app, value.reading.diagnostics
    return {
        "app": app.app or None,
        "version": app.version or None,
        **({"findings": finding_rows(findings)} if findings else {}),
        **{f"action {action.definition.name or action.pointer}": _action(action) for action in value.actions},
    }


@facts.register
def _(value: ReadAction) -> Facts:
    return {"action": value.definition.name or value.pointer, **_action(value)}


def _action(action: ReadAction) -> Facts:
    """Return what a workflow sees of an action: its request line, settings, schemas and outputTemplate.

    The rest of a request is that of a run. In sample mode, no run has what outputTemplate does.
    """
    definition, template = action.definition, action.definition.input_template
    method, uri = (template.method or "", template.uri or "") if template else ("", "")
    parts = {
        "inputSchema": definition.input_schema,
        "outputTemplate": definition.output_template,
        "outputSchema": definition.output_schema,
    }
    return {
        "type": definition.type,
        "request": f"{method} {without_tokens(uri)}".strip() or None,
        "settings": dict(sorted(definition.setting_keys.items())),
        **{
            name: Json(with_strings(shallow(part), without_tokens))
            for name, part in parts.items()
            if part is not None
        },
    }

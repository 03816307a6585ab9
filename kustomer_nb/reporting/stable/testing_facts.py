"""The facts of test cases, coverage, hazards and shared notebooks; redacted as every report of them is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from kustomer_nb.covering import Coverage, Site
from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.notebooks.result import Shared
from kustomer_nb.probing import Hazards
from kustomer_nb.reporting.case_lines import PARTS, redacted, redacted_json, redacts_once
from kustomer_nb.testing.case import Case
from kustomer_nb.testing.results import CaseResult, Outcome, Results

from .facts import Facts, difference_rows, facts, finding_rows
from .form import Json, shallow


def _json(value: Any) -> Json:
    return Json(redacted_json(shallow(value)))


@facts.register
@redacts_once
def _(value: Case) -> Facts:
    request, response = value.exchange.request, value.exchange.response
    ignored = [
        {"part": part, "place": redacted(pointer)}
        for part, pointers in value.ignore._asdict().items()
        for pointer in pointers
    ]
    return {
        "case": redacted(value.id),
        "inputs": _json(value.inputs),
        **({"settings": _json(value.settings)} if value.settings else {}),
        **({} if request is None else {"request": _json(request)}),
        **({"simulate": value.simulate} if value.simulate else {}),
        "status": "sample" if response is None else response.status_code,
        **({} if value.expected is UNDEFINED else {"expected": _json(value.expected)}),
        **({} if value.findings is None else {"findings": " ".join(value.findings) or "none"}),
        **_if_any("ignored", ignored),
        "severity": value.severity,
    }


@facts.register
@redacts_once
def _(value: CaseResult) -> Facts:
    return {"case": redacted(value.case.id), **_result(value)}


def _result(value: CaseResult) -> Facts:
    return {"outcome": value.outcome.value, **_if_any("differences", _rows(value)), **_found(value)}


def _rows(value: CaseResult) -> list[Facts]:
    sides = zip(PARTS, (value.request, value.output, value.service), strict=True)
    return [
        {"part": part, **row} for part, side in sides for row in _redacted_rows(difference_rows(side or ()))
    ]


def _found(value: CaseResult) -> Facts:
    return _if_any("findings", finding_rows(value.problems, is_of_a_run=True))


def _if_any(name: str, rows: list[Facts]) -> Facts:
    return {name: rows} if rows else {}


def _redacted_rows(rows: Iterable[Facts]) -> list[Facts]:
    return [
        {
            name: Json(redacted_json(item.value)) if isinstance(item, Json) else redacted(item)
            for name, item in row.items()
        }
        for row in rows
    ]


@facts.register
@redacts_once
def _(value: Results) -> Facts:
    """Return the outcome of each case, and what is wrong with those that did not pass."""
    named = [(redacted(result.case.id), result) for result in value]
    failed = [(name, result) for name, result in named if result.outcome is not Outcome.PASSED]
    # A list for all of them, which is compared by its head and its hash if it is long.
    rows = [{"case": name, **row} for name, result in failed for row in _rows(result)]
    findings = [
        {"case": name, **row} for name, result in failed for row in _found(result).get("findings", ())
    ]
    return {
        "summary": value.summary,
        "cases": [{"outcome": result.outcome.value, "case": name} for name, result in named],
        **_if_any("differences", rows),
        **_if_any("findings", findings + finding_rows(value.problems)),
    }


@facts.register
@redacts_once
def _(value: Coverage) -> Facts:
    return {
        "touched": value.summary,
        **_if_any("findings", finding_rows(value.problems)),
        **{
            f"action {redacted(action.action)}": {
                "touched": action.summary,
                "not touched": [_site_row(site) for site in action.missing],
            }
            for action in value
        },
    }


def _site_row(site: Site) -> Facts:
    # The sentence has a line number, which changes with a comment above it. The rest of the key is what.
    keys = " ".join(key for key in site.key[1:] if not key.startswith("/"))
    return {"kind": site.kind.value, "what": redacted(keys), "place": redacted(site.pointer)}


@facts.register
@redacts_once
def _(value: Hazards) -> Facts:
    return {
        "action": value.action or None,
        "tried": value.tried,
        **({"not tried": redacted(", ".join(value.untried))} if value.untried else {}),
        "hazards": [
            {
                "severity": hazard.severity.value,
                "kind": hazard.kind.value,
                "input": redacted(hazard.input),
                "place": redacted(hazard.pointer),
                "values": redacted(", ".join(arrived.name for arrived in hazard.values)),
            }
            for hazard in value
        ],
    }


@facts.register
@redacts_once
def _(value: Shared) -> Facts:
    # Names alone: the folder is another one on each machine.
    return {
        "notebook": redacted(value.path.name),
        "copy": redacted(value.copy.name) if value.copy else None,
        "findings": finding_rows(value.findings),
    }

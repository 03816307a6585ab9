"""The results of test cases as JSON for other programs."""

from __future__ import annotations

from typing import Any

from kustomer_nb.testing.results import CaseResult, Results

from .case_lines import differences, redacted_json, redacts_once, rerun_command, shown_path
from .case_report import CaseReport
from .json import as_json


@as_json.register
def _(value: CaseResult) -> Any:
    return case_json(value)


@as_json.register
def _(value: Results) -> Any:
    return report_json(CaseReport(value, value.problems))


@as_json.register
def _(value: CaseReport) -> Any:
    return report_json(value)


@redacts_once
def report_json(report: CaseReport) -> dict[str, Any]:
    """Return how many cases have each outcome, and every case; redacted as every report of cases is."""
    return {
        "counts": report.counts,
        "cases": [case_json(result, report.options) for result in report.results],
        "problems": redacted_json(as_json(report.problems)),
        "untested": redacted_json(report.untested),
        "mode": report.mode,
    }


def case_json(result: CaseResult, options: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return a case and its differences, each with its JSON pointer and its part of the run."""
    case = result.case
    members = {
        "id": case.id,
        "name": case.name,
        "row": case.row,
        "action": case.action,
        "path": shown_path(case.path),
        "definition": shown_path(case.app_path),
        "severity": case.severity,
        "outcome": result.outcome.value,
        "changed": [
            *(["definition"] if result.is_definition_changed else []),
            *(["service"] if result.is_service_changed else []),
        ],
        "reason": result.reason,
        "elapsed": result.elapsed,
        "differences": [{"part": part, **as_json(difference)} for part, difference in differences(result)],
        "problems": as_json(result.problems),
        "rerun": rerun_command(result, options),
    }
    redacted: dict[str, Any] = redacted_json(members)
    return redacted

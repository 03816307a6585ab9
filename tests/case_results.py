"""Results of test cases that are put together for the tests of reports."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kustomer_nb.diagnostics import Diagnostic, Diagnostics, Severity
from kustomer_nb.difference import diff
from kustomer_nb.testing.case import Case
from kustomer_nb.testing.results import CaseResult, Outcome

EVIL = """"'><script>alert(1)</script>{{title}}{{{style}}}]]>&\x00\x1b[2J\ufffe\ud800"""
REQUEST = {
    "method": "POST",
    "url": "https://api.shop.com/orders/1001/refunds",
    "headers": {"x-tenant": "a"},
    "body": {"amount": 10, "tags": ["a", "b"]},
}


def a_case(name: str = "refund of a paid order", **fields: Any) -> Case:
    values = {
        "path": Path("cases/refund/refund-of-a-paid-order.case.json"),
        "action": "kustomer.app.shop.refund",
        "app_path": Path("shop.json"),
    }
    return Case(name=name, **(values | fields))


def passed(name: str = "a case that passes", **fields: Any) -> CaseResult:
    same = diff(1, 1)
    return CaseResult(case=a_case(name, **fields), outcome=Outcome.PASSED, request=same, output=same)


def failed(name: str = "refund of a paid order", **fields: Any) -> CaseResult:
    """A case whose request has another amount and no header, and whose output has another status."""
    changed = {**REQUEST, "headers": {}, "body": {"amount": 12, "tags": ["a", "b"]}}
    return CaseResult(
        case=a_case(name, **fields),
        outcome=Outcome.FAILED,
        request=diff(REQUEST, changed),
        output=diff({"status": "paid"}, {"status": "open"}),
        elapsed=0.25,
        reason="the request differs at /headers/x-tenant",
    )


def warned(name: str = "a case that only warns", **fields: Any) -> CaseResult:
    return CaseResult(
        case=a_case(name, severity="warning", **fields),
        outcome=Outcome.WARNED,
        request=diff(1, 1),
        output=diff({"at": 1}, {"at": 2}),
        reason="the output differs at /at",
    )


def unrunnable(name: str = "a case that cannot run", **fields: Any) -> CaseResult:
    problem = Diagnostic("KNB702", Severity.ERROR, "/qty", '"two" is not a number.', "pass a number.")
    return CaseResult(
        case=a_case(name, **fields),
        outcome=Outcome.ERROR,
        request=None,
        output=None,
        problems=Diagnostics([problem]),
        reason='"two" is not a number.',
    )


def unreadable(path: str = "cases/broken.case.json") -> Diagnostics:
    return Diagnostics(
        [Diagnostic("KNB101", Severity.ERROR, "", "this is not JSON.", "add a brace.", file=path)]
    )

"""The results of test cases as HTML: a fragment for a notebook, and a page that needs no other file."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Any

from kustomer_nb._version import __version__
from kustomer_nb.covering import Coverage
from kustomer_nb.testing.case import Case
from kustomer_nb.testing.results import CaseResult, Outcome, Results

from .case_groups import by_cause
from .case_lines import (
    case_lines,
    case_title,
    differences,
    redacted,
    redacts_once,
    rerun_command,
    shown_path,
)
from .case_report import CaseReport
from .html import html
from .mustache import fill
from .pretty import MOST_ROWS, more, tail
from .text import headline

_MARKS = {Outcome.PASSED: "good", Outcome.WARNED: "warning", Outcome.FAILED: "bad", Outcome.ERROR: "bad"}
# A file on disk may be longer than the output of a cell.
_MOST_ON_A_PAGE = 5000


@html.register
@redacts_once
def _(value: Case, *, styled: bool = True) -> str:
    return fill("value", {"repr": redacted(repr(value))}, styled=styled)


@html.register
def _(value: CaseResult, *, styled: bool = True) -> str:
    return _fragment(CaseReport([value]), styled=styled)


@html.register
def _(value: Results, *, styled: bool = True) -> str:
    return _fragment(CaseReport(value, value.problems), styled=styled)


@html.register
def _(value: CaseReport, *, styled: bool = True) -> str:
    return _fragment(value, styled=styled)


def results_page(report: CaseReport, *, more: str = "") -> str:
    """Return a page in light and dark that needs no script and no other file.

    ``more`` is HTML that follows the results, such as what the cases cover.
    """
    return fill(
        "results_page",
        {
            "title": f"Test results: {report.summary}",
            "mode": report.mode,
            "version": __version__,
            "results": _fragment(report, styled=True, most=_MOST_ON_A_PAGE),
            "more": more,
        },
        styled=False,
    )


@redacts_once
def coverage_section(path: Path, coverage: Coverage) -> str:
    """Return what tests touch of the definition in a file, as HTML that follows the results on a page."""
    return f"<h2>Coverage of <code>{escape(redacted(shown_path(path)))}</code></h2>\n{html(coverage)}\n"


@redacts_once
def _fragment(report: CaseReport, *, styled: bool, most: int = MOST_ROWS) -> str:
    is_good = report.percent_passed == 100
    return fill(
        "results",
        {
            "summary": report.summary,
            "mark": ("warning" if report.counts["warned"] else "good") if is_good else "bad",
            "untested": [redacted(action) for action in report.untested],
            "has_untested": bool(report.untested),
            "problems": [redacted(f"{headline(problem)} {problem.fix}") for problem in report.problems],
            "has_problems": bool(report.problems),
            "suites": [_suite(path, results, report.options, most) for path, results in report.suites],
        },
        styled=styled,
    )


def _suite(path: str, results: list[CaseResult], options: tuple[str, ...], most: int) -> dict[str, Any]:
    causes = by_cause(result for result in results if result.outcome is not Outcome.PASSED)
    passed = [result for result in results if result.outcome is Outcome.PASSED]
    return {
        "path": redacted(path),
        "cases": [_group(alike, options, most) for alike in causes[:most]],
        "more": _left(causes, most),
        "count": f"{len(passed):,}",
        "has_passed": bool(passed),
        "passed": [_title(result) for result in passed[:most]],
        "left": _left(passed, most),
    }


def _left(results: Sequence[object], most: int) -> str:
    return f"and {len(results) - most:,} more" if len(results) > most else ""


def _group(alike: Sequence[CaseResult], options: tuple[str, ...], most: int) -> dict[str, Any]:
    """Return what differs in some cases, and each of them with the command that runs it again."""
    result = alike[0]
    rows = differences(result)
    lines = [] if rows and result.outcome is not Outcome.ERROR else case_lines(result)
    return {
        "is_open": result.outcome is not Outcome.WARNED,
        "mark": _MARKS[result.outcome],
        "outcome": result.outcome.value.capitalize(),
        "title": _title(result)
        if len(alike) == 1
        else f"{len(alike):,} cases, each with the same differences",
        "rows": [
            {
                "part": row.part,
                "pointer": row.pointer,
                "change": row.difference.change.value,
                "expected": row.expected,
                "actual": row.actual,
            }
            for row in rows[:MOST_ROWS]
        ],
        "has_rows": bool(rows),
        "more": more(rows),
        "lines": lines,
        "has_lines": bool(lines),
        "members": [
            {"name": _title(member) if len(alike) > 1 else "", "rerun": rerun_command(member, options)}
            for member in alike[:most]
        ],
        "others": _left(alike, most),
    }


def _title(result: CaseResult) -> str:
    return redacted(f"{tail(result.case.action)}: {case_title(result)}")

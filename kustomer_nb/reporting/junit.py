"""The results of test cases as JUnit XML, which GitLab, Jenkins and GitHub actions read.

By the standard library: a library of its own only adds names for the same elements, and none escapes what XML
forbids.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree import ElementTree as ET

from kustomer_nb.printable import one_line, shortened, visible
from kustomer_nb.testing.results import CaseResult, Outcome

from .case_lines import case_lines, case_path, case_title, redacted, redacts_once, rerun_command, shown_path
from .case_report import CaseReport

# What `visible` leaves in a text although XML 1.0 has no way to write it.
_NOT_IN_XML = re.compile("[\ufffe\uffff]")
# A service shows no more of a text, or refuses the file; the command that runs a case again shows all.
LONGEST = 100_000
_ELEMENTS = {Outcome.FAILED: "failure", Outcome.ERROR: "error"}


@redacts_once
def junit(report: CaseReport) -> str:
    """Return a report with a test suite for each definition, and a test case for each case.

    A failure has the reason as its message, and each difference by pointer in its text, with the command that
    runs the case again. A case that has only warnings passes, and its text is in ``system-out``. A case file
    that cannot be read is an error.
    """
    totals = _totals("kustomer-nb", report.results, len(report.unreadable))
    # The schema that Jenkins publishes has this attribute for a suite, but not for all of them.
    del totals["skipped"]
    root = ET.Element("testsuites", totals)
    for name, results in report.suites:
        suite = ET.SubElement(root, "testsuite", _totals(name, results))
        for result in results:
            _add_case(suite, result, report.options)
    if report.unreadable:
        _add_problems(
            ET.SubElement(root, "testsuite", _totals("case files", (), len(report.unreadable))), report
        )
    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _totals(name: str, results: Sequence[CaseResult], unreadable: int = 0) -> dict[str, str]:
    outcomes = [result.outcome for result in results]
    return {
        "name": _line(name),
        "tests": str(len(results) + unreadable),
        "failures": str(outcomes.count(Outcome.FAILED)),
        "errors": str(outcomes.count(Outcome.ERROR) + unreadable),
        "skipped": "0",
        "time": _seconds(sum(result.elapsed for result in results)),
    }


def _add_problems(suite: ET.Element, report: CaseReport) -> None:
    for path, problems in report.unreadable.items():
        file = _line(shown_path(path))
        name = file or "selection"
        attributes = {"classname": "case files", "name": name, "file": file, "time": _seconds(0)}
        element = ET.SubElement(suite, "testcase", attributes)
        attributes = {"message": _line(problems[0].message), "type": problems[0].code}
        error = ET.SubElement(element, "error", attributes)
        error.text = _xml("\n".join(str(problem) for problem in problems))


def _add_case(suite: ET.Element, result: CaseResult, options: tuple[str, ...]) -> None:
    attributes = {
        "classname": _line(result.case.action),
        "name": _line(case_title(result)),
        "file": _line(case_path(result)),
        "time": _seconds(result.elapsed),
    }
    element = ET.SubElement(suite, "testcase", attributes)
    if result.outcome is Outcome.PASSED:
        return
    lines = case_lines(result)
    tag = _ELEMENTS.get(result.outcome)
    if tag is None:
        element = ET.SubElement(element, "system-out")
        lines = ["Warning", *lines]
    else:
        message = _line(result.reason or lines[0])
        element = ET.SubElement(element, tag, {"message": message, "type": result.outcome.value})
    # The command last, however long the rest is.
    command = _xml(f"Run it again: {rerun_command(result, options)}")
    element.text = "\n".join([_xml("\n".join(lines)), "", command])


def _seconds(elapsed: float) -> str:
    # The schema of Jenkins takes no more decimals.
    return f"{elapsed:.3f}"


def _line(text: str) -> str:
    return _xml(one_line(text))


def _xml(text: str) -> str:
    # Redacted before it is cut: the start of a token is one too.
    escaped = shortened(visible(redacted(text)), LONGEST)
    return _NOT_IN_XML.sub(lambda match: f"\\u{ord(match[0]):04x}", escaped)

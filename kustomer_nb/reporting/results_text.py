"""The results of test cases as text: a line a difference, its pointer first."""

from __future__ import annotations

from collections.abc import Sequence

from kustomer_nb.printable import one_line, shortened
from kustomer_nb.testing.results import CaseResult, Outcome, Results

from .case_lines import MOST_LINES, case_lines, case_title, redacted, redacts_once, rerun_command
from .case_report import CaseReport
from .pretty import tail, wrap
from .text import text

COLUMNS = 80
# One of the lines of a case, and the command that runs it again.
_LEAST = 2
# The title of a case is left out where so much of it has no room: the path in the next line names it.
_TITLE = 16


@text.register
def _(value: CaseResult, *, width: int | None = None, path: str = "") -> str:
    lines = case_lines(value)
    return "\n".join([_first_line(value, lines, width), *(_cut(f"  {line}", width) for line in lines[1:])])


@text.register
def _(value: Results, *, width: int | None = None, path: str = "") -> str:
    return report_text(CaseReport(value, value.problems), width=width)


@redacts_once
def report_text(report: CaseReport, *, width: int | None = None) -> str:
    """Return the cases that failed or have warnings, at most 15 lines for each definition, and the counts.

    A line is a difference, its pointer first, with the case behind it. The command that runs the case again
    follows. Only that line may be longer than ``width``, or than 80 columns, since it is copied.
    """
    blocks = [_definition_lines(path, results, width, report.options) for path, results in report.suites]
    problems = text(report.problems, width=width).split("\n")[:-1] if report.problems else []
    untested = [
        _cut(one_line(redacted(f"No case for {action}, which changed.")), width) for action in report.untested
    ]
    blocks += [[redacted(line) for line in problems], untested, [report.summary]]
    return "\n\n".join("\n".join(lines) for lines in blocks if lines)


def _definition_lines(
    path: str, group: Sequence[CaseResult], width: int | None, options: tuple[str, ...]
) -> list[str]:
    """Return the lines of the cases of a definition that did not pass; none if all did."""
    # Failures before warnings, which may be what is left out.
    warned = [result for result in group if result.outcome is Outcome.WARNED]
    failed = [result for result in group if result.outcome not in (Outcome.PASSED, Outcome.WARNED)]
    reported = [*failed, *warned]
    if not reported:
        return []
    # Without the line that names the definition, and the one that counts what is left out.
    budget = MOST_LINES - 2
    listed = reported[: budget // _LEAST]
    # A definition with few failures has room for more of each.
    most = budget // len(listed) - 1
    lines = [_headline(path, len(failed), len(warned), len(group))]
    for result in listed:
        lines += [*_some_lines(result, most, width), f"    {rerun_command(result, options)}"]
    left = len(reported) - len(listed)
    return [*lines, *([f"  and {left:,} more"] if left else [])]


def _headline(path: str, failed: int, warned: int, total: int) -> str:
    cases = f"{total:,} case{'' if total == 1 else 's'}"
    words = [f"{count:,} {word}" for count, word in ((failed, "failed"), (warned, "with warnings")) if count]
    return one_line(redacted(f"{path}: {', '.join(words)} of {cases}"))


def _some_lines(result: CaseResult, most: int, width: int | None) -> list[str]:
    """Return the first lines of a case, with a count of those that are left out.

    A line that is too long is continued on the next ones, if there is room for that; otherwise it is cut.
    """
    lines = case_lines(result)
    if len(lines) > most > 1:
        lines[most - 1 :] = [f"and {len(lines) - most + 1:,} more"]
    left = f"(+{len(lines) - 1:,}) " if most == 1 and len(lines) > 1 else ""
    spare = most - len(lines[:most])
    rows: list[str] = []
    for at, line in enumerate(lines[:most]):
        wrapped = wrap(f"  {_mark(result) if at == 0 else ''}{line}", _columns(width)).split("\n")
        # A long word is not broken, only cut.
        fits = all(len(row) <= _columns(width) for row in wrapped)
        if fits and 0 < len(wrapped) - 1 <= spare:
            spare -= len(wrapped) - 1
            rows += wrapped
        else:
            rows.append(_first_line(result, lines, width, left) if at == 0 else _cut(f"  {line}", width))
    return rows


def _mark(result: CaseResult) -> str:
    return f"{result.outcome.value}: " if result.outcome is Outcome.WARNED else ""


def _first_line(result: CaseResult, lines: Sequence[str], width: int | None, left: str = "") -> str:
    """Return the first line of a case, with as much of its title behind it as there is room for."""
    head = f"  {_mark(result)}{next(iter(lines), result.outcome.value)}"
    end = f" {left}".rstrip()
    line = f"{shortened(head, _columns(width) - len(end))}{end}"
    title = f"{tail(result.case.action)}: {case_title(result)}"
    room = _columns(width) - len(line) - len(" []")
    return f"{line} [{shortened(title, room)}]" if room >= min(_TITLE, len(title)) else line


def _columns(width: int | None) -> int:
    return min(width or COLUMNS, COLUMNS)


def _cut(line: str, width: int | None) -> str:
    return shortened(line, _columns(width))

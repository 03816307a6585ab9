"""The results of test cases as text: a line a difference, its pointer first."""

from __future__ import annotations

from collections.abc import Sequence

from kustomer_nb.printable import one_line, shortened
from kustomer_nb.testing.results import CaseResult, Outcome, Results

from .case_groups import by_cause
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
    first = _first_line(value, lines, width, _title(value))
    return "\n".join([first, *(_cut(f"  {line}", width) for line in lines[1:])])


@text.register
def _(value: Results, *, width: int | None = None, path: str = "") -> str:
    return report_text(CaseReport(value, value.problems), width=width)


@redacts_once
def report_text(report: CaseReport, *, width: int | None = None) -> str:
    """Return the cases that failed or have warnings, at most 15 lines for each definition, and the counts.

    A line is a difference, its pointer first, with the case behind it. The command that runs the case again
    follows. Cases that differ in the same way are shown once, with the command and the name of each. Only the
    line of a command may be longer than ``width``, or than 80 columns, since it is copied.
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
    causes = by_cause(reported)
    listed = causes[: budget // _LEAST]
    # A definition with few failures has room for more of each.
    room = budget // len(listed)
    lines = [_headline(path, len(failed), len(warned), len(group))]
    for alike in listed:
        lines += _group_lines(alike, room, width, options)
    left = len(reported) - sum(len(alike) for alike in listed)
    return [*lines, *([f"  and {left:,} more"] if left else [])]


def _group_lines(
    alike: Sequence[CaseResult], room: int, width: int | None, options: tuple[str, ...]
) -> list[str]:
    """Return what differs in some cases, and the command that runs each again, in at most ``room`` lines."""
    first, count = alike[0], len(alike)
    if count == 1:
        return [*_some_lines(first, room - 1, width, _title(first)), f"    {rerun_command(first, options)}"]
    # A line of each case, as far as what differs leaves room for them.
    most = max(room - count, min(len(case_lines(first)), room // 2))
    causes = _some_lines(first, most, width, f"{count:,} cases")
    left = room - len(causes)
    listed = alike if count <= left else alike[: max(left - 1, 1)]
    # Behind the command, as a comment of every shell but that of MS-DOS.
    commands = [f"    {rerun_command(result, options)}  # {_title(result)}" for result in listed]
    more = count - len(listed)
    return [*causes, *commands, *([f"    and {more:,} more of them"] if more and left > 1 else [])]


def _title(result: CaseResult) -> str:
    return f"{tail(result.case.action)}: {case_title(result)}"


def _headline(path: str, failed: int, warned: int, total: int) -> str:
    cases = f"{total:,} case{'' if total == 1 else 's'}"
    words = [f"{count:,} {word}" for count, word in ((failed, "failed"), (warned, "with warnings")) if count]
    return one_line(redacted(f"{path}: {', '.join(words)} of {cases}"))


def _some_lines(result: CaseResult, most: int, width: int | None, title: str) -> list[str]:
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
            rows.append(
                _first_line(result, lines, width, title, left) if at == 0 else _cut(f"  {line}", width)
            )
    return rows


def _mark(result: CaseResult) -> str:
    return f"{result.outcome.value}: " if result.outcome is Outcome.WARNED else ""


def _first_line(
    result: CaseResult, lines: Sequence[str], width: int | None, title: str, left: str = ""
) -> str:
    """Return the first line of a case, with as much of its title behind it as there is room for."""
    head = f"  {_mark(result)}{next(iter(lines), result.outcome.value)}"
    end = f" {left}".rstrip()
    line = f"{shortened(head, _columns(width) - len(end))}{end}"
    room = _columns(width) - len(line) - len(" []")
    return f"{line} [{shortened(title, room)}]" if room >= min(_TITLE, len(title)) else line


def _columns(width: int | None) -> int:
    return min(width or COLUMNS, COLUMNS)


def _cut(line: str, width: int | None) -> str:
    return shortened(line, _columns(width))

"""What every report of test cases says of one: its differences by pointer, and how to run it again."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextvars import ContextVar
from functools import wraps
from typing import Any, NamedTuple, ParamSpec, TypeVar

from kustomer_nb.difference import Diff, Difference, DiffKind
from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.jsontext.serialization import stringify
from kustomer_nb.jsontext.string_values import with_strings
from kustomer_nb.linting import without_tokens
from kustomer_nb.printable import one_line, shortened
from kustomer_nb.secrets.redactor import redactor_of_all
from kustomer_nb.shell_words import shell_command
from kustomer_nb.testing.markers import reads_as_marker
from kustomer_nb.testing.results import CaseResult, Outcome

from .pretty import SHORT
from .text import headline

P = ParamSpec("P")
R = TypeVar("R")
# A definition whose cases fail takes no more lines than that, with the line that names it.
MOST_LINES = 15
# Of a value that is shown on one line; longer than any token that could begin in what is shown.
MOST_REDACTED = 4000
# A common start of two strings is left out where more than that is, but for what is next to the difference.
_LONG = 12
_CONTEXT = 8
# Of two values that are shown on one line.
_ROOM = 44
# What stands for a pointer to the value itself.
_ALL = "(all of it)"
PARTS = ("request", "output", "service")


class PartDifference(NamedTuple):
    """A difference, and where it is: in the request, in the output, or in what the service gives now."""

    part: str
    difference: Difference

    @property
    def pointer(self) -> str:
        """The JSON pointer into the request or the output."""
        return one_line(redacted(self.difference.pointer or _ALL))

    @property
    def expected(self) -> str:
        """The expected value as JSON, shortened; empty if there is none."""
        return _shown(self.difference.expected)

    @property
    def actual(self) -> str:
        """The actual value as JSON, shortened; empty if there is none."""
        return _shown(self.difference.actual)

    @property
    def line(self) -> str:
        """The difference on one line: its pointer, its part and the change."""
        return f"{self.pointer} ({self.part}): {self._change}"

    @property
    def words(self) -> str:
        """The difference on one line, below the name of its part: its pointer and the change."""
        return f"{self.pointer}: {self._change}"

    @property
    def _change(self) -> str:
        change, expected = self.difference.change, self.difference.expected
        if change is DiffKind.ADDED:
            return f"added {self.actual}"
        is_marker = isinstance(expected, str) and reads_as_marker(expected)
        if change is DiffKind.REMOVED:
            return f"{'missing, must match' if is_marker else 'removed, was'} {self.expected}"
        if is_marker:
            return f"{self.actual} does not match {self.expected}"
        before, after = _both_shortened(*_without_common_ends(self.expected, self.actual))
        return f"changed from {before} to {after}"


class _Redaction:
    """Redacts the texts of one report: the settings are looked up once, and equal texts are searched once."""

    def __init__(self) -> None:
        self._redactor = redactor_of_all()
        self._known: dict[str, str] = {}

    def text(self, text: str) -> str:
        """Return a text redacted."""
        known = self._known.get(text)
        if known is None:
            known = self._known[text] = without_tokens(self._redactor.text(text))
        return known


_REDACTION: ContextVar[_Redaction | None] = ContextVar("redaction", default=None)


def redacts_once(function: Callable[P, R]) -> Callable[P, R]:
    """Return a function that makes a report, in which what to redact is looked up once."""

    @wraps(function)
    def report(*arguments: P.args, **named: P.kwargs) -> R:
        token = _REDACTION.set(_REDACTION.get() or _Redaction())
        try:
            return function(*arguments, **named)
        finally:
            _REDACTION.reset(token)

    return report


def redacted(text: str) -> str:
    """Return a text of a report without values of settings, and without what looks like a token.

    Example:
        >>> redacted("https://shop:hunter2@api.shop.com/orders")
        'https://shop:*******@api.shop.com/orders'
    """
    return (_REDACTION.get() or _Redaction()).text(text)


def redacted_json(value: Any) -> Any:
    """Return a JSON value with every string in it redacted, keys as well.

    Example:
        >>> redacted_json({"url": ["https://shop:hunter2@api.shop.com/"]})
        {'url': ['https://shop:*******@api.shop.com/']}
    """
    return with_strings(value, redacted, changes_keys=True)


def differences(result: CaseResult) -> list[PartDifference]:
    """Return the differences of a case: first those of its request, which may explain those of its output."""
    sides: tuple[Diff | None, ...] = (result.request, result.output, result.service)
    return [
        PartDifference(part, difference)
        for part, side in zip(PARTS, sides, strict=True)
        for difference in side or ()
    ]


def case_lines(result: CaseResult) -> list[str]:
    """Return a line for each thing wrong with a case, its pointer first; no line if nothing is."""
    lines = [difference.line for difference in differences(result)]
    # An error explains what differs, unless the case expects it.
    if result.outcome is Outcome.ERROR or not lines or result.case.findings is None:
        lines = [*_problem_lines(result), *lines]
    is_told = bool(lines) or result.outcome is Outcome.PASSED
    return lines if is_told else [one_line(redacted(result.reason or result.outcome.value))]


def _problem_lines(result: CaseResult) -> Iterator[str]:
    # The path of the definition, where a line of it is named.
    path = shown_path(result.case.app_path)
    for problem in result.problems:
        fix = f" Fix: {problem.fix}" if problem.fix else ""
        words = headline(problem, path if problem.span else "")
        yield one_line(redacted(f"{words}{fix}"))


def case_title(result: CaseResult) -> str:
    """Return the name of a case as reports show it, with the row of its table."""
    case = result.case
    return one_line(redacted(f"{case.name} [{case.row}]" if case.row else case.name))


def case_path(result: CaseResult) -> str:
    """Return the path of the file of a case: relative to where the command was given, if it is below that."""
    return shown_path(result.case.path)


def shown_path(path: str | os.PathLike[str]) -> str:
    """Return a path relative to the working directory, if it is in it or below, with slashes.

    Example:
        >>> from pathlib import Path
        >>> shown_path(Path.cwd() / "cases" / "a.case.json"), shown_path("cases/a.case.json")
        ('cases/a.case.json', 'cases/a.case.json')
    """
    text = os.fspath(path)
    relative = text.removeprefix(f"{os.getcwd()}{os.sep}") if os.path.isabs(text) else text  # noqa: PTH109, PTH117 - a fifth of the time
    return relative.replace(os.sep, "/")


def rerun_command(result: CaseResult, options: Iterable[str] = ()) -> str:
    """Return the command that runs one case again; ``options`` are those of this run."""
    words = ["kustomer-nb", "test", case_path(result)]
    words += ["--row", result.case.row] if result.case.row else []
    words += options
    return one_line(redacted(shell_command(words)))


def counts(results: Iterable[CaseResult]) -> dict[str, int]:
    """Return how many cases have each outcome."""
    outcomes = [result.outcome for result in results]
    return {outcome.value: outcomes.count(outcome) for outcome in Outcome}


def _without_common_ends(before: str, after: str) -> tuple[str, str]:
    """Return two long strings without most of what both begin and end with: a line shows where they differ.

    Example:
        >>> _without_common_ends('"https://api.shop.com/orders/1"', '"https://api.shop.com/orders/2"')
        ('"…/orders/1"', '"…/orders/2"')
        >>> _without_common_ends('"https://api.shop.com/v1/orders"', '"https://api.shop.com/v2/orders"')
        ('"…op.com/v1/orders"', '"…op.com/v2/orders"')
    """
    if not (before.startswith('"') and after.startswith('"')):
        return before, after
    start = _common_start(before, after)
    end = _common_start(before[start:][::-1], after[start:][::-1])
    if start - _CONTEXT >= _LONG:
        before, after = (f'"…{text[start - _CONTEXT :]}' for text in (before, after))
    if end - _CONTEXT >= _LONG:
        before, after = (f'{text[: _CONTEXT - end]}…"' for text in (before, after))
    return before, after


def _common_start(before: str, after: str) -> int:
    """Return how many characters two texts have in common at their start."""
    pairs = enumerate(zip(before, after, strict=False))
    return next((at for at, (left, right) in pairs if left != right), min(len(before), len(after)))


def _both_shortened(before: str, after: str) -> tuple[str, str]:
    """Return two values that fit on a line together: a long one leaves room for the other.

    Example:
        >>> [len(text) for text in _both_shortened("a" * 80, "null")]
        [40, 4]
    """
    room = [max(_ROOM - len(other), _ROOM // 2) for other in (after, before)]
    return _shortened_value(before, room[0]), _shortened_value(after, room[1])


def _shortened_value(text: str, length: int) -> str:
    """Return a JSON value shortened; a string keeps its last quote."""
    if len(text) <= length or not text.startswith('"'):
        return shortened(text, length)
    return f'{shortened(text.removesuffix(chr(34)).removesuffix("…"), length - 1).removesuffix("…")}…"'


def _shown(value: Any) -> str:
    if value is UNDEFINED:
        return ""
    # Redacted before it is cut: the start of a token is one too.
    text = (stringify(value) or "")[:MOST_REDACTED]
    return shortened(one_line(redacted(text)), SHORT)

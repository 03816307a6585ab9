"""The problems that the tolerant reader repairs: their codes, their offsets, and the list of them."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Diagnostic, Diagnostics, Edit, Severity, Span
from kustomer_nb.errors import LoadError

from .javascript import SPACE

QUOTED_LENGTH = 60
# A listed problem takes memory, mostly for its pointer: after these many bytes, problems are only counted.
MEMORY_LIMIT = 10_000_000
PROBLEM_COST = 1_000


# The escapes that JavaScript reads as this package does; before any other character it drops the backslash.
JAVASCRIPT_ESCAPE = re.compile(
    r"\\(?:[\"'`\\/bfnrtv]|0(?![0-9])|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|u\{[0-9a-fA-F]{1,5}\}"
    r"|\r\n|[\n\r\u2028\u2029])"
)
# How the source begins that JavaScript allows; any other source is a problem in a module too.
# `undefined` is not included: in JSON it is read as null; in a module it is no problem, see `Recovery`.
_OF_JAVASCRIPT = {
    Code.BARE_KEY: re.compile(r"(?:[\w$\\]|[^\x00-\x7f])+\Z"),
    Code.COMMENT: re.compile(r"//|/\*"),
    Code.FOREIGN_QUOTES: re.compile("['`]"),
    Code.BAD_ESCAPE: JAVASCRIPT_ESCAPE,
    # Digits after a zero are octal, and JSON.stringify throws for a BigInt such as `1n`.
    Code.NUMBER_FORM: re.compile(
        r"[+-]?(?:0[xX][0-9a-fA-F]+|0[oO][0-7]+|0[bB][01]+"
        r"|(?:(?:0|[1-9](?:_?[0-9])*)(?:\.(?:[0-9](?:_?[0-9])*)?)?|\.[0-9](?:_?[0-9])*)(?:[eE][+-]?[0-9]+)?)\Z"
    ),
    Code.CONTROL_CHARACTER: re.compile(r"[^\r\n]"),
    Code.FOREIGN_SPACE: re.compile(rf"[{SPACE}]+\Z"),
}
_OTHERWISE_IN_JAVASCRIPT = {Code.FOREIGN_LITERAL, Code.BAD_ESCAPE, Code.NUMBER_FORM}


# What is not JavaScript either, and can be fixed without a guess; and what no module depends on.
_CERTAIN_IN_MODULES = frozenset(
    {
        Code.BARE_KEY,
        Code.MISSING_COMMA,
        Code.MISSING_VALUE,
        Code.EXTRA_COMMA,
        Code.FOREIGN_QUOTES,
        Code.FOREIGN_SPACE,
        Code.COMMENT,
    }
)
_HARMLESS_IN_MODULES = frozenset({Code.WRAPPER, Code.DUPLICATE_KEY, Code.NOT_A_NUMBER, Code.NUMBER_TOO_LARGE})


class Problem(NamedTuple):
    """One problem at ``text[start:end]``; the two are equal where something is missing.

    ``edits`` write down what was read; ``is_safe`` is true if they lose nothing that the author wrote. Of the
    problems with one ``cause``, only the first is listed.
    """

    code: Code
    start: int
    end: int
    message: str
    fix: str
    severity: Severity = Severity.ERROR
    edits: tuple[Edit, ...] = ()
    is_safe: bool = True
    cause: str = ""


class Lines:
    r"""Where each line of a text starts, to convert an offset to a line in logarithmic time.

    Example:
        >>> Lines("ab\ncd").span(4, 5)
        Span(start=4, end=5, line=2, column=2)
    """

    def __init__(self, text: str) -> None:
        # A list, which costs no call for each line: this is done at each key that is typed.
        self._starts = [0, *[match.end() for match in re.finditer("\n", text)]]

    def after_edit(self, start: int, removed: int, inserted: str) -> Lines:
        r"""Return the lines of the text in which so many characters after an offset are replaced.

        Example:
            >>> Lines("ab\ncd\nef").after_edit(1, 3, "\n").span(4, 5)
            Span(start=4, end=5, line=3, column=1)
        """
        lines = Lines(inserted)
        grown = len(inserted) - removed
        before, after = bisect_right(self._starts, start), bisect_right(self._starts, start + removed)
        within = [start + offset for offset in lines._starts[1:]]
        lines._starts = [*self._starts[:before], *within, *[at + grown for at in self._starts[after:]]]
        return lines

    def line(self, offset: int) -> int:
        """Return the number of the line that contains an offset, from 1."""
        return bisect_right(self._starts, offset)

    def start(self, offset: int) -> int:
        """Return the start of the line that contains an offset."""
        return self._starts[self.line(offset) - 1]

    def span(self, start: int, end: int) -> Span:
        """Return the span between two offsets."""
        line = self.line(start)
        return Span(start, end, line, start - self._starts[line - 1] + 1)


class Problems:
    """The problems found so far in one text."""

    def __init__(self, text: str, lines: Lines | None = None) -> None:
        self.text = text
        self.lines = lines or Lines(text)
        self._listed: list[tuple[int, Diagnostic]] = []
        self._causes: set[str] = set()
        # Problems with a cause that is listed already.
        self.repeated: list[Diagnostic] = []
        self._memory_left = MEMORY_LIMIT
        self._unlisted = 0
        self.is_module = False
        # Whether a module consists of its export alone.
        self.is_whole = True

    def add(self, problem: Problem, pointer: Callable[[], str]) -> None:
        """Add a problem of the value whose pointer is made on request; only count it if the list is full."""
        if self.is_module:
            if is_javascript(problem.code, problem.start, problem.end, self.text):
                return
            # JavaScript reads these as another value than this package does.
            problem = problem._replace(
                is_safe=problem.is_safe and problem.code not in _OTHERWISE_IN_JAVASCRIPT
            )
        if self._memory_left <= 0:
            self._unlisted += 1
            return
        self._list(self._diagnostic(problem, pointer()), problem.start, problem.cause)

    def adopt(self, diagnostic: Diagnostic, pointer: str) -> None:
        """Add a problem within a constant, which is used at the pointer."""
        if self._memory_left <= 0:
            self._unlisted += 1
            return
        start = diagnostic.span.start if diagnostic.span else 0
        self._list(replace(diagnostic, pointer=pointer), start, f"{diagnostic.code} {start}")

    def all(self) -> list[Diagnostic]:
        """Return every problem, also those with a cause that is listed already."""
        return [*(diagnostic for _, diagnostic in self._listed), *self.repeated]

    def _list(self, diagnostic: Diagnostic, start: int, cause: str) -> None:
        self._memory_left -= PROBLEM_COST + len(diagnostic.pointer)
        if cause and cause in self._causes:
            self.repeated.append(diagnostic)
            return
        self._causes.add(cause)
        self._listed.append((start, diagnostic))

    def diagnostics(self) -> Diagnostics:
        """Return the problems in the order of the text."""
        diagnostics = [diagnostic for _, diagnostic in sorted(self._listed, key=lambda item: item[0])]
        if self.is_module:
            diagnostics = self._without_doubtful_edits(diagnostics)
        if self._unlisted:
            message = f"{self._unlisted} more problems were repaired and are not listed."
            end = len(self.text)
            problem = Problem(Code.TOO_MANY, end, end, message, "fix the listed problems first.")
            diagnostics.append(self._diagnostic(problem, ""))
        return Diagnostics(diagnostics, text=self.text)

    @property
    def count(self) -> int:
        """How many problems there are, including those that are not listed."""
        return len(self._listed) + len(self.repeated) + self._unlisted

    def _without_doubtful_edits(self, diagnostics: list[Diagnostic]) -> list[Diagnostic]:
        """Return the problems of a module, without edits if these could change a valid module.

        Everything before the first problem was understood. So if none of the problems is valid JavaScript,
        nothing can import the module as it is. If one may be valid, or if there is code around the export,
        what follows may be code that was misread.
        """
        if self.is_whole and not self._unlisted and not any(map(_is_doubtful, diagnostics)):
            return diagnostics
        return [replace(diagnostic, edits=(), is_safe=False) for diagnostic in diagnostics]

    def load_error(self, problem: Problem, pointer: str = "") -> LoadError:
        """Return the error for a problem that makes the text unreadable."""
        return LoadError(Diagnostics([self._diagnostic(problem, pointer)], text=self.text))

    def _diagnostic(self, problem: Problem, pointer: str) -> Diagnostic:
        span = self.lines.span(problem.start, problem.end)
        is_safe = problem.is_safe and bool(problem.edits)
        return Diagnostic(
            problem.code,
            problem.severity,
            pointer,
            problem.message,
            problem.fix,
            span,
            problem.edits,
            is_safe,
        )


def _is_doubtful(diagnostic: Diagnostic) -> bool:
    """Return whether a problem in a module may be valid JavaScript that the reader does not know."""
    if diagnostic.code in _HARMLESS_IN_MODULES:
        return False
    return diagnostic.code not in _CERTAIN_IN_MODULES or not diagnostic.edits


def is_javascript(code: Code, start: int, end: int, text: str) -> bool:
    """Return whether a problem in JSON is allowed in JavaScript.

    Example:
        >>> is_javascript(Code.COMMENT, 2, 8, "1 // one"), is_javascript(Code.MISSING_VALUE, 5, 5, '{"a":}')
        (True, False)
    """
    if code is Code.TRAILING_COMMA:
        return True
    opening = _OF_JAVASCRIPT.get(code)
    return opening is not None and opening.match(text, start, end) is not None


# The script of Kustomer's starter kit that makes the JSON to register from a module.
PRINTS_JSON = "`npm run get-app-json` prints for a module"


# What a module is evaluated with.
EVALUATES = "set `evaluate = true` in kustomer-nb.toml to let Node evaluate the module"


def not_literal(source: str, start: int, fix: str, *, clause: str = "", cause: str = "") -> Problem:
    """Return the problem of code in place of a value; ``clause`` says what makes it unknown."""
    reason = f": {clause}" if clause else ""
    message = f"{quote(source)} is not a JSON value; its result cannot be determined from the text{reason}."
    return Problem(Code.NOT_LITERAL, start, start + len(source), message, fix, cause=cause)


def quote(source: str) -> str:
    r"""Return source text as a message quotes it: on one line, and truncated if it is long.

    Example:
        >>> print(quote("new Date(\n  0)"))
        `new Date( 0)`
    """
    if len(source) <= QUOTED_LENGTH and source.isprintable():
        return f"`{source}`"
    head = " ".join(source[: QUOTED_LENGTH * 4].split())
    is_complete = len(source) <= QUOTED_LENGTH * 4 and len(head) <= QUOTED_LENGTH
    return f"`{head}`" if is_complete else f"`{head[: QUOTED_LENGTH - 1]}…`"

"""The faults the tolerant reader mends: their codes, their places, and the list of them."""

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
# A listed fault costs memory, its pointer most: past this the rest are counted, not listed.
ROOM = 10_000_000
FAULT_COST = 1_000


# The escapes that mean to JavaScript what they are read as; before others it takes the backslash for nothing.
JAVASCRIPT_ESCAPE = re.compile(
    r"\\(?:[\"'`\\/bfnrtv]|0(?![0-9])|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|u\{[0-9a-fA-F]{1,5}\}"
    r"|\r\n|[\n\r\u2028\u2029])"
)
# How what JavaScript allows begins; what begins otherwise is a fault in a module too.
# `undefined` is not among it: JSON.stringify leaves its key out, and here it is read as null.
_OF_JAVASCRIPT = {
    Code.BARE_KEY: re.compile(r"(?:[\w$\\]|[^\x00-\x7f])+\Z"),
    Code.COMMENT: re.compile(r"//|/\*"),
    Code.FOREIGN_QUOTES: re.compile("['`]"),
    Code.BAD_ESCAPE: JAVASCRIPT_ESCAPE,
    # Digits after a zero are octal, and the n of a BigInt is refused by JSON.stringify.
    Code.NUMBER_FORM: re.compile(
        r"[+-]?(?:0[xX][0-9a-fA-F]+|0[oO][0-7]+|0[bB][01]+"
        r"|(?:(?:0|[1-9](?:_?[0-9])*)(?:\.(?:[0-9](?:_?[0-9])*)?)?|\.[0-9](?:_?[0-9])*)(?:[eE][+-]?[0-9]+)?)\Z"
    ),
    Code.CONTROL_CHARACTER: re.compile(r"[^\r\n]"),
    Code.FOREIGN_SPACE: re.compile(rf"[{SPACE}]+\Z"),
}
_OTHERWISE_IN_JAVASCRIPT = {Code.FOREIGN_LITERAL, Code.BAD_ESCAPE, Code.NUMBER_FORM}


# What is no JavaScript either, and can be put right without a guess; and what takes nothing from a module.
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
    """One fault at ``text[start:end]``; nothing missing has a width, so there the two are equal.

    ``edits`` write down what was read; ``is_safe`` says that nothing of the author's is lost with them.
    """

    code: Code
    start: int
    end: int
    message: str
    fix: str
    severity: Severity = Severity.ERROR
    edits: tuple[Edit, ...] = ()
    is_safe: bool = True


class Lines:
    r"""Where each line of a text starts, so that a place is found in logarithmic time.

    Example:
        >>> Lines("ab\ncd").span(4, 5)
        Span(start=4, end=5, line=2, column=2)
    """

    def __init__(self, text: str) -> None:
        self._starts = [0, *(found.end() for found in re.finditer("\n", text))]

    def line(self, offset: int) -> int:
        """Return the number of the line an offset is in, from 1."""
        return bisect_right(self._starts, offset)

    def start(self, offset: int) -> int:
        """Return where the line an offset is in starts."""
        return self._starts[self.line(offset) - 1]

    def span(self, start: int, end: int) -> Span:
        """Return the span from one offset to another."""
        line = self.line(start)
        return Span(start, end, line, start - self._starts[line - 1] + 1)


class Problems:
    """The faults found so far in one text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines = Lines(text)
        self._found: list[tuple[int, Diagnostic]] = []
        self._room = ROOM
        self._unlisted = 0
        self.is_module = False
        # Whether a module is nothing but its export.
        self.is_whole = True

    def add(self, fault: Problem, pointer: Callable[[], str]) -> None:
        """List a fault of the value whose pointer is made on request, or count it when the list is full."""
        if self.is_module:
            if is_javascript(fault.code, fault.start, fault.end, self.text):
                return
            # JavaScript reads these too, as something else than they are read as here.
            fault = fault._replace(is_safe=fault.is_safe and fault.code not in _OTHERWISE_IN_JAVASCRIPT)
        if self._room <= 0:
            self._unlisted += 1
            return
        found = self._diagnostic(fault, pointer())
        self._room -= FAULT_COST + len(found.pointer)
        self._found.append((fault.start, found))

    def diagnostics(self) -> Diagnostics:
        """Return the faults in the order of the text."""
        found = [one for _, one in sorted(self._found, key=lambda item: item[0])]
        if self.is_module:
            found = self._without_doubtful_edits(found)
        if self._unlisted:
            message = f"{self._unlisted} more faults were mended and are not listed."
            fault = Problem(
                Code.TOO_MANY, len(self.text), len(self.text), message, "mend those listed first."
            )
            found.append(self._diagnostic(fault, ""))
        return Diagnostics(found, text=self.text)

    @property
    def count(self) -> int:
        """How many faults there are, those that are not listed included."""
        return len(self._found) + self._unlisted

    def _without_doubtful_edits(self, diagnostics: list[Diagnostic]) -> list[Diagnostic]:
        """Return the faults of a module with edits only where no valid module can be changed by them.

        Everything before the first fault was understood. So where JavaScript has no use for any of the
        faults, nothing can import the module as it is. Where one may be valid, or there is code around the
        export, what follows may be code that was taken for something else.
        """
        if self.is_whole and not self._unlisted and not any(map(_is_doubtful, diagnostics)):
            return diagnostics
        return [replace(diagnostic, edits=(), is_safe=False) for diagnostic in diagnostics]

    def refusal(self, fault: Problem, pointer: str = "") -> LoadError:
        """Return the error that says why nothing can be made of the text."""
        return LoadError(Diagnostics([self._diagnostic(fault, pointer)], text=self.text))

    def _diagnostic(self, fault: Problem, pointer: str) -> Diagnostic:
        span = self.lines.span(fault.start, fault.end)
        is_safe = fault.is_safe and bool(fault.edits)
        return Diagnostic(
            fault.code, fault.severity, pointer, fault.message, fault.fix, span, fault.edits, is_safe
        )


def _is_doubtful(diagnostic: Diagnostic) -> bool:
    """Return whether a fault in a module may be valid JavaScript that the reader does not know."""
    if diagnostic.code in _HARMLESS_IN_MODULES:
        return False
    return diagnostic.code not in _CERTAIN_IN_MODULES or not diagnostic.edits


def is_javascript(code: Code, start: int, end: int, text: str) -> bool:
    """Return whether a fault of JSON is none where JavaScript may stand.

    Example:
        >>> is_javascript(Code.COMMENT, 2, 8, "1 // one"), is_javascript(Code.MISSING_VALUE, 5, 5, '{"a":}')
        (True, False)
    """
    if code is Code.TRAILING_COMMA:
        return True
    opening = _OF_JAVASCRIPT.get(code)
    return opening is not None and opening.match(text, start, end) is not None


# The starter kit's own way from a module to the JSON that is registered.
PRINTS_JSON = "`npm run get-app-json` prints for a module"


def not_literal(source: str, start: int, fix: str) -> Problem:
    """Return the fault of code that stands where a value should."""
    message = f"{quote(source)} is no JSON value; what it stands for cannot be known from the text."
    return Problem(Code.NOT_LITERAL, start, start + len(source), message, fix)


def quote(source: str) -> str:
    r"""Return source text as a message quotes it: on one line, and not all of a long one.

    Example:
        >>> print(quote("new Date(\n  0)"))
        `new Date( 0)`
    """
    if len(source) <= QUOTED_LENGTH and source.isprintable():
        return f"`{source}`"
    head = " ".join(source[: QUOTED_LENGTH * 4].split())
    whole = len(source) <= QUOTED_LENGTH * 4 and len(head) <= QUOTED_LENGTH
    return f"`{head}`" if whole else f"`{head[: QUOTED_LENGTH - 1]}…`"

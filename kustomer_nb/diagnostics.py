"""Problems in a document or an input: what is wrong, where, and how to fix it.

A problem in something an author wrote is a value, not an exception. Codes are grouped in families: KNB1 the
file and its JSON, KNB2 names and app-level keys, KNB3 templates, KNB4 the request, KNB5 schemas and outputs,
KNB6 secrets, KNB7 inputs and losses at run time, KNB8 settings, network and guards, KNB9 imports.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple, overload

from kustomer_nb.display import Displayable
from kustomer_nb.printable import one_line


class Severity(StrEnum):
    """How serious a diagnostic is, the most serious first."""

    ERROR = "error"
    WARNING = "warning"
    HINT = "hint"

    @property
    def rank(self) -> int:
        """Its place among the severities, 0 for the most serious.

        Example:
            >>> min(Severity.HINT, Severity.ERROR, key=lambda severity: severity.rank).value
            'error'
        """
        return _RANKS[self]


_RANKS = {severity: rank for rank, severity in enumerate(Severity)}


@dataclass(frozen=True, slots=True)
class Span:
    """A range of a text: offsets in characters from 0, and the line and column of its start from 1.

    Example:
        >>> Span(0, 4, 1, 1)
        Span(start=0, end=4, line=1, column=1)
    """

    start: int
    end: int
    line: int
    column: int

    @classmethod
    def from_offsets(cls, text: str, start: int, end: int | None = None) -> Span:
        r"""Return the span of ``text[start:end]``, with lines counted by ``\n``; one character without end.

        Example:
            >>> Span.from_offsets("ab\ncd", 4)
            Span(start=4, end=5, line=2, column=2)
        """
        # As editors count: a line ends with \n, alone or after \r. So U+2028 in a string does not end one.
        line = text.count("\n", 0, start) + 1
        column = start - (text.rfind("\n", 0, start) + 1) + 1
        return cls(start, start + 1 if end is None else end, line, column)

    def location(self, path: str = "") -> str:
        """Return line and column, after the path of the file if there is one.

        Example:
            >>> Span(0, 4, 1, 7).location("shop.json")
            'shop.json:1:7'
        """
        return f"{path}:{self.line}:{self.column}" if path else f"{self.line}:{self.column}"


class Edit(NamedTuple):
    """Replaces ``source[start:end]`` with ``text``; offsets are in characters from 0."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Diagnostic(Displayable):
    """One problem: its stable code, its location, what is wrong and how to fix it.

    ``pointer`` is an RFC 6901 JSON pointer into the document or the input; ``span`` is the range in the
    author's text, if there is one, or in that of ``file``, if the problem is in another file. ``edits`` fix
    it in that text; ``is_safe`` is true if they change how the text is written but not its value.

    Example:
        >>> print(Diagnostic("KNB702", Severity.ERROR, "/qty", '"two" is not a number.', "pass a number."))
        /qty: KNB702 "two" is not a number. Fix: pass a number.
    """

    code: str
    severity: Severity
    pointer: str
    message: str
    fix: str = ""
    span: Span | None = None
    # Not in the repr: the line that a person reads shows neither.
    edits: tuple[Edit, ...] = field(default=(), repr=False)
    is_safe: bool = field(default=False, repr=False)
    # The exception of the user's own code that led to this; it becomes the cause of an error of ours.
    cause: BaseException | None = field(default=None, repr=False, compare=False)
    # Set if the problem is in another file than the definition, such as kustomer-nb.toml.
    file: str = field(default="", repr=False)

    @property
    def where(self) -> str:
        """The location as text: the line and column, if known, and the pointer."""
        if self.file:
            return f"{self.location()} {self.pointer}".rstrip()
        if self.span is None:
            return self.pointer
        position = f"line {self.span.line}, column {self.span.column}"
        return f"{position} {self.pointer}".rstrip()

    def location(self, path: str = "") -> str:
        """Return the location as editors and terminals link it; ``path`` is the file of the definition.

        Without a position, it is the file that the problem is in, or the pointer.

        Example:
            >>> diagnostic = Diagnostic("KNB404", Severity.WARNING, "/uri", "Odd.", span=Span(9, 12, 2, 3))
            >>> diagnostic.location("shop.json"), diagnostic.location()
            ('shop.json:2:3', '2:3')
        """
        if self.span is None:
            return self.file or self.pointer
        return self.span.location(self.file or path)

    def __str__(self) -> str:
        location = f"{self.where}: " if self.where else ""
        fix = f" Fix: {self.fix}" if self.fix else ""
        # One line even if it quotes an author's text with line breaks or terminal controls.
        return one_line(f"{location}{self.code} {self.message}{fix}")


class Diagnostics(Sequence[Diagnostic], Displayable):
    """The problems of a document, in the order of its text; shown as a table.

    Example:
        >>> missing_name = Diagnostic("KNB204", Severity.ERROR, "/actions/0", "The name is missing.")
        >>> diagnostics = Diagnostics([missing_name])
        >>> diagnostics, len(diagnostics.errors), diagnostics.codes
        (<Diagnostics: 1 error>, 1, ['KNB204'])
    """

    def __init__(self, diagnostics: Iterable[Diagnostic] = (), *, text: str = "") -> None:
        self._diagnostics = tuple(diagnostics)
        # The text that the spans refer to, so that a table can quote its lines.
        self.text = text

    @overload
    def __getitem__(self, index: int) -> Diagnostic: ...
    @overload
    def __getitem__(self, index: slice) -> Diagnostics: ...
    def __getitem__(self, index: int | slice) -> Diagnostic | Diagnostics:
        if isinstance(index, slice):
            return Diagnostics(self._diagnostics[index], text=self.text)
        return self._diagnostics[index]

    def __len__(self) -> int:
        return len(self._diagnostics)

    def __iter__(self) -> Iterator[Diagnostic]:
        return iter(self._diagnostics)

    def __eq__(self, other: object) -> bool:
        # The text is not compared: the same problems may be found in two texts.
        return isinstance(other, Diagnostics) and self._diagnostics == other._diagnostics

    def __hash__(self) -> int:
        return hash(self._diagnostics)

    def with_severity(self, severity: Severity) -> Diagnostics:
        """Return the diagnostics of one severity."""
        return Diagnostics((d for d in self._diagnostics if d.severity is severity), text=self.text)

    @property
    def errors(self) -> Diagnostics:
        """The problems that prevent a registration or a run."""
        return self.with_severity(Severity.ERROR)

    @property
    def warnings(self) -> Diagnostics:
        """The problems that do not prevent a run, but probably have an unintended effect."""
        return self.with_severity(Severity.WARNING)

    @property
    def codes(self) -> list[str]:
        """The code of each diagnostic, in order."""
        return [d.code for d in self._diagnostics]

    @property
    def summary(self) -> str:
        """The counts as text: ``2 errors, 1 warning``, or ``no problems``.

        Example:
            >>> Diagnostics().summary
            'no problems'
        """
        counts = [(severity.value, len(self.with_severity(severity))) for severity in Severity]
        parts = [f"{count} {name}{'' if count == 1 else 's'}" for name, count in counts if count]
        return ", ".join(parts) or "no problems"

    def __repr__(self) -> str:
        return f"<Diagnostics: {self.summary}>"

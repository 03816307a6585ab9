"""What is wrong in a document or an input: where, what, and the way out.

A fault in something an author wrote is a value, never an exception. Codes are grouped in families:
KNB1 the file and its JSON, KNB2 names and app-level keys, KNB3 templates, KNB4 the request, KNB5 schemas
and outputs, KNB6 secrets, KNB7 inputs and losses at run time, KNB8 settings, network and guards.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple, overload

from kustomer_nb.display import Displayable
from kustomer_nb.printable import one_line


class Severity(StrEnum):
    """How much a finding matters, gravest first."""

    ERROR = "error"
    WARNING = "warning"
    HINT = "hint"


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of text: offsets from 0 in characters, line and column of its start from 1.

    Example:
        >>> Span(0, 4, 1, 1)
        Span(start=0, end=4, line=1, column=1)
    """

    start: int
    end: int
    line: int
    column: int

    @classmethod
    def of(cls, text: str, start: int, end: int | None = None) -> Span:
        r"""Return the span of ``text[start:end]``, counting lines by ``\n``.

        Example:
            >>> Span.of("ab\ncd", 4)
            Span(start=4, end=5, line=2, column=2)
        """
        line = text.count("\n", 0, start) + 1
        column = start - (text.rfind("\n", 0, start) + 1) + 1
        return cls(start, start + 1 if end is None else end, line, column)


class Edit(NamedTuple):
    """Put ``text`` where ``source[start:end]`` stands; offsets count characters from 0."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Diagnostic(Displayable):
    """One finding: its stable code, where it is, what it is, and how to mend it.

    ``pointer`` is an RFC 6901 JSON pointer into the document or the input; ``span`` is the place in the
    author's own text, when there is one. ``edits`` mend it in that text; ``is_safe`` says that they change
    how it is written and not what it says.

    Example:
        >>> print(Diagnostic("KNB702", Severity.ERROR, "/qty", "'two' is not a number.", "pass a number."))
        /qty: KNB702 'two' is not a number. Fix: pass a number.
    """

    code: str
    severity: Severity
    pointer: str
    message: str
    fix: str = ""
    span: Span | None = None
    edits: tuple[Edit, ...] = field(default=(), repr=False)
    is_safe: bool = field(default=False, repr=False)
    # The exception of the user's own code that led to this; it becomes the cause of an error of ours.
    cause: BaseException | None = field(default=None, repr=False, compare=False)

    @property
    def where(self) -> str:
        """The place in words: line and column of the text, else the pointer."""
        if self.span is None:
            return self.pointer
        place = f"line {self.span.line}, column {self.span.column}"
        return f"{place} {self.pointer}".rstrip()

    def __str__(self) -> str:
        way_out = f" Fix: {self.fix}" if self.fix else ""
        place = f"{self.where}: " if self.where else ""
        return one_line(f"{place}{self.code} {self.message}{way_out}")


class Diagnostics(Sequence[Diagnostic], Displayable):
    """The findings of one look at a document, in the order of its text; shows as a table.

    Example:
        >>> found = Diagnostics([Diagnostic("KNB201", Severity.ERROR, "/actions/0", "The name is missing.")])
        >>> found, len(found.errors), found.codes
        (<Diagnostics: 1 error>, 1, ['KNB201'])
    """

    def __init__(self, found: Iterable[Diagnostic] = (), *, text: str = "") -> None:
        self._found = tuple(found)
        self.text = text

    @overload
    def __getitem__(self, index: int) -> Diagnostic: ...
    @overload
    def __getitem__(self, index: slice) -> Diagnostics: ...
    def __getitem__(self, index: int | slice) -> Diagnostic | Diagnostics:
        if isinstance(index, slice):
            return Diagnostics(self._found[index], text=self.text)
        return self._found[index]

    def __len__(self) -> int:
        return len(self._found)

    def __iter__(self) -> Iterator[Diagnostic]:
        return iter(self._found)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Diagnostics) and self._found == other._found

    def __hash__(self) -> int:
        return hash(self._found)

    def of(self, severity: Severity) -> Diagnostics:
        """Return the findings of one severity."""
        return Diagnostics((d for d in self._found if d.severity is severity), text=self.text)

    @property
    def errors(self) -> Diagnostics:
        """The findings that stop a registration or a run."""
        return self.of(Severity.ERROR)

    @property
    def warnings(self) -> Diagnostics:
        """The findings that work but rarely as meant."""
        return self.of(Severity.WARNING)

    @property
    def codes(self) -> list[str]:
        """The code of each finding, in order."""
        return [d.code for d in self._found]

    @property
    def summary(self) -> str:
        """The counts in words: ``2 errors, 1 warning``, or ``nothing found``.

        Example:
            >>> Diagnostics().summary
            'nothing found'
        """
        counts = [(severity.value, len(self.of(severity))) for severity in Severity]
        said = [f"{n} {word}{'' if n == 1 else 's'}" for word, n in counts if n]
        return ", ".join(said) or "nothing found"

    def __repr__(self) -> str:
        return f"<Diagnostics: {self.summary}>"

"""What a plan finds in its rows, counted by kind, with the first rows of each: bounded, however many rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, NamedTuple, overload

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Diagnostic, Severity
from kustomer_nb.jsontext import pointer as pointers

PLACES = 5
MOST_ROWS = 10_000
MOST_KINDS = 1_000


class Place(NamedTuple):
    """The number of a row, and the line of its file that it begins in.

    Example:
        >>> str(Place(7, 9)), str(Place(7))
        ('row 7 (line 9)', 'row 7')
    """

    number: int
    line: int | None = None

    def __str__(self) -> str:
        return f"row {self.number}" + (f" (line {self.line})" if self.line is not None else "")


@dataclass(slots=True)
class Finding:
    """One kind of problem of rows: how many have it, the first of them, and what the first one says."""

    code: str
    pointer: str
    severity: Severity
    message: str
    fix: str = ""
    count: int = 0
    places: list[Place] = field(default_factory=list)

    @property
    def first(self) -> str:
        """The first rows in words."""
        more = f" and {self.count - len(self.places):,} more" if self.count > len(self.places) else ""
        return f"{', '.join(map(str, self.places))}{more}"


class Findings:
    """Findings by code and place in the inputs, the most frequent first.

    ``hides`` says of a pointer that values there must not be shown.
    """

    def __init__(self) -> None:
        self._by_kind: dict[tuple[str, str], Finding] = {}

    def add(self, diagnostic: Diagnostic, place: Place, kind: str = "") -> None:
        """Count a problem of a row."""
        key = (f"{diagnostic.code}{kind}", diagnostic.pointer)
        finding = self._by_kind.get(key)
        if finding is None:
            if len(self._by_kind) >= MOST_KINDS:
                return
            finding = self._by_kind[key] = Finding(
                str(diagnostic.code),
                diagnostic.pointer,
                diagnostic.severity,
                diagnostic.message,
                diagnostic.fix,
            )
        finding.count += 1
        if len(finding.places) < PLACES and (not finding.places or finding.places[-1] != place):
            finding.places.append(place)

    def __iter__(self) -> Iterator[Finding]:
        return iter(sorted(self._by_kind.values(), key=lambda finding: (-finding.count, finding.code)))

    def __len__(self) -> int:
        return len(self._by_kind)


class InvalidRow(NamedTuple):
    """Why a row is not sent."""

    number: int
    line: int | None
    code: str
    pointer: str
    message: str
    fix: str


class InvalidRows(Sequence[InvalidRow]):
    """The rows that are not sent, a line for each reason: the first 10,000, while ``total`` counts all.

    Example:
        >>> from kustomer_nb import load
        >>> schema = {"properties": {"id": {"type": "number"}}}
        >>> template = {"uri": "http://127.0.0.1/{{{id}}}", "method": "get"}
        >>> action = load({"type": "rest_api", "inputSchema": schema, "inputTemplate": template}).action()
        >>> action.map([{"id": "7"}, {"id": "x"}]).invalid
        <InvalidRows: 1 row>
    """

    def __init__(self) -> None:
        self._rows: list[InvalidRow] = []
        self.total = 0

    def add(self, place: Place, diagnostics: Sequence[Diagnostic]) -> None:
        """Add a row with its problems."""
        self.total += 1
        for diagnostic in diagnostics:
            if len(self._rows) < MOST_ROWS:
                code, message = str(diagnostic.code), diagnostic.message
                self._rows.append(InvalidRow(*place, code, diagnostic.pointer, message, diagnostic.fix))

    @overload
    def __getitem__(self, index: int) -> InvalidRow: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[InvalidRow]: ...

    def __getitem__(self, index: int | slice) -> InvalidRow | Sequence[InvalidRow]:
        return self._rows[index]

    def __len__(self) -> int:
        return len(self._rows)

    def to_pandas(self) -> Any:
        """Return a DataFrame with a line for each reason.

        Raises:
            ImportError: pandas is not installed.
        """
        return import_module("pandas").DataFrame(self._rows, columns=list(InvalidRow._fields))

    def __repr__(self) -> str:
        return f"<InvalidRows: {self.total:,} row{'' if self.total == 1 else 's'}>"


def input_of(pointer: str) -> str:
    """Return the input that a problem is about, as templates write it; empty for the row as a whole.

    Example:
        >>> input_of("/orderId"), input_of("/inputSchema/properties/orderId"), input_of("")
        ('orderId', 'orderId', '')
    """
    parts = pointers.split(pointer)
    if parts[:2] == ["inputSchema", "properties"]:
        parts = parts[2:]
    return ".".join(parts)


def malformed(fault: str) -> Diagnostic:
    """Return why a row has no cells."""
    return Diagnostic(
        Code.ROW_MALFORMED, Severity.ERROR, "", f"the row cannot be read: {fault}.", "fix the row."
    )

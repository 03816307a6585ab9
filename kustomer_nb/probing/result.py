"""What a search for hazards returns: the values that arrive as something else, by cause and input."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from kustomer_nb.diagnostics import Diagnostic, Diagnostics, Severity, Span
from kustomer_nb.display import Displayable
from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.jsontext.serialization import stringify
from kustomer_nb.printable import one_line, shortened

if TYPE_CHECKING:
    from pathlib import Path

    from kustomer_nb.action import Action


class HazardKind(StrEnum):
    """The stable name of each cause, with its severity, its meaning, and the fix if nothing better is known.

    An error sends the request somewhere else or adds to it, a warning changes or loses the value or stops
    the run, a hint is what may well be meant.

    Example:
        >>> kind = HazardKind.ESCAPED
        >>> kind.value, kind.severity.value
        ('escaped', 'warning')
    """

    severity: Severity
    meaning: str
    fix: str

    def __new__(cls, name: str, severity: Severity, meaning: str, fix: str) -> HazardKind:
        """Make a member from its name, its severity, its meaning and its fix."""
        member = str.__new__(cls, name)
        member._value_ = name
        member.severity = severity
        member.meaning = meaning
        member.fix = fix
        return member

    HOST_CHANGED = (
        "host-changed",
        Severity.ERROR,
        "changes the host that the request goes to",
        "write the host in the uri, or take it from an app setting; pass only a part of the path.",
    )
    PATH_CHANGED = (
        "path-changed",
        Severity.ERROR,
        "changes the path of the URL",
        "encode it in the step before, as encodeURIComponent does, or pass it in qs, which is encoded.",
    )
    QUERY_CHANGED = (
        "query-changed",
        Severity.ERROR,
        "adds or removes a query parameter",
        "pass it in qs, which is encoded.",
    )
    BODY_CHANGED = (
        "body-changed",
        Severity.ERROR,
        "changes the structure of the body",
        'make data an object with a reference (/#…) for the value, and set "json": true.',
    )
    HEADER_CHANGED = (
        "header-changed",
        Severity.ERROR,
        "adds or removes a header",
        "write the name of the header without an input.",
    )
    BODY_INVALID = (
        "body-invalid",
        Severity.ERROR,
        "makes the body invalid",
        'make data an object with a reference (/#…) for the value, and set "json": true.',
    )
    PATH_GAP = (
        "path-gap",
        Severity.ERROR,
        "leaves a segment of the path empty, so that the URL names something else",
        "make the input required, and branch before this step if its value may be empty.",
    )
    ESCAPED = (
        "escaped",
        Severity.WARNING,
        "is changed by HTML escaping",
        "write three braces, or a reference (/#…) if it is the whole string.",
    )
    ALTERED = (
        "altered",
        Severity.WARNING,
        "arrives as another value",
        "encode it in the step before, or pass it as a whole value by a reference (/#…).",
    )
    ROUNDED = (
        "rounded",
        Severity.WARNING,
        "is rounded: JavaScript keeps whole numbers up to 9007199254740991",
        "for an identifier, declare the input as a string and pass a string.",
    )
    CONVERTED = (
        "converted",
        Severity.WARNING,
        "is converted to its declared type",
        'declare "null" as one of its types, or branch before this step if it may be null.',
    )
    LOST = (
        "lost",
        Severity.WARNING,
        "is left out, because a block takes it for false",
        "write a reference (/#…) as the value of a member: it is left out only without a value.",
    )
    DROPPED = (
        "dropped",
        Severity.WARNING,
        "is dropped by outputSchema",
        "declare it in outputSchema, or remove it from outputTemplate.",
    )
    REFUSED = (
        "refused",
        Severity.WARNING,
        "stops the request from being sent",
        "encode it in the step before.",
    )
    TEXT_CHANGED = (
        "text-changed",
        Severity.WARNING,
        "contributes delimiters to a text that the service parses",
        "pass it as a value of its own.",
    )
    OBJECT_PRINTED = (
        "object-printed",
        Severity.WARNING,
        "is an object that is printed as [object Object]",
        "write a reference (/#…), which keeps the type, or print one of its members.",
    )
    SENT_EMPTY = (
        "sent-empty",
        Severity.HINT,
        "is sent as an empty string, not left out",
        "write a reference (/#…) as the value of a member: it is left out without a value.",
    )
    LONG = (
        "long",
        Severity.HINT,
        "makes the URL or a header longer than 8000 characters, which servers may refuse",
        "send it in the body.",
    )


@dataclass(frozen=True, slots=True)
class Arrived:
    """One value that was tried: its name, the value, the inputs it was a part of, and what came of it.

    ``body`` is that of the response for a value that was tried there, ``UNDEFINED`` for one of the inputs.
    """

    name: str
    value: Any
    inputs: Mapping[str, Any] = field(repr=False)
    result: str = ""
    body: Any = UNDEFINED

    @property
    def words(self) -> str:
        """The value and what came of it.

        Example:
            >>> Arrived("&", "a & b", {}, "arrives as a &amp; b").words
            '"a & b" arrives as a &amp; b'
        """
        result = self.result.rstrip(".")
        if self.value is UNDEFINED:
            return f"without a value, it {result}"
        # JavaScript would round it.
        is_whole = isinstance(self.value, int) and not isinstance(self.value, bool)
        value = str(self.value) if is_whole else stringify(self.value) or "null"
        return f"{shortened(value, 60)} {result}".rstrip()


@dataclass(frozen=True, slots=True)
class Hazard:
    """The values of one input that mean something else for one cause.

    ``input`` is the path of the input (``lines[].sku``), or that of a value of the response (``body.note``).
    ``pointer`` is the place in the file of the template that prints it, ``places`` are the parts of the
    request, or of the output, where it arrives.

    Example:
        >>> import kustomer_nb as knb
        >>> template = {"uri": "https://api.shop.com/find?name={{name}}", "method": "get"}
        >>> schema = {"properties": {"name": {"type": "string", "enum": ["Tea & Co", "Milk"]}}}
        >>> app = knb.load({"inputTemplate": template, "inputSchema": schema})
        >>> hazard = knb.hazards(app.action())[0]
        >>> hazard.kind.value, hazard.input, [value.name for value in hazard.values]
        ('escaped', 'name', ["the choice 'Tea & Co'"])
    """

    kind: HazardKind
    input: str
    severity: Severity
    message: str
    fix: str
    pointer: str
    places: tuple[str, ...]
    values: tuple[Arrived, ...]
    span: Span | None = None

    @property
    def diagnostic(self) -> Diagnostic:
        """The hazard as a problem of the definition, with the name of its cause as the code."""
        return Diagnostic(self.kind.value, self.severity, self.pointer, self.message, self.fix, self.span)

    @property
    def others(self) -> str:
        """The names of the other values with the same cause."""
        return ", ".join(value.name for value in self.values[1:])

    @property
    def inputs(self) -> Mapping[str, Any]:
        """The inputs with the first of the values: what to run to see it."""
        return self.values[0].inputs

    def to_json(self) -> dict[str, Any]:
        """Return the hazard as plain JSON."""
        return {
            "kind": self.kind.value,
            "severity": self.severity.value,
            "input": self.input,
            "pointer": self.pointer,
            "line": self.span.line if self.span else None,
            "column": self.span.column if self.span else None,
            "message": self.message,
            "fix": self.fix,
            "places": list(self.places),
            "values": [
                {
                    "name": value.name,
                    **({} if value.value is UNDEFINED else {"value": value.value}),
                    "result": value.result,
                }
                for value in self.values
            ],
            "inputs": dict(self.inputs),
        }


_NONE: tuple[Hazard, ...] = ()


@dataclass(frozen=True, repr=False)
class Hazards(Displayable):
    """The hazards of an action, the worst first; empty, and false, if every value arrives as it is.

    ``tried`` is the number of requests that were built, ``untried`` are the inputs beyond the limit.
    """

    action: str
    hazards: tuple[Hazard, ...] = _NONE
    tried: int = 0
    untried: tuple[str, ...] = ()
    owner: Action | None = field(default=None, compare=False)

    def __iter__(self) -> Iterator[Hazard]:
        return iter(self.hazards)

    def __len__(self) -> int:
        return len(self.hazards)

    def __getitem__(self, index: int) -> Hazard:
        return self.hazards[index]

    def at_least(self, severity: Severity) -> tuple[Hazard, ...]:
        """Return the hazards of this severity or a worse one."""
        return tuple(hazard for hazard in self.hazards if hazard.severity.rank <= severity.rank)

    def save_case(
        self, number: int, name: str = "", *, path: str | Path | None = None, overwrite: bool = False
    ) -> Path:
        """Write a hazard as a test case, and return its path: the inputs, and what comes of them now.

        ``number`` is the one that it is shown with, from 1. Without ``name`` the case is named by the input
        and the value. Update the case when the definition is fixed.

        Raises:
            IndexError: there is no hazard of this number.
            SaveError: the definition has no file, there is a case of that name, or it cannot be written.
        """
        from .saving import save_hazard

        if not 1 <= number <= len(self.hazards) or self.owner is None:
            msg = f"there is no hazard {number}: they are numbered from 1 to {len(self.hazards)}"
            raise IndexError(msg)
        return save_hazard(self.owner, self.hazards[number - 1], name, path=path, overwrite=overwrite)

    @property
    def diagnostics(self) -> Diagnostics:
        """The hazards as problems of the definition."""
        return Diagnostics(hazard.diagnostic for hazard in self.hazards)

    @property
    def summary(self) -> str:
        """How many hazards there are, by severity, and how many requests were built."""
        built = f"{self.tried} request{'' if self.tried == 1 else 's'} built"
        if not self.hazards:
            return f"no hazards ({built})"
        counts = [
            (sum(hazard.severity is severity for hazard in self.hazards), severity.value)
            for severity in Severity
        ]
        words = [f"{count} {name}{'' if count == 1 else 's'}" for count, name in counts if count]
        return f"{', '.join(words)} ({built})"

    @property
    def untried_line(self) -> str:
        """Which inputs were not tried, empty if all were."""
        if not self.untried:
            return ""
        return f"Not tried, as there are too many inputs: {', '.join(self.untried)}."

    def to_json(self) -> dict[str, Any]:
        """Return the hazards as plain JSON."""
        return {
            "action": self.action,
            "summary": self.summary,
            "tried": self.tried,
            "untried": list(self.untried),
            "hazards": [hazard.to_json() for hazard in self.hazards],
        }

    def __repr__(self) -> str:
        return one_line(f"<Hazards: {self.summary}>")

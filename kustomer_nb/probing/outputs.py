"""Values of a response that reach the output as something else, tried as those of the inputs are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Severity
from kustomer_nb.errors import TemplateError
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.jsontext.javascript import SAFE_INTEGER, UNDEFINED, string
from kustomer_nb.jsontext.serialization import stringify
from kustomer_nb.language.names import output_names
from kustomer_nb.output import Output, map_output
from kustomer_nb.printable import shortened
from kustomer_nb.schema.conversions import kind_of

from .result import Arrived, HazardKind
from .values import Field, replaced

if TYPE_CHECKING:
    from kustomer_nb.action import Action

# What a service sends of a number is one.
_NOT_SENT = frozenset({"leading zeros"})
_MISSING = object()
MOST_LEAVES = 64


@dataclass(frozen=True)
class OutputFinding:
    """What comes of one value of a response; ``pointer`` is the place in the action that makes the output."""

    field: Field
    kind: HazardKind
    severity: Severity
    place: str
    pointer: str
    arrived: Arrived
    fix: str = ""


def output_findings(action: Action) -> Iterator[OutputFinding]:
    """Yield what comes of the values of a response that gives the sample; nothing without outputTemplate.

    The tried values replace those of the body one at a time, each by its type in the sample.
    """
    definition = action.definition
    if definition.output_template is None or not isinstance(action.value, Mapping):
        return
    names = output_names(action.value)
    body = next((name.value for name in names if name.name == "body"), None)
    for index, (pointer, value) in enumerate(islice(_leaves(body, ""), MOST_LEAVES)):
        if pointer:
            yield from _Probe(action, body, Field(pointer, {"type": kind_of(value)}, index)).findings()


def _leaves(value: Any, pointer: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping) and value:
        for name, member in value.items():
            yield from _leaves(member, pointers.join(pointer, name))
    elif isinstance(value, list) and value:
        # One item stands for the others.
        yield from _leaves(value[0], f"{pointer}/0")
    else:
        yield pointer, value


class _Probe:
    """One value of the body, and what outputTemplate and outputSchema make of an ordinary one."""

    def __init__(self, action: Action, body: Any, field: Field) -> None:
        self.action = action
        self.body = body
        self.field = field
        self.marker = field.marker()

    def findings(self) -> Iterator[OutputFinding]:
        """Yield what comes of each value."""
        ordinary = self._output(self.marker)
        if ordinary is None or not isinstance(self.marker, (str, int)):
            return
        mapped, before = dict(_leaves(ordinary.mapped, "")), dict(_leaves(ordinary.projected.value, ""))
        slots = [pointer for pointer, value in mapped.items() if self._carries(value)]
        for pointer in [slot for slot in slots if slot not in before]:
            yield self._finding(HazardKind.DROPPED, pointer, "any value", self.marker, "is dropped")
        kept_slots = [slot for slot in slots if slot in before]
        for name, value in self.field.values() if kept_slots else ():
            if value is not UNDEFINED and name not in _NOT_SENT:
                yield from self._judged(name, value, before, kept_slots)

    def _output(self, value: Any) -> Output | None:
        body = replaced(self.body, self.field.pointer, value)
        response = {"statusCode": 200, "headers": {}, "request": {}, "body": body}
        try:
            return map_output(self.action.definition, response)
        except TemplateError:
            # Reported by the run, and by the linter.
            return None

    def _carries(self, value: Any) -> bool:
        if isinstance(self.marker, bool):
            return value is self.marker or value == string(self.marker)
        return value == self.marker or (isinstance(value, str) and string(self.marker) in value)

    def _judged(
        self, name: str, value: Any, before: Mapping[str, Any], slots: list[str]
    ) -> Iterator[OutputFinding]:
        output = self._output(value)
        if output is None:
            return
        after = dict(_leaves(output.projected.value, ""))
        for slot in slots:
            actual = after.get(slot, _MISSING)
            if self._is_same(before[slot], value, actual):
                continue
            if actual is _MISSING or (actual == "" and value in (0, False) and value != ""):
                # A missing value that nothing prints is left out by design; so is an empty one.
                if value not in (None, ""):
                    result = f"does not arrive in {_words(slot)}"
                    yield self._finding(HazardKind.LOST, slot, name, value, result)
                return
            words = shortened(stringify(actual) or "null", 60)
            kind = self._cause(output, slot, value)
            yield self._finding(kind, slot, name, value, f"arrives as {words} in {_words(slot)}")
            return

    @staticmethod
    def _cause(output: Output, slot: str, value: Any) -> HazardKind:
        if any(problem.code == Code.HTML_ESCAPED for problem in output.diagnostics):
            return HazardKind.ESCAPED
        if isinstance(value, int) and abs(value) > SAFE_INTEGER:
            return HazardKind.ROUNDED
        is_converted = any(conversion.pointer == slot for conversion in output.projected.converted)
        return HazardKind.CONVERTED if is_converted else HazardKind.ALTERED

    def _is_same(self, before: Any, value: Any, actual: Any) -> bool:
        if value is None and actual in ("", None):
            # A template prints nothing for null.
            return True
        if isinstance(before, str):
            text = str(value) if type(value) is int else string(value)
            return bool(actual == before.replace(string(self.marker), text))
        return bool(actual == value and isinstance(actual, bool) == isinstance(value, bool))

    def _finding(self, kind: HazardKind, slot: str, name: str, value: Any, result: str) -> OutputFinding:
        body = replaced(self.body, self.field.pointer, value)
        arrived = Arrived(name, value, {}, result, body)
        field = Field(f"/body{self.field.pointer}", self.field.schema, self.field.index)
        severity = Severity.HINT if self._is_hint(kind, value) else kind.severity
        return OutputFinding(field, kind, severity, _words(slot), f"/outputTemplate{slot}", arrived)

    def _is_hint(self, kind: HazardKind, value: Any) -> bool:
        """Return whether what is lost of a value hardly matters, or the value hardly comes."""
        if kind is HazardKind.ROUNDED:
            return not self.field.is_identifier
        is_half = isinstance(value, str) and "\ud83d" in value
        return is_half or (kind is HazardKind.CONVERTED and value is not None)


def _words(slot: str) -> str:
    return f"the output {slot}"

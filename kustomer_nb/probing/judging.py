"""Whether a value arrives as it is: what a service reads of it, beside what it reads of an ordinary value."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Diagnostic, Severity
from kustomer_nb.jsontext.javascript import UNDEFINED, string
from kustomer_nb.jsontext.serialization import stringify
from kustomer_nb.printable import shortened

from .arrival import BODY, HEADER, HOST, PATH, QUERY, Arrival, Place
from .baseline import Baseline, Built, carries
from .result import HazardKind

# RFC 9110, 4.1: a server should take URLs of at least 8000 octets; most limit a header alike.
LONGEST = 8000
_HALF = re.compile("[\ud800-\udfff]")
_ENTITY = re.compile(r"&(?:amp|lt|gt|quot|#x27|#x60|#x3D);")
# Warnings of a request that say why a value does not arrive as it is, with a fix for the place it is in.
_EXPLAINING = frozenset(
    {
        Code.HTML_ESCAPED,
        Code.VALUE_NOT_ENCODED,
        Code.OBJECT_PRINTED,
        Code.INPUT_IDENTITY_LOST,
        Code.VALUE_GAP,
    }
)
_CHANGED = {
    QUERY: HazardKind.QUERY_CHANGED,
    HEADER: HazardKind.HEADER_CHANGED,
    BODY: HazardKind.BODY_CHANGED,
}


class Outcome(NamedTuple):
    """One cause for which a value means something else, where, and what arrives."""

    kind: HazardKind
    severity: Severity
    place: str
    result: str
    fix: str
    part: str


def judge(baseline: Baseline, built: Built, name: str, value: Any) -> list[Outcome]:
    """Return the causes for which a value does not arrive as it is; none if it does, or is rejected."""
    if built.prepared.input_errors:
        # The platform tells the author of the workflow.
        return []
    judgement = _Judgement(baseline, built, value)
    if built.arrived is None:
        return [judgement.refused()]
    invalid = [*judgement.invalid_body(built.arrived)]
    if value in baseline.field.choices or isinstance(value, (dict, list)):
        # A choice, or how many items there are, may well decide what is sent.
        outcomes: Iterable[Outcome] = ()
    else:
        outcomes = judgement.blank(built.arrived) if _is_blank(value) else judgement.compared(built.arrived)
    return [*invalid, *outcomes] or [*judgement.explained()] or [*judgement.long()]


def _is_blank(value: Any) -> bool:
    return value is UNDEFINED or value is None or value is False or value == "" or value == 0


class _Judgement:
    """One value that was tried, beside the ordinary one."""

    def __init__(self, baseline: Baseline, built: Built, value: Any) -> None:
        self.baseline = baseline
        self.built = built
        self.value = value
        before = {_identity(diagnostic) for diagnostic in baseline.built.request.diagnostics}
        self.new = [item for item in built.request.diagnostics if _identity(item) not in before]
        self.conversion = next(
            (item for item in built.prepared.converted if item.pointer == baseline.field.pointer), None
        )

    def outcome(
        self,
        kind: HazardKind,
        place: Place | str,
        result: str,
        *,
        fix: str = "",
        severity: Severity | None = None,
    ) -> Outcome:
        part = place.part if isinstance(place, Place) else place
        part = part if part in (HEADER, BODY) else "url"
        return Outcome(kind, severity or kind.severity, str(place), result, fix or kind.fix, part)

    def explanation(self, code: str, *, part: str = "") -> Diagnostic | None:
        """Return a new warning of the request with this code, if it is about this part of the request."""
        wanted = part if part in (HEADER, BODY, "") else "url"
        return next(
            (
                item
                for item in self.new
                if item.code == code and wanted in ("", _part(item.pointer.removeprefix("/inputTemplate/")))
            ),
            None,
        )

    def refused(self) -> Outcome:
        """Return why the request cannot be sent."""
        (error, *_) = self.built.request.diagnostics.errors
        place = error.pointer.removeprefix("/inputTemplate/").partition("/")[0]
        part = {"headers": HEADER, "data": BODY}.get(place, "url")
        return self.outcome(HazardKind.REFUSED, part, f"is not sent: {error.message}", fix=error.fix)

    def explained(self) -> Iterator[Outcome]:
        """Yield what the request itself reports of the value, in text that only its own parser reads."""
        for item in self.new:
            kind = (
                {
                    Code.HTML_ESCAPED: HazardKind.ESCAPED,
                    Code.OBJECT_PRINTED: HazardKind.OBJECT_PRINTED,
                    Code.VALUE_NOT_ENCODED: HazardKind.TEXT_CHANGED,
                }.get(Code(item.code))
                if item.code in _EXPLAINING
                else None
            )
            if kind is not None and item.severity is not Severity.HINT:
                place = item.pointer.removeprefix("/inputTemplate/")
                words = item.message.removeprefix(f"`{self.baseline.field.path}` ")
                yield self.outcome(kind, _part(place), words, fix=item.fix)

    def long(self) -> Iterator[Outcome]:
        """Yield the part of the head that is too long for many servers."""
        wire, before = self.built.request.wire(), self.baseline.built.request.wire()
        if len(wire.target) > LONGEST >= len(before.target):
            yield self.outcome(HazardKind.LONG, "the URL", f"makes it {len(wire.target)} characters long")
        if (
            max((len(text) for _, text in wire.headers), default=0)
            > LONGEST
            >= max((len(text) for _, text in before.headers), default=0)
        ):
            yield self.outcome(HazardKind.LONG, HEADER, f"makes it {len(str(self.value))} characters long")

    def invalid_body(self, arrived: Arrival) -> Iterator[Outcome]:
        """Yield that the body cannot be parsed, where that of the ordinary value can."""
        if arrived.problem and not self.baseline.arrived.problem:
            yield self._because(HazardKind.BODY_INVALID, Place(BODY), arrived.problem)

    def blank(self, arrived: Arrival) -> Iterator[Outcome]:
        """Yield what becomes of a value that blocks take for false, or that prints nothing."""
        gap = self._gap(arrived)
        if gap is not None:
            yield gap
            return
        field = self.baseline.field
        before, after = len(self.baseline.built.pieces(field)), len(self.built.pieces(field))
        if self.value is False or (self.value == 0 and self.value != ""):
            place = self._first_lost(arrived)
            if after < before:
                yield self.outcome(HazardKind.LOST, place, f"does not arrive in {place}")
        elif self.value != "":
            yield from self._nothing(arrived, is_printed=bool(after))

    def _nothing(self, arrived: Arrival, *, is_printed: bool) -> Iterator[Outcome]:
        """Yield what becomes of null and of no value."""
        converted = self.conversion.after if self.conversion is not None else ""
        # An empty string for null loses less than a number or a boolean that somebody acts on.
        if converted == "" and converted is not False:
            yield from self._sent_empty(arrived)
        elif is_printed:
            yield from self._converted_null(converted, arrived)

    def _gap(self, arrived: Arrival) -> Outcome | None:
        text = self.conversion.after if self.conversion is not None else self.value
        if text not in (UNDEFINED, None, "") or len(arrived.segments) != len(self.baseline.arrived.segments):
            return None
        if not any(self._is_gap(place, arrived) for place in self.baseline.slots):
            return None
        path = "/".join(("", *arrived.segments))
        method = self.built.request.effective_method
        gap = self.explanation(Code.VALUE_GAP)
        return self.outcome(
            HazardKind.PATH_GAP,
            "the path",
            f"makes it a {method} of {path}",
            fix=gap.fix if gap else "",
            severity=Severity.WARNING if self.built.request.is_safe else None,
        )

    def _is_gap(self, place: Place, arrived: Arrival) -> bool:
        """Return whether a segment of the path arrives with nothing but the text around the value."""
        if place.part != PATH or place not in arrived.values:
            return False
        around = str(self.baseline.arrived.values[place]).replace(string(self.baseline.marker), "")
        return bool(arrived.values[place] == around)

    def _first_lost(self, arrived: Arrival) -> Place | str:
        expected = self.baseline.expected(self.value)
        lost = [place for place in self.baseline.slots if place not in arrived.values]
        lost += [place for place in self.baseline.slots if arrived.values.get(place) != expected.get(place)]
        return lost[0] if lost else "the request"

    def _converted_null(self, after: Any, arrived: Arrival) -> Iterator[Outcome]:
        slots = [place for place in self.baseline.slots if place in arrived.values]
        place: Place | str = slots[0] if slots else "the request"
        yield self.outcome(HazardKind.CONVERTED, place, f"arrives as {stringify(after)} in {place}")

    def _sent_empty(self, arrived: Arrival) -> Iterator[Outcome]:
        """Yield the place that gets an empty string: one that the value fills alone."""
        for place in self.baseline.slots:
            before = self.baseline.arrived.values[place]
            is_alone = before == self.baseline.marker or before == string(self.baseline.marker)
            if is_alone and arrived.values.get(place) == "":
                is_member = place.part == BODY and self.built.request.parses_json
                fix = HazardKind.CONVERTED.fix if self.value is None else "" if is_member else self._block_fix
                result = f"arrives as an empty string in {place}"
                yield self.outcome(HazardKind.SENT_EMPTY, place, result, fix=fix)
                return

    @property
    def _block_fix(self) -> str:
        return (
            f"put it, and the text around it, in a block: {{{{#if {self.baseline.field.name}}}}}…{{{{/if}}}}."
        )

    def compared(self, arrived: Arrival) -> Iterator[Outcome]:
        """Yield the first difference of each part between what should arrive and what does."""
        expected = self.baseline.expected(self.value)
        parts: tuple[tuple[str, ...], ...] = ((HOST.part, PATH, QUERY), (HEADER,), (BODY,))
        if (outcome := self._path(expected, arrived)) is not None:
            yield outcome
            # What follows is another query, and another sign-in, for the same reason.
            parts = () if outcome.place == str(HOST) else parts[1:]
        for group in parts:
            # A body that cannot be parsed has no values to compare.
            if BODY not in group or not arrived.problem:
                outcome = self._structure(group, expected, arrived) or self._value(group, expected, arrived)
                yield from filter(None, [outcome])

    def _path(self, expected: Mapping[Place, Any], arrived: Arrival) -> Outcome | None:
        if arrived.values.get(HOST) != expected.get(HOST):
            return self._because(HazardKind.HOST_CHANGED, "the host", f"sends it to {arrived.values[HOST]}")
        before = self.baseline.arrived
        has_other_dots = arrived.has_dots and not before.has_dots
        if len(arrived.segments) != len(before.segments) or has_other_dots:
            path = shortened("/".join(("", *arrived.segments)), 60)
            return self._because(HazardKind.PATH_CHANGED, "the path", f"makes the path {path}")
        return None

    def _structure(
        self, group: tuple[str, ...], expected: Mapping[Place, Any], arrived: Arrival
    ) -> Outcome | None:
        for part in group:
            change = (
                _other_places(part, expected, arrived, self.baseline.derived) if part in _CHANGED else None
            )
            if change is not None:
                return self._because(_CHANGED[part], *change)
        return None

    def _value(
        self, group: tuple[str, ...], expected: Mapping[Place, Any], arrived: Arrival
    ) -> Outcome | None:
        for place, value in expected.items():
            if place.part not in group or place in self.baseline.derived or place not in arrived.values:
                continue
            actual = arrived.values[place]
            # Of an input without a type nobody knows whether a reference or a template prints it.
            is_text = not self.baseline.field.types and actual == string(self.value)
            is_same = actual == value and isinstance(actual, bool) == isinstance(value, bool)
            if not is_same and not is_text and not self._keeps_type(place, actual):
                return self._because(HazardKind.ALTERED, place, self._arrives(place, actual))
        return None

    def _keeps_type(self, place: Place, actual: Any) -> bool:
        """Return whether the whole value arrives with its own type, where the ordinary one was a string."""
        is_alone = self.baseline.arrived.values.get(place) == self.baseline.marker
        return is_alone and actual == self.value and type(actual) is type(self.value)

    def _arrives(self, place: Place, actual: Any) -> str:
        """Return what arrives in words, without the text around the value."""
        words = actual
        before = self.baseline.arrived.values.get(place)
        if isinstance(actual, str) and isinstance(before, str) and carries(before, self.baseline.marker):
            prefix, _, suffix = before.partition(string(self.baseline.marker))
            words = actual.removeprefix(prefix).removesuffix(suffix)
        return f"arrives as {shortened(stringify(words) or 'null', 60)} in {place}"

    def _because(self, kind: HazardKind, place: Place | str, result: str) -> Outcome:
        """Return an outcome, with a cause that explains it better if there is one."""
        part = place.part if isinstance(place, Place) else "url"
        escaped = self.explanation(Code.HTML_ESCAPED, part=part)
        unencoded = self.explanation(Code.VALUE_NOT_ENCODED, part=part)
        if escaped is not None or self._is_escaped(part):
            severity = min(kind.severity, HazardKind.ESCAPED.severity, key=lambda worst: worst.rank)
            why = escaped or unencoded
            fix = why.fix if why is not None else ""
            return self.outcome(HazardKind.ESCAPED, place, result, fix=fix, severity=severity)
        if kind is HazardKind.ALTERED and (outcome := self._of_the_value(place, result)) is not None:
            return outcome
        if unencoded is None:
            return self.outcome(kind, place, result)
        severity = Severity.HINT if unencoded.severity is Severity.HINT else kind.severity
        return self.outcome(kind, place, result, fix=unencoded.fix, severity=severity)

    def _of_the_value(self, place: Place | str, result: str) -> Outcome | None:
        """Return the outcome of a value that is changed before any template prints it; None for another."""
        if isinstance(self.value, str) and _HALF.search(self.value):
            fix = "remove it in the step before: it is half of a character."
            return self.outcome(HazardKind.ALTERED, place, result, fix=fix, severity=Severity.HINT)
        if self.conversion is None:
            return None
        kind = HazardKind.CONVERTED if isinstance(self.value, str) else HazardKind.ROUNDED
        lost = self.explanation(Code.INPUT_IDENTITY_LOST)
        fix = "" if lost is None else lost.fix
        # An amount is hardly as large, and 007 of something is seven of it.
        severity = kind.severity if self.baseline.field.is_identifier else Severity.HINT
        return self.outcome(kind, place, result, fix=fix, severity=severity)

    def _is_escaped(self, part: str) -> bool:
        """Return whether double braces changed the value, although another warning stands for that."""
        wanted = part if part in (HEADER, BODY) else "url"
        pieces = [piece for own, piece in self.built.pieces(self.baseline.field) if own == wanted]
        return any(piece.raw is not None and _ENTITY.search(piece.text) for piece in pieces)


def _other_places(
    part: str, expected: Mapping[Place, Any], arrived: Arrival, derived: frozenset[Place]
) -> tuple[Place, str] | None:
    """Return the first place of a part that should not be there, or is missing, and what it is in words."""
    places = {place for place in expected if place.part == part} - derived
    actual = {*arrived.places(part)} - derived
    for place in arrived.places(part):
        if place in actual - places:
            return place, f"adds {place.words}"
    lost = next((place for place in expected if place in places - actual), None)
    return None if lost is None else (lost, f"removes {lost.words}")


def printed_object(baseline: Baseline) -> Outcome | None:
    """Return that an object is printed as text, whatever is in it."""
    name = f"`{baseline.field.path}`"
    for item in baseline.built.request.diagnostics:
        if item.code == Code.OBJECT_PRINTED and name in item.message:
            place = item.pointer.removeprefix("/inputTemplate/")
            kind = HazardKind.OBJECT_PRINTED
            return Outcome(kind, kind.severity, place, f"is printed in {place}", item.fix, _part(place))
    return None


def _part(place: str) -> str:
    return {"headers": HEADER, "data": BODY}.get(place.partition("/")[0], "url")


def _identity(diagnostic: Diagnostic) -> tuple[str, str, Any, str]:
    return diagnostic.code, diagnostic.pointer, diagnostic.span, diagnostic.severity.value

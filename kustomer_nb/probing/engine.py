"""Tries the values of each input of an action, one at a time, and groups what comes of them."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from kustomer_nb.config import Profile
from kustomer_nb.definition import Locator
from kustomer_nb.errors import RequestError
from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.linting import Concealment
from kustomer_nb.run.prepare import first_variable, with_placeholders
from kustomer_nb.template import Kind

from .baseline import Baseline, Built
from .judging import Outcome, judge, printed_object
from .outputs import OutputFinding, output_findings
from .result import Arrived, Hazard, HazardKind, Hazards
from .values import Field, exemplified, fields, marked, replaced

if TYPE_CHECKING:
    from kustomer_nb.action import Action
    from kustomer_nb.diagnostics import Span
    from kustomer_nb.run.context import RunContext
    from kustomer_nb.template import MissingReference

    from .arrival import BodyKind

# The longest list of values has 28, so that this bounds the requests to some 2000.
MOST_FIELDS = 64
MOST_FIXES = 2


class Finding(NamedTuple):
    """One outcome of one value of a field."""

    field: Field
    outcome: Outcome
    arrived: Arrived
    baseline: Baseline


class Prober:
    """Builds the requests of an action; no setting has its real value, and nothing is sent."""

    def __init__(self, action: Action, inputs: Mapping[str, Any]) -> None:
        self.action = action
        self.inputs = inputs
        self.built = 0
        definition, app = action.definition, action.app.model
        keys = definition.setting_keys.values()
        stand_ins = with_placeholders(dict.fromkeys(keys), definition, app, None)
        settings = {key: secret.reveal() for key, secret in stand_ins.items() if secret is not None}
        self.context: RunContext = action.context(mode="sample", settings=settings)
        self.fields = self._fields()

    def build(self, inputs: Mapping[str, Any], kind: BodyKind | None = None) -> Built:
        """Return the request of inputs, as a service reads it."""
        self.built += 1
        # Neither the environment nor a file of the project decides what a value comes to.
        prepared = self.action.prepare(inputs, self.context, alone=Profile(history=False))
        return Built.from_prepared(inputs, prepared, kind)

    def _fields(self) -> tuple[Field, ...]:
        """Return the declared inputs, and those that only templates name."""
        declared = fields(self.action.definition.input_schema)
        built = self.build({})
        missing = built.request.missing
        if not declared and not missing and built.arrived is None:
            raise RequestError(built.request.diagnostics.errors)
        names = {field.name for field in declared}
        read = self._undeclared_names(missing, names)
        extra = (Field(f"/{name}", {}, len(declared) + index) for index, name in enumerate(read))
        base = first_variable(self.action.definition)
        return tuple(replace(field, is_url=field.pointer == f"/{base}") for field in (*declared, *extra))

    def _undeclared_names(
        self, missing: Iterable[MissingReference], declared: Container[str]
    ) -> dict[str, None]:
        """Return the names of inputs that templates read, in order, and inputSchema does not declare."""
        # What a closed schema does not declare never has a value.
        if (self.action.definition.input_schema or {}).get("additionalProperties") is False:
            return {}
        names = (reference.name for reference in missing if reference.kind is Kind.INPUT)
        return dict.fromkeys(name for name in names if name and name not in declared)

    @cached_property
    def ordinary(self) -> dict[str, Any]:
        """The inputs that the values are tried in: ordinary ones, replaced by those of the caller."""
        inputs = {**marked(self.fields), **self.inputs}
        if self.build(inputs).arrived is not None:
            return inputs
        # What the author wrote as an example or a default may be what the others are not: a URL, a date.
        return {**exemplified(self.fields), **self.inputs}

    def baseline(self, field: Field) -> Baseline:
        """Return what arrives of an ordinary value of a field.

        Raises:
            RequestError: no request can be built from ordinary values.
        """
        built = self.build(replaced(self.ordinary, field.pointer, field.marker()))
        first = self._baseline(field, built)
        if first is None and field.choices and not field.is_chosen:
            return self.baseline(replace(field, is_chosen=True))
        if first is None:
            raise RequestError([*built.prepared.input_errors, *built.request.diagnostics.errors])
        if built.pieces(field):
            return first
        # It may be printed only where another input has no value.
        alone = {
            name: value for name, value in self.ordinary.items() if name in {field.name, *self._required}
        }
        second = self._baseline(field, self.build(replaced(alone, field.pointer, field.marker())))
        return second if second is not None and second.built.pieces(field) else first

    def _baseline(self, field: Field, built: Built) -> Baseline | None:
        if built.arrived is None:
            return None
        other = self.build(replaced(built.inputs, field.pointer, field.marker(1)), built.arrived.kind)
        return Baseline(field, built, built.arrived, other.arrived)

    @property
    def _required(self) -> frozenset[str]:
        names = (self.action.definition.input_schema or {}).get("required")
        return frozenset(map(str, names)) if isinstance(names, list) else frozenset()

    def inputs_to_try(self) -> Iterator[dict[str, Any]]:
        """Yield the ordinary inputs, and those with each value of each field."""
        yield self.ordinary
        for field in self.fields[:MOST_FIELDS]:
            for _, value in field.values():
                yield replaced(self.ordinary, field.pointer, value)

    def findings(self, field: Field) -> list[Finding]:
        """Return what comes of each value of a field."""
        baseline = self.baseline(field)
        results = []
        if (outcome := printed_object(baseline)) is not None:
            ordinary = Arrived("any object", field.marker(), baseline.built.inputs, outcome.result)
            results.append(Finding(field, outcome, ordinary, baseline))
        for name, value in field.values():
            inputs = replaced(baseline.built.inputs, field.pointer, value)
            built = self.build(inputs, baseline.arrived.kind)
            for outcome in judge(baseline, built, name, value):
                arrived = Arrived(name, value, inputs, outcome.result)
                results.append(Finding(field, outcome, arrived, baseline))
        return results


def find_hazards(action: Action, inputs: Mapping[str, Any]) -> Hazards:
    """Return the hazards of an action; see `kustomer_nb.hazards`."""
    prober = Prober(action, inputs)
    tried, untried = prober.fields[:MOST_FIELDS], prober.fields[MOST_FIELDS:]
    groups: dict[tuple[HazardKind, str], list[Finding]] = {}
    for field in tried:
        for finding in prober.findings(field):
            groups.setdefault((finding.outcome.kind, field.path), []).append(finding)
    # What arrives may have a token beside it that the author wrote out.
    concealment = Concealment(action.app.document.reading)
    found_hazards = [_hazard(action, group, concealment) for group in groups.values()]
    found_hazards += _output_hazards(action, concealment)
    found_hazards.sort(key=lambda hazard: hazard.severity.rank)
    untried_paths = tuple(field.path for field in untried)
    return Hazards(action.name, tuple(found_hazards), prober.built, untried_paths, action)


def _hazard(action: Action, group: list[Finding], concealment: Concealment) -> Hazard:
    """Return the findings of one cause and one input as one hazard."""
    group = sorted(group, key=lambda finding: finding.outcome.severity.rank)
    first = group[0]
    field, outcome, arrived, baseline = first
    pointer, span = _location(action, baseline, field, outcome.part)
    message = f"`{field.path}` {outcome.kind.meaning}: {arrived.words}."
    return Hazard(
        outcome.kind,
        field.path,
        outcome.severity,
        concealment.message(message),
        _joined(group),
        pointer,
        tuple(dict.fromkeys(finding.outcome.place for finding in group)),
        tuple(
            replace(finding.arrived, result=concealment.message(finding.arrived.result)) for finding in group
        ),
        span,
    )


def _output_hazards(action: Action, concealment: Concealment) -> list[Hazard]:
    groups: dict[tuple[HazardKind, str], list[OutputFinding]] = {}
    for finding in output_findings(action):
        groups.setdefault((finding.kind, finding.field.path), []).append(finding)
    return [_output_hazard(action, group, concealment) for group in groups.values()]


def _output_hazard(action: Action, group: list[OutputFinding], concealment: Concealment) -> Hazard:
    group = sorted(group, key=lambda finding: finding.severity.rank)
    first = group[0]
    message = f"`{first.field.path}` {first.kind.meaning}: {first.arrived.words}."
    pointer = f"{action.pointer}{first.pointer}"
    locate = Locator(action.app.document, action.read)
    return Hazard(
        first.kind,
        first.field.path,
        first.severity,
        concealment.message(message),
        first.kind.fix,
        pointer,
        tuple(dict.fromkeys(finding.place for finding in group)),
        tuple(finding.arrived for finding in group),
        locate(first.pointer, None),
    )


def _joined(group: list[Finding]) -> str:
    """Return the fixes of the worst findings as one sentence, those of the place before the general one."""
    worst = group[0].outcome.severity
    fixes = dict.fromkeys(finding.outcome.fix for finding in group if finding.outcome.severity is worst)
    general = group[0].outcome.kind.fix
    # Null and no value have the general fix of their kind, and no other is one for them.
    is_general = group[0].arrived.value in (None, UNDEFINED)
    own = [fix.rstrip(".") for fix in fixes if fix != general or is_general] or [general.rstrip(".")]
    return f"{'; or '.join(own[:MOST_FIXES])}."


def _location(action: Action, baseline: Baseline, field: Field, part: str) -> tuple[str, Span | None]:
    """Return where in the file a template prints the value; where it is declared, if none does."""
    pieces = baseline.built.pieces(field)
    piece = next((piece for own_part, piece in pieces if own_part == part), None)
    piece = piece or (pieces[0][1] if pieces else None)
    pointer = (piece.pointer if piece else "") or f"/inputSchema/properties/{field.name}"
    locate = baseline.built.request.locate
    span = locate(pointer, piece.span if piece else None) if locate else None
    return f"{action.pointer}{pointer}", span

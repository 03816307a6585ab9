"""KNB5: whether the sample shows what a run emits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Severity
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.linting.examples import a_request, an_action, an_app, closed_schema, file
from kustomer_nb.linting.messages import did_you_mean, quote
from kustomer_nb.linting.rule import Finding, action_rule
from kustomer_nb.near_names import near_miss
from kustomer_nb.schema.conversions import TYPE_NAMES, kind_of

from .knb5_outputs import properties_of

if TYPE_CHECKING:
    from kustomer_nb.linting.context import LintedAction

# A path of keys, and the values of two parts of an action at that path.
_Pair = tuple[tuple[str, ...], Any, Any]


def _in_app(**keys: Any) -> str:
    action = an_action(inputTemplate=a_request(json=True), outputTemplate={"body": "/#body"}, **keys)
    return file(an_app(actions=[action]))


def _showing(sample: Any) -> str:
    schema = {"properties": {"order": closed_schema(total="number")}}
    return file(
        an_action(
            inputTemplate=a_request(json=True),
            outputTemplate={"order": "/#body"},
            outputSchema=schema,
            sampleOutputContext={"order": sample},
        )
    )


@action_rule(
    Code.SAMPLE_NOT_EMITTED,
    Severity.WARNING,
    why="docs: the workflow builder offers the sample to later steps. It has the shape of the output after "
    "outputTemplate (on the page, the sample of the trigger does), so a key that is never emitted is empty "
    "in every run. The page's own action contradicts that, so this is a warning only for a name that is "
    "misspelt, and otherwise a hint.",
    bad=file(an_action(outputTemplate={"body": "/#body"}, sampleOutputContext={"bdy": {"total": 5}})),
    good=file(an_action(outputTemplate={"body": "/#body"}, sampleOutputContext={"body": {"total": 5}})),
)
def _sample_not_emitted(action: LintedAction) -> Iterator[Finding]:
    waiting: list[_Pair] = [((), action.value.get("outputTemplate"), action.value.get("sampleOutputContext"))]
    while waiting:
        keys, template, sample = waiting.pop()
        if not isinstance(template, dict) or not isinstance(sample, dict):
            continue
        for key, item in sample.items():
            if key in template:
                waiting.append(((*keys, key), template[key], item))
                continue
            pointer = action.at("sampleOutputContext", *keys, key)
            near = near_miss(key, template)
            emit = f"emit {quote(key)} in outputTemplate, or remove it from the sample."
            fix = f"did you mean `{near}`?" if near else emit
            message = f"the sample contains {quote(key)}, which outputTemplate never emits."
            severity = Severity.WARNING if near else Severity.HINT
            span, edits = action.subject.key_span(pointer), action.subject.rename_key(pointer, near)
            yield Finding(pointer, message, fix, severity, span, edits)


@action_rule(
    Code.SAMPLE_MISSING,
    Severity.HINT,
    why="docs: the workflow builder offers the fields of the sample to later steps. Without one nobody can "
    "pick a field, and here there is neither a run from the sample nor a comparison with it. observed: real "
    "apps leave it out.",
    bad=_in_app(),
    good=_in_app(sampleOutputContext={"body": {"total": 5}}),
)
def _sample_missing(action: LintedAction) -> Iterator[Finding]:
    # An action by itself is still being written; it gets its sample from its first run.
    is_in_app = action.subject.app is not None
    emits = action.value.get("outputTemplate") not in (None, "", {}, [])
    if is_in_app and action.request is not None and emits and action.value.get("sampleOutputContext") is None:
        message = "the action has no sampleOutputContext, so later steps are offered no field of its output."
        fix = "run the action once, and save its output as sampleOutputContext."
        yield Finding(action.at("sampleOutputContext"), message, fix)


@action_rule(
    Code.SAMPLE_CONTRADICTS_SCHEMA,
    Severity.WARNING,
    why="docs: outputs are converted to the types in outputSchema. Later steps are built from the sample, "
    "but no run ever emits a value of another type.",
    bad=_showing({"total": "5"}),
    good=_showing({"total": 5}),
)
def _sample_contradicts(action: LintedAction) -> Iterator[Finding]:
    projected = action.projected_sample
    # Values are not quoted: samples are copied from real responses.
    for conversion in projected.converted:
        before, after = kind_of(conversion.before), kind_of(conversion.after)
        if before == after:
            # A number with more digits than JavaScript keeps: KNB150 reports it.
            continue
        message = (
            f"the sample has {TYPE_NAMES[before]} here, but outputSchema converts it to {TYPE_NAMES[after]}."
        )
        yield _in_sample(action, conversion.pointer, message)
    for mismatch in projected.unconverted:
        expected = " or ".join(TYPE_NAMES[kind] for kind in mismatch.wanted.split(" or "))
        actual = TYPE_NAMES[kind_of(mismatch.value)]
        message = f"the sample has {actual} here, but outputSchema expects {expected}."
        yield _in_sample(action, mismatch.pointer, message)


def _in_sample(action: LintedAction, pointer: str, message: str) -> Finding:
    in_action = action.at("sampleOutputContext", *pointers.split(pointer))
    return Finding(
        in_action, message, "write the value with the type in outputSchema, or change the type there."
    )


@action_rule(
    Code.SAMPLE_DROPPED,
    Severity.WARNING,
    why="docs: when additionalProperties is false, everything that outputSchema does not declare is removed, "
    "so no run emits what the sample shows there.",
    bad=_showing({"total": 5, "tax": 1}),
    good=_showing({"total": 5}),
)
def _sample_dropped(action: LintedAction) -> Iterator[Finding]:
    for drop in action.projected_sample.dropped:
        keys = pointers.split(drop.pointer)
        if _is_reported_elsewhere(action.value.get("outputTemplate"), keys):
            continue
        pointer = action.at("sampleOutputContext", *keys)
        message = f"the sample contains {quote(keys[-1])}, which outputSchema drops."
        declare = f"declare {quote(keys[-1])} in outputSchema, or remove it from the sample."
        fix = did_you_mean(keys[-1], _sibling_properties(action.value.get("outputSchema"), keys), declare)
        yield Finding(pointer, message, fix, span=action.subject.key_span(pointer))


def _is_reported_elsewhere(template: Any, keys: list[str]) -> bool:
    """Return whether KNB504 reports a key that is never emitted, or KNB505 one that is emitted."""
    for key in keys:
        if not isinstance(template, dict):
            return False
        if key not in template:
            return True
        template = template[key]
    return True


def _sibling_properties(schema: Any, keys: list[str]) -> dict[str, Any]:
    for key in keys[:-1]:
        schema = properties_of(schema).get(key)
    return properties_of(schema)

"""KNB5: sample, schemas and output template held against one another, and against the body there will be."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Severity
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.linting.context import LintedAction
from kustomer_nb.linting.examples import a_request, an_action, closed_schema, file
from kustomer_nb.linting.messages import cut, did_you_mean, near_miss, said
from kustomer_nb.linting.rule import Finding, action_rule
from kustomer_nb.platform import TYPES, is_fixed
from kustomer_nb.schema.scalars import TYPE_NAMES, kind_of

from .knb3_templates import paths
from .knb4_request import is_off

_CREDENTIALS = ("authorization", "proxy-authorization", "cookie", "x-api-key", "api-key", "apikey")
_TO_HEADERS = ("response", "request", "headers")
# Keys that lead to a place, and what two parts of an action hold there.
_Pair = tuple[tuple[str, ...], Any, Any]


def _with_token(**output: Any) -> str:
    headers = {"authorization": "Bearer {{{token}}}"}
    return file(
        an_action(
            appSettings={"token": {"key": "shop.default.token"}},
            inputTemplate=a_request(headers=headers, json=True),
            **output,
        )
    )


@action_rule(
    Code.SAMPLE_NOT_EMITTED,
    Severity.WARNING,
    why="docs: the sample is shown in the workflow builder, so that later steps can pick from it. It is the "
    "shape after outputTemplate (the page's trigger sample matches its own), and a key that is never emitted "
    "is empty in every run.",
    bad=file(an_action(outputTemplate={"body": "/#body"}, sampleOutputContext={"data": {"total": 5}})),
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
            emit = f"emit {said(key)} in outputTemplate, or take it out of the sample."
            fix = f"did you mean `{near}`?" if near else emit
            message = f"the sample has {said(key)}, which outputTemplate never emits."
            edits = action.subject.renamed(pointer, near)
            yield Finding(pointer, message, fix, span=action.subject.key_span(pointer), edits=edits)


@action_rule(
    Code.OUTPUT_DROPPED,
    Severity.WARNING,
    why="docs: what outputTemplate emits and outputSchema does not name is filtered out, without a word, "
    "where additionalProperties is false.",
    bad=file(an_action(outputTemplate={"body": "/#body"}, outputSchema=closed_schema())),
    good=file(an_action(outputTemplate={"body": "/#body"}, outputSchema=closed_schema(body="object"))),
)
def _output_dropped(action: LintedAction) -> Iterator[Finding]:
    waiting: list[_Pair] = [((), action.value.get("outputTemplate"), action.value.get("outputSchema"))]
    while waiting:
        keys, template, schema = waiting.pop()
        if not isinstance(template, dict) or not isinstance(schema, dict):
            continue
        for key, item in template.items():
            kept, within = _step(schema, key)
            if kept:
                waiting.append(((*keys, key), item, within))
                continue
            pointer = action.at("outputTemplate", *keys, key)
            names = schema.get("properties")
            near = near_miss(key, names if isinstance(names, dict) else ())
            fix = f"did you mean `{near}`?" if near else f"declare {said(key)} in outputSchema."
            message = f"outputTemplate emits {said(key)}, and outputSchema drops it."
            edits = action.subject.renamed(pointer, near)
            yield Finding(pointer, message, fix, span=action.subject.key_span(pointer), edits=edits)


@action_rule(
    Code.REQUEST_IN_OUTPUT,
    Severity.WARNING,
    why="observed: /#response holds the request with its headers, so a token in one of them is written into "
    "the output of the step and into the workflow's log.",
    bad=_with_token(outputTemplate={"response": "/#response"}),
    good=_with_token(outputTemplate={"statusCode": "/#response.statusCode"}),
)
def _request_in_output(action: LintedAction) -> Iterator[Finding]:
    if not (name := _credential(action)):
        return
    schema = action.value.get("outputSchema")
    for one in action.written_output:
        for read in one.reads:
            segments = read.segments
            inner = _TO_HEADERS[len(segments) :]
            reaches = segments[: len(_TO_HEADERS)] == _TO_HEADERS[: len(segments)]
            if read.form == "reference" and reaches and _keeps(schema, (*one.keys, *inner)):
                message = f"/#{cut(read.path)} puts the request's headers, {name} included, into the output."
                yield Finding(one.pointer, message, "emit what is needed, as in /#response.statusCode.")


def _credential(action: LintedAction) -> str | None:
    """Return what to call the header that holds a token, None where no header may."""
    headers = (action.request or {}).get("headers")
    if action.value.get("appAccountName"):
        return "the token of the app account"
    if isinstance(headers, dict):
        for name, value in headers.items():
            if name.lower() in _CREDENTIALS or not is_fixed(value):
                return said(name)
    return "whatever they hold" if isinstance(headers, str) else None


def _step(schema: dict[str, Any], key: str) -> tuple[bool, Any]:
    """Return whether a schema keeps a key, and the schema of what stands there."""
    properties, extras = schema.get("properties"), schema.get("additionalProperties")
    if isinstance(properties, dict) and key in properties:
        return True, properties[key]
    return extras is not False, extras


def _keeps(schema: Any, keys: tuple[str, ...]) -> bool:
    for key in keys:
        if not isinstance(schema, dict):
            return True
        kept, schema = _step(schema, key)
        if not kept:
            return False
    return True


_LENGTH = "length"
_NO_OBJECT = tuple(kind for kind in TYPES if kind != "object")


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


def _emitting(*names: str) -> str:
    schema = {"properties": {name: {"type": "string"} for name in names}}
    template = a_request(json=True)
    return file(an_action(inputTemplate=template, outputTemplate={"id": "/#body.id"}, outputSchema=schema))


@action_rule(
    Code.SAMPLE_CONTRADICTS_SCHEMA,
    Severity.WARNING,
    why="docs: outputs are converted to the types of outputSchema. The sample is what later steps are built "
    "by, and a value of another type is there in no run.",
    bad=_showing({"total": "5"}),
    good=_showing({"total": 5}),
)
def _sample_contradicts(action: LintedAction) -> Iterator[Finding]:
    found = action.projected_sample
    # No value is quoted: samples are copied from real answers.
    for change in found.converted:
        before, after = kind_of(change.before), kind_of(change.after)
        becomes = "another number, as JavaScript holds it" if before == after else TYPE_NAMES[after]
        message = f"the sample has {TYPE_NAMES[before]} here, and outputSchema makes it {becomes}."
        yield _in_sample(action, change.pointer, message)
    for one in found.unconverted:
        wanted = " or ".join(TYPE_NAMES[kind] for kind in one.wanted.split(" or "))
        message = f"the sample has {TYPE_NAMES[kind_of(one.value)]} here, and outputSchema wants {wanted}."
        yield _in_sample(action, one.pointer, message)


def _in_sample(action: LintedAction, pointer: str, message: str) -> Finding:
    place = action.at("sampleOutputContext", *pointers.split(pointer))
    return Finding(place, message, "write it as it comes out, or change the type.")


@action_rule(
    Code.SAMPLE_DROPPED,
    Severity.WARNING,
    why="docs: what outputSchema does not name is filtered out where additionalProperties is false, so what "
    "the sample shows of it is there in no run.",
    bad=_showing({"total": 5, "tax": 1}),
    good=_showing({"total": 5}),
)
def _sample_dropped(action: LintedAction) -> Iterator[Finding]:
    for drop in action.projected_sample.dropped:
        keys = pointers.split(drop.pointer)
        if _is_told_elsewhere(action.value.get("outputTemplate"), keys):
            continue
        pointer = action.at("sampleOutputContext", *keys)
        message = f"the sample has {said(keys[-1])}, which outputSchema drops."
        fix = did_you_mean(
            keys[-1], _names_around(_schema(action), keys), "declare it, or take it out of the sample."
        )
        yield Finding(pointer, message, fix, span=action.subject.key_span(pointer))


def _is_told_elsewhere(template: Any, keys: list[str]) -> bool:
    """Return whether KNB504 tells of a key that no template emits, or KNB505 of one that is emitted."""
    for key in keys:
        if not isinstance(template, dict):
            return False
        if key not in template:
            return True
        template = template[key]
    return True


def _names_around(schema: Any, keys: list[str]) -> dict[str, Any]:
    for key in keys[:-1]:
        schema = _names(schema).get(key)
    return _names(schema)


@action_rule(
    Code.BODY_PATH_WITHOUT_JSON,
    Severity.ERROR,
    why="docs: json true parses the answer into an object; without it the body is a text, and a text has "
    "nothing inside but its length.",
    bad=file(an_action(outputTemplate={"total": "/#body.total"})),
    good=file(an_action(inputTemplate=a_request(json=True), outputTemplate={"total": "/#body.total"})),
)
def _body_path(action: LintedAction) -> Iterator[Finding]:
    if action.request is None or not is_off(action.request.get("json")):
        return
    for one in action.written_output:
        for read in paths(one):
            body = read.segments[1:] if read.segments[0] == "response" else read.segments
            # A block around may have named the body, and what is in it is told of there.
            if body[:1] == ("body",) and body[1:2] not in ((), (_LENGTH,)) and body[1] in read.path:
                message = f"`{cut(read.path)}` is within the body, which is a text: json is not true."
                place = action.subject.place(one, read.span)
                yield Finding(one.pointer, message, 'set "json": true in inputTemplate.', span=place)


@action_rule(
    Code.OUTPUT_NEVER_EMITTED,
    Severity.WARNING,
    why="docs: an output is made by outputTemplate and then filtered by outputSchema; what the schema names "
    "and the template never emits is empty in every run, even when it is required.",
    bad=_emitting("id", "total"),
    good=_emitting("id"),
)
def _never_emitted(action: LintedAction) -> Iterator[Finding]:
    waiting = [(action.at("outputSchema"), action.value.get("outputTemplate"), _schema(action))]
    while waiting:
        pointer, template, schema = waiting.pop()
        if not isinstance(template, dict) or not isinstance(schema, dict):
            continue
        names = _names(schema)
        others = [key for key in template if key not in names]
        for name, within in names.items():
            place = pointers.join(pointer, "properties", name)
            if name in template:
                waiting.append((place, template[name], within))
            else:
                span = action.subject.key_span(place)
                yield Finding(place, *_emits_not(name, others), span=span)
        required = schema.get("required")
        for at, name in enumerate(required if isinstance(required, list) else ()):
            if isinstance(name, str) and name not in names and name not in template:
                yield Finding(pointers.join(pointer, "required", at), *_emits_not(name, others))


def _emits_not(name: str, others: list[str]) -> tuple[str, str]:
    fix = f"emit {said(name)} in outputTemplate, or take it out of outputSchema."
    message = f"outputSchema declares {said(name)}, which outputTemplate never emits."
    return message, did_you_mean(name, others, fix)


@action_rule(
    Code.SCHEMA_WITHOUT_ROOT_OBJECT,
    Severity.WARNING,
    why="docs: a schema names inputs, or keys of the output, in properties. Inputs are always an object, and "
    "so is the output of a template that is one; no root of another type is ever met.",
    bad=file(an_action(inputSchema={"type": "string"})),
    good=file(an_action(inputSchema={"type": "object"})),
)
def _root_type(action: LintedAction) -> Iterator[Finding]:
    is_object = isinstance(action.value.get("outputTemplate"), (dict, type(None)))
    for key, what in (("inputSchema", "the inputs are"), ("outputSchema", "the output is")):
        schema = action.value.get(key)
        kind = schema.get("type") if isinstance(schema, dict) else None
        kinds = kind if isinstance(kind, list) else [kind]
        if (key == "inputSchema" or is_object) and kinds and all(one in _NO_OBJECT for one in kinds):
            message = f"the type of {key} is {said(kind)}, and {what} always an object."
            yield Finding(action.at(key, "type"), message, 'write "type": "object".')


def _schema(action: LintedAction) -> Any:
    return action.value.get("outputSchema")


def _names(schema: Any) -> dict[str, Any]:
    properties = schema.get("properties") if isinstance(schema, dict) else None
    return properties if isinstance(properties, dict) else {}

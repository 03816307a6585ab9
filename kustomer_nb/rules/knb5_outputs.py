"""KNB5: whether the schemas and the output template agree with each other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Severity
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.linting.examples import a_request, an_action, closed_schema, file
from kustomer_nb.linting.messages import cut, did_you_mean, quote
from kustomer_nb.linting.rule import Finding, action_rule
from kustomer_nb.near_names import near_miss
from kustomer_nb.platform import TYPES

from .knb3_templates import valid_references
from .knb4_body import fix_of_string_body, is_off

if TYPE_CHECKING:
    from kustomer_nb.linting.context import LintedAction

# A path of keys, and the values of two parts of an action at that path.
_Pair = tuple[tuple[str, ...], Any, Any]


@action_rule(
    Code.OUTPUT_DROPPED,
    Severity.WARNING,
    why="docs: when additionalProperties is false, everything in the output that outputSchema does not "
    "declare is silently removed.",
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
            is_emitted, subschema = _child_schema(schema, key)
            if is_emitted:
                waiting.append(((*keys, key), item, subschema))
                continue
            pointer = action.at("outputTemplate", *keys, key)
            near = _meant(key, template, schema)
            fix = f"did you mean `{near}`?" if near else f"declare {quote(key)} in outputSchema."
            message = f"outputTemplate emits {quote(key)}, but outputSchema drops it."
            edits = action.subject.rename_key(pointer, near)
            yield Finding(pointer, message, fix, span=action.subject.key_span(pointer), edits=edits)


def _child_schema(schema: dict[str, Any], key: str) -> tuple[bool, Any]:
    """Return whether a schema lets a key through, and the schema of its value."""
    properties, extras = schema.get("properties"), schema.get("additionalProperties")
    if isinstance(properties, dict) and key in properties:
        return True, properties[key]
    return extras is not False, extras


def is_emitted(schema: Any, keys: tuple[str, ...]) -> bool:
    """Return whether a schema lets the value at these keys through."""
    for key in keys:
        if not isinstance(schema, dict):
            return True
        is_declared, schema = _child_schema(schema, key)
        if not is_declared:
            return False
    return True


# The one property of a JavaScript string that a path can read.
_LENGTH = "length"
_OTHER_TYPES = tuple(kind for kind in TYPES if kind != "object")


def _emitting(*names: str) -> str:
    schema = {"properties": {name: {"type": "string"} for name in names}}
    template = a_request(json=True)
    return file(an_action(inputTemplate=template, outputTemplate={"id": "/#body.id"}, outputSchema=schema))


@action_rule(
    Code.BODY_PATH_WITHOUT_JSON,
    Severity.ERROR,
    why="docs: when json is true, the response is parsed into an object. Otherwise the body is a string, "
    "which has no properties except its length.",
    bad=file(an_action(outputTemplate={"total": "/#body.total"})),
    good=file(an_action(inputTemplate=a_request(json=True), outputTemplate={"total": "/#body.total"})),
)
def _body_path(action: LintedAction) -> Iterator[Finding]:
    if action.request is None or not is_off(action.request.get("json")):
        return
    for string in action.output_strings:
        for reference in valid_references(string):
            name = _property_of_body(reference.segments)
            # When a block around the reference names the property, the block is reported.
            if name is not None and name in reference.path:
                message = (
                    f"`{cut(reference.path)}` reads a property of the body, which is a string: json is not "
                    "true."
                )
                span = action.subject.span_in(string, reference.span)
                fix = fix_of_string_body(action) or 'set "json": true in inputTemplate.'
                yield Finding(string.pointer, message, fix, span=span)


def _property_of_body(segments: tuple[str, ...]) -> str | None:
    """Return the property of the body that a reference reads; None if it reads none, or the length."""
    body = segments[1:] if segments[0] == "response" else segments
    if body[:1] != ("body",) or body[1:2] in ((), (_LENGTH,)):
        return None
    return body[1]


@action_rule(
    Code.OUTPUT_NEVER_EMITTED,
    Severity.WARNING,
    why="docs: outputTemplate makes the output, and outputSchema then filters it. A property that the schema "
    "declares but the template never emits is empty in every run, even when it is required.",
    bad=_emitting("id", "total"),
    good=_emitting("id"),
)
def _never_emitted(action: LintedAction) -> Iterator[Finding]:
    waiting = [
        (action.at("outputSchema"), action.value.get("outputTemplate"), action.value.get("outputSchema"))
    ]
    while waiting:
        pointer, template, schema = waiting.pop()
        if not isinstance(template, dict) or not isinstance(schema, dict):
            continue
        properties, meant = properties_of(schema), _meant_properties(template, schema)
        undeclared = [key for key in template if key not in properties]
        for name, subschema in properties.items():
            property_pointer = pointers.join(pointer, "properties", name)
            if name in template:
                waiting.append((property_pointer, template[name], subschema))
            elif name not in meant:
                span = action.subject.key_span(property_pointer)
                yield Finding(property_pointer, *_never_emits(name, undeclared), span=span)
        for index, name in _required_names(schema, {*properties, *template}):
            yield Finding(pointers.join(pointer, "required", index), *_never_emits(name, undeclared))


def _meant(key: str, template: dict[str, Any], schema: dict[str, Any]) -> str | None:
    """Return the declared property that was probably meant by a key; not one that is emitted already."""
    return near_miss(key, (name for name in properties_of(schema) if name not in template))


def _meant_properties(template: dict[str, Any], schema: dict[str, Any]) -> set[str | None]:
    """Return the properties that KNB505 suggests: one misspelt name is one finding."""
    return {_meant(key, template, schema) for key in template if not _child_schema(schema, key)[0]}


def _required_names(schema: dict[str, Any], known: set[str]) -> list[tuple[int, str]]:
    """Return the index and the name of each entry of ``required`` that names none of the known properties."""
    required = schema.get("required")
    entries = enumerate(required if isinstance(required, list) else ())
    # KNB502 reports an entry that is not a string.
    return [(index, name) for index, name in entries if isinstance(name, str) and name not in known]


def _never_emits(name: str, undeclared: list[str]) -> tuple[str, str]:
    fix = f"emit {quote(name)} in outputTemplate, or remove it from outputSchema."
    message = f"outputSchema declares {quote(name)}, which outputTemplate never emits."
    return message, did_you_mean(name, undeclared, fix)


@action_rule(
    Code.SCHEMA_WITHOUT_ROOT_OBJECT,
    Severity.WARNING,
    why="docs: the properties of a schema declare the inputs or the keys of the output. The inputs are "
    "always an object, and so is the output of a template that is an object, so a root of another type never "
    "matches.",
    bad=file(an_action(inputSchema={"type": "string"})),
    good=file(an_action(inputSchema={"type": "object"})),
)
def _root_type(action: LintedAction) -> Iterator[Finding]:
    is_object = isinstance(action.value.get("outputTemplate"), (dict, type(None)))
    for key, actual in (("inputSchema", "the inputs are"), ("outputSchema", "the output is")):
        schema = action.value.get(key)
        kind = schema.get("type") if isinstance(schema, dict) else None
        if (key == "inputSchema" or is_object) and _excludes_objects(kind):
            message = f"the type of {key} is {quote(kind)}, but {actual} always an object."
            yield Finding(action.at(key, "type"), message, 'write "type": "object".')


def _excludes_objects(kind: Any) -> bool:
    """Return whether the value of ``type`` names only types other than object."""
    kinds = kind if isinstance(kind, list) else [kind]
    return bool(kinds) and all(name in _OTHER_TYPES for name in kinds)


def properties_of(schema: Any) -> dict[str, Any]:
    """Return the properties that a schema declares, by name."""
    properties = schema.get("properties") if isinstance(schema, dict) else None
    return properties if isinstance(properties, dict) else {}

"""KNB5: the schemas of inputs and outputs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Severity
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.linting.examples import a_request, an_action, closed_schema, file
from kustomer_nb.linting.messages import cut, quote
from kustomer_nb.linting.rule import Finding, action_rule
from kustomer_nb.near_names import near_miss
from kustomer_nb.platform import TYPES

from .input_reads import unread_inputs

if TYPE_CHECKING:
    from kustomer_nb.linting.context import LintedAction

APPLIED = ("type", "properties", "required", "additionalProperties")
# Annotations: they describe a value without constraining it (JSON Schema draft 2020-12).
NOTES = ("title", "description", "examples", "$schema", "$id", "$comment")
# Types of JSON Schema that are not on the page's list.
_UNLISTED_TYPES = ("integer", "null")
# The names of these types in other languages and schema languages.
_OTHER_NAMES = {
    "integer": "number",
    "int": "number",
    "float": "number",
    "double": "number",
    "decimal": "number",
    "bool": "boolean",
    "text": "string",
    "str": "string",
    "date": "string",
    "datetime": "string",
    "list": "array",
    "dict": "object",
    "map": "object",
    "json": "object",
}
_SCHEMAS = ("inputSchema", "outputSchema")


def _required(*names: str) -> dict[str, Any]:
    return {**closed_schema(orderId="string"), "required": list(names)}


def _reading(name: str, schema: dict[str, Any]) -> str:
    return file(an_action(inputSchema=schema, inputTemplate=a_request(qs={name: f"/#{name}"})))


@action_rule(
    Code.TYPE_NOT_SUPPORTED,
    Severity.ERROR,
    why=f"docs: a schema supports the types {', '.join(TYPES)}. Other types of JSON Schema are a "
    "warning, because it is not known how the platform treats them.",
    bad=_reading("orderId", closed_schema(orderId="text")),
    good=_reading("orderId", closed_schema(orderId="string")),
)
def _type_not_supported(action: LintedAction) -> Iterator[Finding]:
    for pointer, schema in _all_schemas(action):
        if not isinstance(schema, dict):
            # true and false are schemas too, of JSON Schema since draft 6.
            if not isinstance(schema, bool):
                message = f"a schema must be an object, but this is {quote(schema)}."
                yield Finding(pointer, message, _fix_of_schema(schema))
            continue
        yield from _mistyped_keywords(pointer, schema)
        type_pointer = pointers.join(pointer, "type")
        for finding, better in _unsupported_types(type_pointer, schema.get("type")):
            has_edit = better is not None and isinstance(schema.get("type"), str)
            yield finding._replace(edits=action.subject.layout.set(type_pointer, better) if has_edit else ())


def _fix_of_schema(schema: Any) -> str:
    kind = schema if isinstance(schema, str) and schema in TYPES else "string"
    return f'write {{"type": "{kind}"}}.'


def _mistyped_keywords(pointer: str, schema: dict[str, Any]) -> Iterator[Finding]:
    if not isinstance(schema.get("properties", {}), dict):
        message = f"properties is {quote(schema['properties'])}, not an object of names and schemas."
        fix = 'write "properties": {"name": {"type": "string"}}.'
        yield Finding(pointers.join(pointer, "properties"), message, fix)
    if not isinstance(extras := schema.get("additionalProperties", True), (bool, dict)):
        message = f"additionalProperties is {quote(extras)}, not true, false or a schema."
        fix = 'write "additionalProperties": false.'
        extras_pointer = pointers.join(pointer, "additionalProperties")
        yield Finding(extras_pointer, message, fix, Severity.WARNING)


def _listed_kinds(kinds: Any) -> list[Any]:
    if kinds is None:
        return []
    return kinds if isinstance(kinds, list) else [kinds]


def _unsupported_types(pointer: str, kinds: Any) -> Iterator[tuple[Finding, str | None]]:
    """Yield a finding for each unsupported type, with the type that was probably meant."""
    for kind in _listed_kinds(kinds):
        name = kind if isinstance(kind, str) else ""
        if name in TYPES:
            continue
        better = _OTHER_NAMES.get(name.lower()) or near_miss(name, TYPES)
        fix = f"did you mean `{better}`?" if better else f"use one of {', '.join(TYPES)}."
        severity = Severity.WARNING if name in _UNLISTED_TYPES else None
        yield (
            Finding(pointer, f"the platform does not support the type {quote(kind)}.", fix, severity),
            better,
        )


@action_rule(
    Code.REQUIRED_NAMES_NOTHING,
    Severity.ERROR,
    why="docs: the platform rejects a run without a required input and, when additionalProperties is false, "
    "a run with an undeclared input; so no run can ever succeed. In other schemas this is a warning.",
    bad=_reading("orderId", _required("orderid")),
    good=_reading("orderId", _required("orderId")),
)
def _required_names_nothing(action: LintedAction) -> Iterator[Finding]:
    for pointer, schema in _all_schemas(action):
        if not isinstance(schema, dict) or "required" not in schema:
            continue
        required = schema["required"]
        if not isinstance(required, list):
            message = f"required is {quote(required)}, not an array of names, so it has no effect."
            fix = 'list the names next to "properties": "required": ["name"].'
            yield Finding(pointers.join(pointer, "required"), message, fix, Severity.WARNING)
            continue
        is_closed = schema.get("additionalProperties") is False and pointer.endswith("/inputSchema")
        severity = None if is_closed else Severity.WARNING
        yield from _undeclared_names(action, pointer, schema, severity)


def _undeclared_names(
    action: LintedAction, pointer: str, schema: dict[str, Any], severity: Severity | None
) -> Iterator[Finding]:
    """Yield a finding for each entry of ``required`` that names no declared property."""
    required, properties = schema["required"], schema.get("properties", {})
    for index, name in enumerate(required):
        item_pointer = pointers.join(pointer, "required", index)
        if not isinstance(name, str):
            message = f"{quote(name)} is not the name of a property."
            yield Finding(item_pointer, message, "write the name in double quotes.", Severity.WARNING)
        elif isinstance(properties, dict) and name not in properties:
            near = near_miss(name, properties)
            has_edit = near is not None and near not in required
            edits = action.subject.layout.set(item_pointer, near) if has_edit else ()
            message = f"`{cut(name)}` is required, but properties does not declare it."
            fix = f"did you mean `{near}`?" if near else f"declare `{cut(name)}` in properties."
            yield Finding(item_pointer, message, fix, severity, edits=edits)


@action_rule(
    Code.KEYWORD_NOT_APPLIED,
    Severity.HINT,
    why=f"docs: the schemas are a subset of JSON Schema with {', '.join(APPLIED)}. observed: no real schema "
    "uses another keyword, and nothing shows that the platform applies one.",
    bad=_reading("state", {"properties": {"state": {"type": "string", "enum": ["open", "paid"]}}}),
    good=_reading("state", {"properties": {"state": {"type": "string", "description": "open or paid"}}}),
)
def _keyword_not_applied(action: LintedAction) -> Iterator[Finding]:
    for pointer, schema in _all_schemas(action):
        for keyword in schema if isinstance(schema, dict) else ():
            if keyword not in APPLIED and keyword not in NOTES:
                keyword_pointer = pointers.join(pointer, keyword)
                message = f"the platform is not known to apply the keyword {quote(keyword)}."
                near = near_miss(keyword, APPLIED)
                fix = f"did you mean `{near}`?" if near else "let the service validate the value."
                edits = action.subject.rename_key(keyword_pointer, near)
                span = action.subject.key_span(keyword_pointer)
                yield Finding(keyword_pointer, message, fix, span=span, edits=edits)


@action_rule(
    Code.INPUT_NOT_READ,
    Severity.HINT,
    why="docs: the input template reads the inputs by name. An input that it never reads changes nothing, "
    "although whoever builds the workflow is asked for it.",
    bad=file(an_action(inputSchema=closed_schema(orderId="string"))),
    good=_reading("orderId", closed_schema(orderId="string")),
)
def _input_not_read(action: LintedAction) -> Iterator[Finding]:
    for name in unread_inputs(action):
        pointer = action.at("inputSchema", "properties", name)
        message = f"no template reads the input {quote(name)}."
        fix = "read it in inputTemplate, or remove it from inputSchema."
        yield Finding(pointer, message, fix, span=action.subject.key_span(pointer))


def _all_schemas(action: LintedAction) -> Iterator[tuple[str, Any]]:
    """Yield every schema, nested ones too, with its pointer, in document order."""
    # A stack, not recursion: the reader accepts 500 levels of nesting.
    waiting = [(action.at(key), action.value[key]) for key in _SCHEMAS if _is_schema(action, key)]
    waiting.reverse()
    while waiting:
        pointer, schema = waiting.pop()
        yield pointer, schema
        if isinstance(schema, dict):
            waiting += reversed(list(_children(pointer, schema)))


def _is_schema(action: LintedAction, key: str) -> bool:
    return isinstance(action.value.get(key), dict)


def _children(pointer: str, schema: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    properties = schema.get("properties")
    for name, child in properties.items() if isinstance(properties, dict) else ():
        yield pointers.join(pointer, "properties", name), child
    for keyword in ("items", "additionalProperties"):
        if isinstance(schema.get(keyword), dict):
            yield pointers.join(pointer, keyword), schema[keyword]

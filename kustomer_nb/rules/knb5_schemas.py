"""KNB5: the schemas of inputs and outputs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Severity
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.linting.context import LintedAction
from kustomer_nb.linting.examples import an_action, closed_schema, file
from kustomer_nb.linting.messages import cut, near_miss, said
from kustomer_nb.linting.rule import Finding, action_rule
from kustomer_nb.platform import TYPES

APPLIED = ("type", "properties", "required", "additionalProperties")
# They say what a schema is for and ask nothing of a value.
NOTES = ("title", "description", "examples", "$schema", "$id", "$comment")
# Of JSON Schema, though not on the page's list.
_OTHER_TYPES = ("integer", "null")
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


@action_rule(
    Code.TYPE_NOT_SUPPORTED,
    Severity.ERROR,
    why=f"docs: a schema supports the types {', '.join(TYPES)}. Other types of JSON Schema are a "
    "warning, since what becomes of them is not known.",
    bad=file(an_action(inputSchema=closed_schema(orderId="text"))),
    good=file(an_action(inputSchema=closed_schema(orderId="string"))),
)
def _type_not_supported(action: LintedAction) -> Iterator[Finding]:
    for pointer, schema in _all(action):
        if not isinstance(schema, dict):
            if not isinstance(schema, bool):
                yield Finding(
                    pointer, f"a schema is an object, and this is {said(schema)}.", _an_object(schema)
                )
            continue
        if not isinstance(schema.get("properties", {}), dict):
            message = f"properties is {said(schema['properties'])}, not an object of names and schemas."
            fix = 'write "properties": {"name": {"type": "string"}}.'
            yield Finding(pointers.join(pointer, "properties"), message, fix)
        if not isinstance(extras := schema.get("additionalProperties", True), (bool, dict)):
            message = f"additionalProperties is {said(extras)}, neither true or false nor a schema."
            fix = 'write "additionalProperties": false.'
            place = pointers.join(pointer, "additionalProperties")
            yield Finding(place, message, fix, Severity.WARNING)
        place = pointers.join(pointer, "type")
        for one, other in _types(place, schema.get("type")):
            is_one = other is not None and isinstance(schema.get("type"), str)
            yield one._replace(edits=action.subject.layout.set(place, other) if is_one else ())


def _an_object(schema: Any) -> str:
    kind = schema if isinstance(schema, str) and schema in TYPES else "string"
    return f'write {{"type": "{kind}"}}.'


def _types(pointer: str, written: Any) -> Iterator[tuple[Finding, str | None]]:
    """Yield what is wrong with a type, and the one that was probably meant."""
    for kind in written if isinstance(written, list) else [written] if written is not None else []:
        if isinstance(kind, str) and kind in TYPES:
            continue
        name = kind if isinstance(kind, str) else ""
        other = _OTHER_NAMES.get(name.lower()) or near_miss(name, TYPES)
        fix = f"did you mean `{other}`?" if other else f"use one of {', '.join(TYPES)}."
        severity = Severity.WARNING if name in _OTHER_TYPES else None
        yield Finding(pointer, f"{said(kind)} is no type the platform supports.", fix, severity), other


@action_rule(
    Code.REQUIRED_NAMES_NOTHING,
    Severity.ERROR,
    why="docs: a run without a required input is rejected, and so is one with an input that is not declared "
    "while additionalProperties is false; then no run can ever do right. Elsewhere this is a warning.",
    bad=file(an_action(inputSchema=_required("orderid"))),
    good=file(an_action(inputSchema=_required("orderId"))),
)
def _required_names_nothing(action: LintedAction) -> Iterator[Finding]:
    for pointer, schema in _all(action):
        if not isinstance(schema, dict) or "required" not in schema:
            continue
        required, properties = schema["required"], schema.get("properties", {})
        place = pointers.join(pointer, "required")
        if not isinstance(required, list):
            message = f"required is {said(required)}, not an array of names, so it asks for nothing."
            fix = 'list the names beside "properties": "required": ["name"].'
            yield Finding(place, message, fix, Severity.WARNING)
            continue
        closed = schema.get("additionalProperties") is False and pointer.endswith("/inputSchema")
        for at, name in enumerate(required):
            if not isinstance(name, str):
                message, fix = f"{said(name)} is no name of a property.", "write the name in double quotes."
                yield Finding(pointers.join(place, at), message, fix, Severity.WARNING)
            elif isinstance(properties, dict) and name not in properties:
                near, item = near_miss(name, properties), pointers.join(place, at)
                yield Finding(
                    item,
                    f"`{cut(name)}` is required, and properties does not declare it.",
                    f"did you mean `{near}`?" if near else f"declare `{cut(name)}` in properties.",
                    None if closed else Severity.WARNING,
                    edits=action.subject.layout.set(item, near) if near and near not in required else (),
                )


@action_rule(
    Code.KEYWORD_NOT_APPLIED,
    Severity.HINT,
    why=f"docs: the schemas are a subset of JSON Schema with {', '.join(APPLIED)}. observed: no real schema "
    "uses another keyword, and nothing says that one is applied.",
    bad=file(
        an_action(
            inputSchema={
                "type": "object",
                "properties": {"state": {"type": "string", "enum": ["open", "paid"]}},
            }
        )
    ),
    good=file(
        an_action(
            inputSchema={
                "type": "object",
                "properties": {"state": {"type": "string", "description": "open or paid"}},
            }
        )
    ),
)
def _keyword_not_applied(action: LintedAction) -> Iterator[Finding]:
    for pointer, schema in _all(action):
        for keyword in schema if isinstance(schema, dict) else ():
            if keyword not in APPLIED and keyword not in NOTES:
                place = pointers.join(pointer, keyword)
                message = f"the platform is not known to apply {said(keyword)}."
                near = near_miss(keyword, APPLIED)
                fix = f"did you mean `{near}`?" if near else "check the value in the service that is called."
                edits = action.subject.renamed(place, near)
                yield Finding(place, message, fix, span=action.subject.key_span(place), edits=edits)


def _all(action: LintedAction) -> Iterator[tuple[str, Any]]:
    """Yield each schema and those within it, with its pointer, without recursion."""
    waiting = [(action.at(key), action.value[key]) for key in _SCHEMAS if _is_schema(action, key)]
    waiting.reverse()
    while waiting:
        pointer, schema = waiting.pop()
        yield pointer, schema
        if isinstance(schema, dict):
            waiting += reversed(list(_within(pointer, schema)))


def _is_schema(action: LintedAction, key: str) -> bool:
    return isinstance(action.value.get(key), dict)


def _within(pointer: str, schema: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    properties = schema.get("properties")
    for name, one in properties.items() if isinstance(properties, dict) else ():
        yield pointers.join(pointer, "properties", name), one
    for keyword in ("items", "additionalProperties"):
        if isinstance(schema.get(keyword), dict):
            yield pointers.join(pointer, keyword), schema[keyword]

"""The JSON Schema of a definition's file, for editors and for CI; made from the models."""

from __future__ import annotations

from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue, models_json_schema
from pydantic_core import core_schema

from .models import ActionDefinition, Lenient, WholeApp
from .recognition import ACTION_KEYS, APP_KEYS

_NULL = {"type": "null"}


def definition_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a file with an app, one action or an array of actions.

    What it rejects, `lint` reports; much of what lint reports no schema can say.

    Example:
        >>> sorted(definition_schema()["$defs"])
        ['ActionDefinition', 'AppSetting', 'InputTemplate', 'Setting', 'ValueSchema', 'WholeApp']
    """
    places, made = models_json_schema(
        [(WholeApp, "validation"), (ActionDefinition, "validation")], schema_generator=_Generator
    )
    app, action = (places[one, "validation"] for one in (WholeApp, ActionDefinition))
    return {
        "$schema": GenerateJsonSchema.schema_dialect,
        "title": "Kustomer workflow actions",
        "description": "An app definition, one workflow action, or an array of them.",
        "type": ["object", "array"],
        "if": {"type": "array"},
        "then": {"items": action},
        "else": {"if": _is_app(), "then": app, "else": action},
        **made,
    }


def _is_app() -> dict[str, Any]:
    """Return what `Document` decides an object by, as a schema."""
    typed = {"properties": {"type": {"not": _NULL}}, "required": ["type"]}
    of_action = [typed, *({"required": [key]} for key in ACTION_KEYS)]
    return {"anyOf": [*({"required": [key]} for key in APP_KEYS), {"not": {"anyOf": of_action}}]}


class _Generator(GenerateJsonSchema):
    """Says what the models say of themselves, and leaves out what only Python knows of them."""

    def sort(self, value: JsonSchemaValue, parent_key: str | None = None) -> JsonSchemaValue:
        """Keep the order of the models, which is the one to write a definition in."""
        return value

    def field_title_should_be_set(self, schema: Any) -> bool:
        """Set no title: it would only be the name once more."""
        return False

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        """Leave the default out: an editor would write it, and None only says that nothing is there."""
        return self.generate_inner(schema["schema"])

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        """Put null beside the type where that can be: a fault is then told in one sentence."""
        inner = self.generate_inner(schema["schema"])
        if "anyOf" in inner:
            return {**inner, "anyOf": [*inner["anyOf"], _NULL]}
        if isinstance(inner.get("type"), str) and "enum" not in inner:
            return {**inner, "type": [inner["type"], "null"]}
        return {"anyOf": [inner, _NULL]}

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        """Take null from the properties that must be there."""
        made, model = super().model_schema(schema), schema["cls"]
        made.pop("title", None)
        if issubclass(model, Lenient) and model.REQUIRED:
            made["required"] = list(model.REQUIRED)
            for key in model.REQUIRED:
                made["properties"][key] = _without_null(made["properties"][key])
        return made


def _without_null(schema: JsonSchemaValue) -> JsonSchemaValue:
    if schema.get("type") == ["string", "null"]:
        return {**schema, "type": "string"}
    if _NULL in schema.get("anyOf", ()):
        (only,) = (one for one in schema["anyOf"] if one != _NULL)
        return {**only, **{key: value for key, value in schema.items() if key != "anyOf"}}
    return schema

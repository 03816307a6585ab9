"""The JSON Schema of a definition file, for editors and for CI; generated from the models."""

from __future__ import annotations

from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue, models_json_schema
from pydantic_core import core_schema

from .lenient import Lenient
from .models import ActionDefinition, WholeApp
from .recognition import ACTION_KEYS, APP_KEYS

_NULL = {"type": "null"}


def definition_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a file with an app, one action or an array of actions.

    `lint` reports everything that it rejects, and much that a schema cannot express.

    Example:
        >>> sorted(definition_schema()["$defs"])
        ['ActionDefinition', 'AppSetting', 'InputTemplate', 'Setting', 'ValueSchema', 'WholeApp']
    """
    references, definitions = models_json_schema(
        [(WholeApp, "validation"), (ActionDefinition, "validation")], schema_generator=_Generator
    )
    app, action = (references[model, "validation"] for model in (WholeApp, ActionDefinition))
    # With `if` instead of `anyOf`, an editor shows the errors of the one form that the author meant.
    return {
        "$schema": GenerateJsonSchema.schema_dialect,
        "title": "Kustomer workflow actions",
        "description": "An app definition, one workflow action, or an array of them.",
        "type": ["object", "array"],
        "if": {"type": "array"},
        "then": {"items": action},
        "else": {"if": _is_app(), "then": app, "else": action},
        **definitions,
    }


def _is_app() -> dict[str, Any]:
    """Return the schema that decides whether an object is an app, as `Document` does."""
    # A type of null counts as absent, as in `Document`.
    typed = {"properties": {"type": {"not": _NULL}}, "required": ["type"]}
    of_action = [typed, *({"required": [key]} for key in ACTION_KEYS)]
    return {"anyOf": [*({"required": [key]} for key in APP_KEYS), {"not": {"anyOf": of_action}}]}


class _Generator(GenerateJsonSchema):
    """Generates the schema of what the models declare, without what concerns only Python."""

    def sort(self, value: JsonSchemaValue, parent_key: str | None = None) -> JsonSchemaValue:
        """Keep the order of the models, in which authors write a definition."""
        return value

    def field_title_should_be_set(self, schema: Any) -> bool:
        """Set no title: it would only repeat the name."""
        return False

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        """Omit the default: an editor would insert it, and None only means that the property is absent."""
        return self.generate_inner(schema["schema"])

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        """Add null to the type where possible, so that a validator reports an error in one sentence."""
        inner = self.generate_inner(schema["schema"])
        if "anyOf" in inner:
            return {**inner, "anyOf": [*inner["anyOf"], _NULL]}
        if isinstance(inner.get("type"), str) and "enum" not in inner:
            return {**inner, "type": [inner["type"], "null"]}
        return {"anyOf": [inner, _NULL]}

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        """Remove null from the required properties."""
        json_schema, model = super().model_schema(schema), schema["cls"]
        json_schema.pop("title", None)
        if issubclass(model, Lenient) and model.REQUIRED:
            json_schema["required"] = list(model.REQUIRED)
            for key in model.REQUIRED:
                json_schema["properties"][key] = _without_null(json_schema["properties"][key])
        return json_schema


def _without_null(schema: JsonSchemaValue) -> JsonSchemaValue:
    if schema.get("type") == ["string", "null"]:
        return {**schema, "type": "string"}
    if _NULL in schema.get("anyOf", ()):
        (only,) = (option for option in schema["anyOf"] if option != _NULL)
        return {**only, **{key: value for key, value in schema.items() if key != "anyOf"}}
    return schema

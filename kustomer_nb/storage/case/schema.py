"""The JSON Schema of a case file, for editors and for CI; generated from the models."""

from __future__ import annotations

from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from .model import CaseFile

_NULL = {"type": "null"}


def case_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a case file.

    Example:
        >>> case_schema()["required"]
        ['name', 'action']
    """
    schema = CaseFile.model_json_schema(schema_generator=_Generator)
    properties = schema.pop("properties")
    return {
        "$schema": GenerateJsonSchema.schema_dialect,
        "title": "Test case of a Kustomer workflow action",
        "description": "What goes into an action, what it exchanges with a service, and what must come out.",
        **{key: value for key, value in schema.items() if key not in ("title", "description", "$defs")},
        # In the order of the models, in which people write a case.
        "properties": properties,
        "$defs": schema["$defs"],
    }


class _Generator(GenerateJsonSchema):
    """Generates the schema of what a case may say, without what concerns only Python."""

    def sort(self, value: JsonSchemaValue, parent_key: str | None = None) -> JsonSchemaValue:
        """Keep the order of the models."""
        return value

    def field_title_should_be_set(self, schema: Any) -> bool:
        """Set no title: it would only repeat the name."""
        return False

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        """Omit the default: an editor would insert it."""
        return self.generate_inner(schema["schema"])

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        """Return what a case may say where Python has None for a key that is missing."""
        return {"anyOf": [self.generate_inner(schema["schema"]), _NULL]}

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        """Remove the title, which is the name of a class."""
        json_schema = super().model_schema(schema)
        json_schema.pop("title", None)
        return json_schema

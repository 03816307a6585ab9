"""The properties of an app definition and of a workflow action, as Kustomer's page lists them.

A model never rejects: a property of the wrong type is left unset and named in the faults, the author's own
value stays in the document. Unknown keys are kept. Names and limits: docs "Workflow Action properties".
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any, Generic, NamedTuple, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic import Field as ModelField
from pydantic.alias_generators import to_camel

from kustomer_nb import kustomer
from kustomer_nb.jsontext import pointer as pointers

M = TypeVar("M", bound="Lenient")


class Field(NamedTuple):
    """A property at fault: its pointer, the words for what it should be, and what was found."""

    pointer: str
    wanted: str
    found: Any


class Read(NamedTuple, Generic[M]):
    """A model and the properties that could not be taken into it."""

    model: M
    faults: list[Field]


class Lenient(BaseModel):
    """A model whose `read` takes what it can and names the rest."""

    model_config = ConfigDict(extra="allow", strict=True, alias_generator=to_camel, frozen=True)

    @classmethod
    def read(cls: type[M], value: Mapping[str, Any], pointer: str = "") -> Read[M]:
        """Return the model of ``value``, and the faults with pointers that start with ``pointer``."""
        taken: dict[str, Any] = copy.deepcopy(dict(value))
        faults: list[Field] = []
        while True:
            try:
                return Read(cls.model_validate(taken), faults)
            except ValidationError as error:
                # pydantic names no place for a key with half a surrogate pair.
                if (readable := _readable(taken)) != taken:
                    taken = readable
                    continue
                places = dict.fromkeys(_place(taken, one["loc"]) for one in error.errors(include_url=False))
                kinds = {_place(taken, one["loc"]): one["type"] for one in reversed(error.errors())}
                for place in places:
                    found = _take_out(taken, place)
                    faults.append(
                        Field(pointers.join(pointer, *place), _WANTED.get(kinds[place], "valid"), found)
                    )


_WANTED = {
    "string_type": "a string",
    "bool_type": "true or false",
    "dict_type": "an object",
    "model_type": "an object",
}


def _place(value: Any, loc: tuple[str | int, ...]) -> tuple[str, ...]:
    """Return the part of an error's location that names a place in the value; the rest names a type."""
    place: list[str] = []
    for key in loc:
        if not isinstance(value, dict) or key not in value:
            break
        place.append(str(key))
        value = value[key]
    return tuple(place)


def _readable(value: Any) -> Any:
    if isinstance(value, dict):
        return {key.encode("utf-8", "replace").decode(): _readable(item) for key, item in value.items()}
    return [_readable(item) for item in value] if isinstance(value, list) else value


def _take_out(value: Any, place: tuple[str, ...]) -> Any:
    for key in place[:-1]:
        value = value[key]
    return value.pop(place[-1])


class AppSetting(Lenient):
    """Where the value of one variable of the input template comes from."""

    key: str | None = ModelField(None, description="The lookup string: <app>.<category>.<name>.")


class Setting(Lenient):
    """A setting the app declares; its value is given per organisation."""

    type: str | None = ModelField(None, description="string, number, boolean or secret.")
    default_value: Any = ModelField(None, description='The value until one is set; "" or null for none.')
    required: bool | None = None
    description: str | None = None
    hidden: bool | None = None


class InputTemplate(Lenient):
    """How one request is made: each property may hold templates, or be a reference as a whole."""

    uri: str | None = ModelField(None, description="The URL to make a request to.")
    method: str | None = ModelField(None, description="get, post, put, patch or delete.")
    headers: dict[str, Any] | str | None = ModelField(None, description="Header names and values.")
    qs: Any = ModelField(None, description="The query string.")
    data: Any = ModelField(None, description="The body of the request.")
    as_json: Any = ModelField(None, alias="json", description="Whether the bodies are JSON.")


class ActionDefinition(Lenient):
    """One workflow action."""

    name: str | None = ModelField(
        None,
        description="The primary id; globally unique, prefixed with kustomer.app.<app name>.",
        json_schema_extra={"maxLength": kustomer.NAME_LENGTH, "pattern": "^[A-Za-z0-9._-]+$"},
    )
    description: str | None = ModelField(
        None,
        description="A meaningful summary of what the action does.",
        json_schema_extra={"maxLength": kustomer.DESCRIPTION_LENGTH},
    )
    type: str | None = ModelField(None, description="Always rest_api.")
    app_settings: dict[str, AppSetting] | None = ModelField(
        None, description="Variable name to the app setting that gives its value."
    )
    app_account_name: str | None = ModelField(
        None, description="The OAuth app account, today always default."
    )
    input_template: InputTemplate | None = ModelField(None, description="The request.")
    output_template: Any = ModelField(None, description="The output, over /#response and /#body.")
    sample_output_context: Any = ModelField(None, description="A sample of the output.")
    input_schema: dict[str, Any] | None = ModelField(None, description="What the inputs must be.")
    output_schema: dict[str, Any] | None = ModelField(None, description="What is kept of the output.")

    @property
    def setting_keys(self) -> dict[str, str]:
        """Variable name to setting key, for each app setting that has a key."""
        return {name: one.key for name, one in (self.app_settings or {}).items() if one.key}


class AppDefinition(Lenient):
    """An app: its name, version and title, and the settings its actions use."""

    app: str | None = None
    version: str | None = None
    title: str | None = None
    settings: dict[str, dict[str, Setting]] | None = None

    def setting(self, key: str) -> Setting | None:
        """Return the declared setting of a lookup key ``<app>.<category>.<name>``."""
        app, _, rest = key.partition(".")
        category, _, name = rest.partition(".")
        declared = self.settings or {}
        return declared.get(category, {}).get(name) if app == self.app else None

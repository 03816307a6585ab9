"""The properties of an app definition and of a workflow action, as Kustomer's page lists them.

A model never rejects: a property of the wrong type is left unset and named in the faults, the author's own
value stays in the document. Unknown keys are kept. Names and limits: docs "Workflow Action properties", "App
definition basics", "App definition anatomy". What more is said of a property here (``json_schema_extra``,
``REQUIRED`` of its model) is for the JSON Schema of the file alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Annotated, Any, ClassVar, Generic, NamedTuple, TypeVar

from pydantic import BaseModel, ConfigDict, Field, GetJsonSchemaHandler, ValidationError
from pydantic.alias_generators import to_camel
from pydantic.json_schema import JsonSchemaValue

from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.platform import (
    DESCRIPTION_LENGTH,
    METHODS,
    NAME_LENGTH,
    REST_API,
    SETTING_TYPES,
    TYPES,
    VERSION,
)

M = TypeVar("M", bound="Lenient")


class TypeMismatch(NamedTuple):
    """A property at fault: its pointer, the words for what it should be, and what was found."""

    pointer: str
    wanted: str
    found: Any


class Read(NamedTuple, Generic[M]):
    """A model and the properties that could not be taken into it."""

    model: M
    faults: list[TypeMismatch]


class Lenient(BaseModel):
    """A model whose `read` takes what it can and names the rest."""

    model_config = ConfigDict(extra="allow", strict=True, alias_generator=to_camel, frozen=True)
    REQUIRED: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def keys(cls) -> tuple[str, ...]:
        """Return the properties by the names they have in JSON.

        Example:
            >>> InputTemplate.keys()
            ('uri', 'method', 'headers', 'qs', 'data', 'json')
        """
        return tuple(field.alias or name for name, field in cls.model_fields.items())

    @classmethod
    def read(cls: type[M], value: Mapping[str, Any], pointer: str = "") -> Read[M]:
        """Return the model of ``value``, and the faults with pointers that start with ``pointer``."""
        taken = _copied(value)
        faults: list[TypeMismatch] = []
        while True:
            try:
                return Read(cls.model_validate(taken), faults)
            except ValidationError as error:
                # pydantic names no place for a key with half a surrogate pair.
                if (readable := _copied(taken, key=_readable)) != taken:
                    taken = readable
                    continue
                places = dict.fromkeys(_place(taken, one["loc"]) for one in error.errors(include_url=False))
                kinds = {_place(taken, one["loc"]): one["type"] for one in reversed(error.errors())}
                for place in places:
                    found = _as_written(value, place, _take_out(taken, place))
                    faults.append(
                        TypeMismatch(
                            pointers.join(pointer, *place), _WANTED.get(kinds[place], "valid"), found
                        )
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


def _copied(value: Mapping[str, Any], key: Callable[[str], str] = str) -> dict[str, Any]:
    """Return a copy of a value and of all that is in it, keys changed by a function."""
    # Without recursion: what a document holds may be nested deep.
    whole: list[Any] = [dict(value)]
    waiting: list[dict[Any, Any] | list[Any]] = [whole]
    while waiting:
        holder = waiting.pop()
        for at, item in list(holder.items() if isinstance(holder, dict) else enumerate(holder)):
            if isinstance(item, dict):
                holder[at] = {key(name): inner for name, inner in item.items()}
            elif isinstance(item, list):
                holder[at] = list(item)
            else:
                continue
            waiting.append(holder[at])
    copied: dict[str, Any] = whole[0]
    return copied


def _readable(key: str) -> str:
    return key.encode("utf-8", "replace").decode()


def _as_written(value: Any, place: tuple[str, ...], otherwise: Any) -> Any:
    """Return the author's own value, where no key on the way to it was made readable."""
    for key in place:
        if not isinstance(value, Mapping) or key not in value:
            return otherwise
        value = value[key]
    return value


def _take_out(value: Any, place: tuple[str, ...]) -> Any:
    for key in place[:-1]:
        value = value[key]
    return value.pop(place[-1])


Reference = Annotated[str, Field(json_schema_extra={"pattern": "^/#"})]
SchemaType = Annotated[str, Field(json_schema_extra={"enum": list(TYPES)})]
_METHOD = "|".join("".join(f"[{char.upper()}{char}]" for char in method) for method in METHODS)


_SMALLEST: dict[str, Any] = {
    "name": "kustomer.app.shop.findOrders",
    "description": "Find orders",
    "type": REST_API,
    "inputTemplate": {"uri": "https://api.example.com/orders", "method": "get", "json": True},
}


def _closed(**types: str) -> dict[str, Any]:
    properties = {name: {"type": kind} for name, kind in types.items()}
    return {"type": "object", "properties": properties, "additionalProperties": False}


class ValueSchema(Lenient):
    """A schema of inputs or outputs: a part of JSON Schema. Keywords not listed here may not be applied."""

    # It is never read: what the stages make of a schema is in kustomer_nb.schema.
    type: SchemaType | list[SchemaType] | None = Field(
        None, description="The type a value must have, or is converted to."
    )
    properties: dict[str, ValueSchema | bool] = Field(
        {},
        description="Property name to the schema of its value.",
        examples=[{"orderId": {"type": "string"}}],
    )
    required: list[str] = Field(
        [],
        description="The properties that must be there. A run without a required input is rejected; a "
        "required output that is missing is left out without a word.",
    )
    additional_properties: bool | ValueSchema = Field(
        True,
        description="Whether properties that are not listed may be there. With false, a run with another "
        "input is rejected, and another output is dropped without a word.",
        examples=[False],
    )
    items: bool | ValueSchema = Field(
        True, description="The schema of each element of an array; not known to be applied."
    )
    title: Any = Field(None, description="What the value is called; a note that asks nothing of it.")
    description: Any = Field(None, description="What the value is for; a note that asks nothing of it.")


class _AsValueSchema:
    """Says of any object that the file's schema describes it as a `ValueSchema`."""

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: Any, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return handler(ValueSchema.__pydantic_core_schema__)


class AppSetting(Lenient):
    """An app setting that a template reads as a variable."""

    REQUIRED = ("key",)
    key: str | None = Field(
        None,
        description="The lookup string: <app>.<category>.<name>, of a setting that the app declares under "
        "settings.",
        examples=["shop.default.authToken"],
        json_schema_extra={"pattern": r"^[^\s.]+(\.[^\s.]+){2,}$"},
    )


class Setting(Lenient):
    """A setting the app declares; its value is given per organisation."""

    REQUIRED = ("type", "defaultValue")
    type: str | None = Field(
        None,
        description="string, number, boolean or secret. A secret can be set and never read again.",
        json_schema_extra={"enum": list(SETTING_TYPES)},
    )
    default_value: Any = Field(
        None, description='The value until one is set; "" or null for none.', examples=[""]
    )
    required: bool | None = Field(
        None, description="Whether an administrator is expected to set it before the app works."
    )
    description: str | None = Field(None, description="What it is for, in Markdown.")
    hidden: bool | None = Field(None, description="Whether the settings page leaves it out.")


class InputTemplate(Lenient):
    """How one request is made: each property may hold templates, or be a reference as a whole."""

    model_config = ConfigDict(json_schema_extra={"additionalProperties": False})
    REQUIRED = ("uri", "method")
    uri: str | None = Field(
        None,
        description="The URL to make a request to, with http:// or https://. Write {{{x}}} for a variable: "
        "{{x}} is escaped for HTML.",
        examples=["https://api.example.com/orders/{{{orderId}}}"],
        json_schema_extra={"pattern": r"^/#|^\s*\{\{|^\W*[Hh][Tt][Tt][Pp][Ss]?://"},
    )
    method: str | None = Field(
        None,
        description="get, post, put, patch or delete, in upper or lower case.",
        json_schema_extra={
            "anyOf": [
                {"enum": [*METHODS, *(one.upper() for one in METHODS)]},
                # A reference, a template, and upper and lower case mixed.
                {"pattern": rf"^/#|\{{\{{|^(?:{_METHOD})$"},
            ]
        },
    )
    headers: dict[str, Any] | Reference | None = Field(
        None,
        description="Header names and values, or a reference to an object of them. Write {{{x}}}, not {{x}}.",
        examples=[{"authorization": "Bearer {{{authToken}}}"}],
    )
    qs: Any = Field(
        None,
        description="The query string, best as an object of names and values: a text may be sent otherwise.",
        examples=[{"page": "/#page"}],
    )
    data: Any = Field(
        None,
        description="The body of the request. A reference as /#amount keeps the type, a template gives text.",
        examples=[{"amount": "/#amount"}],
    )
    as_json: Any = Field(
        None,
        alias="json",
        description="Whether the body is sent as JSON and the answer read as JSON; without it both are text.",
        examples=[True],
    )

    @cached_property
    def as_written(self) -> dict[str, Any]:
        """The properties that are there, by their names in JSON; shared, so nobody may change it."""
        return self.model_dump(by_alias=True, exclude_unset=True)


class ActionDefinition(Lenient):
    """One workflow action: it makes a request of the inputs of a step, and an output of the answer."""

    model_config = ConfigDict(json_schema_extra={"examples": [_SMALLEST]})
    REQUIRED = ("name", "type", "inputTemplate")
    name: str | None = Field(
        None,
        description="The primary id; globally unique, prefixed with kustomer.app.<app name>.",
        examples=["kustomer.app.shop.findOrder"],
        json_schema_extra={
            "maxLength": NAME_LENGTH,
            "pattern": "^[A-Za-z0-9._-]+$",
        },
    )
    description: str | None = Field(
        None,
        description="A meaningful summary of what the action does.",
        json_schema_extra={"maxLength": DESCRIPTION_LENGTH},
    )
    type: str | None = Field(
        None,
        description="Always rest_api; other types exist only inside Kustomer.",
        json_schema_extra={"enum": [REST_API]},
    )
    app_settings: dict[str, AppSetting] | None = Field(
        None,
        description="Variable name to the app setting that gives its value.",
        examples=[{"authToken": {"key": "shop.default.authToken"}}],
    )
    app_account_name: str | None = Field(
        None, description="The OAuth app account, today always default.", examples=["default"]
    )
    input_template: InputTemplate | None = Field(
        None, description="The request.", examples=[_SMALLEST["inputTemplate"]]
    )
    output_template: Any = Field(
        None,
        description="The output, over /#response and /#body.",
        examples=[{"statusCode": "/#response.statusCode", "body": "/#body"}],
    )
    sample_output_context: Any = Field(
        None,
        description="A sample of the output, as outputTemplate shapes it; the workflow builder shows it.",
    )
    input_schema: Annotated[dict[str, Any], _AsValueSchema] | None = Field(
        None,
        description="What the inputs must be; each is converted to its type.",
        examples=[_closed(orderId="string")],
    )
    output_schema: Annotated[dict[str, Any], _AsValueSchema] | None = Field(
        None,
        description="What is kept of the output.",
        examples=[_closed(statusCode="number", body="object")],
    )

    @cached_property
    def setting_keys(self) -> dict[str, str]:
        """Variable name to setting key, for each app setting that has a key."""
        return {name: one.key for name, one in (self.app_settings or {}).items() if one.key}


class AppDefinition(Lenient):
    """A whole app: what is registered at once, under one version."""

    REQUIRED = ("app", "version", "title")
    app: str | None = Field(
        None,
        description="The app's id, without spaces; names of actions and keys of settings hold it.",
        examples=["shop"],
        json_schema_extra={"minLength": 1},
    )
    version: str | None = Field(
        None,
        description="A semantic version, greater than the last one. A registered version is permanent.",
        examples=["0.0.1"],
        json_schema_extra={"pattern": f"^{VERSION}$"},
    )
    title: str | None = Field(
        None, description="The name people see in the App Directory.", json_schema_extra={"minLength": 1}
    )
    description: Any = Field(None, description="What the App Directory says of the app, in Markdown.")
    identifier: Any = Field(
        None, description="A short id; the custom attributes of a private app are named with it."
    )
    visibility: Any = Field(
        None,
        description="public for every organisation, private for one.",
        examples=["private", "public"],
    )
    dependencies: Any = Field(
        None,
        description="An array of the apps this one needs, each a name, a dash and a version.",
        examples=[["other_app-^1.4.0"]],
    )
    icon_url: Any = Field(None, description="The address of the app's icon.")
    app_details: Any = Field(
        None, description="Who made the app, the platform it connects, and links to documentation."
    )
    tags: Any = Field(None, description="An array of words the App Directory sorts the app by.")
    screenshots: Any = Field(None, description="An array of addresses of pictures for the App Directory.")
    changelog: Any = Field(None, description="Version to what is new in it.")
    instructions: Any = Field(None, description="How to set the app up, in Markdown.")
    install_url: Any = Field(None, description="An address for installing the app; observed.")
    post_install_message: Any = Field(None, description="What is shown once the app is installed.")
    settings: dict[str, dict[str, Setting]] | None = Field(
        None,
        description="The settings the app declares: category, then name. With one category, call it default.",
        examples=[{"default": {"authToken": {"type": "secret", "defaultValue": "", "required": True}}}],
    )
    settings_page_config: Any = Field(None, description="A settings page of one's own, in an iframe.")
    auth: Any = Field(None, description="How an organisation signs in to another service, by OAuth 2.0.")
    redirect_uris: Any = Field(None, description="An array of addresses OAuth may come back to.")
    roles: Any = Field(None, description="What the app may do; a change needs a new major version.")
    commands: Any = Field(None, description="An array of requests that widgets and views may have made.")
    triggers: Any = Field(None, description="An array of the events that may start a workflow.")
    hooks: Any = Field(None, description="An array of inbound webhooks.")
    outbound_webhooks: Any = Field(None, description="An array of webhooks Kustomer calls on events.")
    workflows: Any = Field(None, description="An array of workflows that come with the app.")
    klasses: Any = Field(None, description="An array of the kinds of object the app brings.")
    kviews: Any = Field(None, description="An array of views of objects, in JSX.")
    widgets: Any = Field(None, description="An array of web pages of the app's own inside Kustomer.")
    shortcuts: Any = Field(None, description="An array of texts that agents can insert.")
    data_subscriptions: Any = Field(None, description="An array of the data the app subscribes to.")
    i18n: Any = Field(
        None, alias="i18n", description="Locale, then key, to text; en_us is what others fall back on."
    )
    meta: Any = Field(None, description="Notes of the app's own.")

    def setting(self, key: str) -> Setting | None:
        """Return the declared setting of a lookup key ``<app>.<category>.<name>``."""
        app, _, rest = key.partition(".")
        category, _, name = rest.partition(".")
        declared = self.settings or {}
        return declared.get(category, {}).get(name) if app == self.app else None


class WholeApp(AppDefinition):
    """An app with its actions, as one stands in a file. A key that is not listed fails the registration."""

    # A document reads app and actions apart, each action with its own faults.
    model_config = ConfigDict(json_schema_extra={"additionalProperties": False})
    actions: list[ActionDefinition] = Field([], description="The workflow actions the app brings.")

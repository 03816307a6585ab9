"""The properties of an app definition and of a workflow action, as Kustomer's docs list them.

Names and limits: docs "Workflow Action properties", "App definition basics", "App definition anatomy".
Descriptions, examples, ``json_schema_extra`` and ``REQUIRED`` are only for the JSON Schema of the file.
"""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Any

from pydantic import ConfigDict, Field, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue

from kustomer_nb.platform import (
    DESCRIPTION_LENGTH,
    METHODS,
    NAME_LENGTH,
    REST_API,
    SETTING_TYPES,
    TYPES,
    VERSION,
)

from .lenient import Lenient


def setting_key_parts(key: str) -> tuple[str, str, str]:
    """Return the app, the category and the name of a setting key, empty where the key lacks them.

    Example:
        >>> setting_key_parts("shop.default.authToken")
        ('shop', 'default', 'authToken')
    """
    app, _, tail = key.partition(".")
    category, _, name = tail.partition(".")
    return app, category, name


Reference = Annotated[str, Field(json_schema_extra={"pattern": "^/#"})]
SchemaType = Annotated[str, Field(json_schema_extra={"enum": list(TYPES)})]
# JSON Schema has no flag that ignores case, so each letter is written in both: `[Gg][Ee][Tt]`.
_METHOD = "|".join("".join(f"[{char.upper()}{char}]" for char in method) for method in METHODS)


# An editor offers this example for a new action: the smallest one that lint accepts.
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

    # Only for the JSON Schema of the file: kustomer_nb.schema reads the schemas of inputs and outputs.
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
        description="The properties that must be present. A run without a required input is rejected; a "
        "required output that is missing is omitted silently.",
    )
    additional_properties: bool | ValueSchema = Field(
        True,
        description="Whether properties that are not listed are allowed. With false, a run with another "
        "input is rejected, and another output is dropped silently.",
        examples=[False],
    )
    items: bool | ValueSchema = Field(
        True, description="The schema of each element of an array; not known to be applied."
    )
    title: Any = Field(None, description="The name of the value; not validated.")
    description: Any = Field(None, description="The purpose of the value; not validated.")
    # Keywords of JSON Schema that authors know. lint says that nothing shows the platform applying them.
    default: Any = Field(None, description="The value that a form begins with; not known to be applied.")
    enum: Any = Field(None, description="An array of the allowed values; not known to be applied.")
    format: Any = Field(
        None,
        description="What a string means; not known to be applied.",
        examples=["date-time", "date", "time", "email", "uri", "uuid", "hostname", "ipv4", "ipv6"],
    )
    minimum: Any = Field(None, description="The smallest number; not known to be applied.")
    maximum: Any = Field(None, description="The largest number; not known to be applied.")
    min_length: Any = Field(None, description="The length of the shortest string; not known to be applied.")
    max_length: Any = Field(None, description="The length of the longest string; not known to be applied.")
    pattern: Any = Field(
        None, description="A regular expression that a string matches; not known to be applied."
    )
    min_items: Any = Field(None, description="The fewest items of an array; not known to be applied.")
    max_items: Any = Field(None, description="The most items of an array; not known to be applied.")
    examples: Any = Field(None, description="An array of values as examples; not validated.")


class _AsValueSchema:
    """Annotates any object, so that the file's schema describes it as a `ValueSchema`."""

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: Any, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return handler(ValueSchema.__pydantic_core_schema__)


class AppSetting(Lenient):
    """An app setting that a template reads as a variable."""

    REQUIRED = ("key",)
    key: str | None = Field(
        None,
        description="The key <app>.<category>.<name> of a setting that the app declares under settings.",
        examples=["shop.default.authToken"],
        json_schema_extra={"pattern": r"^[^\s.]+(\.[^\s.]+){2,}$"},
    )


class Setting(Lenient):
    """A setting that the app declares; each organisation has its own value."""

    REQUIRED = ("type", "defaultValue")
    type: str | None = Field(
        None,
        description="string, number, boolean or secret. A secret can be set but not read.",
        json_schema_extra={"enum": list(SETTING_TYPES)},
    )
    default_value: Any = Field(
        None, description='The value until another one is set; "" or null for none.', examples=[""]
    )
    required: bool | None = Field(
        None, description="Whether an administrator is expected to set it before the app works."
    )
    description: str | None = Field(None, description="The purpose of the setting, in Markdown.")
    hidden: bool | None = Field(None, description="Whether the settings page hides it.")


class InputTemplate(Lenient):
    """The request: each property may contain templates, or be a single reference."""

    model_config = ConfigDict(json_schema_extra={"additionalProperties": False})
    REQUIRED = ("uri", "method")
    uri: str | None = Field(
        None,
        description="The URL of the request, with http:// or https://. Write {{{x}}} for a variable: "
        "{{x}} is escaped for HTML.",
        examples=["https://api.example.com/orders/{{{orderId}}}"],
        json_schema_extra={"pattern": r"^/#|^\s*\{\{|^\W*[Hh][Tt][Tt][Pp][Ss]?://"},
    )
    method: str | None = Field(
        None,
        description="get, post, put, patch or delete, in upper or lower case.",
        json_schema_extra={
            "anyOf": [
                {"enum": [*METHODS, *(method.upper() for method in METHODS)]},
                # A reference, a template, and a method in mixed case.
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
        description="The query string, preferably as an object of names and values: a string may be sent "
        "differently.",
        examples=[{"page": "/#page"}],
    )
    data: Any = Field(
        None,
        description="The request body. A reference such as /#amount keeps the type, a template makes a "
        "string.",
        examples=[{"amount": "/#amount"}],
    )
    as_json: Any = Field(
        None,
        alias="json",
        description="Whether the request body is sent as JSON and the response body read as JSON; otherwise "
        "both are text.",
        examples=[True],
    )

    @cached_property
    def as_written(self) -> dict[str, Any]:
        """The properties that are there, by their names in JSON; shared, so nobody may change it."""
        return self.model_dump(by_alias=True, exclude_unset=True)


class ActionDefinition(Lenient):
    """One workflow action: it makes a request from the inputs of a step, and an output from the response."""

    model_config = ConfigDict(json_schema_extra={"examples": [_SMALLEST]})
    REQUIRED = ("name", "type", "inputTemplate")
    name: str | None = Field(
        None,
        description="The primary id; globally unique, with the prefix kustomer.app.<app name>.",
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
        description="Always rest_api; the other types are internal to Kustomer.",
        json_schema_extra={"enum": [REST_API]},
    )
    app_settings: dict[str, AppSetting] | None = Field(
        None,
        description="The app setting that provides the value of each variable, by variable name.",
        examples=[{"authToken": {"key": "shop.default.authToken"}}],
    )
    app_account_name: str | None = Field(
        None, description="The OAuth app account, currently always default.", examples=["default"]
    )
    input_template: InputTemplate | None = Field(
        None, description="The request.", examples=[_SMALLEST["inputTemplate"]]
    )
    output_template: Any = Field(
        None,
        description="The output, built from /#response and /#body.",
        examples=[{"statusCode": "/#response.statusCode", "body": "/#body"}],
    )
    sample_output_context: Any = Field(
        None,
        description="A sample of the output, in the form of outputTemplate; the workflow builder shows it.",
    )
    input_schema: Annotated[dict[str, Any], _AsValueSchema] | None = Field(
        None,
        description="The schema of the inputs; each is converted to its type.",
        examples=[_closed(orderId="string")],
    )
    output_schema: Annotated[dict[str, Any], _AsValueSchema] | None = Field(
        None,
        description="The parts of the output that are kept.",
        examples=[_closed(statusCode="number", body="object")],
    )

    @cached_property
    def setting_keys(self) -> dict[str, str]:
        """Variable name to setting key, for each app setting that has a key."""
        return {name: setting.key for name, setting in (self.app_settings or {}).items() if setting.key}


class AppDefinition(Lenient):
    """A whole app: everything that is registered together, under one version."""

    REQUIRED = ("app", "version", "title")
    app: str | None = Field(
        None,
        description="The app's id, without spaces; part of action names and setting keys.",
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
        None, description="The name in the App Directory.", json_schema_extra={"minLength": 1}
    )
    description: Any = Field(None, description="The text in the App Directory, in Markdown.")
    identifier: Any = Field(
        None, description="A short id, used in the names of a private app's custom attributes."
    )
    visibility: Any = Field(
        None,
        description="public for every organisation, private for one.",
        examples=["private", "public"],
    )
    dependencies: Any = Field(
        None,
        description="An array of the apps that this one needs, each a name, a dash and a version.",
        examples=[["other_app-^1.4.0"]],
    )
    icon_url: Any = Field(None, description="The URL of the app's icon.")
    app_details: Any = Field(
        None, description="The app's developer, the platform it connects to, and links to documentation."
    )
    tags: Any = Field(None, description="An array of keywords for the App Directory.")
    screenshots: Any = Field(None, description="An array of image URLs for the App Directory.")
    changelog: Any = Field(None, description="The changes of each version, by version.")
    instructions: Any = Field(None, description="Setup instructions, in Markdown.")
    install_url: Any = Field(None, description="A URL for installing the app; observed, not documented.")
    post_install_message: Any = Field(None, description="The message after the app is installed.")
    settings: dict[str, dict[str, Setting]] | None = Field(
        None,
        description="The settings that the app declares, by category and name. A single category is named "
        "default.",
        examples=[{"default": {"authToken": {"type": "secret", "defaultValue": "", "required": True}}}],
    )
    settings_page_config: Any = Field(None, description="A custom settings page, in an iframe.")
    auth: Any = Field(None, description="How an organisation signs in to another service, by OAuth 2.0.")
    redirect_uris: Any = Field(None, description="An array of redirect URLs for OAuth.")
    roles: Any = Field(None, description="The app's permissions; a change needs a new major version.")
    commands: Any = Field(None, description="An array of requests that widgets and views can trigger.")
    triggers: Any = Field(None, description="An array of events that can start a workflow.")
    hooks: Any = Field(None, description="An array of inbound webhooks.")
    outbound_webhooks: Any = Field(None, description="An array of webhooks that Kustomer calls on events.")
    workflows: Any = Field(None, description="An array of workflows that are installed with the app.")
    klasses: Any = Field(None, description="An array of the custom object types of the app.")
    kviews: Any = Field(None, description="An array of views of objects, in JSX.")
    widgets: Any = Field(None, description="An array of the app's own web pages inside Kustomer.")
    shortcuts: Any = Field(None, description="An array of texts that agents can insert.")
    data_subscriptions: Any = Field(None, description="An array of the data that the app subscribes to.")
    i18n: Any = Field(
        None, alias="i18n", description="Texts by locale and key; other locales fall back to en_us."
    )
    meta: Any = Field(None, description="The app's own metadata.")

    def setting(self, key: str) -> Setting | None:
        """Return the declared setting of a key ``<app>.<category>.<name>``, None if there is none."""
        app, category, name = setting_key_parts(key)
        declared = self.settings or {}
        return declared.get(category, {}).get(name) if app == self.app else None


class WholeApp(AppDefinition):
    """An app with its actions, as in a file. Registration fails if it has a key that is not listed."""

    # Only for the JSON Schema and the names of the keys: a document reads the app and each action separately.
    model_config = ConfigDict(json_schema_extra={"additionalProperties": False})
    actions: list[ActionDefinition] = Field([], description="The workflow actions of the app.")

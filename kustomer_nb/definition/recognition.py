"""What a value is: an app definition or an action, or one of the files that are found next to one."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import islice
from typing import Any

from kustomer_nb.platform import NAME_PREFIX, REST_API

from .models import WholeApp

# The keys that distinguish an app from an action on its own.
APP_KEYS = ("app", "actions")
ACTION_KEYS = (
    "inputTemplate",
    "outputTemplate",
    "inputSchema",
    "outputSchema",
    "sampleOutputContext",
    "appSettings",
)
# What the files of test cases end in. They have keys of a definition, and lie beside one by the hundred.
TEST_CASES = ".case.json"
SCRIPT_SUFFIXES = (".js", ".mjs", ".cjs", ".ts", ".mts", ".cts")
_SUFFIXES = (".json", ".json5", ".jsonc", *SCRIPT_SUFFIXES)
# A value with one of these keys is always checked, whatever else it may be.
DEFINITION_KEYS = ("actions", "inputTemplate", "inputSchema")
_NAMED_IN_TEXT = re.compile(rf"\b(?:{'|'.join(DEFINITION_KEYS)})[\"']?\s*+:")
# The keys of an app definition whose values other files do not use.
_APP_PARTS: Mapping[str, type] = {
    "commands": list,
    "klasses": list,
    "kviews": list,
    "dataSubscriptions": list,
    "outboundWebhooks": list,
    "appDetails": dict,
}
_COMMAND_KEYS = ("auditLogging", "cacheSeconds", "displayName", "httpMethod", "permittedArgs")
_SIMILARITY = 0.85
# Comparing names is slow, and a definition has few keys.
_MAX_KEYS = 100


class Kind(StrEnum):
    """What a value is, as messages name it."""

    DEFINITION = "an app definition or a workflow action"
    COMMAND = "a command of an app"
    WORKFLOW = "an exported workflow"
    CASSETTE = "a cassette of recorded responses"
    JSON_SCHEMA = "a JSON Schema"
    PACKAGE = "package.json, or a lock file of npm"
    TYPESCRIPT_CONFIG = "the configuration of TypeScript"
    NOTEBOOK = "a Jupyter notebook"
    UNKNOWN = "unknown"


def kind_of(value: Any) -> Kind:
    """Return what a value is; UNKNOWN if none of its keys shows it.

    A definition has a key that only apps or actions have, even a misspelt one, or consists of keys of an app
    alone. The keys of other files count only for a value without such a key, so that a definition with
    mistakes is still checked.

    Example:
        >>> kind_of({"app": "shop"}).name, kind_of({"name": "shop", "scripts": {}}).name, kind_of([1]).name
        ('DEFINITION', 'PACKAGE', 'UNKNOWN')
    """
    if isinstance(value, list):
        is_definition = any(isinstance(item, dict) and _is_definition(item) for item in value)
        return Kind.DEFINITION if is_definition else Kind.UNKNOWN
    return _kind_of_object(value) if isinstance(value, dict) else Kind.UNKNOWN


def _kind_of_object(value: Mapping[str, Any]) -> Kind:
    if is_command(value):
        return Kind.COMMAND
    if isinstance(value.get("app"), str) or any(key in value for key in ("actions", *ACTION_KEYS)):
        return Kind.DEFINITION
    other = next((kind for kind, tells in _OTHERS.items() if tells(value)), None)
    return other or (Kind.DEFINITION if _is_definition(value) else Kind.UNKNOWN)


def app_within(value: Any) -> str | None:
    """Return the key under which an object contains an app definition; None if it is one, or contains none.

    Example:
        >>> app_within({"app": {"app": "shop", "version": "1.0.0"}}), app_within({"app": "shop"})
        ('app', None)
    """
    if not isinstance(value, dict) or isinstance(value.get("app"), str) or "actions" in value:
        return None
    return next((key for key, item in islice(value.items(), _MAX_KEYS) if _is_app(item)), None)


def _is_app(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and isinstance(value.get("app"), str)
        and bool({"actions", "version"} & set(value))
    )


def has_definition_keys(value: Any) -> bool:
    """Return whether a value has a key because of which it is checked, whatever else it may be.

    Example:
        >>> has_definition_keys({"$schema": "…", "inputSchema": {}}), has_definition_keys({"inputs": {}})
        (True, False)
    """
    return isinstance(value, dict) and any(key in value for key in DEFINITION_KEYS)


def names_definition_keys(text: str) -> bool:
    """Return whether a text that cannot be read completely contains a key of a definition anywhere.

    Example:
        >>> names_definition_keys("actions: [{}"), names_definition_keys("the actions of a shop")
        (True, False)
    """
    return _NAMED_IN_TEXT.search(text) is not None


def is_definition_name(name: str) -> bool:
    """Return whether a definition may be in a file of this name; hidden files and test cases have none.

    Example:
        >>> [is_definition_name(name) for name in ("Shop.JSON", "a.ts", "a.case.json", ".a.json", "a.py")]
        [True, True, False, False, False]
    """
    return name.lower().endswith(_SUFFIXES) and not name.startswith(".") and not name.endswith(TEST_CASES)


def is_command(value: Mapping[str, Any]) -> bool:
    """Return whether an object is a command of an app: a request on behalf of a widget, not of a workflow.

    Example:
        >>> is_command({"url": "https://api.x.com", "httpMethod": "get"}), is_command({"url": "x"})
        (True, False)
    """
    is_action = any(key in value for key in ("type", "inputTemplate", "outputTemplate", *APP_KEYS))
    return "url" in value and any(key in value for key in _COMMAND_KEYS) and not is_action


def is_workflow(value: Any) -> bool:
    """Return whether a value is an exported workflow: it has steps and a trigger, and no key of an app.

    Example:
        >>> is_workflow({"steps": [], "trigger": {}}), is_workflow({"steps": [], "trigger": {}, "app": "x"})
        (True, False)
    """
    return (
        isinstance(value, dict)
        and isinstance(value.get("steps"), list)
        and "trigger" in value
        and not {*APP_KEYS, "inputTemplate"} & set(value)
    )


def _is_definition(value: Mapping[str, Any]) -> bool:
    if any(key in value for key in (*APP_KEYS, *ACTION_KEYS)):
        return True
    name, kind = value.get("name"), value.get("type")
    if isinstance(name, str) and name.startswith(NAME_PREFIX):
        return True
    # `REST-API` and the like are mistakes in an action, which lint reports as KNB209.
    if isinstance(kind, str) and kind.lower().replace("-", "_") == REST_API:
        return True
    return _is_part_of_app(value) or _has_misspelt_key(value)


def _has_misspelt_key(value: Mapping[str, Any]) -> bool:
    members = islice(value.items(), _MAX_KEYS)
    return any(isinstance(item, (dict, list)) and _is_misspelt(key) for key, item in members)


def _is_part_of_app(value: Mapping[str, Any]) -> bool:
    """Return whether all keys are those of an app, and enough of them occur in no other file."""
    if not value or not set(value) <= set(WholeApp.keys()):
        return False
    has_part = any(isinstance(value.get(key), kind) for key, kind in _APP_PARTS.items())
    has_head = sum(key in value for key in WholeApp.REQUIRED) > 1
    return has_part or has_head or _is_settings(value.get("settings"))


def _is_settings(value: Any) -> bool:
    """Return whether a value declares settings: by category and name, each with a type or a default."""
    categories = (
        [item for item in value.values() if isinstance(item, dict)] if isinstance(value, dict) else []
    )
    settings = [setting for category in categories for setting in category.values()]
    return any(isinstance(item, dict) and ("type" in item or "defaultValue" in item) for item in settings)


def _is_misspelt(key: str) -> bool:
    """Return whether a key differs from one of a definition only in a letter or two."""
    known = ("actions", *ACTION_KEYS)
    # The lengths first, because computing the ratio is slow.
    return any(
        abs(len(key) - len(name)) < 2
        and SequenceMatcher(None, key.lower(), name.lower()).ratio() >= _SIMILARITY
        for name in known
    )


def _is_json_schema(value: Mapping[str, Any]) -> bool:
    if isinstance(value.get("$schema"), str):
        return "json-schema.org" in value["$schema"]
    names = ("object", "array")
    has_type = isinstance(value.get("type"), str) and value["type"] in names
    return has_type and any(isinstance(value.get(key), (dict, list)) for key in ("properties", "items"))


def _is_package(value: Mapping[str, Any]) -> bool:
    of_npm = ("scripts", "devDependencies", "peerDependencies", "lockfileVersion")
    has_dependencies = isinstance(value.get("dependencies"), dict) and "name" in value
    return has_dependencies or any(key in value for key in of_npm)


_OTHERS: Mapping[Kind, Callable[[Mapping[str, Any]], bool]] = {
    Kind.WORKFLOW: is_workflow,
    Kind.CASSETTE: lambda value: isinstance(value.get("exchanges"), list) and "version" in value,
    Kind.JSON_SCHEMA: _is_json_schema,
    Kind.PACKAGE: _is_package,
    Kind.TYPESCRIPT_CONFIG: lambda value: isinstance(value.get("compilerOptions"), dict),
    Kind.NOTEBOOK: lambda value: isinstance(value.get("cells"), list) and "nbformat" in value,
}

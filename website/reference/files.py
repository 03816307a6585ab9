"""The reference of file formats: the keys of each file, from its JSON Schema."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kustomer_nb.config.models import file_schema
from kustomer_nb.definition.json_schema import definition_schema
from kustomer_nb.storage.case.schema import case_schema

from .markdown import prose, table

_INTRODUCTION = """# Files

The keys of each file that is read or written. A schema for your editor has the same keys.

| File | What it is | Schema |
|---|---|---|
| `shop.json`, `shop.kustomer.json` | [a definition](#definition) | `kustomer-nb schema` |
| `kustomer-nb.toml` | [profiles, guards](#kustomer-nbtoml) | `kustomer-nb schema --config` |
| `*.case.json` | [a test case](#test-case) | `kustomer-nb schema case` |
| `*.cassette.json` | recorded responses: [cassettes](cassettes.md) | |
| `.kustomer-nb/history.jsonl` | finished runs, one a line: [history](history.md#what-an-entry-contains) | |
| `kustomer-nb.examples.json` | inputs that were saved as [presets of the form](form.md#presets) | |
| `.env` | values of [settings](configuration.md#settings-of-an-app), for one machine | |
"""


def page() -> str:
    """Return the page of all files, as ``docs/reference/files.md`` has it.

    Example:
        >>> page().splitlines()[0]
        '# Files'
    """
    toml = file_schema()
    return "\n".join(
        [
            _INTRODUCTION,
            "## Definition\n",
            *_tables(definition_schema(), _DEFINITION),
            "## kustomer-nb.toml\n",
            "[Configuration](configuration.md#profiles) says what each key means. The keys of a profile may",
            "be above the profiles, too, where they hold for all of them.\n",
            *_tables({"properties": toml["properties"], "$defs": toml["$defs"]}, _CONFIGURATION),
            "## Test case\n",
            "[Test cases](cases.md) has examples, and the markers for what varies.\n",
            *_tables(case_schema(), _CASE),
        ]
    )


# The parts of each file: the name in its schema, empty for the file itself, and the title here.
_DEFINITION = {
    "WholeApp": "App",
    "Setting": "Setting of an app",
    "ActionDefinition": "Action",
    "AppSetting": "Setting of an action",
    "InputTemplate": "inputTemplate",
    "ValueSchema": "inputSchema and outputSchema",
}
_CONFIGURATION = {
    "": "The file",
    "ProfileTable": "A profile",
    "Tls": "tls",
    "Env": "env",
    "AccountTable": "An account",
    "PlatformTable": "platform",
}
_CASE = {
    "": "The case",
    "ExchangeTable": "exchange",
    "RequestTable": "exchange.request",
    "ResponseTable": "exchange.response",
    "PointerTables": "ignore and warn",
}


def _tables(schema: dict[str, Any], parts: dict[str, str]) -> Iterator[str]:
    for name, title in parts.items():
        part = schema["$defs"][name] if name else schema
        words = f"{prose(part['description'])}\n" if name and "description" in part else ""
        required = part.get("required", [])
        rows = [
            (f"`{key}`" + ("*" if key in required else ""), _kind(value), _words(value))
            for key, value in part["properties"].items()
        ]
        yield f"### {title}\n"
        if words:
            yield words
        yield table(["Key", "Value", "Meaning"], rows)
        if required:
            yield "\\* required\n"


def _words(schema: dict[str, Any]) -> str:
    """Return what a value is for, or nothing if that repeats its choices."""
    words = schema.get("description", "")
    return "" if words.replace('"', "") == " or ".join(schema.get("enum", [])) else prose(words)


def _kind(schema: dict[str, Any]) -> str:
    """Return the types of a value in words, or its choices."""
    if "const" in schema:
        return f"`{schema['const']}`"
    if "enum" in schema:
        return ", ".join(f"`{choice}`" for choice in schema["enum"])
    if "$ref" in schema:
        return "object"
    if "anyOf" in schema:
        kinds = dict.fromkeys(kind for part in schema["anyOf"] if (kind := _kind(part)))
        return " or ".join(kind for kind in kinds if kind != "null")
    kind = schema.get("type", "")
    return " or ".join(name for name in kind if name != "null") if isinstance(kind, list) else str(kind)

"""The keys and values that a definition has at a place, from the JSON Schema of the file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from kustomer_nb.definition.json_schema import definition_schema

_COMBINED = ("anyOf", "oneOf", "allOf")


@cache
def _schema() -> dict[str, Any]:
    return definition_schema()


def schemas_at(path: Sequence[str | int], *, is_app: bool, is_action: bool) -> list[dict[str, Any]]:
    """Return the schemas of the value at a path of a file that may be an app, an action, or an array of them.

    Example:
        >>> nodes = schemas_at(["actions", 0, "inputTemplate"], is_app=True, is_action=False)
        >>> list(keys_of(nodes))
        ['uri', 'method', 'headers', 'qs', 'data', 'json']
    """
    definitions = _schema()["$defs"]
    app, action = definitions["WholeApp"], definitions["ActionDefinition"]
    nodes = [app] if is_app else []
    if is_action:
        nodes.append({"items": action} if path and isinstance(path[0], int) else action)
    for key in path:
        nodes = [inner for node in nodes for inner in _inner(node, key)]
    return nodes


def _expanded(node: Any) -> Iterator[dict[str, Any]]:
    """Yield a schema and those that it combines, without references."""
    if not isinstance(node, dict):
        return
    if "$ref" in node:
        name = node["$ref"].rpartition("/")[2]
        yield from _expanded(_schema()["$defs"][name])
        # What is beside a reference: the description of this place.
        node = {key: value for key, value in node.items() if key != "$ref"}
    if node:
        yield node
    for keyword in _COMBINED:
        for option in node.get(keyword, ()):
            yield from _expanded(option)


def _inner(node: dict[str, Any], key: str | int) -> Iterator[dict[str, Any]]:
    if isinstance(key, int):
        yield from _expanded(node.get("items"))
    elif key in node.get("properties", {}):
        yield from _expanded(node["properties"][key])
    else:
        yield from _expanded(node.get("additionalProperties"))


def keys_of(nodes: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Return the keys that an object may have, each with the first sentence of its description."""
    keys: dict[str, str] = {}
    for node in nodes:
        required = node.get("required", ())
        for key, schema in node.get("properties", {}).items():
            detail = " ".join(
                part.get("description", "") for part in _expanded(schema) if part.get("description")
            )
            sentence = detail.partition(". ")[0].rstrip(".")
            keys.setdefault(key, f"required; {sentence}" if key in required and sentence else sentence)
    return keys


def descriptions_of(nodes: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return what the schemas of a place say that it is for, each description once.

    Example:
        >>> descriptions_of(schemas_at(["name"], is_app=False, is_action=True))
        ['The primary id; globally unique, with the prefix kustomer.app.<app name>.']
    """
    texts = (node.get("description", "") for node in nodes)
    return list(dict.fromkeys(text for text in texts if text))


def values_of(nodes: Sequence[Mapping[str, Any]]) -> list[Any]:
    """Return the values that a schema lists: of an enum, true and false, and examples that are no objects."""
    values: list[Any] = []
    for node in nodes:
        kind = node.get("type")
        kinds = kind if isinstance(kind, list) else [kind]
        examples = [value for value in node.get("examples", ()) if not isinstance(value, (dict, list))]
        values += node.get("enum", ())
        if "boolean" in kinds or any(isinstance(value, bool) for value in examples):
            values += [True, False]
        elif "enum" not in node and "pattern" not in node:
            values += [value for value in examples if value != ""]
    # By type too: in Python true equals 1.
    return list({(type(value), value): value for value in values}.values())

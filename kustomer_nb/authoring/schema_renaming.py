"""Renames an input where it is declared, and in the values that are written for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.template.read_paths import ITEM, Item

from .schema_places import properties_at, schemas_at

if TYPE_CHECKING:
    from kustomer_nb.definition import Document, ReadAction

    from .rewriting import Rewriting


def rename_in_schema(
    rewriting: Rewriting, schema: Any, pointer: str, route: Sequence[str | Item], new: str
) -> None:
    """Rename the property at a route of the schema at a pointer, and in its defaults and examples."""
    for location, key in properties_at(schema, pointer, route):
        _rename_property(rewriting, location, key, new)
    _rename_in_values(rewriting, schema, pointer, route, new)


def _rename_property(rewriting: Rewriting, pointer: str, old: str, new: str) -> None:
    """Rename a property of the object schema at a pointer, where it is declared, required and depended on."""
    schema = pointers.resolve(rewriting.document.value, pointer)
    for keyword in ("properties", "dependencies", "dependentRequired", "dependentSchemas"):
        members = schema.get(keyword)
        if isinstance(members, dict) and old in members:
            rewriting.rename_key(pointers.join(pointer, keyword, old), new)
        if isinstance(members, dict) and keyword.startswith("depend"):
            for key, names in members.items():
                _rename_items(rewriting, pointers.join(pointer, keyword, key), names, old, new)
    _rename_items(rewriting, pointers.join(pointer, "required"), schema.get("required"), old, new)


def _rename_items(rewriting: Rewriting, pointer: str, names: Any, old: str, new: str) -> None:
    for index, name in enumerate(names if isinstance(names, list) else ()):
        if name == old:
            rewriting.replace_text(pointers.join(pointer, index), 0, len(old), new)


def _rename_in_values(
    rewriting: Rewriting, schema: Any, pointer: str, route: Sequence[str | Item], new: str
) -> None:
    """Rename a property in the defaults and examples of the schemas around it."""
    for depth in range(len(route)):
        for location, node in schemas_at(schema, pointer, route[:depth]):
            inner = route[depth:]
            for keyword in ("default", "const"):
                if keyword in node:
                    _rename_in_value(rewriting, pointers.join(location, keyword), node[keyword], inner, new)
            for keyword in ("examples", "enum"):
                listed = node.get(keyword)
                for index, value in enumerate(listed if isinstance(listed, list) else ()):
                    _rename_in_value(rewriting, pointers.join(location, keyword, index), value, inner, new)


def _rename_in_value(
    rewriting: Rewriting, pointer: str, value: Any, route: Sequence[str | Item], new: str
) -> None:
    key, *inner = route
    if key is ITEM:
        for index, item in enumerate(value if isinstance(value, list) and inner else ()):
            _rename_in_value(rewriting, pointers.join(pointer, index), item, inner, new)
    elif isinstance(value, dict) and key in value:
        location = pointers.join(pointer, key)
        if inner:
            _rename_in_value(rewriting, location, value[key], inner, new)
        else:
            rewriting.rename_key(location, new)


def rename_in_steps(
    rewriting: Rewriting, document: Document, read: ReadAction, route: Sequence[str | Item], new: str
) -> None:
    """Rename what the steps of the app's workflows pass to the action."""
    for pointer, step in steps_of(document, read.definition.name):
        _rename_in_value(rewriting, pointers.join(pointer, "params"), step.get("params"), route, new)


def steps_of(document: Document, action: str | None) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the pointer and the value of each step of the app's workflows that runs an action."""
    workflows = document.value.get("workflows") if document.is_app else None
    for at, workflow in enumerate(_items(workflows)):
        steps = workflow.get("steps") if isinstance(workflow, dict) else None
        for index, step in enumerate(_items(steps)):
            if action and isinstance(step, dict) and step.get("action") == action:
                yield pointers.join("/workflows", at, "steps", index), step


def _items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []

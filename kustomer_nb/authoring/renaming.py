"""Renames an input or a variable of an app setting, with every use of it in the templates of the action."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kustomer_nb.codes import Code
from kustomer_nb.errors import EditError, TemplateError
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.linting import changes_between
from kustomer_nb.linting.context import ENV
from kustomer_nb.linting.messages import cut, did_you_mean
from kustomer_nb.platform import Platform
from kustomer_nb.template.read_paths import ITEM, Item, rename_part

from .names import refusal, require_variable_name
from .rewriting import Rewriting
from .schema_places import no_input, properties_at, route_of, schema_names, schemas_at
from .uses import Text, Use, input_uses, leads_through, schema_kinds, uses_in

if TYPE_CHECKING:
    from kustomer_nb.definition import Document, ReadAction

_LONGEST_EXCERPT = 120


@dataclass(frozen=True)
class Place:
    """One place that a rename changes: its JSON pointer, its line and column, and its line before and after.

    ``is_key`` is true where a key changes. A long line is cut around the place; tokens are masked.
    """

    pointer: str
    line: int
    column: int
    before: str
    after: str
    is_key: bool = False


def renamed_input(document: Document, read: ReadAction, old: str, new: str) -> Document:
    """Return the document with another name for an input, in the schema, in the templates and in workflows.

    Raises:
        EditError: there is no such input, or it cannot have that name.
    """
    return _input_rewriting(document, read, old, new).apply(read.pointer)


def renamed_setting(document: Document, read: ReadAction, old: str, new: str) -> Document:
    """Return the document with another name for a variable of appSettings, in the templates too.

    Raises:
        EditError: there is no such variable, or it cannot have that name.
    """
    return _setting_rewriting(document, read, old, new).apply(read.pointer)


def plan_rename(document: Document, read: ReadAction, old: str, new: str) -> tuple[Place, ...]:
    """Return the places that renaming an input, or else a variable of appSettings, changes.

    Raises:
        EditError: as the rename.
    """
    is_setting = old in _settings(read) and (old,) not in schema_names(read.value.get("inputSchema"))
    make = _setting_rewriting if is_setting else _input_rewriting
    rewriting = make(document, read, old, new)
    return places_of(rewriting, rewriting.apply(read.pointer))


def places_of(rewriting: Rewriting, after: Document) -> tuple[Place, ...]:
    """Return the places that a rewriting changes, in the order of the text."""
    before = rewriting.document
    masked = changes_between(before, after).masked or (before.text, after.text)
    shift, places = 0, []
    for pointer, edit in rewriting.edits():
        span = before.reading.span_between(edit.start, edit.end)
        lines = _excerpt(masked[0], edit.start), _excerpt(masked[1], edit.start + shift)
        places.append(Place(pointer, span.line, span.column, *lines, is_key=pointer in rewriting.keys))
        shift += len(edit.text) - (edit.end - edit.start)
    return tuple(places)


def _excerpt(text: str, offset: int) -> str:
    start, end = text.rfind("\n", 0, offset) + 1, text.find("\n", offset)
    end = len(text) if end < 0 else end
    first = max(start, offset - _LONGEST_EXCERPT // 2)
    last = min(end, first + _LONGEST_EXCERPT)
    line = text[first:last].strip()
    return f"{'…' if first > start else ''}{line}{'…' if last < end else ''}"


def _settings(read: ReadAction) -> dict[str, Any]:
    settings = read.value.get("appSettings")
    return settings if isinstance(settings, dict) else {}


def _input_rewriting(document: Document, read: ReadAction, old: str, new: str) -> Rewriting:
    schema, location = read.value.get("inputSchema"), pointers.join(read.pointer, "inputSchema")
    names = schema_names(schema)
    route = route_of(old, names)
    if route not in names:
        raise no_input(old, names, location)
    siblings = [name[-1] for name in names if name[:-1] == route[:-1] and isinstance(name[-1], str)]
    require_variable_name(new, siblings, location, "an input")
    if len(route) == 1:
        require_variable_name(new, _settings(read), location, "an app setting of the action")
        require_variable_name(new, (ENV,), location, "what the platform provides")
    rewriting = Rewriting(document)
    for pointer, key in properties_at(schema, location, route):
        _rename_in_schema(rewriting, pointer, key, new)
    _rename_in_values(rewriting, schema, location, route, new)
    _rename_in_steps(rewriting, document, read, route, new)
    # The platform gives a setting of the same name to the templates.
    if not (route[0] in _settings(read) and Platform().setting_beats_input):
        _rename_uses(rewriting, read, route, new)
    return rewriting


def _setting_rewriting(document: Document, read: ReadAction, old: str, new: str) -> Rewriting:
    settings, location = _settings(read), pointers.join(read.pointer, "appSettings")
    if old not in settings:
        message = f"the action has no app setting with the variable `{cut(old)}`."
        fix = did_you_mean(
            old, settings, f"use one of {', '.join(settings)}." if settings else "add it to appSettings."
        )
        raise EditError.from_code(Code.POINTER_NOT_FOUND, message, fix, pointer=location)
    require_variable_name(new, settings, location, "an app setting of the action")
    inputs = [name[0] for name in schema_names(read.value.get("inputSchema")) if isinstance(name[0], str)]
    require_variable_name(new, inputs, location, "an input")
    require_variable_name(new, (ENV,), location, "what the platform provides")
    rewriting = Rewriting(document)
    rewriting.rename_key(pointers.join(location, old), new)
    if Platform().setting_beats_input or old not in inputs:
        _rename_uses(rewriting, read, (old,), new)
    return rewriting


def _rename_in_schema(rewriting: Rewriting, pointer: str, old: str, new: str) -> None:
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


def _rename_in_steps(
    rewriting: Rewriting, document: Document, read: ReadAction, route: Sequence[str | Item], new: str
) -> None:
    """Rename what the steps of the app's workflows pass to the action."""
    for pointer, step in steps_of(document, read.definition.name):
        _rename_in_value(rewriting, pointers.join(pointer, "params"), step.get("params"), route, new)


def steps_of(document: Document, action: str | None) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the pointer and the value of each step of the app's workflows that runs an action."""
    workflows = document.value.get("workflows") if document.is_app else None
    for at, workflow in enumerate(workflows if isinstance(workflows, list) else ()):
        steps = workflow.get("steps") if isinstance(workflow, dict) else None
        for index, step in enumerate(steps if isinstance(steps, list) else ()):
            if action and isinstance(step, dict) and step.get("action") == action:
                yield pointers.join("/workflows", at, "steps", index), step


def _rename_uses(rewriting: Rewriting, read: ReadAction, route: Sequence[str | Item], new: str) -> None:
    uses, unreadable = input_uses(read)
    old = str(route[-1])
    require_readable(unreadable, old)
    target = (*route[:-1], new)
    for use in uses:
        if leads_through(use.route, target):
            message = f"a template reads `{new}` already, which the rename would make the same variable."
            raise refusal(use.source.pointer, message, "use another name, or rename that one first.")
        token = use.token(route)
        if token is not None:
            replace = rewriting.replace_in_key if use.source.is_key else rewriting.replace_text
            replace(use.source.pointer, *rename_part(token, new))
    _require_same_reads(rewriting, read, uses, route, new)


def require_readable(unreadable: Sequence[Text], name: str) -> None:
    """Refuse to look for a name where a template that mentions it cannot be read.

    Raises:
        EditError: there is such a template.
    """
    for source in unreadable:
        if re.search(rf"(?<![\w$-]){re.escape(name)}(?![\w$-])", source.text):
            message = f"this template mentions `{cut(name)}`, but cannot be read."
            raise EditError.from_code(
                Code.EDIT_UNSAFE, message, "correct the template first.", pointer=source.pointer
            )


def _require_same_reads(
    rewriting: Rewriting, read: ReadAction, uses: Sequence[Use], route: Sequence[str | Item], new: str
) -> None:
    """Refuse a rename after which a template would read something else, as where a block has that name."""
    # Of the schema before, in which the renamed property has its old name.
    old_kinds = schema_kinds(read.value.get("inputSchema"))

    def kind_of(renamed: tuple[str | Item, ...]) -> str | None:
        return old_kinds(_with_name(renamed, (*route[:-1], new), str(route[-1])))

    by_source: dict[Text, list[Use]] = {}
    for use in uses:
        by_source.setdefault(use.source, []).append(use)
    for source, own_uses in by_source.items():
        if all(use.token(route) is None for use in own_uses):
            continue
        parts = (rewriting.keys if source.is_key else rewriting.texts).get(source.pointer, [])
        text = source.text
        for start, end, part in sorted(parts, reverse=True):
            text = text[:start] + part + text[end:]
        expected = [_with_name(use.route, route, new) for use in own_uses]
        try:
            routes = [use.route for use in uses_in(Text(source.pointer, text, source.is_key), kind_of)]
        except TemplateError:
            routes = []
        if routes != expected:
            message = f"a block in this template gives the name `{new}` to something else."
            raise refusal(source.pointer, message, "use another name.")


def _with_name(
    route: tuple[str | Item, ...], outer: Sequence[str | Item], name: str
) -> tuple[str | Item, ...]:
    if not leads_through(route, outer):
        return route
    return (*route[: len(outer) - 1], name, *route[len(outer) :])

"""Renames an input or a variable of an app setting, with every use of it in the templates of the action."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kustomer_nb.codes import Code
from kustomer_nb.errors import EditError
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.linting import changes_between
from kustomer_nb.linting.context import ENV
from kustomer_nb.linting.messages import cut, did_you_mean
from kustomer_nb.platform import Platform

from .names import require_variable_name
from .rewriting import Rewriting
from .schema_places import no_input, route_of, schema_names
from .schema_renaming import rename_in_schema, rename_in_steps
from .template_renaming import rename_uses

if TYPE_CHECKING:
    from kustomer_nb.definition import Document, ReadAction
    from kustomer_nb.diagnostics import Edit

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
    rewriting = _rewriting(document, read, old, new)
    return places_of(rewriting, rewriting.apply(read.pointer))


def rename_edits(document: Document, read: ReadAction, old: str, new: str) -> tuple[Edit, ...]:
    """Return the edits of the text that rename an input, or else a variable of appSettings.

    Raises:
        EditError: as the rename.

    Example:
        >>> from kustomer_nb.definition import read_document
        >>> text = '{"inputSchema": {"properties": {"id": {}}}, "inputTemplate": {"uri": "/{{id}}"}}'
        >>> document = read_document(text)
        >>> [text[edit.start : edit.end] for edit in rename_edits(document, document.actions[0], "id", "key")]
        ['"id"', 'id']
    """
    rewriting = _rewriting(document, read, old, new)
    # What cannot be made is refused here, before an editor makes it.
    rewriting.apply(read.pointer)
    return tuple(edit for _, edit in rewriting.edits())


def _rewriting(document: Document, read: ReadAction, old: str, new: str) -> Rewriting:
    is_setting = _variable(old) in _settings(read) and (old,) not in schema_names(
        read.value.get("inputSchema")
    )
    make = _setting_rewriting if is_setting else _input_rewriting
    return make(document, read, old, new)


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


def _variable(name: str) -> str:
    """Return the variable of a setting that a name or the pointer of it in the action means."""
    return pointers.split(name)[-1] if name.startswith("/appSettings/") else name


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
    rename_in_schema(rewriting, schema, location, route, new)
    rename_in_steps(rewriting, document, read, route, new)
    # The platform gives a setting of the same name to the templates.
    if not (route[0] in _settings(read) and Platform().setting_beats_input):
        rename_uses(rewriting, read, route, new)
    return rewriting


def _setting_rewriting(document: Document, read: ReadAction, old: str, new: str) -> Rewriting:
    settings, location = _settings(read), pointers.join(read.pointer, "appSettings")
    old = _variable(old)
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
        rename_uses(rewriting, read, (old,), new)
    return rewriting

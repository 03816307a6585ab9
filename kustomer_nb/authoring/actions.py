"""Adds, duplicates, renames and removes the actions of a definition, whatever holds them."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from kustomer_nb.codes import Code
from kustomer_nb.definition import edited, removed, require_literal, rewritten
from kustomer_nb.definition.from_value import document_from_value
from kustomer_nb.diagnostics import Diagnostics, Edit, Severity
from kustomer_nb.errors import EditError
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.jsontext.edits import indentation, line_break
from kustomer_nb.platform import METHODS, REST_API
from kustomer_nb.printable import quoted

from .names import full_name, refusal, words_of
from .rewriting import Rewriting
from .schema_renaming import steps_of

if TYPE_CHECKING:
    from kustomer_nb.definition import Document, ReadAction

_APP = re.compile(r"[a-z][a-z0-9_-]*")
# A definition that was never registered.
FIRST_VERSION = "0.0.1"


def new_document(app: str) -> Document:
    """Return the document of a new app without actions.

    Raises:
        EditError: the name cannot be the id of an app.

    Example:
        >>> new_document("shop").value
        {'app': 'shop', 'version': '0.0.1', 'title': 'Shop', 'actions': []}
    """
    if not _APP.fullmatch(app):
        example = re.sub(r"[^a-z0-9]+", "_", app.lower()).strip("_").lstrip("0123456789_")
        message = f"{quoted(app)} cannot be the id of an app."
        fix = f"use lower-case letters, digits, `-` and `_`, first a letter, such as {example or 'shop'}."
        raise refusal("/app", message, fix)
    title = app.replace("_", " ").replace("-", " ").title()
    return document_from_value({"app": app, "version": FIRST_VERSION, "title": title, "actions": []})


def new_action(name: str) -> dict[str, Any]:
    """Return the smallest action that can be registered: a GET request without inputs.

    Example:
        >>> new_action("kustomer.app.shop.findOrders")["description"]
        'Find orders'
    """
    request = {"uri": "https://api.example.com/", "method": METHODS[0], "json": True}
    return {"name": name, "description": words_of(name), "type": REST_API, "inputTemplate": request}


def with_action(document: Document, name: str, value: Mapping[str, Any] | None = None) -> Document:
    """Return the document with one more action at the end: a new one, or ``value`` under that name.

    Raises:
        EditError: the name cannot be that of a new action, or the file has no place for one.

    Example:
        >>> from kustomer_nb.definition import read_document
        >>> document = with_action(read_document('{"app": "shop"}'), "find")
        >>> [action.definition.name for action in document.actions]
        ['kustomer.app.shop.find']
    """
    require_definition(document)
    name = full_name(document, name)
    action = new_action(name)
    if value is not None:
        action = {"name": name, **{key: item for key, item in value.items() if key != "name"}}
    return _appended(document, action)


def duplicated_action(document: Document, read: ReadAction, name: str) -> Document:
    """Return the document with a copy of an action at the end, under another name.

    Raises:
        EditError: as `with_action`.
    """
    require_definition(document)
    value = copy.deepcopy(read.value)
    full = full_name(document, name, read.definition.name or "")
    value = {"name": full, **value} if "name" not in value else {**value, "name": full}
    return _as_written(_appended(document, value), document, read)


def _as_written(after: Document, before: Document, read: ReadAction) -> Document:
    """Return the document whose last action is a copy, with the layout and comments of the original."""
    location, name_span = after.actions[-1].pointer, before.span(pointers.join(read.pointer, "name"))
    copied, source = after.span(location), before.span(read.pointer)
    own_name = after.span(pointers.join(location, "name"))
    if copied is None or source is None or name_span is None or own_name is None:
        return after
    text, name = before.text, after.text[own_name.start : own_name.end]
    original = text[source.start : name_span.start] + name + text[name_span.end : source.end]
    try:
        return rewritten(after, [Edit(copied.start, copied.end, original)], after.value, location)
    except EditError:
        # Code puts a part of it together, which means something else at another place.
        return after


def renamed_action(document: Document, read: ReadAction, name: str) -> Document:
    """Return the document with another name for an action, in the steps of workflows too.

    Raises:
        EditError: the name cannot be given, or the file cannot be edited.
    """
    require_definition(document)
    old = read.definition.name
    full = full_name(document, name, old or "")
    location = pointers.join(read.pointer, "name")
    if not isinstance(read.value.get("name"), str):
        return edited(document, location, full)
    rewriting = Rewriting(document)
    for pointer, text in _names_of(document, location, str(old)):
        rewriting.replace_text(pointer, 0, len(text), full)
    return rewriting.apply(location)


def _names_of(document: Document, location: str, name: str) -> Iterator[tuple[str, str]]:
    """Yield the pointers of the strings that name an action."""
    yield location, name
    for pointer, _ in steps_of(document, name):
        yield pointers.join(pointer, "action"), name


def removed_action(document: Document, read: ReadAction) -> Document:
    """Return the document without an action.

    Raises:
        EditError: the file consists of this action, or cannot be edited.
    """
    require_definition(document)
    if not read.pointer:
        message = "the file consists of this action, so it cannot be removed from it."
        fix = "delete the file, or add another action first."
        raise EditError.from_code(Code.EDIT_UNSAFE, message, fix, pointer=read.pointer)
    return removed(document, read.pointer)


def remaining_steps(document: Document, name: str) -> Diagnostics:
    """Return a diagnostic for each step of the app's workflows that still runs a removed action."""
    message = f"this step still runs {quoted(name)}, which the app does not have any more."
    fix = "remove the step, or let it run another action."
    return Diagnostics(
        document.diagnostic(
            Code.ACTION_NOT_FOUND, Severity.WARNING, pointers.join(pointer, "action"), message, fix
        )
        for pointer, _ in steps_of(document, name)
    )


def require_definition(document: Document) -> None:
    """Refuse to edit the actions of a file that is no definition.

    Raises:
        EditError: it is a workflow or another file.
    """
    if document.is_foreign:
        message = f"this is {document.kind}, which has no actions."
        raise EditError.from_code(Code.EDIT_UNSAFE, message, "open the file of the app definition.")


def _appended(document: Document, action: dict[str, Any]) -> Document:
    value = document.value
    if isinstance(value, list):
        return edited(document, "/-", action)
    if not document.is_app:
        return _in_array(document, action)
    actions = value.get("actions")
    if isinstance(actions, list):
        return edited(document, "/actions/-", action)
    if actions is not None:
        message = "`actions` is not an array, so no action can be added to it."
        fix = 'put it in brackets first: "actions": […].'
        raise EditError.from_code(Code.EDIT_UNSAFE, message, fix, pointer="/actions")
    return edited(document, "/actions", [action])


def _in_array(document: Document, action: dict[str, Any]) -> Document:
    """Return the document of one action as an array of it and another one; its text stays as it is."""
    require_literal(document, "")
    span = document.span("")
    if span is None:
        message = "the action is not written out in the file, so no other one can be added beside it."
        raise EditError.from_code(Code.EDIT_UNSAFE, message, "write it as an array of actions in the file.")
    text = document.text
    end_of_line, indent = line_break(text), indentation(text, span.start)
    is_inline = "\n" not in text[span.start : span.end]
    # Laid out as the author's own action is.
    space = " " if is_inline else end_of_line + indent
    added = json.dumps(action, ensure_ascii=False, indent=None if is_inline else 2)
    added, separator = added.replace("\n", space), f",{space}"
    edits = [Edit(span.start, span.start, "["), Edit(span.end, span.end, f"{separator}{added}]")]
    return rewritten(document, edits, [document.value, action])

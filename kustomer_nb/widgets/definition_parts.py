"""The parts of an action as rows edit them: each edit is a function from document to document.

Pointers are those within the action. What is edited elsewhere too has its edit in `kustomer_nb.authoring`.
"""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Literal

from kustomer_nb.authoring.names import unused_name
from kustomer_nb.codes import Code
from kustomer_nb.definition import edited, removed, renamed
from kustomer_nb.errors import EditError
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.printable import quoted

if TYPE_CHECKING:
    from collections.abc import Callable

    from kustomer_nb.definition import Document, ReadAction

Form = Literal["text", "json", "object", "array"]
_EMPTY: dict[str, Any] = {"text": "", "json": None, "object": {}, "array": [""]}
_NAMES = {"/inputTemplate/qs": "parameter", "/inputTemplate/headers": "x-header", "/appSettings": "setting"}
_OUTPUTS = "/outputSchema/properties"
_REQUIRED_INPUTS = "/inputSchema/required"
_REQUIRED_OUTPUTS = "/outputSchema/required"


def with_part(document: Document, read: ReadAction, pointer: str, value: Any) -> Document:
    """Return the document with a value at a pointer, and with what has to be around it.

    Example:
        >>> from kustomer_nb.definition import read_document
        >>> document = read_document('[{"name": "find"}]')
        >>> with_part(document, document.actions[0], "/inputTemplate/uri", "/orders").text
        '[{"name": "find", "inputTemplate": {"uri": "/orders"}}]'
    """
    parent, _, _ = pointer.rpartition("/")
    while parent and pointers.resolve(document.value, f"{read.pointer}{parent}") is UNDEFINED:
        value = {pointers.split(pointer)[-1]: value}
        pointer, parent = parent, parent.rpartition("/")[0]
    return edited(document, f"{read.pointer}{pointer}", value)


def without_part(document: Document, read: ReadAction, pointer: str) -> Document:
    """Return the document without the value at a pointer; of an output, without its declaration too."""
    document = removed(document, f"{read.pointer}{pointer}")
    if not is_output(pointer):
        return document
    name = pointers.split(pointer)[-1]
    declared = pointers.join(_OUTPUTS, name)
    if pointers.resolve(read.value, declared) is not UNDEFINED:
        document = removed(document, f"{read.pointer}{declared}")
    required = _names_at(read, _REQUIRED_OUTPUTS)
    if name in required:
        names = [other for other in required if other != name]
        document = edited(document, f"{read.pointer}{_REQUIRED_OUTPUTS}", names)
    return document


def renamed_part(document: Document, read: ReadAction, pointer: str, name: str) -> Document:
    """Return the document with another key at a pointer."""
    return renamed(document, f"{read.pointer}{pointer}", name)


def renamed_output(document: Document, read: ReadAction, pointer: str, name: str) -> Document:
    """Return the document with another name of an output, in outputSchema too."""
    old = pointers.split(pointer)[-1]
    document = renamed_part(document, read, pointer, name)
    if old in members(pointers.resolve(read.value, _OUTPUTS)):
        declared = pointers.join(_OUTPUTS, old)
        document = renamed(document, f"{read.pointer}{declared}", name)
    required = _names_at(read, _REQUIRED_OUTPUTS)
    if old in required:
        names = [name if other == old else other for other in required]
        document = edited(document, f"{read.pointer}{_REQUIRED_OUTPUTS}", names)
    return document


def is_output(pointer: str) -> bool:
    """Return whether a pointer is that of an output, and not of what is in it."""
    return pointer.startswith("/outputTemplate/") and pointer.count("/") == 2


def with_required_input(document: Document, read: ReadAction, name: str, *, is_required: bool) -> Document:
    """Return the document in which an input is required, or is not."""
    names = [other for other in _names_at(read, _REQUIRED_INPUTS) if other != name]
    names = [*names, name] if is_required else names
    location = f"{read.pointer}{_REQUIRED_INPUTS}"
    return edited(document, location, names) if names else removed(document, location)


def _names_at(read: ReadAction, pointer: str) -> list[Any]:
    names = pointers.resolve(read.value, pointer)
    return names if isinstance(names, list) else []


def new_part(read: ReadAction, pointer: str, form: Form, app: str) -> tuple[str, Any]:
    """Return where a member or an item is added below a pointer, and its first value.

    Example:
        >>> from kustomer_nb.definition import read_document
        >>> [read] = read_document('[{"inputTemplate": {"qs": {"parameter": "1"}}}]').actions
        >>> new_part(read, "/inputTemplate/qs", "text", "shop")
        ('/inputTemplate/qs/parameter2', '')
    """
    container = pointers.resolve(read.value, pointer)
    value = _EMPTY[form]
    if isinstance(container, list):
        return f"{pointer}/-", value
    if pointer == "/inputTemplate/data" and container is UNDEFINED:
        return pointer, value
    name = unused_name(_NAMES.get(pointer, "key"), members(container))
    if pointer == "/appSettings":
        value = {"key": ".".join([app, "default", name])}
    return pointers.join(pointer, name), value


def members(value: Any) -> dict[str, Any]:
    """Return an object's members; none of anything else."""
    return value if isinstance(value, dict) else {}


def _unique_members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return the members of a typed object; of a key that is there twice, one value would be lost.

    Raises:
        ValueError: a key is there twice.
    """
    value: dict[str, Any] = {}
    for key, item in pairs:
        if key in value:
            msg = f"the key {quoted(key)} is there twice"
            raise ValueError(msg)
        value[key] = item
    return value


def read_json(text: str, pointer: str) -> Any:
    """Return the value of a JSON text that is set at a pointer.

    Raises:
        EditError: it cannot be read.
    """
    try:
        return json.loads(text, object_pairs_hook=_unique_members)
    except (ValueError, RecursionError) as error:
        why = "it is nested too deeply" if isinstance(error, RecursionError) else error
        message, fix = f"this is not JSON: {why}.", "write a JSON value."
        raise EditError.from_code(Code.VALUE_NOT_JSON, message, fix, pointer=pointer) from None


def default_of(text: str, schema: Any) -> Any:
    """Return the default of an input as its type says, or the text as it is.

    Example:
        >>> default_of("7", {"type": "integer"}), default_of("7", {"type": "string"})
        (7, '7')
    """
    if members(schema).get("type") in ("number", "integer", "boolean", "object", "array"):
        with suppress(ValueError):
            return json.loads(text, object_pairs_hook=_unique_members)
    return text


def converted(value: Any, form: Form) -> Any:
    """Return a value as text, a JSON value, an object or an array; what fits is kept.

    Example:
        >>> converted({"id": 7}, "text"), converted("7", "json"), converted("a", "object")
        ('{"id": 7}', 7, {'key': 'a'})
    """
    return _CONVERSIONS[form](value)


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _as_json(value: Any) -> Any:
    with suppress(ValueError, TypeError):
        return json.loads(value)
    return value if not isinstance(value, str) else None


def _as_object(value: Any) -> dict[str, Any]:
    if isinstance(value, dict):
        return value
    return {} if value in ("", None) else {"key": value}


def _as_array(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


_CONVERSIONS: dict[Form, Callable[[Any], Any]] = {
    "text": _as_text,
    "json": _as_json,
    "object": _as_object,
    "array": _as_array,
}

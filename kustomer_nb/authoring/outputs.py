"""Adds a value of the response to the output of an action."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kustomer_nb.codes import Code
from kustomer_nb.definition import edited
from kustomer_nb.errors import EditError, TemplateError
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.linting.messages import cut
from kustomer_nb.schema.declare import DeclarationError, declared
from kustomer_nb.template import references
from kustomer_nb.template.value_syntax import REFERENCE

from .names import refusal

if TYPE_CHECKING:
    from kustomer_nb.definition import Document, ReadAction

# docs: the status code of the response is a number.
_KNOWN_VALUES = {"/#response.statusCode": 200}


def with_output(
    document: Document, read: ReadAction, key: str, reference: str, value: Any = UNDEFINED
) -> Document:
    """Return the document with one more key in outputTemplate, and in an outputSchema that declares keys.

    A key with a slash in front is a pointer into outputTemplate. ``value`` is what the reference has in a
    response, from which outputSchema gets the type.

    Raises:
        EditError: the key is in use, outputTemplate has no keys, or the reference cannot be read.
    """
    location = pointers.join(read.pointer, "outputTemplate")
    keys = pointers.split(key) if key.startswith("/") else [key]
    _require_reference(reference, location)
    template = read.value.get("outputTemplate")
    changed = _with_member({} if template is None else template, keys, reference, location)
    after = edited(document, location, changed)
    schema = read.value.get("outputSchema")
    if not isinstance(schema, dict) or not isinstance(schema.get("properties"), dict):
        return after
    sample: Any = _KNOWN_VALUES.get(reference, value)
    try:
        schema = _declared(schema, keys, sample)
    except DeclarationError as error:
        message = f"{error}, so `{cut(key)}` cannot be declared."
        fix = "correct outputSchema first."
        raise EditError.from_code(Code.EDIT_UNSAFE, message, fix, pointer=location) from None
    return edited(after, pointers.join(read.pointer, "outputSchema"), schema)


def _require_reference(reference: str, location: str) -> None:
    if not reference.startswith(REFERENCE) and "{{" not in reference:
        bare = reference.strip("/#").replace("/", ".")
        message = f"`{cut(reference)}` reads nothing of the response."
        raise refusal(location, message, f"write a reference, such as /#{cut(bare) or 'body.id'}.")
    try:
        list(references(reference, location))
    except TemplateError as error:
        raise EditError(error.diagnostics) from None


def _with_member(template: Any, keys: list[str], reference: str, location: str) -> Any:
    if not isinstance(template, dict):
        message = f"there are no keys in outputTemplate at {cut(location)}, but another value."
        fix = 'make it an object first, such as {"body": "/#body"}.'
        raise EditError.from_code(Code.EDIT_UNSAFE, message, fix, pointer=location)
    key, *inner = keys or [""]
    if not key:
        raise refusal(location, "a key of the output must not be empty.", "name it, such as orderId.")
    if not inner:
        if key in template:
            message = f"the output has a key `{cut(key)}` already."
            raise refusal(location, message, "use another key, or change that one: action.app.edit().")
        return {**template, key: reference}
    member = _with_member(template.get(key, {}), inner, reference, pointers.join(location, key))
    return {**template, key: member}


def _declared(schema: Any, keys: list[str], value: Any) -> Any:
    output: Any = {} if value is UNDEFINED else value
    for key in reversed(keys):
        output = {key: output}
    if value is not UNDEFINED:
        return declared(schema, output, pointers.join("", *keys))
    # Declared without a type: nothing is known of the value, and a type would convert it.
    result = declared(schema, output, pointers.join("", *keys))
    return _untyped(result, schema, keys)


def _untyped(result: Any, before: Any, keys: list[str]) -> Any:
    key, *inner = keys
    was = before.get("properties", {}).get(key, UNDEFINED) if isinstance(before, dict) else UNDEFINED
    if not inner:
        node: Any = {} if was is UNDEFINED else was
    else:
        node = _untyped(result["properties"][key], was, inner)
    return {**result, "properties": {**result["properties"], key: node}}

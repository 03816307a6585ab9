"""What a form rejects: values that are not inputs, unknown fields, and fields that cannot be read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Diagnostic, Severity
from kustomer_nb.errors import InputError
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.printable import quoted
from kustomer_nb.schema.from_python import plain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .form_fields import InputField


def plain_inputs(value: Any) -> dict[str, Any]:
    """Return inputs as plain JSON.

    Raises:
        InputError: they are not an object, or contain something that is not JSON.
    """
    read = plain(value)
    if read.faults:
        raise InputError(read.faults)
    if not isinstance(read.value, dict):
        message = f"a value of type {type(value).__name__} does not contain inputs."
        raise InputError.from_code(Code.INPUT_NOT_JSON, message, "pass a mapping of inputs.")
    return read.value


def unread_diagnostics(fields: tuple[InputField, ...], unread: Mapping[str, str]) -> list[Diagnostic]:
    """Return a diagnostic for each field that cannot be read, in the order of the form."""
    fix = "correct the field, or do not send it."
    return [
        Diagnostic(
            Code.FIELD_UNREADABLE, Severity.ERROR, pointers.join("", field.name), unread[field.name], fix
        )
        for field in fields
        if field.name in unread
    ]


def no_field_error(name: str, fields: tuple[InputField, ...]) -> InputError:
    """Return the error for a name that is not one of the fields."""
    names = ", ".join(field.name for field in fields) or "none"
    message, fix = f"{quoted(name)} is not a field.", f"use one of the fields: {names}."
    return InputError.from_code(Code.INPUT_UNDECLARED, message, fix, pointer=pointers.join("", name))

"""Declares values of a run in the outputSchema of a definition."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kustomer_nb.definition import edited
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.schema.declare import DeclarationError, declared

from .accept_refusals import refusal, require_output, require_written_out
from .losses import quoted_path
from .unwritable import Unwritable

if TYPE_CHECKING:
    from kustomer_nb.definition import Document, ReadAction

    from .accept import Target
    from .result import Run

SCHEMA = "outputSchema"


def with_declarations(run: Run, document: Document, read: ReadAction, targets: list[Target]) -> Document:
    """Return the document with the targets declared in outputSchema."""
    require_output(run)
    location = f"{read.pointer}/{SCHEMA}"
    require_written_out(document, location)
    unwritable = Unwritable(run)
    authored = schema = read.value.get(SCHEMA)
    for target in targets:
        pointer = target if isinstance(target, str) else target.pointer
        if not pointer:
            message = "the whole output is not a member of anything."
            raise refusal("", message, "name a key; run.infer() writes an outputSchema for all of them.")
        unwritable.require_clear_keys(pointers.resolve(run.mapped, pointer), pointer)
        try:
            schema = declared(schema, run.mapped, pointer)
        except LookupError:
            message = f"outputTemplate returns no value at {quoted_path(pointer)}."
            raise refusal(pointer, message, "use the pointer of a value that was dropped.") from None
        except DeclarationError as error:
            message = f"{error}, so {quoted_path(pointer)} cannot be declared."
            raise refusal(error.pointer, message, "correct outputSchema there first.") from None
    return document if schema == authored else edited(document, location, schema)

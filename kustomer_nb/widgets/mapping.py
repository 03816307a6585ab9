"""Makes a value of the response an output of the action."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kustomer_nb.authoring.names import unused_name
from kustomer_nb.codes import Code
from kustomer_nb.errors import EditError
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.printable import one_line
from kustomer_nb.template import references

if TYPE_CHECKING:
    from .session import Session


def map_value(session: Session, pointer: str, value: Any) -> None:
    """Add the value at a pointer of the response's body to the output, and say so with a way back.

    Its key is the last name of its path, with a number if the output has that already.

    Raises:
        EditError: no template can read it, or the definition cannot be edited.
    """
    action = session.action
    keys = pointers.split(pointer)
    reference = ".".join(["/#body", *keys])
    segments = [segment for read in references(reference) for segment in read.segments]
    if segments != ["body", *keys]:
        message = f"no reference reads `{one_line(pointer)}`: a name in it has other characters than letters."
        fix = "take a value around it, such as its object."
        raise EditError.from_code(Code.EDIT_UNSAFE, message, fix, pointer=pointer)
    template = action.value.get("outputTemplate")
    members = template if isinstance(template, dict) else {}
    known = next((key for key, text in members.items() if text == reference), None)
    if known is not None:
        session.say(one_line(f"{known} is {reference} already."))
        return
    stem = next((key for key in reversed(keys) if not key.isdecimal()), "body")
    key = unused_name(stem, members)
    words = one_line(f"Added {key}: {reference} to outputTemplate")
    session.edit(lambda: action.add_output(key, reference, value=value), words, place="output")

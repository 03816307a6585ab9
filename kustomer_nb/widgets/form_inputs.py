"""The inputs that a form takes and sends: plain JSON, told apart as JSON tells them apart."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import traitlets

from kustomer_nb.codes import Code
from kustomer_nb.errors import InputError
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.linting.context import LintContext, LintedAction
from kustomer_nb.rules.input_reads import unread_inputs
from kustomer_nb.schema.from_python import plain

from .form_entries import field_json
from .form_json import half_character, is_finite, json_text, parse_json
from .form_tree import InputField, read_fields

if TYPE_CHECKING:
    from .session import Session


class ExactDict(traitlets.Dict):
    """A dict whose observers also hear of a change from 1 to 1.0, to True, or of the order of keys.

    ``assigned`` is called with the object and each value that is assigned, also one that it had before.
    """

    def __init__(self, assigned: Callable[[Any, dict[str, Any]], None]) -> None:
        super().__init__()
        self._assigned = assigned

    def set(self, obj: Any, value: Any) -> None:
        """Set the value, and notify of a change that ``==`` does not see."""
        before = obj._trait_values.get(self.name, {})
        super().set(obj, value)
        after = obj._trait_values[self.name]
        if before == after and not is_same(before, after):
            obj._notify_trait(self.name, before, after)
        self._assigned(obj, after)


def is_same(first: Any, second: Any) -> bool:
    """Return whether two values are the same JSON: their texts tell 1, 1.0 and True apart."""
    return first is second or (first == second and json_text(first) == json_text(second))


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
    for name, item in read.value.items():
        half = half_character([name, item])
        if half or not is_finite(item):
            message = f"{half} is half a character." if half else "Infinity is not a JSON value."
            fix, pointer = "pass a value that JSON can represent.", pointers.join("", name)
            raise InputError.from_code(Code.INPUT_NOT_JSON, message, fix, pointer=pointer)
    return read.value


def pasted_inputs(text: str) -> dict[str, Any]:
    """Return the inputs of a JSON text.

    Raises:
        ValueError: it is not JSON.
        InputError: it is not an object.
    """
    return plain_inputs(parse_json(text))


def fields_of(session: Session) -> tuple[InputField, dict[str, Any]]:
    """Return the field of all inputs of the selected action, and the same as a page receives it."""
    root = read_fields(session.input_schema(), unused_inputs(session))
    return root, field_json(root)


def unused_inputs(session: Session) -> set[str]:
    """Return the inputs that no template reads, as the rule for them reports."""
    document, read = session.app.document, session.action.read
    if not document.reading.is_module:
        # Of the one action alone: this is asked for with each key that is typed in a definition.
        return set(unread_inputs(LintedAction.from_read_action(read, LintContext(document))))
    prefix = f"{session.action.pointer}/inputSchema/properties/"
    return {
        pointers.split(f"/{diagnostic.pointer.removeprefix(prefix)}")[0]
        for diagnostic in session.problems.of_code(Code.INPUT_NOT_READ)
        if diagnostic.pointer.startswith(prefix)
    }


def position_of(root: InputField, pointer: str) -> tuple[tuple[int, str], ...]:
    """Return the position of a field in the form, to sort by."""
    member: InputField | None = root
    position = []
    for key in pointer.split("/")[1:]:
        name = pointers.split(f"/{key}")[0]
        if member is None or member.items is not None:
            position.append((int(name) if name.isdecimal() else 0, ""))
            member = member and member.items
        else:
            names = list(member.members)
            position.append((names.index(name) if name in names else len(names), name))
            member = member.members.get(name)
    return tuple(position)

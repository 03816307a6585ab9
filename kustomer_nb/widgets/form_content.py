"""What a form holds: the fields of an action, and what is typed into them; without a browser or a widget."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Diagnostic, Severity
from kustomer_nb.errors import InputError
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.printable import quoted

from . import form_edits
from .form_entries import UNSET, Gathered, entry_of, gather, spread
from .form_inputs import is_same, plain_inputs, position_of
from .form_json import json_text
from .form_states import States, Tag, escaped_origins, field_pointer, states_of
from .form_tree import FormEntry, InputField, field_at, path_of

if TYPE_CHECKING:
    from kustomer_nb.request import Request
    from kustomer_nb.run import CoercedInputs

    from .messages import ChangeItem, ConvertEntry
    from .session_state import ActionState

State: TypeAlias = Literal["unset", "null", "default", "empty"]


@dataclass(frozen=True)
class FormContent:
    """The fields of a form and what is typed into them, as `form_entries` describes it.

    A method that changes something returns another content. A field is named by its JSON pointer; the name of
    an input will do for its own.

    Example:
        >>> from kustomer_nb.widgets.form_tree import read_fields
        >>> empty = FormContent(read_fields({"properties": {"id": {"type": "number"}}}))
        >>> empty.enter("id", "7").inputs
        {'id': 7}
    """

    root: InputField
    entry: FormEntry

    def __init__(self, root: InputField, entry: FormEntry | None = None) -> None:
        # A dict is no default of a dataclass.
        object.__setattr__(self, "root", root)
        object.__setattr__(self, "entry", {"state": "value"} if entry is None else entry)

    @cached_property
    def gathered(self) -> Gathered:
        """The inputs and, by pointer, why a text cannot be read, so that they lack it."""
        return gather(self.root, self.entry)

    @property
    def inputs(self) -> dict[str, Any]:
        """The inputs that are sent."""
        return self.gathered.inputs

    @property
    def unread(self) -> dict[str, str]:
        """Why a text cannot be read, by pointer."""
        return self.gathered.unread

    def field(self, pointer: str) -> tuple[str, InputField]:
        """Return the pointer of a field and the field; the name of an input is the pointer of its field.

        Raises:
            InputError: there is no such field.
        """
        if not pointer.startswith("/"):
            pointer = pointers.join("", pointer)
        member = field_at(self.root, pointer)
        if member is None:
            raise form_edits.no_field_error(pointer, self.root)
        return pointer, member

    def _any_field(self, pointer: str) -> tuple[str, InputField]:
        """Return the pointer of a field and the field; "" is all inputs, not the one of that name."""
        return self.field(pointer) if pointer else ("", self.root)

    # -- one field

    def put(self, pointer: str, entry: FormEntry) -> FormContent:
        """Return the content with another entry at a pointer."""
        return self._with(form_edits.put(self.root, self.entry, pointer, entry))

    def _with(self, entry: FormEntry) -> FormContent:
        return replace(self, entry=entry)

    def enter(self, pointer: str, text: str) -> FormContent:
        """Return the content with text in a field, as typing puts it there; in a group it is JSON.

        Raises:
            InputError: there is no such field.
        """
        pointer, member = self.field(pointer)
        entry: FormEntry = {"state": "json", "text": text}
        return self.put(pointer, entry if member.is_group else form_edits.typed_entry(member, text))

    def receive(self, pointer: str, state: str, text: str) -> FormContent:
        """Return the content with an entry that a page sent.

        Raises:
            InputError: there is no such field.
        """
        _, member = self._any_field(pointer)
        return self.put(pointer, form_edits.received_entry(member, state, text))

    def set_state(self, pointer: str, state: State) -> FormContent:
        """Return the content with a field that is not set, null, its default or empty.

        Raises:
            InputError: there is no such field, or it has no default.
        """
        pointer, member = self.field(pointer)
        if state == "default":
            if not member.has_default:
                message = f"{quoted(pointer)} has no default."
                raise InputError.from_code(Code.INPUT_UNDECLARED, message, "enter a value.", pointer=pointer)
            return self.put(pointer, entry_of(member, member.default))
        if state == "empty":
            return self.put(pointer, {"state": "value", "text": ""} if member.is_text else {"state": "value"})
        return self.put(pointer, {"state": state})

    # -- JSON text in place of fields

    def as_json(self, pointer: str) -> FormContent:
        """Return the content with a group, or all inputs, as JSON text.

        Raises:
            InputError: there is no such field, or a text in it cannot be read.
        """
        pointer, _ = self._any_field(pointer)
        unread = self.unread_diagnostics(pointer)
        if unread:
            raise InputError(unread)
        value = pointers.resolve(self.inputs, pointer)
        return self.put(pointer, {"state": "json", "text": "" if value is UNDEFINED else json_text(value)})

    def as_form(self, pointer: str, problem: str = "") -> FormContent:
        """Return the content with a group, or all inputs, that is JSON text as fields again.

        Raises:
            InputError: there is no such field, or the text is not JSON of its type, as ``problem`` says.
        """
        pointer, member = self._any_field(pointer)
        entry = form_edits.as_fields(member, form_edits.entry_at(self.root, self.entry, pointer))
        if entry is None or (not pointer and entry["state"] == "null"):
            path = path_of(self.root, pointer)
            message = f"{path} cannot be shown as fields. {problem or 'The text is of another type.'}"
            raise InputError.from_code(Code.FIELD_UNREADABLE, message, "correct the text.", pointer=pointer)
        return self.put(pointer, entry if pointer or entry["state"] == "value" else {"state": "value"})

    def convert(self, message: ConvertEntry, faults: Mapping[str, str]) -> FormContent:
        """Return the content with JSON text in place of fields, or fields in place of it, as a page asks.

        Raises:
            InputError: as `as_json` and `as_form`.
        """
        pointer = message.pointer
        if message.to == "json":
            return self.as_json(pointer)
        return self.as_form(pointer, faults.get(pointer, ""))

    # -- arrays

    def add_item(self, pointer: str) -> FormContent:
        """Return the content with an empty item at the end of an array.

        Raises:
            InputError: there is no such array.
        """
        return self._with(form_edits.add_item(self.root, self.entry, self.field(pointer)[0]))

    def last_item(self, pointer: str) -> str:
        """Return the pointer of the last item of an array that has one."""
        pointer, _ = self.field(pointer)
        return f"{pointer}/{len(form_edits.entry_at(self.root, self.entry, pointer)['items']) - 1}"

    def remove_item(self, pointer: str) -> FormContent:
        """Return the content without an item.

        Raises:
            InputError: there is no such item.
        """
        return self._with(form_edits.remove_item(self.root, self.entry, pointer))

    def move_item(self, pointer: str, to: int) -> FormContent:
        """Return the content with an item at another index.

        Raises:
            InputError: there is no such item.
        """
        return self._with(form_edits.move_item(self.root, self.entry, pointer, to))

    def change_item(self, message: ChangeItem) -> FormContent:
        """Return the content with an item added, removed or moved as a page did.

        Raises:
            InputError: there is no such array or item.
        """
        item = f"{message.pointer}/{message.index}"
        if message.op == "add":
            return self.add_item(message.pointer)
        return self.remove_item(item) if message.op == "remove" else self.move_item(item, message.to)

    # -- all of it

    def keep(self, state: ActionState) -> None:
        """Make this what a session keeps of an action."""
        state.inputs, state.unread, state.form = dict(self.inputs), dict(self.unread), self.entry

    def fill(self, inputs: Mapping[str, Any], steps: Mapping[str, Any]) -> FormContent:
        """Return the content with these inputs, which are plain JSON, and nothing else.

        A reference to one of ``steps`` is a field that is linked to it.
        """
        return self._with(spread(self.root, inputs, steps))

    def follow(self, root: InputField, state: ActionState, steps: Mapping[str, Any]) -> FormContent:
        """Return the content of these fields for what a session keeps of an action.

        As it was typed, if it still sends the same inputs; a text that could not be read stays where its
        field still is.
        """
        if state.form is not None:
            as_typed = FormContent(root, state.form)
            if is_same(as_typed.inputs, state.inputs):
                return as_typed
        content = FormContent(root).fill(plain_inputs(state.inputs), steps)
        if state.form is None:
            # Not typed here: nobody knows the values.
            for pointer, words in state.unread.items():
                content = content.without_value(pointer, words)
            return content
        for pointer in state.unread:
            if pointer and field_at(root, pointer) is not None:
                with suppress(InputError):
                    content = content.put(pointer, form_edits.entry_at(self.root, state.form, pointer))
        return content

    def without_value(self, pointer: str, words: str) -> FormContent:
        """Return the content with a field that waits for a value, as ``words`` say; JSON text stays there.

        Example:
            >>> from kustomer_nb.widgets.form_tree import read_fields
            >>> root = read_fields({"properties": {"id": {"type": "number"}}})
            >>> FormContent(root).without_value("/id", "Enter it again.").gathered
            Gathered(inputs={}, unread={'/id': 'Enter it again.'})
        """
        place = field_pointer(self.root, self.entry, pointer)
        entry = form_edits.entry_at(self.root, self.entry, place)
        is_text = place != pointer and "text" in entry
        return self.put(place, {**(entry if is_text else UNSET), "missing": words})

    # -- what there is to say of it

    def states(
        self, coerced: CoercedInputs, request: Request | None, tags: Mapping[Tag, str] | None = None
    ) -> States:
        """Return the states of the fields that have one, in the order of the form; see `states_of`."""
        states = states_of(self.root, self.entry, self.unread, coerced, request, tags)
        return {pointer: states[pointer] for pointer in self._in_order(states)}

    def escaping_tags(self, pointer: str, request: Request) -> set[Tag]:
        """Return the tags in double braces that change the value of a field."""
        return {
            (origin.pointer, origin.span)
            for place, origin, _ in escaped_origins(self.root, self.entry, request)
            if place == pointer
        }

    def path(self, pointer: str) -> str:
        """Return a pointer as it is read: ``lines[1].quantity``."""
        return path_of(self.root, pointer)

    def unread_diagnostics(self, pointer: str = "") -> list[Diagnostic]:
        """Return a diagnostic for each field at or below a pointer that cannot be read, in their order."""
        inside = [place for place in self.unread if f"{place}/".startswith(f"{pointer}/")]
        fix = "correct the field, or make it not set."
        return [
            Diagnostic(Code.FIELD_UNREADABLE, Severity.ERROR, place, self.unread[place], fix)
            for place in self._in_order(inside)
        ]

    def require(self, coerced: CoercedInputs) -> None:
        """Raise an error if a field cannot be read, or the platform would reject an input.

        Raises:
            InputError: one diagnostic for each problem; KNB716 if a field cannot be read.
        """
        rejected = [item for item in coerced.errors if item.pointer not in self.unread]
        if problems := [*self.unread_diagnostics(), *rejected]:
            raise InputError(problems)

    def require_read(self) -> None:
        """Raise an error if a field cannot be read.

        Raises:
            InputError: one KNB716 for each such field.
        """
        if problems := self.unread_diagnostics():
            raise InputError(problems)

    def _in_order(self, places: Mapping[str, Any] | list[str]) -> list[str]:
        return sorted(places, key=partial(position_of, self.root))

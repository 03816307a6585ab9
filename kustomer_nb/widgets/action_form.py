"""The inputs of an action as a form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import traitlets

from kustomer_nb.action import Action
from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Diagnostic, Severity
from kustomer_nb.errors import InputError
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.jsontext.javascript import stringify
from kustomer_nb.printable import one_line
from kustomer_nb.schema import coerce
from kustomer_nb.schema.from_python import plain

from .base import BaseWidget, asset
from .form_fields import OTHERS, FormEntry, InputField, fields_of, gather, is_finite, spread


class ActionForm(BaseWidget):
    """A form of an action's inputSchema; ``value`` is the dict of inputs it sends, and can be observed.

    ``unread`` says by field what cannot be read, and so is not in ``value``; ``faults`` also what the
    platform would reject. `check` raises both. Needs no browser: set ``value``, or `enter` text.

    Example:
        >>> from kustomer_nb import load
        >>> schema = {"properties": {"id": {"type": "number"}}, "required": ["id"]}
        >>> form = ActionForm(load({"type": "rest_api", "inputSchema": schema}).action())
        >>> form.enter("id", "7")
        >>> form.value, form.faults
        ({'id': 7}, {})
    """

    _esm = asset("common.js", "action_form.js")
    _css = asset("base.css", "action_form.css")

    title = traitlets.Unicode("Inputs").tag(sync=True)
    fields = traitlets.List(traitlets.Dict()).tag(sync=True)
    entries = traitlets.Dict().tag(sync=True)
    faults = traitlets.Dict().tag(sync=True)
    asked = traitlets.Bool(False).tag(sync=True)
    value = traitlets.Dict()
    unread = traitlets.Dict()

    def __init__(self, action: Action, value: Mapping[str, Any] | None = None) -> None:
        self._schema = action.definition.input_schema
        self._fields: tuple[InputField, ...] = fields_of(self._schema)
        self._entries: dict[str, FormEntry] = {}
        self._rejected: tuple[Diagnostic, ...] = ()
        super().__init__(fields=[one.as_json() for one in self._fields])
        inputs = {} if value is None else _plain_inputs(value)
        self.value = inputs
        if not inputs:
            self._weigh()

    def intend(self, content: dict[str, Any]) -> None:
        """Take a typed text: ``{"kind": "entry", "name", "text", "send"}``."""
        if content.get("kind") == "entry":
            self.enter(str(content.get("name")), str(content.get("text")), send=bool(content.get("send")))

    def enter(self, name: str, text: str, *, send: bool = True) -> None:
        """Put text into a field, as typing does; ``send`` off keeps the text and leaves the input out.

        Empty text is an input where the field takes a string; any other field sends nothing then.

        Raises:
            InputError: there is no field of that name.
        """
        field = next((one for one in self._fields if one.name == name), None)
        if field is None:
            raise InputError([_no_field(name, self._fields)])
        is_input = bool(text.strip()) or field.type == "string"
        self._entries = {**self._entries, name: FormEntry(text, send and is_input)}
        self._weigh()

    def check(self) -> None:
        """Raise what cannot be read in the fields, and what the platform would reject.

        Raises:
            InputError: one diagnostic for each, KNB716 where a field cannot be read.
        """
        unread = _unread(self._fields, self.unread)
        if found := [*unread, *self._rejected]:
            raise InputError(found)

    def require(self) -> None:
        """Do what `check` does for a person: show what each field lacks, and go to the first one.

        Raises:
            InputError: as `check`.
        """
        self.asked = True
        count = len(self.faults)
        self.notice = f"{count} {'field needs' if count == 1 else 'fields need'} attention." if count else ""
        first = next((one.name for one in self._fields if one.name in self.faults), None)
        if first is not None:
            self.send({"kind": "focus", "name": first})
        self.check()

    @traitlets.validate("value")
    def _check(self, proposal: Any) -> Any:
        inputs = _plain_inputs(proposal["value"])
        try:
            entries = spread(self._fields, inputs)
        except KeyError as error:
            raise InputError([_no_field(str(error.args[0]), self._fields)]) from None
        # What is read of the fields can be read again; what is set from Python may be no JSON.
        unread = gather(self._fields, entries)[1]
        for name, value in inputs.items():
            if not is_finite(value):
                unread.setdefault(name if name in entries else OTHERS, "Infinity is no value of JSON.")
        if unread:
            raise InputError(_unread(self._fields, unread))
        return inputs

    @traitlets.observe("value")
    def _put(self, change: Any) -> None:
        inputs, _ = gather(self._fields, self._entries)
        if inputs == change["new"] and stringify(inputs) == stringify(change["new"]):
            return
        self._entries = spread(self._fields, change["new"])
        self._weigh()

    def _weigh(self) -> None:
        """Bring value, entries and faults up to what stands in the fields."""
        self.notice = ""
        inputs, unread = gather(self._fields, self._entries)
        faults = dict(unread)
        rejected = []
        try:
            coerce(inputs, self._schema)
        except InputError as error:
            for one in error.diagnostics:
                name = (pointers.split(one.pointer) or [OTHERS])[0]
                known = name if name in {field.name for field in self._fields} else OTHERS
                faults.setdefault(known, f"{one.message} Fix: {one.fix}")
                if known not in unread:
                    rejected.append(one)
        self._rejected = tuple(rejected)
        self.entries = {name: asdict(entry) for name, entry in self._entries.items()}
        self.faults = faults
        self.value = inputs
        self.unread = unread

    def as_text(self) -> str:
        """Return the form as text: what is sent, and how many fields are at fault."""
        said = f", {len(self.faults)} to mend" if self.faults else ""
        return one_line(f"<ActionForm: {stringify(self.value)}{said}>")


def _plain_inputs(value: Any) -> dict[str, Any]:
    """Return inputs as plain JSON.

    Raises:
        InputError: they are no object, or hold something that is not JSON.
    """
    read = plain(value)
    if read.faults:
        raise InputError(read.faults)
    if not isinstance(read.value, dict):
        message = f"a value of type {type(value).__name__} holds no inputs."
        raise InputError(
            [Diagnostic(Code.INPUT_NOT_JSON, Severity.ERROR, "", message, "pass a mapping of inputs.")]
        )
    return read.value


def _unread(fields: tuple[InputField, ...], unread: Mapping[str, str]) -> list[Diagnostic]:
    """Return a diagnostic for each field that cannot be read, in the order of the form."""
    fix = "correct the field, or do not send it."
    return [
        Diagnostic(Code.FIELD_UNREADABLE, Severity.ERROR, pointers.join("", one.name), unread[one.name], fix)
        for one in fields
        if one.name in unread
    ]


def _no_field(name: str, fields: tuple[InputField, ...]) -> Diagnostic:
    known = ", ".join(field.name for field in fields) or "none"
    return Diagnostic(
        Code.INPUT_UNDECLARED,
        Severity.ERROR,
        pointers.join("", name),
        f"{name!r} is no field.",
        f"fields: {known}.",
    )

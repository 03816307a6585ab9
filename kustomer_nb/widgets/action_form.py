"""The inputs of an action as a form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Unpack

import traitlets

from kustomer_nb.errors import InputError
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.jsontext.serialization import stringify
from kustomer_nb.options import WorkbenchOptions, takes
from kustomer_nb.printable import one_line
from kustomer_nb.secrets.tracebacks import scrub_tracebacks

from .base import BaseWidget, asset
from .form_fields import OTHERS, FormEntry, InputField, fields_of, gather, is_finite, problem, spread
from .form_problems import no_field_error, plain_inputs, unread_diagnostics
from .session import Session, as_session

if TYPE_CHECKING:
    from kustomer_nb.action import Action
    from kustomer_nb.diagnostics import Diagnostic


class ActionForm(BaseWidget):
    """A form for an action's inputSchema; ``value`` is the dict of inputs that it sends, and can be observed.

    ``unread`` are the fields whose text cannot be read, so that ``value`` lacks them; ``faults`` are the
    problems by field: these, and what the platform would reject, as the options and the profile say.
    `check` raises both. Without a browser, set ``value`` or `enter` text.

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
    show_all = traitlets.Bool(False).tag(sync=True)
    value = traitlets.Dict()
    unread = traitlets.Dict()

    @scrub_tracebacks
    @takes(WorkbenchOptions)
    def __init__(
        self,
        action: Action | Session,
        value: Mapping[str, Any] | None = None,
        **options: Unpack[WorkbenchOptions],
    ) -> None:
        self._session = as_session(action, options)
        self._fields: tuple[InputField, ...] = fields_of(self._session.input_schema())
        self._entries: dict[str, FormEntry] = {}
        self._rejected: tuple[Diagnostic, ...] = ()
        super().__init__(fields=[field.as_json() for field in self._fields])
        inputs = {} if value is None else plain_inputs(value)
        self.value = inputs
        if not inputs:
            self._refresh()

    def intend(self, content: dict[str, Any]) -> None:
        """Receive typed text: ``{"kind": "entry", "name", "text", "send"}``."""
        if content.get("kind") == "entry":
            self.enter(str(content.get("name")), str(content.get("text")), send=bool(content.get("send")))

    def enter(self, name: str, text: str, *, send: bool = True) -> None:
        """Put text into a field, as typing does; without ``send`` the text stays, but the input is not sent.

        Empty text is an input where the field takes a string; any other field sends nothing then.

        Raises:
            InputError: there is no field of that name.
        """
        field = next((field for field in self._fields if field.name == name), None)
        if field is None:
            raise no_field_error(name, self._fields)
        is_input = bool(text.strip()) or field.type == "string"
        self._entries = {**self._entries, name: FormEntry(text, send and is_input)}
        self._refresh()

    def check(self) -> None:
        """Raise an error if a field cannot be read, or the platform would reject an input.

        Raises:
            InputError: one diagnostic for each problem; KNB716 if a field cannot be read.
        """
        unread = unread_diagnostics(self._fields, self.unread)
        if problems := [*unread, *self._rejected]:
            raise InputError(problems)

    def require(self) -> None:
        """Show the problems of every field, focus the first one that has any, and raise as `check` does.

        Raises:
            InputError: as `check`.
        """
        self.show_all = True
        count = len(self.faults)
        self.notice = f"{count} {'field needs' if count == 1 else 'fields need'} attention." if count else ""
        first = next((field.name for field in self._fields if field.name in self.faults), None)
        if first is not None:
            self.send({"kind": "focus", "name": first})
        self.check()

    @traitlets.validate("value")
    def _check(self, proposal: Any) -> Any:
        inputs = plain_inputs(proposal["value"])
        try:
            entries = spread(self._fields, inputs)
        except KeyError as error:
            raise no_field_error(str(error.args[0]), self._fields) from None
        # Text of the fields can be read again; a value that is set from Python may not be JSON.
        unread = gather(self._fields, entries)[1]
        for name, value in inputs.items():
            if not is_finite(value):
                unread.setdefault(name if name in entries else OTHERS, "Infinity is not a JSON value.")
        if unread:
            raise InputError(unread_diagnostics(self._fields, unread))
        return inputs

    @traitlets.observe("value")
    def _fill_in(self, change: Any) -> None:
        inputs, _ = gather(self._fields, self._entries)
        # 1 == True and 1 == 1.0 in Python: their JSON tells them apart.
        if inputs == change["new"] and stringify(inputs) == stringify(change["new"]):
            return
        self._entries = spread(self._fields, change["new"])
        self._refresh()

    def _refresh(self) -> None:
        """Update value, entries and faults from the text in the fields."""
        self.notice = ""
        inputs, unread = gather(self._fields, self._entries)
        faults = dict(unread)
        rejected = []
        by_name = {field.name: field for field in self._fields}
        # Of the function that the preview asks too, with the same platform, profile and steps.
        for diagnostic in self._session.coerce(inputs).errors:
            field = _field_at(diagnostic.pointer, by_name)
            known = OTHERS if field is None else field.name
            entry = self._entries.get(known, FormEntry())
            message = diagnostic.message if field is None else problem(field, entry, diagnostic)
            faults.setdefault(known, message)
            if known not in unread:
                rejected.append(diagnostic)
        self._rejected = tuple(rejected)
        self.entries = {name: asdict(entry) for name, entry in self._entries.items()}
        self.faults = faults
        self.value = inputs
        self.unread = unread

    def as_text(self) -> str:
        """Return the form as text: the inputs it sends, and how many fields are invalid."""
        invalid = f", {len(self.faults)} invalid" if self.faults else ""
        return one_line(f"<ActionForm: {stringify(self.value)}{invalid}>")


def _field_at(pointer: str, by_name: Mapping[str, InputField]) -> InputField | None:
    """Return the field of a pointer into the inputs, or the one for all other inputs."""
    name = (pointers.split(pointer) or [OTHERS])[0]
    return by_name.get(name) or by_name.get(OTHERS)

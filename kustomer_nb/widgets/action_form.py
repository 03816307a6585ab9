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
from .form_fields import OTHERS, FormEntry, InputField, fields_of, gather, problem, spread


class ActionForm(BaseWidget):
    """A form for an action's inputSchema; ``value`` is the dict of inputs that it sends, and can be observed.

    ``faults`` are the problems by field: what the platform would reject. Without a browser, set ``value`` or
    `enter` text.

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

    def __init__(self, action: Action, value: Mapping[str, Any] | None = None) -> None:
        self._schema = action.definition.input_schema
        self._fields: tuple[InputField, ...] = fields_of(self._schema)
        self._entries: dict[str, FormEntry] = {}
        super().__init__(fields=[field.as_json() for field in self._fields])
        self.value = dict(value or {})
        if not value:
            self._refresh()

    def intend(self, content: dict[str, Any]) -> None:
        """Receive typed text: ``{"kind": "entry", "name", "text", "send"}``."""
        if content.get("kind") == "entry":
            self.enter(str(content.get("name")), str(content.get("text")), send=bool(content.get("send")))

    def enter(self, name: str, text: str, *, send: bool = True) -> None:
        """Put text into a field, as typing does; without ``send`` the text stays, but the input is not sent.

        Raises:
            InputError: there is no field of that name.
        """
        if name not in {field.name for field in self._fields}:
            raise InputError([_no_field(name, self._fields)])
        self._entries = {**self._entries, name: FormEntry(text, send)}
        self._refresh()

    @traitlets.validate("value")
    def _check(self, proposal: Any) -> Any:
        inputs = plain(proposal["value"]).value
        try:
            spread(self._fields, inputs)
        except KeyError as error:
            raise InputError([_no_field(str(error.args[0]), self._fields)]) from None
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
        inputs, faults = gather(self._fields, self._entries)
        try:
            coerce(inputs, self._schema)
        except InputError as error:
            by_name = {field.name: field for field in self._fields}
            for diagnostic in error.diagnostics:
                name = (pointers.split(diagnostic.pointer) or [OTHERS])[0]
                field = by_name.get(name) or by_name.get(OTHERS)
                if field is not None:
                    entry = self._entries.get(field.name, FormEntry())
                    faults.setdefault(field.name, problem(field, entry, diagnostic))
        self.entries = {name: asdict(entry) for name, entry in self._entries.items()}
        self.faults = faults
        self.value = inputs

    def as_text(self) -> str:
        """Return the form as text: the inputs it sends, and how many fields are invalid."""
        invalid = f", {len(self.faults)} invalid" if self.faults else ""
        return one_line(f"<ActionForm: {stringify(self.value)}{invalid}>")


def _no_field(name: str, fields: tuple[InputField, ...]) -> Diagnostic:
    known = ", ".join(field.name for field in fields) or "none"
    return Diagnostic(
        Code.INPUT_UNDECLARED,
        Severity.ERROR,
        pointers.join("", name),
        f"{name!r} is not a field.",
        f"use one of the fields: {known}.",
    )

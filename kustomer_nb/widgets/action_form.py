"""The inputs of an action as a form."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, Unpack

import traitlets

from kustomer_nb.codes import Code
from kustomer_nb.errors import InputError, NameNotFoundError
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.jsontext.serialization import stringify
from kustomer_nb.options import WorkbenchOptions, takes
from kustomer_nb.printable import one_line, quoted
from kustomer_nb.secrets.tracebacks import scrub_tracebacks

from .base import BaseWidget, handles
from .form_edits import (
    add_item,
    as_fields,
    entry_at,
    move_item,
    no_field_error,
    put,
    received_entry,
    remove_item,
    typed_entry,
)
from .form_entries import entry_of, field_json, gather, link_entry, spread
from .form_inputs import ExactDict, is_same, plain_inputs, position_of, unread_diagnostics, unused_inputs
from .form_json import json_text, parse_json
from .form_presets import keep_example, last_outputs, listed_choices, preset, presets, python_text
from .form_states import states_of
from .form_tree import FormEntry, InputField, field_at, path_of, read_fields
from .linking import link, style
from .messages import AskChoices, ChangeItem, ConvertEntry, Entry, Fix, SaveExample, SetInputs, UsePreset
from .page_messages import Focus
from .session import Session, as_session

if TYPE_CHECKING:
    from kustomer_nb.action import Action

    from .session_state import Topic

State = Literal["unset", "null", "default", "empty"]
RESET = "reset"
# What changes the fields, and what changes only their messages.
_SHAPE: frozenset[Topic] = frozenset({"app", "action", "profile"})
_CONTENT: frozenset[Topic] = frozenset({"inputs", "preview", "settings", "problems"})


class ActionForm(BaseWidget):
    """A form for an action's inputSchema; ``value`` is the dict of inputs that it sends, and can be observed.

    A field is named by its JSON pointer, such as ``/lines/0/sku``; the name of an input will do for its own.
    ``unread`` says by pointer why a text cannot be read, so that ``value`` lacks it; ``faults`` also what the
    platform would reject, as the options and the profile say. `check` raises both. Without a browser, set
    ``value`` or `enter` text.

    Example:
        >>> from kustomer_nb import load
        >>> schema = {"properties": {"id": {"type": "number"}}, "required": ["id"]}
        >>> form = ActionForm(load({"type": "rest_api", "inputSchema": schema}).action())
        >>> form.faults
        {'/id': 'Required. Enter a number.'}
        >>> form.enter("id", "007")
        >>> form.value, form.states
        ({'id': '007'}, {'/id': {'sent': '7', 'loss': 'the leading zeros are lost'}})
    """

    _esm = link("action_form.js")
    _css = style("action_form.css")

    title = traitlets.Unicode("Inputs").tag(sync=True)
    fields = traitlets.Dict().tag(sync=True)
    entries = traitlets.Dict().tag(sync=True)
    states = traitlets.Dict().tag(sync=True)
    # By pointer, so that a field is called as in `lines[1].quantity`.
    paths = traitlets.Dict().tag(sync=True)
    show_all = traitlets.Bool(False).tag(sync=True)
    choices = traitlets.Dict().tag(sync=True)
    value = ExactDict()
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
        self._entry: FormEntry = {"state": "value"}
        # What the entries send, to tell it from a value that is set.
        self._gathered: dict[str, Any] = {}
        self._sent: Mapping[str, Any] = {}
        self._stop: Callable[[], None] = lambda: None
        self._is_from_page = False
        self._root = self._before = InputField(type="object", has_members=True)
        inputs = None if value is None else plain_inputs(value)
        self._read_fields()
        self._stop = self._session.listen(self._hear)
        if inputs is not None:
            self._apply(spread(self._root, inputs, self._session.steps))
        else:
            self._take_over()
        # Last, so that the page gets the whole form in one message.
        super().__init__()

    def close(self) -> None:
        """Close the widget; the session no longer tells it what changed."""
        # It is also closed when it could not be made.
        if stop := getattr(self, "_stop", None):
            stop()
        super().close()

    # -- what a person does, and its Python calls

    def enter(self, pointer: str, text: str) -> None:
        """Put text into a field, as typing does.

        Empty text is an input where the field takes a string; any other field is then not set.

        Raises:
            InputError: there is no such field.
        """
        pointer, member = self._field(pointer)
        if member.is_group:
            self._put(pointer, {"state": "json", "text": text})
        else:
            self._put(pointer, typed_entry(member, text))

    def set_state(self, pointer: str, state: State) -> None:
        """Make a field not set, null, its default or empty, as the menu of a field does.

        Raises:
            InputError: there is no such field, or it has no default.
        """
        pointer, member = self._field(pointer)
        if state == "default":
            if not member.has_default:
                message = f"{quoted(pointer)} has no default."
                raise InputError.from_code(Code.INPUT_UNDECLARED, message, "enter a value.", pointer=pointer)
            self._put(pointer, entry_of(member, member.default))
        elif state == "empty":
            self._put(pointer, {"state": "value", "text": ""} if member.is_text else {"state": "value"})
        else:
            self._put(pointer, {"state": state})

    def link(self, pointer: str, action: str, output: str) -> None:
        """Take the value of a field from the last output of an action, by a pointer into that output.

        The input is then a reference to that step, which the session has as ``steps``.

        Raises:
            InputError: there is no such field.
            NameNotFoundError: that action has no output, or no value there.
        """
        pointer, _ = self._field(pointer)
        outputs = {**last_outputs(self._session), **self._session.steps}
        value = pointers.resolve(outputs[action], output) if action in outputs else UNDEFINED
        if value is UNDEFINED:
            message = f"the last output of {quoted(action)} has no value at {quoted(output)}."
            raise NameNotFoundError.from_code(Code.ACTION_NOT_FOUND, message, "run that action first.")
        if action not in self._session.steps:
            self._session.use_steps({**self._session.steps, action: outputs[action]})
        self._put(pointer, link_entry(action, output, value))

    def as_json(self, pointer: str = "") -> None:
        """Edit a group, or all inputs, as JSON text.

        Raises:
            InputError: there is no such field, or a text in it cannot be read.
        """
        pointer = self._field(pointer)[0] if pointer else ""
        inside = {
            place: words for place, words in self.unread.items() if f"{place}/".startswith(f"{pointer}/")
        }
        if inside:
            raise InputError(unread_diagnostics(self._root, inside))
        value = pointers.resolve(self.value, pointer)
        text = "" if value is UNDEFINED else json_text(value)
        self._put(pointer, {"state": "json", "text": text})

    def as_form(self, pointer: str = "") -> None:
        """Edit a group, or all inputs, that is JSON text by its fields again.

        Raises:
            InputError: there is no such field, or the text is not JSON of its type.
        """
        pointer, member = self._field(pointer) if pointer else ("", self._root)
        entry = as_fields(member, entry_at(self._root, self._entry, pointer))
        if entry is None or (not pointer and entry["state"] == "null"):
            words = self.states.get(pointer, {}).get("fault", "The text is of another type.")
            message = f"{path_of(self._root, pointer)} cannot be shown as fields. {words}"
            raise InputError.from_code(Code.FIELD_UNREADABLE, message, "correct the text.", pointer=pointer)
        self._put(pointer, entry if pointer or entry["state"] == "value" else {"state": "value"})

    def add_item(self, pointer: str) -> str:
        """Add an empty item to an array, and return its pointer.

        Raises:
            InputError: there is no such array.
        """
        pointer, _ = self._field(pointer)
        self._apply(add_item(self._root, self._entry, pointer))
        items = entry_at(self._root, self._entry, pointer)["items"]
        return f"{pointer}/{len(items) - 1}"

    def remove_item(self, pointer: str) -> None:
        """Remove an item of an array.

        Raises:
            InputError: there is no such item.
        """
        self._apply(remove_item(self._root, self._entry, pointer))

    def move_item(self, pointer: str, to: int) -> None:
        """Move an item of an array to another index.

        Raises:
            InputError: there is no such item.
        """
        self._apply(move_item(self._root, self._entry, pointer, to))

    def reset(self) -> None:
        """Clear every field."""
        self._apply({"state": "value"})

    def presets(self) -> list[dict[str, str]]:
        """Return the examples of the project and the inputs of earlier runs, each with its ``id``."""
        return presets(self._session)

    def use_preset(self, name: str) -> None:
        """Enter the inputs of a preset, by its ``id``.

        Raises:
            NameNotFoundError: there is no such preset.
        """
        inputs = {} if name == RESET else preset(self._session, name)
        self._apply(spread(self._root, plain_inputs(inputs), self._session.steps))

    def save_example(self, name: str) -> str:
        """Keep the inputs as an example of the action in ``kustomer-nb.examples.json``; return that name.

        Raises:
            InputError: a field cannot be read.
            SaveError: an input holds the value of a setting, or the file cannot be written.
        """
        if self.unread:
            raise InputError(unread_diagnostics(self._root, self.unread))
        return keep_example(self._session, name, self.value)

    def as_python(self) -> str:
        """Return the inputs as the argument ``inputs=`` of a call."""
        return python_text(self.value)

    def use_raw(self, pointer: str) -> None:
        """Write three braces in the template that escapes the value of a field.

        The file is saved, unless it has other changes that are not.

        Raises:
            InputError: nothing is escaped there.
            SaveError: the file changed meanwhile, or cannot be written.
        """
        escaped = self.states.get(pointer, {}).get("escaped") or {}
        action, location = self._session.action, escaped.get("pointer", "")
        template = pointers.resolve(action.value, location) if location else UNDEFINED
        path = escaped.get("fix", "").strip("{}")
        tag = re.compile(rf"(?<!\{{)\{{\{{(\s*{re.escape(path)}\s*)\}}\}}(?!\}})")
        if not path or not isinstance(template, str) or not tag.search(template):
            message = f"no fix is known for what {quoted(pointer)} is sent as."
            fix = "change the template in the file."
            raise InputError.from_code(Code.FIELD_UNREADABLE, message, fix, pointer=pointer)
        raw = tag.sub(lambda match: f"{{{{{{{match[1]}}}}}}}", template)
        app, session = self._session.app, self._session
        is_saved = app.path is not None and app.is_saved
        changes = app.edit(f"{action.pointer}{location}", raw)
        if is_saved:
            app.save()

        def undo() -> None:
            changes.undo()
            session.take_definition()

        session.take_definition()
        session.say(f"{{{{{{{path}}}}}}} written to inputTemplate.", undo=undo)

    # -- problems

    @property
    def faults(self) -> dict[str, str]:
        """The problems by pointer: fields that cannot be read, and what the platform would reject."""
        return {pointer: state["fault"] for pointer, state in self.states.items() if "fault" in state}

    @property
    def summary(self) -> str:
        """How many fields need attention, in words; empty if none does."""
        count = len(self.faults)
        return f"{count} {'field needs' if count == 1 else 'fields need'} attention." if count else ""

    def check(self) -> None:
        """Raise an error if a field cannot be read, or the platform would reject an input.

        Raises:
            InputError: one diagnostic for each problem; KNB716 if a field cannot be read.
        """
        rejected = self._session.coerce(self.value).errors
        reported = [item for item in rejected if item.pointer not in self.unread]
        if problems := [*unread_diagnostics(self._root, self.unread), *reported]:
            raise InputError(problems)

    def require(self) -> None:
        """Show the problems of every field, focus the first one that has any, and raise as `check` does.

        Raises:
            InputError: as `check`.
        """
        self.show_all = True
        faults = self.faults
        if faults:
            self.tell(Focus(next(iter(faults))))
        self.check()

    # -- messages of the page

    @handles(Entry)
    def _receive_entry(self, message: Entry) -> None:
        if message.state == "from" and message.from_ is not None:
            self.link(message.pointer, message.from_.action, message.from_.pointer)
            return
        _, member = self._field(message.pointer) if message.pointer else ("", self._root)
        entry = received_entry(member, message.state, message.text)
        self._is_from_page = True
        try:
            self._put(message.pointer, entry)
        finally:
            self._is_from_page = False

    @handles(ChangeItem)
    def _change_item(self, message: ChangeItem) -> None:
        item = f"{message.pointer}/{message.index}"
        if message.op == "add":
            self.add_item(message.pointer)
        elif message.op == "remove":
            self.remove_item(item)
        else:
            self.move_item(item, message.to)

    @handles(ConvertEntry)
    def _convert_entry(self, message: ConvertEntry) -> None:
        if message.to == "json":
            self.as_json(message.pointer)
        else:
            self.as_form(message.pointer)

    @handles(SetInputs)
    def _paste(self, message: SetInputs) -> None:
        try:
            inputs = parse_json(message.text)
        except ValueError as error:
            self.notice = str(error)
            return
        self.value = plain_inputs(inputs)

    @handles(UsePreset)
    def _use_preset(self, message: UsePreset) -> None:
        self.use_preset(message.name)

    @handles(SaveExample)
    def _save_example(self, message: SaveExample) -> None:
        self.save_example(message.name)
        self._list_choices()

    @handles(AskChoices)
    def _ask_choices(self, message: AskChoices) -> None:
        self._list_choices()

    @handles(Fix)
    def _fix(self, message: Fix) -> None:
        self.use_raw(message.id)

    def _list_choices(self) -> None:
        listed = listed_choices(self._session, self.value)
        # The number makes each answer another one, so that the page hears of it.
        self.choices = {"number": self.choices.get("number", 0) + 1, **listed}

    # -- state

    def _field(self, pointer: str) -> tuple[str, InputField]:
        """Return the pointer of a field and the field; the name of an input is the pointer of its field."""
        if not pointer.startswith("/"):
            pointer = pointers.join("", pointer)
        member = field_at(self._root, pointer)
        if member is None:
            raise no_field_error(pointer, self._root)
        return pointer, member

    def _put(self, pointer: str, entry: FormEntry) -> None:
        self._apply(put(self._root, self._entry, pointer, entry))

    def _apply(self, entry: FormEntry) -> None:
        """Take another tree of entries: gather the inputs, and tell the session."""
        self._entry = entry
        inputs, unread = gather(self._root, entry)
        session = self._session
        with session.changing():
            session.set_inputs(inputs, unread)
            session.state.form, self._sent = entry, session.inputs
            # Before anybody hears of it, so that all leaves show the same inputs.
            self._show(inputs, unread)

    def _show(self, inputs: dict[str, Any], unread: dict[str, str]) -> None:
        self.notice = ""
        self.entries = self._entry
        self.unread = unread
        self._gathered = inputs
        self.value = inputs

    def _show_states(self) -> None:
        """Show what there is to say of the fields, which the preview of their inputs tells."""
        session, inputs = self._session, self.value
        prepared = session.previewed
        request = None if prepared is None else prepared.request
        states = states_of(self._root, self._entry, self.unread, session.coerce(inputs), request)
        # In the order of the form, as the summary of the page lists them.
        self.states = {
            pointer: states[pointer] for pointer in sorted(states, key=partial(position_of, self._root))
        }
        self.paths = {pointer: path_of(self._root, pointer) for pointer in states}

    def _read_fields(self) -> None:
        self._before = self._root
        self._root = read_fields(self._session.input_schema(), unused_inputs(self._session))
        self.fields = field_json(self._root)

    def _hear(self, topics: frozenset[Topic]) -> None:
        if topics & _SHAPE:
            before = self.fields
            self._read_fields()
            if "action" in topics:
                self.show_all = False
            if self.fields != before or "action" in topics:
                self._take_over()
                return
        if self._session.inputs is not self._sent:
            self._take_over()
        elif topics & (_SHAPE | _CONTENT):
            self._show_states()

    def _take_over(self) -> None:
        """Show the inputs of the session: as they were typed, if they still are those."""
        session = self._session
        state = session.state
        entry = state.form
        if entry is None or not is_same(gather(self._root, entry).inputs, state.inputs):
            entry = self._respread(state.inputs, state.unread, state.form)
        inputs, unread = gather(self._root, entry)
        if unread != state.unread:
            # After a change of the schema another text may not be readable.
            self._apply(entry)
            return
        self._entry, self._sent = entry, session.inputs
        self._show(inputs, unread)
        self._show_states()

    def _respread(
        self, inputs: Mapping[str, Any], unread: Mapping[str, str], before: FormEntry | None
    ) -> FormEntry:
        """Return the entries of inputs; a text that could not be read stays where its field still is."""
        entry = spread(self._root, plain_inputs(inputs), self._session.steps)
        for pointer in unread if before is not None else ():
            if pointer and field_at(self._root, pointer) is not None:
                with suppress(InputError):
                    entry = put(self._root, entry, pointer, entry_at(self._before, before or {}, pointer))
        return entry

    @traitlets.validate("value")
    def _check_value(self, proposal: Any) -> Any:
        value = proposal["value"]
        return value if value is self._gathered else plain_inputs(value)

    @traitlets.observe("value")
    def _fill_in(self, change: Any) -> None:
        if not is_same(self._gathered, change["new"]):
            self._apply(spread(self._root, change["new"], self._session.steps))

    def _should_send_property(self, key: str, value: Any) -> bool:
        # The page has the text that it sent, and perhaps more by now.
        is_known = key == "entries" and self._is_from_page
        return not is_known and bool(super()._should_send_property(key, value))

    def as_text(self) -> str:
        """Return the form as text: the inputs it sends, and how many fields are invalid."""
        invalid = f", {len(self.faults)} invalid" if self.faults else ""
        return one_line(f"<ActionForm: {stringify(self.value)}{invalid}>")

"""The inputs of an action as a form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Unpack

import traitlets

from kustomer_nb import reporting
from kustomer_nb.codes import Code
from kustomer_nb.errors import InputError
from kustomer_nb.jsontext.serialization import stringify
from kustomer_nb.options import WorkbenchOptions, takes
from kustomer_nb.printable import one_line, quoted
from kustomer_nb.secrets.tracebacks import scrub_tracebacks

from .base import BaseWidget, handles
from .form_content import FormContent
from .form_inputs import ExactDict, fields_of, pasted_inputs, plain_inputs
from .form_presets import (
    RESET,
    keep_example,
    listed_choices,
    preset,
    preset_words,
    presets,
    python_text,
    step_link,
)
from .linking import link, style
from .marimo import is_in_marimo
from .messages import (
    AskChoices,
    ChangeItem,
    ConvertEntry,
    EditId,
    Entry,
    Fix,
    SaveExample,
    SetInputs,
    UsePreset,
)
from .page_messages import Focus
from .replaced_inputs import replacing_inputs
from .session import Session, as_session

if TYPE_CHECKING:
    from kustomer_nb.action import Action

    from .form_content import State
    from .form_states import Tag
    from .form_tree import InputField
    from .session_state import Topic

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
    action = traitlets.Unicode().tag(sync=True)
    fields = traitlets.Dict().tag(sync=True)
    entries = traitlets.Dict().tag(sync=True)
    # By page, the number of its latest edit that is in the entries, or was refused.
    answered = traitlets.Dict().tag(sync=True)
    states = traitlets.Dict().tag(sync=True)
    # By pointer, so that a field is called as in `lines[1].quantity`.
    paths = traitlets.Dict().tag(sync=True)
    show_all = traitlets.Bool(False).tag(sync=True)
    choices = traitlets.Dict().tag(sync=True)
    unread = traitlets.Dict()
    # marimo runs what depends on a form again when a page saves a trait, not when it sends a message. So a
    # page of marimo saves the number of each change of `value`; elsewhere both stay 0.
    revision = traitlets.Int(0).tag(sync=True)
    revision_seen = traitlets.Int(0).tag(sync=True)

    def _replace(self, value: dict[str, Any]) -> None:
        # Also a text that cannot be read, which is in no value.
        if not self._is_showing:
            self._apply(self._content.fill(value, self._session.steps))

    value = ExactDict(_replace)

    @scrub_tracebacks
    @takes(WorkbenchOptions)
    def __init__(
        self,
        action: Action | Session,
        value: Mapping[str, Any] | None = None,
        **options: Unpack[WorkbenchOptions],
    ) -> None:
        self._session = as_session(action, options)
        # Whether `value` is set to what the fields send already.
        self._is_showing = False
        self._sent: Mapping[str, Any] = {}
        inputs = None if value is None else plain_inputs(value)
        # First, so that a page loads what draws the form while the form is made.
        super().__init__()
        try:
            with self.hold_sync():
                self._fill(inputs)
        except BaseException:
            self.close()
            raise

    def _fill(self, inputs: dict[str, Any] | None) -> None:
        """Make the fields of the selected action, and show these inputs in them, or those of the session."""
        root, fields = fields_of(self._session)
        self._content = FormContent(root)
        # The forms of the actions that were selected before.
        self._left: dict[str, FormContent] = {}
        self.fields, self.action = fields, self._session.action_key
        self.when_closed(self._session.listen(self._hear))
        if inputs is not None:
            self.value = inputs
        else:
            self._take_over()

    # -- what a person does, and its Python calls

    def enter(self, pointer: str, text: str) -> None:
        """Put text into a field, as typing does.

        Empty text is an input where the field takes a string; any other field is then not set.

        Raises:
            InputError: there is no such field.
        """
        self._apply(self._content.enter(pointer, text))

    def set_field(self, pointer: str, state: State) -> None:
        """Make a field not set, null, its default or empty, as the menu of a field does.

        Raises:
            InputError: there is no such field, or it has no default.
        """
        self._apply(self._content.set_state(pointer, state))

    def link(self, pointer: str, action: str, output: str) -> None:
        """Take the value of a field from the last output of an action, by a pointer into that output.

        The input is then a reference to that step, which the session has as ``steps``.

        Raises:
            InputError: there is no such field.
            NameNotFoundError: that action has no output, or no value there.
        """
        pointer, _ = self._content.field(pointer)
        self._apply(self._content.put(pointer, step_link(self._session, action, output)))

    def as_json(self, pointer: str = "") -> None:
        """Edit a group, or all inputs, as JSON text.

        Raises:
            InputError: there is no such field, or a text in it cannot be read.
        """
        self._apply(self._content.as_json(pointer))

    def as_form(self, pointer: str = "") -> None:
        """Edit a group, or all inputs, that is JSON text by its fields again.

        Raises:
            InputError: there is no such field, or the text is not JSON of its type.
        """
        place = self._content.field(pointer)[0] if pointer else ""
        self._apply(self._content.as_form(place, self.faults.get(place, "")))

    def add_item(self, pointer: str) -> str:
        """Add an empty item to an array, and return its pointer.

        Raises:
            InputError: there is no such array.
        """
        self._apply(self._content.add_item(pointer))
        return self._content.last_item(pointer)

    def remove_item(self, pointer: str) -> None:
        """Remove an item of an array.

        Raises:
            InputError: there is no such item.
        """
        self._apply(self._content.remove_item(pointer))

    def move_item(self, pointer: str, to: int) -> None:
        """Move an item of an array to another index.

        Raises:
            InputError: there is no such item.
        """
        self._apply(self._content.move_item(pointer, to))

    def reset(self) -> None:
        """Clear every field."""
        self.use_preset(RESET)

    def presets(self) -> list[dict[str, str]]:
        """Return the examples of the project and the inputs of earlier runs, each with its ``id``."""
        return presets(self._session)

    def use_preset(self, name: str) -> None:
        """Enter the inputs of a preset, by its ``id``.

        Raises:
            NameNotFoundError: there is no such preset.
        """
        inputs = preset(self._session, name)
        with replacing_inputs(self._session, preset_words(name)):
            self.value = inputs

    def save_example(self, name: str) -> str:
        """Keep the inputs as an example of the action in ``kustomer-nb.examples.json``; return that name.

        Raises:
            InputError: a field cannot be read.
            SaveError: an input holds the value of a setting, or the file cannot be written.
        """
        self._content.require_read()
        return keep_example(self._session, name, self.value)

    def as_python(self) -> str:
        """Return the inputs as the argument ``inputs=`` of a call."""
        return python_text(self.value)

    def use_raw(self, pointer: str) -> None:
        """Write three braces in the templates that escape the value of a field.

        The file is saved, unless it has other changes that are not.

        Raises:
            InputError: nothing is escaped there.
            SaveError: the file changed meanwhile, or cannot be written.
        """
        fixes, prepared = self._session.template_fixes, self._session.previewed
        own = self._content.escaping_tags(pointer, prepared.request) if prepared else ()
        tags = [tag for tag in fixes.escaped_tags if (tag.pointer, tag.span) in own]
        if not tags:
            message = f"no fix is known for what {quoted(pointer)} is sent as."
            fix = "change the template in the file."
            raise InputError.from_code(Code.FIELD_UNREADABLE, message, fix, pointer=pointer)
        fixes.make(*fixes.with_raw(tags), place="form")

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
        self._content.require(self._session.coerce(self.value))

    def require(self) -> None:
        """Show the problems of every field, focus the first one that has any, and raise as `check` does.

        Raises:
            InputError: as `check`.
        """
        self.show_all = True
        if faults := self.faults:
            self.tell(Focus(next(iter(faults))))
        self.check()

    # -- messages of the page

    def _receive(self, widget: Any, content: Any, buffers: Any) -> None:
        # One update: the fields, what there is to say of them, and which edit they are the answer to.
        with self.hold_sync():
            super()._receive(widget, content, buffers)

    def _replace_all(
        self, edit: EditId | None, words: str, change: Callable[[FormContent], FormContent]
    ) -> None:
        """Make an edit that replaces all inputs, which can be undone."""
        with replacing_inputs(self._session, words, edit.action if edit else ""):
            self._perform(edit, change)

    def _perform(self, edit: EditId | None, change: Callable[[FormContent], FormContent]) -> None:
        """Make an edit of a page in the form it was made in, and answer it: made or refused."""
        try:
            if edit is None or edit.action in ("", self.action):
                self._apply(change(self._content))
            elif (content := self._left.get(edit.action)) is not None:
                self._left[edit.action] = content = change(content)
                content.keep(self._session.state_of(edit.action))
        finally:
            if edit is not None:
                self.answered = edit.added_to(self.answered)

    @handles(Entry)
    def _receive_entry(self, message: Entry) -> None:
        pointer, source, session = message.pointer, message.from_, self._session

        def change(content: FormContent) -> FormContent:
            if message.state != "from" or source is None:
                return content.receive(pointer, message.state, message.text)
            place = content.field(pointer)[0]
            return content.put(place, step_link(session, source.action, source.pointer))

        self._perform(message.edit, change)

    @handles(ChangeItem)
    def _change_item(self, message: ChangeItem) -> None:
        self._perform(message.edit, lambda content: content.change_item(message))

    @handles(ConvertEntry)
    def _convert_entry(self, message: ConvertEntry) -> None:
        self._perform(message.edit, lambda content: content.convert(message, self.faults))

    @handles(SetInputs)
    def _paste(self, message: SetInputs) -> None:
        steps = self._session.steps
        try:
            self._replace_all(
                message.edit,
                "Pasted inputs entered.",
                lambda content: content.fill(pasted_inputs(message.text), steps),
            )
        except ValueError as error:
            self.notice = str(error)

    @handles(UsePreset)
    def _use_preset(self, message: UsePreset) -> None:
        session, name = self._session, message.name
        self._replace_all(
            message.edit,
            preset_words(name),
            lambda content: content.fill(preset(session, name), session.steps),
        )

    @handles(SaveExample)
    def _save_example(self, message: SaveExample) -> None:
        self.save_example(message.name)
        self._list_choices(AskChoices())

    @handles(AskChoices)
    def _list_choices(self, message: AskChoices) -> None:
        listed = listed_choices(self._session, self.value)
        # The number makes each answer another one, so that the page hears of it.
        self.choices = {"number": self.choices.get("number", 0) + 1, **listed}

    @handles(Fix)
    def _fix(self, message: Fix) -> None:
        self.use_raw(message.id)

    # -- state

    def get_state(self, key: Any = None, drop_defaults: bool = False) -> Any:
        """Return the state as a page takes it; in marimo, the inputs alone: the value there."""
        if key is None and is_in_marimo(self):
            return dict(self.value)
        return super().get_state(key, drop_defaults)

    def send_state(self, key: Any = None) -> None:
        """Send the state to the page."""
        super().send_state(self.keys if key is None else key)

    @traitlets.observe("value")
    def _count_revision(self, change: object) -> None:
        if is_in_marimo(self):
            self.revision += 1

    def _apply(self, content: FormContent) -> None:
        """Take another content, and tell the session its inputs."""
        self._content = content
        session = self._session
        with session.changing():
            session.set_inputs(content.inputs, content.unread)
            session.state.form, self._sent = content.entry, session.inputs
            # Before anybody hears of it, so that all leaves show the same inputs.
            self._show()

    def _show(self) -> None:
        self.notice = ""
        self.entries = self._content.entry
        self.unread = self._content.unread
        self._is_showing = True
        try:
            self.value = self._content.inputs
        finally:
            self._is_showing = False

    def _show_states(self) -> None:
        """Show what there is to say of the fields, which the preview of their inputs tells."""
        coerced = self._session.coerce(self.value)
        # A request says what escaping does to the inputs: without any there is nothing to ask it.
        prepared = self._session.previewed if coerced.value else None
        request = None if prepared is None else prepared.request
        tags = self._session.template_fixes.escaped_tags if request else ()
        raw: dict[Tag, str] = {(tag.pointer, tag.span): tag.raw for tag in tags}
        self.states = self._content.states(coerced, request, raw)
        self.paths = {pointer: self._content.path(pointer) for pointer in self.states}

    def _hear(self, topics: frozenset[Topic]) -> None:
        if topics & _SHAPE:
            before, (root, self.fields) = self.fields, fields_of(self._session)
            if "action" in topics:
                self._left[self.action] = self._content
                self.action = self._session.action_key
                self.show_all = False
            if self.fields != before or "action" in topics:
                self._take_over(root)
                return
        if self._session.inputs is not self._sent:
            self._take_over()
        elif topics & (_SHAPE | _CONTENT):
            self._show_states()

    def _take_over(self, root: InputField | None = None) -> None:
        """Show the inputs of the session, in other fields if they are given."""
        session, state = self._session, self._session.state
        if state.unread and state.form is None:
            # What is missing was there, so it is no matter of a field that nobody has touched.
            self.show_all = True
        content = self._content.follow(root or self._content.root, state, session.steps)
        if content.unread != state.unread:
            # After a change of the schema another text may not be readable.
            self._apply(content)
            return
        self._content, self._sent = content, session.inputs
        self._show()
        self._show_states()

    @traitlets.validate("value")
    def _check_value(self, proposal: Any) -> Any:
        return proposal["value"] if self._is_showing else plain_inputs(proposal["value"])

    def as_text(self) -> str:
        """Return the form as text: the inputs it sends, and how many fields are invalid."""
        invalid = f", {len(self.faults)} invalid" if self.faults else ""
        return one_line(f"<ActionForm: {stringify(self.value)}{invalid}>")

    def as_facts(self) -> Mapping[str, Any]:
        """Return the inputs, without what the profile masks, and which of them are invalid."""
        preview = self._session.previewed
        masking = preview.request.masking if preview is not None else None
        inputs = self.value if masking is None else masking.covered({"inputs": self.value})["inputs"]
        return {"inputs": reporting.Json(inputs), "invalid": sorted(self.faults)}

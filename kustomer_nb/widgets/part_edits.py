"""Edits of parts of an action's definition, each one change that can be undone."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Literal

from kustomer_nb.authoring import plan_rename
from kustomer_nb.authoring.names import NO_PROTOTYPE, PROTOTYPE, refusal, unused_name
from kustomer_nb.codes import Code
from kustomer_nb.definition import edited, removed
from kustomer_nb.errors import EditError
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.jsontext.written_numbers import written
from kustomer_nb.schema.conversions import kind_of

from .definition_completion import complete_part, last_runs, path_type, response_paths
from .definition_parts import (
    Form,
    converted,
    default_of,
    is_output,
    members,
    new_part,
    read_json,
    renamed_output,
    renamed_part,
    with_part,
    with_picked_output,
    with_required_input,
    without_part,
)
from .line_ends import with_line_ends
from .masked_value import MaskedValue
from .renamed_inputs import InputRename
from .step_words import named, part_words

if TYPE_CHECKING:
    from collections.abc import Callable

    from kustomer_nb.action import Action
    from kustomer_nb.definition import Document
    from kustomer_nb.language import Completions

    from .session import Session


class PartEdits:
    """Edits the parts of the selected action of a session, by their pointers within the action.

    Each edit changes its part of the text alone, and all leaves follow.

    Example:
        >>> from kustomer_nb import loads
        >>> from kustomer_nb.widgets.session import Session
        >>> app = loads('{"inputTemplate": {"uri": "/{{id}}"}, "inputSchema": {"properties": {"id": {}}}}')
        >>> parts = PartEdits(Session(app))
        >>> parts.put("/inputTemplate/uri", "/orders/{{id}}")
        >>> parts.rename("/inputSchema/properties/id", "orderId")
        >>> app.text
        '{"inputTemplate": {"uri": "/orders/{{orderId}}"}, "inputSchema": {"properties": {"orderId": {}}}}'
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._editing = session.editing
        self._shown: tuple[Document, str, MaskedValue] | None = None

    @property
    def action(self) -> Action:
        """The action that is edited."""
        return self._session.action

    @property
    def blocked(self) -> str:
        """Why nothing can be edited at the moment, "" if it can."""
        return self._editing.unreadable or self._editing.read_only

    @property
    def masked(self) -> MaskedValue:
        """The value of the action as the page may have it."""
        document, pointer = self._session.app.document, self.action.pointer
        if self._shown is None or self._shown[0] is not document or self._shown[1] != pointer:
            value = written(document.reading, pointer, self.action.value)
            self._shown = (
                document,
                pointer,
                MaskedValue(document, pointer, value, self._editing.concealment(document)),
            )
        return self._shown[2]

    def naming(self, words: str, run: str = "") -> AbstractContextManager[None]:
        """Say what the change is that is made within a block: a name in it may be a token."""
        return self._editing.naming(self.masked.message(words), run)

    def _edit(self, change: Callable[[Document], Document], *, is_typing: bool = False) -> None:
        """Let the app have an edited document, and all leaves follow."""
        app = self._session.app
        if self.blocked:
            fix = "correct the text first, under JSON."
            raise EditError.from_code(Code.EDIT_UNSAFE, self.blocked, fix, pointer=self.action.pointer)
        document = change(app.document)
        if is_typing:
            self._session.problems.look_later()
            app.type_document(document)
        else:
            app.change_document(document)
        self._session.take_definition()

    def _at(self, pointer: str) -> str:
        return f"{self.action.pointer}{pointer}"

    @named("edit of {}", is_typed=True)
    def put(self, pointer: str, text: str, form: Literal["text", "json"] = "text") -> None:
        """Set the value at a pointer: a string, or what JSON text says; an empty JSON text removes it.

        Raises:
            EditError: the JSON text cannot be read, or the value cannot be set there.
        """
        if form == "json" and not text.strip():
            self._clear(pointer)
            return
        value = self._with_line_ends(pointer, text) if form == "text" else read_json(text, pointer)
        read, value = self.action.read, self.masked.restored(pointer, value)
        self._edit(lambda document: with_part(document, read, pointer, value), is_typing=True)

    def _clear(self, pointer: str) -> None:
        if pointers.resolve(self.action.value, pointer) is not UNDEFINED:
            self._edit(lambda document: removed(document, self._at(pointer)), is_typing=True)

    def _with_line_ends(self, pointer: str, text: str) -> str:
        """Return a text of a page with the line ends of the value that it replaces."""
        value = pointers.resolve(self.action.value, pointer)
        return with_line_ends(text, value) if isinstance(value, str) else text

    def put_input(self, pointer: str, key: str, text: str) -> None:
        """Set the type, default, description of an input, or whether it is required ("true").

        Raises:
            EditError: it cannot be set there.
        """
        with self.naming(f"{key} of {part_words(pointer)}", f"{pointer}:{key}"):
            self._put_input_key(pointer, key, text)

    def _put_input_key(self, pointer: str, key: str, text: str) -> None:
        if key == "required":
            self._require(pointers.split(pointer)[-1], is_required=text == "true")
            return
        location = pointers.join(pointer, key)
        if not text:
            self._clear(location)
            return
        value: Any = self._with_line_ends(location, text)
        if key == "default":
            value = default_of(value, pointers.resolve(self.action.value, pointer))
        value = self.masked.restored(location, value)
        self._edit(lambda document: edited(document, self._at(location), value), is_typing=True)

    def _require(self, name: str, *, is_required: bool) -> None:
        read = self.action.read
        if is_required or pointers.resolve(read.value, "/inputSchema/required") is not UNDEFINED:
            self._edit(lambda document: with_required_input(document, read, name, is_required=is_required))

    def plan(self, pointer: str, name: str) -> list[dict[str, Any]]:
        """Return the places that a rename of an input or a setting would change; none for another key.

        Raises:
            EditError: it cannot be renamed so.
        """
        if not pointer.startswith(("/inputSchema/properties/", "/appSettings/")):
            return []
        read = self.action.read
        places = plan_rename(self._session.app.document, read, pointer, name)
        mask = self.masked.message
        return [
            {"line": place.line, "before": mask(place.before), "after": mask(place.after)} for place in places
        ]

    @named("rename of {}")
    def rename(self, pointer: str, name: str) -> None:
        """Rename the key at a pointer; an input or a setting in all templates, an output in its schema too.

        Raises:
            EditError: the name is in use, or cannot be written there.
        """
        action, old = self.action, pointers.split(pointer)[-1]
        if old == name:
            return
        self._session.require_no_draft()
        if name == PROTOTYPE:
            raise refusal(self._at(pointer), *NO_PROTOTYPE)
        if pointer == "/name":
            self._session.app.rename_action(action.name, name)
        elif pointer.startswith("/inputSchema/properties/"):
            with self._session.changing():
                action.rename_input(pointer, name)
                self._editing.note_rename(InputRename(self._session.action_key, pointer, name))
                self._session.take_definition()
            return
        elif pointer.startswith("/appSettings/"):
            action.rename_setting(pointer, name)
        else:
            rename = renamed_output if is_output(pointer) else renamed_part
            self._edit(lambda document: rename(document, action.read, pointer, name))
            return
        self._session.take_definition()

    @named("addition to {}")
    def add(self, pointer: str, form: Form = "text") -> str:
        """Add a member or an item below a pointer, and return its pointer.

        Below inputSchema it is an input, below appSettings a setting, below outputTemplate an output.

        Raises:
            EditError: nothing can be added there.
        """
        self._session.require_no_draft()
        action = self.action
        container = pointers.resolve(action.value, pointer)
        if pointer == "/inputSchema":
            name = unused_name("input", members(members(container).get("properties")))
            action.add_input(name)
            self._session.take_definition()
            return pointers.join("/inputSchema/properties", name)
        if pointer == "/outputTemplate":
            name = unused_name("key", members(container))
            action.add_output(name, "/#body")
            self._session.take_definition()
            return pointers.join(pointer, name)
        read, app = action.read, self._session.app.model.app or "app"
        location, value = new_part(read, pointer, form, app)
        self._edit(lambda document: with_part(document, read, location, value))
        return pointers.join(pointer, len(container)) if isinstance(container, list) else location

    @named("removal of {}")
    def remove(self, pointer: str) -> None:
        """Remove the value at a pointer; of an output, its declaration too.

        Raises:
            EditError: there is none, or it cannot be removed.
        """
        self._session.require_no_draft()
        if pointer.startswith("/inputSchema/properties/"):
            self.action.remove_input(pointers.split(pointer)[-1])
            self._session.take_definition()
        else:
            read = self.action.read
            self._edit(lambda document: without_part(document, read, pointer))

    @named("kind of {}")
    def convert(self, pointer: str, form: Form) -> None:
        """Turn the value at a pointer into text, a JSON value, an object or an array; what fits is kept.

        Raises:
            EditError: it cannot be set there.
        """
        value = pointers.resolve(self.action.value, pointer)
        if value is UNDEFINED:
            message, fix = "there is no value to convert.", "enter one first."
            raise EditError.from_code(Code.POINTER_NOT_FOUND, message, fix, pointer=pointer)
        value = converted(written(self._session.app.document.reading, self._at(pointer), value), form)
        self._edit(lambda document: edited(document, self._at(pointer), value))

    @named("declaration of output {}")
    def declare(self, key: str) -> None:
        """Declare an output in outputSchema, with the type that it had in the last result.

        Raises:
            EditError: outputSchema cannot be edited.
        """
        result = self._session.state.result
        output = result.output if result is not None else None
        value = output.get(key, UNDEFINED) if isinstance(output, dict) else UNDEFINED
        node = {} if value is UNDEFINED or value is None else {"type": kind_of(value)}
        read, location = self.action.read, pointers.join("/outputSchema/properties", key)
        self._edit(lambda document: with_part(document, read, location, node))

    @named("pick of {}")
    def pick(self, pointer: str, path: str) -> None:
        """Take an output from a path of the last response, and its type into an outputSchema that has keys.

        Raises:
            EditError: it cannot be set there.
        """
        read = self.action.read
        kind = path_type(read.value, self._session.state.last_body, path)
        self._edit(lambda document: with_picked_output(document, read, pointer, path, kind))

    def complete(self, pointer: str, offset: int) -> Completions:
        """Return what can be written at an offset of the string at a pointer, with offsets of that string."""
        document = self._session.app.document
        return complete_part(document, self._at(pointer), offset, last_runs(self._session))

    def fix_template(self, fix: str) -> None:
        """Make a fix that `TemplateFixes` offers for a template: declare its input, or use three braces.

        Raises:
            EditError: it is not needed any more, or cannot be made.
        """
        self._session.require_no_draft()
        document, words = self._session.template_fixes.changed(fix)
        with self.naming(words):
            self._edit(lambda _: document)

    def paths(self) -> list[dict[str, str]]:
        """Return the paths of the last response, or of what the sample shows of one, with their types."""
        return response_paths(self.action.value, self._session.state.last_body)

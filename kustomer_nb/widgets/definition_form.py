"""An action's definition as a form: the same document as its text, edited without writing JSON."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any, Literal

import traitlets

from kustomer_nb.authoring import plan_rename
from kustomer_nb.authoring.names import NO_PROTOTYPE, PROTOTYPE, refusal, unused_name
from kustomer_nb.codes import Code
from kustomer_nb.definition import edited, removed, renamed
from kustomer_nb.errors import EditError, KustomerNbError
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.jsontext.strings import offset_in_source
from kustomer_nb.language import Completions, complete
from kustomer_nb.language.names import output_names
from kustomer_nb.printable import one_line, quoted
from kustomer_nb.schema.conversions import kind_of
from kustomer_nb.template.helpers import HELPERS

from .base import handles
from .definition_leaf import DefinitionLeaf
from .definition_messages import (
    AddPart,
    AskPaths,
    CompletePart,
    ConvertPart,
    PutInput,
    PutPart,
    RemovePart,
    RenamePart,
    UndoText,
)
from .definition_rows import sections_of
from .line_ends import with_line_ends
from .linking import link, style
from .masked_value import MaskedValue
from .messages import Declare
from .page_messages import CompletedPart, Focus, PartDone, PathList
from .row_places import RowPlaces

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from kustomer_nb.action import Action
    from kustomer_nb.definition import Document

    from .session import Session

    _Verb = PutPart | PutInput | RenamePart | AddPart | RemovePart | ConvertPart | Declare | UndoText

Form = Literal["text", "json", "object", "array"]
# More are found with the search of the response.
MOST_PATHS = 500
DEEPEST_PATH = 8
_EMPTY: dict[str, Any] = {"text": "", "json": None, "object": {}, "array": [""]}
_NAMES = {"/inputTemplate/qs": "parameter", "/inputTemplate/headers": "x-header", "/outputTemplate": "key"}


class DefinitionForm(DefinitionLeaf):
    """Edits the definition of an action by rows: request, inputs, settings, output and sample.

    Each edit changes its part of the text alone, and can be undone. Pointers are those within the action.

    Example:
        >>> from kustomer_nb import loads
        >>> text = '{"inputTemplate": {"uri": "/{{id}}"}, "inputSchema": {"properties": {"id": {}}}}'
        >>> app = loads(text)
        >>> form = DefinitionForm(app.action())
        >>> form.put("/inputTemplate/uri", "/orders/{{id}}")
        >>> form.rename("/inputSchema/properties/id", "orderId")
        >>> app.text
        '{"inputTemplate": {"uri": "/orders/{{orderId}}"}, "inputSchema": {"properties": {"orderId": {}}}}'
    """

    _esm = link("definition_form.js")
    _css = style("definition_form.css")

    sections = traitlets.List(traitlets.Dict()).tag(sync=True)
    # The names that a template can read, by what they are.
    known = traitlets.Dict().tag(sync=True)
    # Of the rows: another one when a key or an item comes or goes.
    version = traitlets.Int(0).tag(sync=True)
    # Which action the rows are of.
    subject = traitlets.Unicode("").tag(sync=True)
    # Why the form cannot be edited at the moment; "" if it can.
    blocked = traitlets.Unicode("").tag(sync=True)

    @property
    def action(self) -> Action:
        """The action that is edited."""
        return self._session.action

    def __init__(self, action: Action | Session) -> None:
        self._places = RowPlaces()
        self._answered: int | None = None
        self._shown: tuple[Document, str, MaskedValue] | None = None
        super().__init__(action)

    def _draw_definition(self) -> None:
        value = self.action.value
        self.version = self._places.follow(self._session.action_key, value)
        self.subject = self._session.action_key
        properties = value.get("inputSchema", {})
        properties = properties.get("properties", {}) if isinstance(properties, dict) else {}
        settings = value.get("appSettings", {})
        masked = replace(self.action.read, value=self._masked().value)
        # Of a module that Node evaluates, no value can be found in the text, and no token either.
        self.sections = [] if self.read_only else sections_of(masked, self._sources(), self._masked().tokens)
        self.known = {
            "input": list(properties) if isinstance(properties, dict) else [],
            "setting": list(settings) if isinstance(settings, dict) else [],
            "helper": list(HELPERS),
        }
        self.blocked = self.unreadable or self.read_only

    def _masked(self) -> MaskedValue:
        """Return the value of the action as the page may have it."""
        document, pointer = self._session.app.document, self.action.pointer
        if self._shown is None or self._shown[0] is not document or self._shown[1] != pointer:
            self._shown = (document, pointer, MaskedValue(document, pointer, self.action.value))
        return self._shown[2]

    def _sources(self) -> dict[str, str]:
        """Return by the key of each setting where its value comes from."""
        with suppress(KustomerNbError):
            secrets = self._session.prepare({}).request.secrets
            used = {key: secrets.get(f"${key}") for key in self._session.definition.setting_keys.values()}
            return {key: secret.source if secret else "no value" for key, secret in used.items()}
        return {}

    # -- edits

    def _edit(self, change: Callable[[Document], Document], *, is_typing: bool = False) -> None:
        """Let the app have an edited document, and all leaves follow."""
        app = self._session.app
        if self.blocked:
            fix = "correct the text first, under JSON."
            raise EditError.from_code(Code.EDIT_UNSAFE, self.blocked, fix, pointer=self.action.pointer)
        document = change(app.document)
        if is_typing:
            app.type_document(document)
        else:
            app.change_document(document)
        self._session.take_definition()

    def _at(self, pointer: str) -> str:
        return f"{self.action.pointer}{pointer}"

    def put(self, pointer: str, text: str, form: Literal["text", "json"] = "text") -> None:
        """Set the value at a pointer: a string, or what JSON text says; an empty JSON text removes it.

        Raises:
            EditError: the JSON text cannot be read, or the value cannot be set there.
        """
        if form == "json" and not text.strip():
            if pointers.resolve(self.action.value, pointer) is not UNDEFINED:
                self._edit(lambda document: removed(document, self._at(pointer)), is_typing=True)
            return
        value = self._with_line_ends(pointer, text) if form == "text" else self._read_json(text, pointer)
        value = self._masked().restored(pointer, value)
        self._edit(lambda document: self._with(document, pointer, value), is_typing=True)

    def _with_line_ends(self, pointer: str, text: str) -> str:
        """Return a text of a page with the line ends of the value that it replaces."""
        value = pointers.resolve(self.action.value, pointer)
        return with_line_ends(text, value) if isinstance(value, str) else text

    def _read_json(self, text: str, pointer: str) -> Any:
        try:
            return json.loads(text)
        except (ValueError, RecursionError) as error:
            why = "it is nested too deeply" if isinstance(error, RecursionError) else error
            message = f"this is not JSON: {why}."
            raise EditError.from_code(
                Code.VALUE_NOT_JSON, message, "write a JSON value.", pointer=pointer
            ) from None

    def _with(self, document: Document, pointer: str, value: Any) -> Document:
        """Return the document with a value at a pointer, and with what has to be around it."""
        parent = pointer.rpartition("/")[0]
        if parent and pointers.resolve(document_value(document, self.action.pointer), parent) is UNDEFINED:
            key = pointers.split(pointer)[-1]
            return self._with(document, parent, {key: value})
        return edited(document, self._at(pointer), value)

    def put_input(self, pointer: str, key: str, text: str) -> None:
        """Set the type, default, description of an input, or whether it is required ("true").

        Raises:
            EditError: it cannot be set there.
        """
        schema = pointers.resolve(self.action.value, pointer)
        if key == "required":
            self._require(pointers.split(pointer)[-1], is_required=text == "true")
            return
        value: Any = self._with_line_ends(pointers.join(pointer, key), text)
        if key == "default":
            value = _as_default(value, schema.get("type") if isinstance(schema, dict) else None)
        location = pointers.join(pointer, key)
        value = self._masked().restored(location, value)
        if text or key == "default":
            absent = text == ""
            if absent and pointers.resolve(self.action.value, location) is UNDEFINED:
                return
            if absent:
                self._edit(lambda document: removed(document, self._at(location)), is_typing=True)
            else:
                self._edit(lambda document: edited(document, self._at(location), value), is_typing=True)
        elif pointers.resolve(self.action.value, location) is not UNDEFINED:
            self._edit(lambda document: removed(document, self._at(location)), is_typing=True)

    def _require(self, name: str, *, is_required: bool) -> None:
        names = pointers.resolve(self.action.value, "/inputSchema/required")
        names = [other for other in names if other != name] if isinstance(names, list) else []
        names = [*names, name] if is_required else names
        location = self._at("/inputSchema/required")
        if names:
            self._edit(lambda document: edited(document, location, names))
        elif pointers.resolve(self.action.value, "/inputSchema/required") is not UNDEFINED:
            self._edit(lambda document: removed(document, location))

    def plan(self, pointer: str, name: str) -> list[dict[str, Any]]:
        """Return the places that a rename of an input or a setting would change; none for another key.

        Raises:
            EditError: it cannot be renamed so.
        """
        if not pointer.startswith(("/inputSchema/properties/", "/appSettings/")):
            return []
        read = self.action.read
        places = plan_rename(self._session.app.document, read, pointer, name)
        mask = self._masked().message
        return [
            {"line": place.line, "before": mask(place.before), "after": mask(place.after)} for place in places
        ]

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
            action.rename_input(pointer, name)
            self._rename_typed(pointer, old, name)
        elif pointer.startswith("/appSettings/"):
            action.rename_setting(pointer, name)
        elif pointer.startswith("/outputTemplate/") and pointer.count("/") == 2:
            self._edit(lambda document: self._renamed_output(document, old, name))
            return
        else:
            self._edit(lambda document: renamed(document, self._at(pointer), name))
            return
        self._session.take_definition()

    def _rename_typed(self, pointer: str, old: str, name: str) -> None:
        """Let what was typed for an input follow its new name."""
        inputs = self._session.inputs
        if pointer.count("/") == 3 and old in inputs:
            renamed_inputs = {name if key == old else key: value for key, value in inputs.items()}
            with self._session.changing():
                self._session.take_definition()
                self._session.set_inputs(renamed_inputs)

    def _renamed_output(self, document: Document, old: str, name: str) -> Document:
        document = renamed(document, self._at(pointers.join("/outputTemplate", old)), name)
        schema = self.action.value.get("outputSchema")
        if not isinstance(schema, dict):
            return document
        if isinstance(schema.get("properties"), dict) and old in schema["properties"]:
            document = renamed(document, self._at(pointers.join("/outputSchema/properties", old)), name)
        required = schema.get("required")
        if isinstance(required, list) and old in required:
            names = [name if other == old else other for other in required]
            document = edited(document, self._at("/outputSchema/required"), names)
        return document

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
            properties = container.get("properties", {}) if isinstance(container, dict) else {}
            name = unused_name("input", properties if isinstance(properties, dict) else ())
            action.add_input(name)
            self._session.take_definition()
            return pointers.join("/inputSchema/properties", name)
        if pointer == "/outputTemplate":
            name = unused_name("key", container if isinstance(container, dict) else ())
            action.add_output(name, "/#body")
            self._session.take_definition()
            return pointers.join(pointer, name)
        value: Any = _EMPTY[form]
        if isinstance(container, list):
            self._edit(lambda document: edited(document, f"{self._at(pointer)}/-", value))
            return pointers.join(pointer, len(container))
        if pointer == "/inputTemplate/data" and container is UNDEFINED:
            self._edit(lambda document: self._with(document, pointer, value))
            return pointer
        stem = _NAMES.get(pointer, "setting" if pointer == "/appSettings" else "key")
        name = unused_name(stem, container if isinstance(container, dict) else ())
        if pointer == "/appSettings":
            value = {"key": ".".join([self._session.app.model.app or "app", "default", name])}
        location = pointers.join(pointer, name)
        self._edit(lambda document: self._with(document, location, value))
        return location

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
            self._edit(lambda document: self._without(document, pointer))

    def _without(self, document: Document, pointer: str) -> Document:
        document = removed(document, self._at(pointer))
        keys = pointers.split(pointer)
        schema = self.action.value.get("outputSchema")
        if keys[:1] == ["outputTemplate"] and len(keys) == 2 and isinstance(schema, dict):
            declared = pointers.join("/outputSchema/properties", keys[1])
            if pointers.resolve(self.action.value, declared) is not UNDEFINED:
                document = removed(document, self._at(declared))
            required = schema.get("required")
            if isinstance(required, list) and keys[1] in required:
                names = [name for name in required if name != keys[1]]
                document = edited(document, self._at("/outputSchema/required"), names)
        return document

    def convert(self, pointer: str, form: Form) -> None:
        """Turn the value at a pointer into text, a JSON value, an object or an array; what fits is kept.

        Raises:
            EditError: it cannot be set there.
        """
        value = pointers.resolve(self.action.value, pointer)
        converted = _converted(value, form)
        self._edit(lambda document: edited(document, self._at(pointer), converted))

    def declare(self, key: str) -> None:
        """Declare an output in outputSchema, with the type that it had in the last result.

        Raises:
            EditError: outputSchema cannot be edited.
        """
        result = self._session.state.result
        output = result.output if result is not None else None
        value = output.get(key, UNDEFINED) if isinstance(output, dict) else UNDEFINED
        node = {} if value is UNDEFINED or value is None else {"type": kind_of(value)}
        self._edit(
            lambda document: self._with(document, pointers.join("/outputSchema/properties", key), node)
        )

    def complete(self, pointer: str, offset: int) -> Completions:
        """Return what can be written at an offset of the string at a pointer, with offsets of that string."""
        document = self._session.app.document
        value, span = pointers.resolve(self.action.value, pointer), document.reading.span(self._at(pointer))
        nothing = Completions(offset, offset, ())
        if not isinstance(value, str) or span is None:
            return nothing
        places = {}
        for at in range(len(value) + 1):
            source = offset_in_source(document.text, span.start, value, at)
            if source is not None:
                places[source] = at
        source = offset_in_source(document.text, span.start, value, offset)
        if source is None:
            return nothing
        completions = complete(document.text, source, body=self._session.last_body())
        if completions.start not in places or completions.end not in places:
            return nothing
        return Completions(places[completions.start], places[completions.end], completions.items)

    # -- what the page does

    def intend(self, content: dict[str, Any]) -> None:
        """Act on a message from the page; an edit is answered whatever becomes of it, as the page waits.

        Raises:
            InvalidMessage: it cannot be read, or this leaf does not handle it.
        """
        seq, pointer = content.get("seq"), content.get("pointer")
        self._answered = None
        try:
            super().intend(content)
        finally:
            if isinstance(seq, int) and self._answered != seq:
                words = "Internal error: this was not taken. Change it again, or edit it under JSON."
                self._tell_done(seq, str(pointer or ""), words, version=self.version)

    def _tell_done(
        self, seq: int, pointer: str, problem: str = "", *, version: int, places: Iterable[Any] = ()
    ) -> None:
        self._answered = seq
        self.tell(PartDone(seq, pointer, problem, list(places), version))

    def _act(self, message: _Verb, act: Callable[[], str | list[dict[str, Any]] | None]) -> None:
        """Do what the page asks for, and answer; ``act`` returns a new pointer, or places to confirm."""
        pointer = "" if isinstance(message, UndoText) else message.pointer
        is_current = message.version == self.version
        problem, outcome = "", None
        try:
            if not isinstance(message, UndoText):
                self._require_same_place(pointer, message.version)
            outcome = act()
        except KustomerNbError as error:
            problem = self._masked().message(_words(error))
            if not isinstance(message, (PutPart, PutInput, RenamePart)) or not is_current:
                # There may be no row that could show it.
                self.notice = problem
        after = outcome if isinstance(outcome, str) else pointer
        places = outcome if isinstance(outcome, list) else ()
        version = self.version if is_current else message.version
        self._tell_done(message.seq, after, problem, version=version, places=places)

    def _require_same_place(self, pointer: str, version: int) -> None:
        """Reject an edit of a row that is no longer what the page shows.

        Raises:
            EditError: its key was removed or renamed since, or its list has other items.
        """
        if self._places.are_same(pointer, version):
            return
        name = pointers.split(pointer)[-1] if pointer else ""
        message = f"{quoted(name)} was changed elsewhere meanwhile, so this edit was not made."
        fix = "look at the value as it is now, and change it again."
        raise EditError.from_code(Code.EDIT_UNSAFE, message, fix, pointer=pointer)

    @handles(PutPart)
    def _put(self, message: PutPart) -> None:
        self._act(message, lambda: self.put(message.pointer, message.text, message.form))

    @handles(PutInput)
    def _put_input(self, message: PutInput) -> None:
        self._act(message, lambda: self.put_input(message.pointer, message.key, message.text))

    @handles(RenamePart)
    def _rename(self, message: RenamePart) -> None:
        def act() -> str | list[dict[str, Any]]:
            pointer, name = message.pointer, message.name
            places = [] if message.confirmed else self.plan(pointer, name)
            # Its own place alone is seen where it is typed.
            if len(places) > 1:
                return places
            self.rename(pointer, name)
            return pointer if pointer == "/name" else pointers.join(pointer.rpartition("/")[0], name)

        self._act(message, act)

    @handles(AddPart)
    def _add(self, message: AddPart) -> None:
        self._act(message, lambda: self.tell(Focus(self.add(message.pointer, message.form))))

    @handles(RemovePart)
    def _remove(self, message: RemovePart) -> None:
        self._act(message, lambda: self.remove(message.pointer))

    @handles(ConvertPart)
    def _convert(self, message: ConvertPart) -> None:
        self._act(message, lambda: self.convert(message.pointer, message.form))

    @handles(Declare)
    def _declare(self, message: Declare) -> None:
        self._act(message, lambda: self.declare(pointers.split(message.pointer)[-1]))

    @handles(UndoText)
    def _undo_or_redo(self, message: UndoText) -> None:
        def act() -> None:
            if message.redo:
                self._editing.redo()
            else:
                self._editing.undo()

        self._act(message, act)

    @handles(AskPaths)
    def _tell_paths(self, message: AskPaths) -> None:
        self.tell(PathList(self.paths()))

    def paths(self) -> list[dict[str, str]]:
        """Return the paths of the last response, or of what the sample shows of one, with their types."""
        names = output_names(self.action.value, self._session.last_body())
        paths: list[dict[str, str]] = []
        pending = [(name.name, name, 0) for name in reversed(names)]
        while pending and len(paths) < MOST_PATHS:
            path, name, depth = pending.pop()
            paths.append({"path": path, "detail": name.type or ""})
            if depth < DEEPEST_PATH:
                children = list(name.children())[:MOST_PATHS]
                pending += [(f"{path}.{child.name}", child, depth + 1) for child in reversed(children)]
        return paths

    @handles(CompletePart)
    def _complete(self, message: CompletePart) -> None:
        completions = self.complete(message.pointer, message.offset)
        items = [asdict(item) for item in completions.items]
        self.tell(CompletedPart(message.pointer, completions.start, completions.end, items))

    def as_text(self) -> str:
        """Return which action is edited."""
        return one_line(f"<DefinitionForm: {self.action.name or 'an action'}>")


def document_value(document: Document, pointer: str) -> Any:
    """Return the value of an action in a document."""
    return pointers.resolve(document.value, pointer)


def _words(error: KustomerNbError) -> str:
    first = error.diagnostics[0]
    return f"{first.message} Fix: {first.fix}" if first.fix else first.message


def _as_default(text: str, kind: Any) -> Any:
    """Return the default of an input as its type says, or the text as it is."""
    if kind in ("number", "integer", "boolean", "object", "array"):
        with suppress(ValueError):
            return json.loads(text)
    return text


def _converted(value: Any, form: Form) -> Any:
    if form == "text":
        return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    if form == "json":
        with suppress(ValueError, TypeError):
            return json.loads(value)
        return value if not isinstance(value, str) else None
    if form == "object":
        return value if isinstance(value, dict) else {"key": value} if value not in ("", None) else {}
    return value if isinstance(value, list) else [value]

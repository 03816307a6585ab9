"""An action's definition as a form: the same document as its text, edited without writing JSON."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

import traitlets

from kustomer_nb import reporting
from kustomer_nb.codes import Code
from kustomer_nb.errors import EditError, KustomerNbError
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.printable import one_line, quoted
from kustomer_nb.template.helpers import HELPERS

from .base import handles
from .definition_leaf import DefinitionLeaf
from .definition_messages import (
    AddPart,
    AskPaths,
    AskTemplate,
    CompletePart,
    ConvertPart,
    FixPart,
    PickPath,
    PutInput,
    PutPart,
    RemovePart,
    RenamePart,
    UndoText,
)
from .definition_rows import sections_of
from .linking import link, style
from .messages import Declare
from .page_messages import CompletedPart, Focus, PartDone, PathList, TemplateFacts
from .part_edits import PartEdits
from .row_places import RowPlaces
from .session import as_session

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from kustomer_nb.action import Action

    from .session import Session

    _Verb = (
        PutPart
        | PutInput
        | RenamePart
        | AddPart
        | RemovePart
        | ConvertPart
        | FixPart
        | Declare
        | PickPath
        | UndoText
    )


class DefinitionForm(DefinitionLeaf):
    """Edits the definition of an action by rows: request, inputs, settings, output and sample.

    Each edit changes its part of the text alone, and can be undone. Pointers are those within the action.

    Example:
        >>> from kustomer_nb import loads
        >>> text = '{"inputTemplate": {"uri": "/{{id}}"}, "inputSchema": {"properties": {"id": {}}}}'
        >>> app = loads(text)
        >>> form = DefinitionForm(app.action())
        >>> form.parts.put("/inputTemplate/uri", "/orders/{{id}}")
        >>> form.parts.rename("/inputSchema/properties/id", "orderId")
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
        session = as_session(action, {})
        #: The edits that its rows make, for Python too.
        self.parts = PartEdits(session)
        super().__init__(session)

    def _draw_definition(self) -> None:
        value, masked = self.action.value, self.parts.masked
        self.version = self._places.follow(self._session.action_key, value)
        self.subject = self._session.action_key
        of_page = masked.value
        properties = of_page.get("inputSchema", {})
        properties = properties.get("properties", {}) if isinstance(properties, dict) else {}
        settings = of_page.get("appSettings", {})
        read = replace(self.action.read, value=of_page)
        # Of a module that Node evaluates, no value can be found in the text, and no token either.
        self.sections = (
            []
            if self.read_only
            else sections_of(read, self._sources(), masked.shown_tokens, masked.shown_keys)
        )
        self.known = {
            "input": list(properties) if isinstance(properties, dict) else [],
            "setting": list(settings) if isinstance(settings, dict) else [],
            "helper": list(HELPERS),
        }
        self.blocked = self.unreadable or self.read_only

    def _sources(self) -> dict[str, str]:
        """Return by the key of each setting where its value comes from."""
        with suppress(KustomerNbError):
            secrets = self._session.prepare({}).request.secrets
            used = {key: secrets.get(f"${key}") for key in self._session.definition.setting_keys.values()}
            return {key: secret.source if secret else "no value" for key, secret in used.items()}
        return {}

    def intend(self, content: dict[str, Any]) -> None:
        """Act on a message from the page; an edit is answered whatever becomes of it, as the page waits.

        Raises:
            InvalidMessage: it cannot be read, or this leaf does not handle it.
        """
        seq, pointer = content.get("seq"), content.get("pointer")
        if isinstance(pointer, str):
            # A key may be a token, which the page knows by its mask.
            content = {**content, "pointer": self.parts.masked.real(pointer)}
        self._answered = None
        try:
            super().intend(content)
        finally:
            if isinstance(seq, int) and self._answered != seq:
                words = "Internal error: this was not taken. Change it again, or edit it under JSON."
                self._tell_done(seq, str(content.get("pointer") or ""), words, version=self.version)

    def _tell_done(
        self, seq: int, pointer: str, problem: str = "", *, version: int, places: Iterable[Any] = ()
    ) -> None:
        self._answered = seq
        self.tell(PartDone(seq, self.parts.masked.shown(pointer), problem, list(places), version))

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
            problem = self.parts.masked.message(_words(error))
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
        self._act(message, lambda: self.parts.put(message.pointer, message.text, message.form))

    @handles(PutInput)
    def _put_input(self, message: PutInput) -> None:
        self._act(message, lambda: self.parts.put_input(message.pointer, message.key, message.text))

    @handles(RenamePart)
    def _rename(self, message: RenamePart) -> None:
        def act() -> str | list[dict[str, Any]]:
            pointer, name = message.pointer, self.parts.masked.real_key(message.pointer, message.name)
            places = [] if message.confirmed else self.parts.plan(pointer, name)
            # Its own place alone is seen where it is typed.
            if len(places) > 1:
                return places
            self.parts.rename(pointer, name)
            return pointer if pointer == "/name" else pointers.join(pointer.rpartition("/")[0], name)

        self._act(message, act)

    @handles(AddPart)
    def _add(self, message: AddPart) -> None:
        def act() -> None:
            pointer = self.parts.add(message.pointer, message.form)
            self.tell(Focus(self.parts.masked.shown(pointer)))

        self._act(message, act)

    @handles(RemovePart)
    def _remove(self, message: RemovePart) -> None:
        self._act(message, lambda: self.parts.remove(message.pointer))

    @handles(ConvertPart)
    def _convert(self, message: ConvertPart) -> None:
        self._act(message, lambda: self.parts.convert(message.pointer, message.form))

    @handles(Declare)
    def _declare(self, message: Declare) -> None:
        self._act(message, lambda: self.parts.declare(pointers.split(message.pointer)[-1]))

    @handles(UndoText)
    def _undo_or_redo(self, message: UndoText) -> None:
        self._act(message, lambda: self._move(message))

    @handles(PickPath)
    def _pick(self, message: PickPath) -> None:
        self._act(message, lambda: self.parts.pick(message.pointer, message.path))

    @handles(FixPart)
    def _fix_part(self, message: FixPart) -> None:
        self._act(message, lambda: self.parts.fix_template(message.id))

    @handles(AskTemplate)
    def _tell_facts(self, message: AskTemplate) -> None:
        piece = self._session.template_fixes.facts(message.pointer, message.index)
        self.tell(TemplateFacts(self.parts.masked.shown(message.pointer), message.index, piece))

    @handles(AskPaths)
    def _tell_paths(self, message: AskPaths) -> None:
        self.tell(PathList(self.parts.paths()))

    @handles(CompletePart)
    def _complete(self, message: CompletePart) -> None:
        completions = self.parts.complete(message.pointer, message.offset)
        items = [asdict(item) for item in completions.items]
        pointer = self.parts.masked.shown(message.pointer)
        self.tell(CompletedPart(pointer, completions.start, completions.end, items))

    def as_text(self) -> str:
        """Return which action is edited."""
        return one_line(f"<DefinitionForm: {self.action.name or 'an action'}>")

    def as_facts(self) -> Mapping[str, Any]:
        """Return the facts of the action."""
        return reporting.facts(self.action.read)


def _words(error: KustomerNbError) -> str:
    first = error.diagnostics[0]
    return f"{first.message} Fix: {first.fix}" if first.fix else first.message

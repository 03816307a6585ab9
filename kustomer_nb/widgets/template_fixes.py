"""The fixes offered where a page shows a template: an input to declare, and braces that keep a value."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from kustomer_nb.authoring import (
    can_declare,
    double_tags,
    undeclared_routes,
    with_declaration,
    with_raw_tags,
)
from kustomer_nb.authoring.uses import Text, Use, schema_kinds, uses_in
from kustomer_nb.codes import Code
from kustomer_nb.config import project_root
from kustomer_nb.diagnostics import Span
from kustomer_nb.errors import EditError, KustomerNbError, TemplateError
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.printable import one_line
from kustomer_nb.storage import examples
from kustomer_nb.template import Kind
from kustomer_nb.template.read_paths import ITEM

from .form_entries import step_value
from .request_nodes import Source, piece_of

if TYPE_CHECKING:
    from kustomer_nb.action import Action
    from kustomer_nb.definition import Document
    from kustomer_nb.diagnostics import Diagnostic
    from kustomer_nb.request import Request
    from kustomer_nb.request.provenance import Origin

    from .session import Session

DECLARE, RAW = "declare", "raw"
TITLES = {DECLARE: "Add to inputSchema", RAW: "Use {{{ }}}"}
# As the page marks the templates of a text: TEMPLATE_PATTERN in code_tokens.js.
_TEMPLATE = re.compile(r"\{\{\{?[^{}]*\}?\}\}|/#[\w@.\[\]:,$-]+", re.ASCII)
# What a warning about an escaped value says where three braces are the way, alone or as a part of it.
_ADVICE = ("write {{{", "use three braces")
_READ = (Kind.INPUT, Kind.MISSING, Kind.NULL)


class EscapedTag(NamedTuple):
    """A tag in two braces that changed a value which three would keep."""

    pointer: str
    start: int
    # As it is written with three braces.
    raw: str
    # In the author's file.
    span: Span

    @property
    def id(self) -> str:
        """What a page calls the fix by."""
        return f"{RAW} {self.start} {self.pointer}"


class TemplateFixes:
    """The fixes for the templates of a session's action, as its request is previewed."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._read: tuple[Document, str, frozenset[tuple[Any, ...]]] | None = None
        self._tags: tuple[Request, list[EscapedTag]] | None = None

    # -- which there are

    def of_origin(self, origin: Origin) -> list[list[str]]:
        """Return the id and the title of each fix for a piece of the request."""
        fixes = []
        if origin.kind in _READ and (root := self._undeclared(origin.path)):
            fixes.append(f"{DECLARE} {root}")
        if origin.before is not None:
            fixes += self._raw(origin.pointer, origin.span)
        return [[fix, TITLES[fix.partition(" ")[0]]] for fix in fixes]

    def of_missing(self, path: str) -> list[list[str]]:
        """Return the id and the title of each fix for a variable that has no value."""
        root = self._undeclared(path)
        return [[f"{DECLARE} {root}", TITLES[DECLARE]]] if root else []

    def of_diagnostic(self, diagnostic: Diagnostic) -> list[list[str]]:
        """Return the id and the title of each fix for a problem of the request."""
        return [[fix, TITLES[RAW]] for fix in self._raw(diagnostic.pointer, diagnostic.span)]

    def _raw(self, pointer: str, span: Span | None) -> list[str]:
        return [tag.id for tag in self.escaped_tags if (tag.pointer, tag.span) == (pointer, span)][:1]

    def _undeclared(self, path: str) -> str:
        """Return the variable to declare for what is read at a path; "" if all of it is declared."""
        keys = path.split(".") if self._routes() else []
        return keys[0] if self._is_undeclared(tuple(ITEM if key.isdecimal() else key for key in keys)) else ""

    def _is_undeclared(self, route: tuple[Any, ...]) -> bool:
        routes = self._routes()
        return any(route[:count] in routes for count in range(1, len(route) + 1))

    def _routes(self) -> frozenset[tuple[Any, ...]]:
        """Return what the templates of the action read and can be declared, found once for each document."""
        document, read = self._session.app.document, self._session.action.read
        if self._read is None or self._read[:2] != (document, read.pointer):
            routes = undeclared_routes(read)
            roots = {
                root for root in {route[0] for route in routes} if can_declare(document, read, str(root))
            }
            self._read = (document, read.pointer, frozenset(route for route in routes if route[0] in roots))
        return self._read[2]

    def facts(self, pointer: str, index: int) -> dict[str, Any]:
        """Return what there is to say of a template in a string of the action, as a piece; {} if nothing.

        ``index`` counts the templates of the string.
        """
        action = self._session.action
        text = pointers.resolve(action.value, pointer)
        if not isinstance(text, str) or not pointer.startswith("/inputTemplate"):
            return {}
        match = next(islice(_TEMPLATE.finditer(text), index, None), None)
        if match is None:
            return {}
        span = Span.from_offsets(text, *match.span())
        piece = self._piece_at(pointer, span)
        fixes = [tuple(fix) for fix in piece.pop("f", [])]
        uses = [use for use in _uses(action, pointer, text) if match.start() <= use.start < match.end()]
        for use in uses:
            if self._is_undeclared(use.route):
                fixes.append((f"{DECLARE} {use.route[0]}", TITLES[DECLARE]))
        if not piece and uses:
            piece = {"x": "", "k": "missing", "n": str(uses[0].route[0]), "s": match[0]}
        return piece | ({"f": [list(fix) for fix in dict.fromkeys(fixes)]} if fixes else {})

    def _piece_at(self, pointer: str, span: Span) -> dict[str, Any]:
        """Return the piece of the previewed request that a template made, {} if none."""
        prepared = self._session.previewed
        request = prepared.request if prepared else None
        if request is None or request.locate is None:
            return {}
        place = request.locate(pointer, span)
        source = Source(self._session.app.text, self.of_origin)
        for part in request.parts:
            for origin in request.origins(part):
                if (origin.pointer, origin.span) == (pointer, place) and origin.kind is not Kind.LITERAL:
                    return piece_of(origin, source)
        return {}

    @property
    def escaped_tags(self) -> list[EscapedTag]:
        """The tags of the previewed request whose value three braces would keep as it is."""
        prepared = self._session.previewed
        if prepared is None:
            return []
        if self._tags is None or self._tags[0] is not prepared.request:
            self._tags = (prepared.request, list(_escaped_tags(self._session.action, prepared.request)))
        return self._tags[1]

    # -- what they do

    def inputs(self, action: Action) -> dict[str, Any]:
        """Return values for the inputs of an action: those that were typed, and of its first example."""
        session = self._session
        state = session.state_of(session.key_of(action))
        saved: Mapping[str, Any] = {}
        with suppress(KustomerNbError):
            saved = examples.read_examples(project_root(session.app.path), action.name)
        values = {name: value for inputs in reversed([*saved.values()]) for name, value in inputs.items()}
        typed = {name: step_value(value, session.steps) for name, value in state.inputs.items()}
        return values | {name: value for name, value in typed.items() if value is not UNDEFINED}

    def changed(self, fix: str) -> tuple[Document, str]:
        """Return the document after a fix, and what it did in words.

        Raises:
            EditError: it is not needed any more, or cannot be made.
        """
        kind, _, subject = fix.partition(" ")
        action = self._session.action
        if kind == DECLARE:
            document = with_declaration(action.document, action.read, subject, self.inputs(action))
            return document, one_line(f"{subject} added to inputSchema")
        tags = [tag for tag in self.escaped_tags if tag.id == fix]
        return self.with_raw(tags)

    def with_raw(self, tags: list[EscapedTag]) -> tuple[Document, str]:
        """Return the document in which tags have three braces, and that in words.

        Raises:
            EditError: there is none.
        """
        action = self._session.action
        if not tags:
            message = "no value is changed by this template any more."
            fix = "look at the request as it is now."
            raise EditError.from_code(Code.POINTER_NOT_FOUND, message, fix, pointer=action.pointer)
        document = with_raw_tags(action.document, action.read, [(tag.pointer, tag.start) for tag in tags])
        return document, one_line(f"{tags[0].raw} written to inputTemplate")

    def apply(self, fix: str, place: str) -> None:
        """Make a fix in the definition, which is saved if it was; it can be undone.

        Raises:
            EditError: it is not needed any more, or cannot be made.
            SaveError: the file changed since it was read; the fix is in memory.
        """
        document, words = self.changed(fix)
        self.make(document, words, place)

    def make(self, document: Document, words: str, place: str) -> None:
        """Let the app have a document, as one step.

        Raises:
            EditError: the text that is being typed cannot be read.
            SaveError: the file changed since it was read; the change is in memory.
        """
        app = self._session.app
        self._session.edit(lambda: app.change_document(document), words, place=place)


def _uses(action: Action, pointer: str, text: str) -> list[Use]:
    """Return what a string of the action reads; nothing if it cannot be read."""
    with suppress(TemplateError):
        return list(uses_in(Text(pointer, text), schema_kinds(action.value.get("inputSchema"))))
    return []


def _escaped_tags(action: Action, request: Request) -> Iterator[EscapedTag]:
    if request.locate is None:
        return
    for warning in request.diagnostics:
        is_escaped = warning.code in (Code.HTML_ESCAPED, Code.VALUE_NOT_ENCODED)
        text = pointers.resolve(action.value, warning.pointer) if is_escaped and warning.span else UNDEFINED
        if not isinstance(text, str) or warning.span is None or not warning.fix.startswith(_ADVICE):
            continue
        tags = [
            EscapedTag(warning.pointer, start, raw, warning.span)
            for start, end, raw in double_tags(text)
            if request.locate(warning.pointer, Span.from_offsets(text, start, end)) == warning.span
        ]
        # Where escapes hide the position, the span is that of the whole string: nobody knows which tag it is.
        if len(tags) == 1:
            yield tags[0]

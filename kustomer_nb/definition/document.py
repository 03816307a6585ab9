"""One text with an app, an action or a list of actions in it, read as far as it can be."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Diagnostic, Diagnostics, Severity, Span
from kustomer_nb.errors import InputError, LoadError
from kustomer_nb.jsontext import javascript
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.jsontext.bounds import require_end
from kustomer_nb.jsontext.brackets import DEEPEST
from kustomer_nb.jsontext.parser import ParsedText, read
from kustomer_nb.jsontext.strings import offset_in_source
from kustomer_nb.jsontext.text_file import TextFile

from .models import ActionDefinition, AppDefinition, TypeMismatch
from .recognition import (
    ACTION_KEYS,
    APP_KEYS,
    DEFINITION_KEYS,
    Kind,
    has_definition_keys,
    kind_of,
    names_definition_keys,
)

NO_DEFINITION = Code.NOT_A_DEFINITION
CASSETTE_SUFFIX = ".cassette.json"
_MISPLACING = {Code.UNCLOSED_BRACKET, Code.STRAY_BRACKET, Code.STRAY_TEXT, Code.UNCLOSED_STRING}

SCRIPT_SUFFIXES = (".js", ".mjs", ".cjs", ".ts", ".mts", ".cts")


@dataclass(frozen=True)
class ReadAction:
    """An action as it stands in a document: its pointer, its model, the author's own value."""

    pointer: str
    definition: ActionDefinition
    value: Any


@dataclass(frozen=True)
class Document:
    """A text, its value, and what the value is taken for.

    ``file`` is what the file at ``path`` held when it was read; ``text`` may have been changed since.
    """

    reading: ParsedText
    text: str
    path: Path | None = None
    file: TextFile | None = None

    @property
    def value(self) -> Any:
        """The whole value, as plain JSON."""
        return self.reading.value

    @property
    def name(self) -> str:
        """What to call the document: the name of its file, if it has one."""
        return self.path.name if self.path else "the definition"

    @property
    def is_script(self) -> bool:
        """Whether the file's name says that it holds JavaScript or TypeScript."""
        return self.path is not None and self.path.suffix.lower() in SCRIPT_SUFFIXES

    @cached_property
    def kind(self) -> Kind:
        """What the document is: a definition, or another kind of file."""
        kind = kind_of(self.value)
        if kind is not Kind.UNKNOWN:
            return kind
        if self.path is not None and self.path.name.endswith(CASSETTE_SUFFIX):
            return Kind.CASSETTE
        # Where brackets do not pair off, the reader may have put a part somewhere else than it belongs.
        is_misplaced = not self.reading.is_module and not _MISPLACING.isdisjoint(
            self.reading.diagnostics.codes
        )
        return Kind.DEFINITION if is_misplaced and names_definition_keys(self.text) else Kind.UNKNOWN

    @property
    def is_definition(self) -> bool:
        """Whether rules look at the document: it is a definition, or has a key that only definitions have."""
        return self.kind is Kind.DEFINITION or has_definition_keys(self.value)

    @property
    def is_foreign(self) -> bool:
        """Whether the document is known to be something else: no rule is about it, and no fix changes it."""
        return self.kind not in (Kind.DEFINITION, Kind.UNKNOWN)

    def no_definition(self) -> Diagnostic:
        """Return the diagnostic that says why the document is not a definition, and what it looks like."""
        message = f"this is {self.kind}, not {Kind.DEFINITION}."
        fix = "name the file of the definition."
        if self.kind is Kind.UNKNOWN:
            keys = ", ".join((*APP_KEYS, *DEFINITION_KEYS[1:]))
            message = f"this does not look like {Kind.DEFINITION}: it has none of their keys ({keys}, …)."
        return self.found(NO_DEFINITION, Severity.ERROR, "", message, fix)

    @property
    def is_app(self) -> bool:
        """Whether the document is a whole app definition."""
        return isinstance(self.value, dict) and not self._is_bare_action

    @property
    def _is_bare_action(self) -> bool:
        value = self.value
        if not isinstance(value, dict) or any(key in value for key in APP_KEYS):
            return False
        return value.get("type") is not None or any(key in value for key in ACTION_KEYS)

    @cached_property
    def _app(self) -> tuple[AppDefinition, list[TypeMismatch]]:
        value = self.value if self.is_app else {}
        return AppDefinition.read({key: item for key, item in value.items() if key != "actions"})

    @property
    def app(self) -> AppDefinition:
        """The model of the app; an empty one when the document holds only actions."""
        return self._app[0]

    @cached_property
    def _read_actions(self) -> tuple[tuple[ReadAction, ...], list[TypeMismatch]]:
        actions, faults = [], []
        for pointer, value in self._places():
            if isinstance(value, dict):
                definition, at_fault = ActionDefinition.read(value, pointer)
                actions.append(ReadAction(pointer, definition, value))
                faults += at_fault
            else:
                faults.append(TypeMismatch(pointer, "an object", value))
        return tuple(actions), faults

    def _places(self) -> list[tuple[str, Any]]:
        if self._is_bare_action:
            return [("", self.value)]
        pointer = "" if isinstance(self.value, list) else "/actions"
        found = self.value if isinstance(self.value, list) else self.value.get("actions", [])
        if not isinstance(found, list):
            return [(pointer, found)]
        return [(pointers.join(pointer, index), item) for index, item in enumerate(found)]

    @property
    def actions(self) -> tuple[ReadAction, ...]:
        """The actions, in order; what is no object in the list is only a fault."""
        return self._read_actions[0]

    @property
    def faults(self) -> list[TypeMismatch]:
        """The properties whose type is not the one Kustomer's page gives."""
        return [*self._app[1], *self._read_actions[1]]

    def span(self, pointer: str) -> Span | None:
        """Return where the value at a pointer stands in the text, or the nearest value around it."""
        keys = pointers.split(pointer)
        while (span := self.reading.span(pointers.join("", *keys))) is None and keys:
            keys.pop()
        return span

    def place(self, pointer: str, written: str, inner: Span | None) -> Span | None:
        r"""Return where a part of the string at a pointer stands in the text.

        All of the string where the part is not known, or where the text is not the JSON of the string.

        Example:
            >>> document = read_document('[{"inputTemplate": {"uri": "/{{x}}"}}]')
            >>> document.place("/0/inputTemplate/uri", "/{{x}}", Span.of("/{{x}}", 1, 6)).column
            30
        """
        outer = self.span(pointer)
        if outer is None or inner is None:
            return outer
        start, end = (
            offset_in_source(self.text, outer.start, written, at) for at in (inner.start, inner.end)
        )
        return outer if start is None or end is None else self.reading.place(start, end)

    def found(self, code: str, severity: Severity, pointer: str, message: str, fix: str = "") -> Diagnostic:
        """Return a diagnostic with the place of ``pointer`` in the text."""
        return Diagnostic(code, severity, pointer, message, fix, self.span(pointer))

    def rewritten(self, text: str) -> Document:
        """Return the document of another text, meant for the same file."""
        return replace(read_document(text, self.path), file=self.file)


def read_document(text: str, path: Path | None = None) -> Document:
    """Return the document of a text.

    Raises:
        LoadError: nothing can be made of the text, or it holds neither an object nor a list.

    Example:
        >>> read_document('{"app": "shop", "actions": []}').app.app
        'shop'
    """
    reading = read(text)
    if not isinstance(reading.value, (dict, list)):
        what = javascript.stringify(reading.value) or ""
        message = f"an app definition is an object, and this is {what[:40]}."
        fix = 'paste a whole definition: {"app": …, "actions": […]}, or one action.'
        refusal = Diagnostic(Code.NOT_JSON, Severity.ERROR, "", message, fix, Span.of(text, 0, len(text)))
        raise LoadError(Diagnostics([refusal], text=text))
    return Document(reading, text, path)


def document_of(value: Any) -> Document:
    """Return the document of a value already parsed; its text is the value, written with two spaces.

    Raises:
        LoadError: there is something in it that is not JSON.

    Example:
        >>> document_of({"app": "shop"}).text.splitlines()
        ['{', '  "app": "shop"', '}']
    """
    try:
        require_end(value, "", deepest=DEEPEST)
        text = json.dumps(dict(value) if isinstance(value, Mapping) else value, indent=2, ensure_ascii=False)
        # No file could hold half a character; in a string of JSON it is escaped.
        text = javascript.LONE_SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
    except InputError as error:
        raise LoadError(replace(one, code=Code.VALUE_NOT_JSON) for one in error.diagnostics) from None
    except (TypeError, ValueError, RecursionError) as error:
        fix = "pass what json.loads gives: dicts, lists, texts, numbers, true, false and None."
        message = f"the definition holds something that is not JSON: {error}."
        raise LoadError([Diagnostic(Code.VALUE_NOT_JSON, Severity.ERROR, "", message, fix)]) from error
    return read_document(text)

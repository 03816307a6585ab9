"""One text that contains an app, an action or a list of actions, read as far as possible."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Diagnostic, Diagnostics, Severity, Span
from kustomer_nb.errors import LoadError
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.jsontext.parser import ParsedText, read
from kustomer_nb.jsontext.rereading import reread
from kustomer_nb.jsontext.serialization import stringify
from kustomer_nb.jsontext.strings import offset_in_source

from .lenient import Read, TypeMismatch
from .models import ActionDefinition, AppDefinition
from .recognition import (
    ACTION_KEYS,
    APP_KEYS,
    DEFINITION_KEYS,
    SCRIPT_SUFFIXES,
    Kind,
    has_definition_keys,
    kind_of,
    names_definition_keys,
)

if TYPE_CHECKING:
    from kustomer_nb.jsontext.text_file import TextFile

    from .evaluated import Evaluation

NO_DEFINITION = Code.NOT_A_DEFINITION
CASSETTE_SUFFIX = ".cassette.json"
# After these problems the reader may have put values into the wrong container.
_MISPLACING = {Code.UNCLOSED_BRACKET, Code.STRAY_BRACKET, Code.STRAY_TEXT, Code.UNCLOSED_STRING}
# What one key may do to the text, and the next one puts right; two objects become one with each key twice.
_HALF_TYPED = _MISPLACING | {
    Code.MISSING_COMMA,
    Code.MISSING_COLON,
    Code.MISSING_KEY,
    Code.MISSING_VALUE,
    Code.UNESCAPED_QUOTE,
    Code.DUPLICATE_KEY,
}


@dataclass(frozen=True)
class ReadAction:
    """An action of a document: its pointer, its model and the author's own value."""

    pointer: str
    definition: ActionDefinition
    value: Any


@dataclass(frozen=True)
class Document:
    """A text, its value, and what kind of definition the value is.

    ``file`` is the content of the file at ``path`` when it was read; ``text`` may have changed since.
    ``evaluate`` asks Node for the value of a module; without it, its value is what the text shows.
    """

    reading: ParsedText
    text: str
    path: Path | None = None
    file: TextFile | None = None
    evaluate: Callable[[str], Evaluation] | None = None
    # The models of the text before, by the pointers of the actions: those of values that are the same objects
    # are not made again.
    _known_models: dict[str, tuple[Any, Read[ActionDefinition]]] = field(
        default_factory=dict, repr=False, compare=False
    )

    @property
    def value(self) -> Any:
        """The document's value, as plain JSON."""
        return self.reading.value

    @property
    def name(self) -> str:
        """The name of the document in messages: that of its file, if it has one."""
        return self.path.name if self.path else "the definition"

    @property
    def is_saved(self) -> bool:
        """Whether the text is that of the file, as it was read or saved last."""
        return self.file is not None and self.file.text == self.text

    @property
    def is_script(self) -> bool:
        """Whether the file's name is that of a JavaScript or TypeScript file."""
        return self.path is not None and self.path.suffix.lower() in SCRIPT_SUFFIXES

    @property
    def is_misplaced(self) -> bool:
        """Whether brackets do not match, so that the reader may have put a part into the wrong container."""
        return not _MISPLACING.isdisjoint(self.reading.diagnostics.codes)

    @property
    def is_half_typed(self) -> bool:
        """Whether an action that the text had before may be there again with the next key."""
        return not _HALF_TYPED.isdisjoint(self.reading.diagnostics.codes)

    @cached_property
    def kind(self) -> Kind:
        """What the document is: a definition, or another kind of file."""
        kind = kind_of(self.value)
        if kind is not Kind.UNKNOWN:
            return kind
        if self.path is not None and self.path.name.endswith(CASSETTE_SUFFIX):
            return Kind.CASSETTE
        is_misplaced = not self.reading.is_module and self.is_misplaced
        return Kind.DEFINITION if is_misplaced and names_definition_keys(self.text) else Kind.UNKNOWN

    @property
    def is_definition(self) -> bool:
        """Whether rules check the document: it is a definition, or has a key that only definitions have."""
        return self.kind is Kind.DEFINITION or has_definition_keys(self.value)

    @property
    def is_foreign(self) -> bool:
        """Whether the document is known to be something else; no rule applies and no fix changes it."""
        return self.kind not in (Kind.DEFINITION, Kind.UNKNOWN)

    def no_definition(self) -> Diagnostic:
        """Return the diagnostic for a document that is not a definition."""
        message = f"this is {self.kind}, not {Kind.DEFINITION}."
        fix = "name the file of the definition."
        if self.kind is Kind.UNKNOWN:
            # Without the first, `actions`, which is a key of an app too.
            keys = ", ".join((*APP_KEYS, *DEFINITION_KEYS[1:]))
            message = f"this does not look like {Kind.DEFINITION}: it has none of their keys ({keys}, …)."
        return self.diagnostic(NO_DEFINITION, Severity.ERROR, "", message, fix)

    @property
    def is_app(self) -> bool:
        """Whether the document is an app definition, not only an action or a list of actions."""
        return isinstance(self.value, dict) and not self._is_bare_action

    @property
    def _is_bare_action(self) -> bool:
        value = self.value
        # An app definition has a key of an app, even if it has an action's key by mistake.
        if not isinstance(value, dict) or any(key in value for key in APP_KEYS):
            return False
        return value.get("type") is not None or any(key in value for key in ACTION_KEYS)

    @cached_property
    def _app(self) -> tuple[AppDefinition, list[TypeMismatch]]:
        # Without the actions, which are read one by one so that each mismatch belongs to one of them.
        value = self.value if self.is_app else {}
        return AppDefinition.read({key: item for key, item in value.items() if key != "actions"})

    @property
    def app(self) -> AppDefinition:
        """The model of the app; an empty one if the document contains only actions."""
        return self._app[0]

    @cached_property
    def _models(self) -> dict[str, tuple[Any, Read[ActionDefinition]]]:
        """The value and the model of each action, by its pointer."""
        models: dict[str, tuple[Any, Read[ActionDefinition]]] = {}
        for pointer, value in self._action_values():
            if isinstance(value, dict):
                before = self._known_models.get(pointer)
                is_same = before is not None and before[0] is value
                read = before[1] if before and is_same else ActionDefinition.read(value, pointer)
                models[pointer] = value, read
        return models

    @cached_property
    def _read_actions(self) -> tuple[tuple[ReadAction, ...], list[TypeMismatch]]:
        actions, mismatches = [], []
        for pointer, value in self._action_values():
            if pointer in self._models:
                read = self._models[pointer][1]
                actions.append(ReadAction(pointer, read.model, value))
                mismatches += read.mismatches
            else:
                mismatches.append(TypeMismatch(pointer, "an object", value))
        return tuple(actions), mismatches

    def _action_values(self) -> list[tuple[str, Any]]:
        """Return the value of each action with its pointer; what is not an array is returned as one value."""
        if self._is_bare_action:
            return [("", self.value)]
        pointer = "" if isinstance(self.value, list) else "/actions"
        values = self.value if isinstance(self.value, list) else self.value.get("actions", [])
        if not isinstance(values, list):
            return [(pointer, values)]
        return [(pointers.join(pointer, index), item) for index, item in enumerate(values)]

    @property
    def actions(self) -> tuple[ReadAction, ...]:
        """The actions, in order; an item of the list that is not an object is only a type mismatch."""
        return self._read_actions[0]

    @property
    def type_mismatches(self) -> list[TypeMismatch]:
        """The properties that do not have the type that Kustomer's docs give."""
        return [*self._app[1], *self._read_actions[1]]

    def span(self, pointer: str) -> Span | None:
        """Return the span of the value at a pointer, or of the nearest value around it."""
        keys = pointers.split(pointer)
        while (span := self.reading.span(pointers.join("", *keys))) is None and keys:
            keys.pop()
        return span

    def span_within(self, pointer: str, value: str, inner: Span | None) -> Span | None:
        r"""Return the span in the text of a part of the string ``value`` at a pointer.

        The whole string if the part is unknown, or if the text is not the JSON of that string.

        Example:
            >>> document = read_document('[{"inputTemplate": {"uri": "/{{x}}"}}]')
            >>> inner = Span.from_offsets("/{{x}}", 1, 6)
            >>> document.span_within("/0/inputTemplate/uri", "/{{x}}", inner).column
            30
        """
        outer = self.span(pointer)
        if outer is None or inner is None:
            return outer
        start, end = (offset_in_source(self.text, outer.start, value, at) for at in (inner.start, inner.end))
        return outer if start is None or end is None else self.reading.span_between(start, end)

    def diagnostic(
        self, code: str, severity: Severity, pointer: str, message: str, fix: str = ""
    ) -> Diagnostic:
        """Return a diagnostic with the span of ``pointer`` in the text."""
        return Diagnostic(code, severity, pointer, message, fix, self.span(pointer))

    def rewritten(self, text: str) -> Document:
        """Return the document of another text, for the same file."""
        if self.evaluate is None:
            return replace(read_document(text, self.path), file=self.file)
        return replace(evaluated_document(text, self.path, self.evaluate), file=self.file)

    def retyped(self, text: str) -> Document:
        """Return the document of another text like `rewritten`, in which only what was typed is read.

        All else is the same objects in both: nobody may have changed the values of this document.

        Example:
            >>> before = read_document('[{"name": "a.find"}, {"name": "a.pay"}]')
            >>> after = before.retyped('[{"name": "a.search"}, {"name": "a.pay"}]')
            >>> after.actions[0].definition.name, after.actions[1].definition is before.actions[1].definition
            ('a.search', True)
        """
        if self.evaluate is not None:
            return self.rewritten(text)
        document = _document(reread(self.reading, text), text, self.path)
        return replace(document, file=self.file, _known_models=self._models)


def evaluated_document(text: str, path: Path | None, evaluate: Callable[[str], Evaluation]) -> Document:
    """Return the document of a module's text with the values that Node gives it.

    Raises:
        LoadError: Node cannot evaluate it, and no value can be read from the text.
    """
    from .evaluated import failed, with_value, without_text

    evaluation = evaluate(text)
    is_known = isinstance(evaluation.value, (dict, list))
    try:
        document = read_document(text, path)
        reading = (
            with_value(document.reading, evaluation.value)
            if is_known
            else failed(document.reading, evaluation)
        )
    except LoadError as error:
        if not is_known:
            raise LoadError([evaluation.diagnostic(text), *error.diagnostics]) from None
        reading = without_text(text, evaluation.value)
    return Document(reading, text, path, evaluate=evaluate)


def read_document(text: str, path: Path | None = None) -> Document:
    """Return the document of a text.

    Raises:
        LoadError: no value can be read from the text, or the value is neither an object nor an array.

    Example:
        >>> read_document('{"app": "shop", "actions": []}').app.app
        'shop'
    """
    return _document(read(text), text, path)


def _document(reading: ParsedText, text: str, path: Path | None) -> Document:
    """Return the document of a text that was read.

    Raises:
        LoadError: the value is neither an object nor an array.
    """
    if not isinstance(reading.value, (dict, list)):
        value = stringify(reading.value) or ""
        message = f"an app definition is an object, and this is {value[:40]}."
        fix = 'paste a complete definition: {"app": …, "actions": […]}, or one action.'
        diagnostic = Diagnostic(
            Code.NOT_JSON, Severity.ERROR, "", message, fix, Span.from_offsets(text, 0, len(text))
        )
        raise LoadError(Diagnostics([diagnostic], text=text))
    return Document(reading, text, path)


class Locator:
    """Finds the positions of the values of an action in its document, which an edit replaces."""

    def __init__(self, document: Document, read: ReadAction) -> None:
        self.document = document
        self.read = read
        # Each preview asks for the same ones.
        self._positions: dict[tuple[str, Span | None], Span | None] = {}

    def __call__(self, pointer: str, inner: Span | None) -> Span | None:
        """Return the position in the author's text of a value of the action, or of a part of a string."""
        positions = self._positions
        if (pointer, inner) not in positions:
            value = pointers.resolve(self.read.value, pointer)
            string = value if isinstance(value, str) else ""
            location = f"{self.read.pointer}{pointer}"
            positions[pointer, inner] = self.document.span_within(location, string, inner)
        return positions[pointer, inner]

    def located(self, diagnostics: Iterable[Diagnostic], within: str = "/") -> Diagnostics:
        """Return the diagnostics of strings of the action, with their position in the author's text."""
        return Diagnostics(
            replace(diagnostic, span=self(diagnostic.pointer, diagnostic.span))
            if diagnostic.pointer.startswith(within)
            else diagnostic
            for diagnostic in diagnostics
        )

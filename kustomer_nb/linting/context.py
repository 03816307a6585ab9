"""What the rules look at: a document and its actions, as they are written."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from kustomer_nb.codes import Code
from kustomer_nb.definition import Document, ReadAction, is_workflow
from kustomer_nb.diagnostics import Diagnostic, Edit, Span
from kustomer_nb.errors import TemplateError
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.jsontext.formatting import Layout
from kustomer_nb.platform import METHODS, is_pointed
from kustomer_nb.request.written_tokens import written_strings
from kustomer_nb.schema import Projected, project
from kustomer_nb.template import references
from kustomer_nb.template.value_syntax import FUNCTION, REFERENCE, CallSite, Reference, calls


@dataclass(frozen=True)
class TemplateString:
    """One string of a template: where it stands, what it reads and calls, and what of it cannot be read.

    ``keys`` lead to it from the template's own root. The spans of ``reads``, ``calls`` and ``faults`` count
    from the start of ``text``.
    """

    pointer: str
    keys: tuple[str, ...]
    text: str
    reads: tuple[Reference, ...] = ()
    calls: tuple[CallSite, ...] = ()
    faults: tuple[Diagnostic, ...] = ()


def strings(template: Any, pointer: str) -> Iterator[TemplateString]:
    """Yield each string of a template that stands at ``pointer``, in the order of the text.

    Example:
        >>> [(one.pointer, one.keys) for one in strings({"a": ["x", "{{y}}"]}, "/data")]
        [('/data/a/0', ('a', '0')), ('/data/a/1', ('a', '1'))]
    """
    for keys, text in written_strings(template):
        yield _read(text, pointers.join(pointer, *keys), keys)


def _read(text: str, pointer: str, keys: tuple[str, ...]) -> TemplateString:
    try:
        return TemplateString(pointer, keys, text, tuple(references(text)), tuple(calls(text)))
    except TemplateError as error:
        return TemplateString(pointer, keys, text, faults=tuple(error.diagnostics))


def reference_of(value: Any) -> str | None:
    """Return the path of a value that is a reference as a whole, None when it is anything else.

    Example:
        >>> reference_of("/#order.id"), reference_of("{{order.id}}"), reference_of("/#fn:parseInt,order.id")
        ('order.id', None, None)
    """
    is_reference = is_pointed(value) and not value.startswith(FUNCTION)
    return value[len(REFERENCE) :] if is_reference else None


# observed: starter _docs/fields.md, npm @kustomer/apps-server-sdk 0.0.55; aws_lamda is their spelling.
TYPES_INSIDE_KUSTOMER = (
    "event",
    "regex_match",
    "schedule",
    "aws_lamda",
    "kode",
    "internal_api",
    "responsive",
)
ENV = "_env"
# docs "private app namespacing": a private app's id gets that of the organisation appended.
ORGANISATION = "_[0-9a-f]{24}"


def app_id(name: str) -> str:
    """Return an app's id without the organisation that is appended to a private one.

    Example:
        >>> app_id("shop_61a7f0c2b4d5e6f708192a3b"), app_id("shop_orders")
        ('shop', 'shop_orders')
    """
    return re.sub(rf"{ORGANISATION}\Z", "", name, flags=re.IGNORECASE)


@dataclass(frozen=True)
class LintContext:
    """A document as the rules see it."""

    document: Document

    @cached_property
    def is_workflow(self) -> bool:
        """Whether the document is an exported workflow: steps and a trigger, and nothing of an app."""
        return is_workflow(self.document.value)

    @cached_property
    def app(self) -> dict[str, Any] | None:
        """The value of a whole app; None when the document holds only actions, or a workflow."""
        return self.document.value if self.document.is_app and not self.is_workflow else None

    @property
    def app_name(self) -> str | None:
        """The app's id, without its organisation; None when it is not known."""
        name = (self.app or {}).get("app")
        if self.is_unknown("/app"):
            return None
        return app_id(name) if isinstance(name, str) and name else None

    def is_unknown(self, pointer: str) -> bool:
        """Return whether only running the code of a module would tell the value at a pointer."""
        span = self.document.reading.span(pointer)
        return span is not None and span in self.unknown_spans

    @cached_property
    def unknown_spans(self) -> frozenset[Span]:
        """Where code stands for a value: its source text is all that is known of it."""
        return frozenset(
            diagnostic.span
            for diagnostic in self.document.reading.diagnostics
            if diagnostic.code == Code.NOT_LITERAL and diagnostic.span is not None
        )

    @cached_property
    def has_list_of_actions(self) -> bool:
        """Whether the actions can be looked at; what is no array of them holds none."""
        return self.app is None or isinstance(self.app.get("actions", []), list)

    @cached_property
    def actions(self) -> tuple[LintedAction, ...]:
        """The actions, in order."""
        if self.is_workflow or not self.has_list_of_actions:
            return ()
        return tuple(LintedAction.of(one, self) for one in self.document.actions)

    @cached_property
    def settings(self) -> dict[str, Any]:
        """What the app declares, by ``<category>.<name>``."""
        declared = (self.app or {}).get("settings")
        return {
            f"{category}.{name}": setting
            for category, named in _members(declared)
            for name, setting in _members(named)
        }

    @cached_property
    def categories(self) -> dict[str, str]:
        """The category of each declared setting, by its bare name."""
        return {name: category for category, _, name in (key.partition(".") for key in self.settings)}

    def setting_of(self, key: Any) -> dict[str, Any] | None:
        """Return the setting a lookup key names, whichever app the key is of; None when not declared."""
        rest = key.partition(".")[2] if isinstance(key, str) else ""
        found = self.settings.get(rest)
        return found if isinstance(found, dict) else None

    @cached_property
    def layout(self) -> Layout:
        """What makes edits of the text."""
        return Layout(self.document.reading)

    def renamed(self, pointer: str, key: str | None) -> tuple[Edit, ...]:
        """Return the edit that gives a member another key; none where there is no other, or it is taken."""
        beside = pointers.join("", *pointers.split(pointer)[:-1], key or "")
        is_free = key is not None and self.document.reading.node(beside) is None
        return self.layout.rename(pointer, key) if key is not None and is_free else ()

    def reworded(self, place: Span | None, old: str, new: str | None) -> tuple[Edit, ...]:
        """Return the edit that writes a word of a stretch of text otherwise, where it stands there once."""
        if place is None or new is None:
            return ()
        found = list(
            re.finditer(
                rf"(?<![\w$-]){re.escape(old)}(?![\w$-])", self.document.text[place.start : place.end]
            )
        )
        if len(found) != 1:
            return ()
        return (Edit(place.start + found[0].start(), place.start + found[0].end(), new),)

    def key_span(self, pointer: str) -> Span | None:
        """Return where the key of a value stands in the text."""
        return self.document.reading.key_span(pointer)

    def place(self, written: TemplateString, inner: Span | None) -> Span | None:
        """Return the place of a part of a string, or of all of it where the text is not what it says."""
        return self.document.span_within(written.pointer, written.text, inner)


@dataclass(frozen=True)
class LintedAction:
    """One action of a document: where it stands and its value, as it is written."""

    pointer: str
    value: Mapping[str, Any]
    subject: LintContext = field(repr=False)

    @classmethod
    def of(cls, read: ReadAction, subject: LintContext) -> LintedAction:
        """Return the action of a document as the rules see it."""
        return cls(read.pointer, read.value, subject)

    def at(self, *keys: str) -> str:
        """Return the pointer of a place in the action."""
        return pointers.join(self.pointer, *keys)

    @cached_property
    def makes_request(self) -> bool:
        """Whether the action calls a service; those inside Kustomer have templates of other kinds."""
        kind = self.value.get("type")
        return not (isinstance(kind, str) and kind in TYPES_INSIDE_KUSTOMER)

    @cached_property
    def request(self) -> dict[str, Any] | None:
        """The input template of an action that makes a request, None when there is none to look at."""
        template = self.value.get("inputTemplate")
        return template if self.makes_request and isinstance(template, dict) else None

    @cached_property
    def app_settings(self) -> dict[str, Any]:
        """Variable name to what the author wrote for it."""
        return dict(_members(self.value.get("appSettings")))

    @cached_property
    def inputs(self) -> dict[str, Any]:
        """Input name to its schema."""
        return dict(_members(_get(self.value.get("inputSchema"), "properties")))

    @property
    def tells_inputs(self) -> bool:
        """Whether the schema of the inputs can be read, if only as one that declares nothing."""
        schema = self.value.get("inputSchema")
        properties = _get(schema, "properties")
        return isinstance(schema, (dict, type(None))) and isinstance(properties, (dict, type(None)))

    @property
    def is_closed(self) -> bool:
        """Whether an input that is not declared makes the platform reject the run."""
        return _get(self.value.get("inputSchema"), "additionalProperties") is False

    @cached_property
    def variables(self) -> Collection[str]:
        """Every name the input template can read, in order."""
        return dict.fromkeys([*self.inputs, *self.app_settings, ENV])

    def setting_key(self, name: str) -> Any:
        """Return the lookup key of a variable, None when it is no app setting."""
        return _get(self.app_settings.get(name), "key")

    def type_of(self, segments: tuple[str, ...]) -> str | None:
        """Return the declared type of a variable, or of a place in it; None when it is not known."""
        if segments[0] in self.app_settings:
            found = self.subject.setting_of(self.setting_key(segments[0]))
            kind = _get(found, "type") if len(segments) == 1 else None
            return "string" if kind == "secret" else kind if isinstance(kind, str) else None
        node: Any = {"properties": self.inputs}
        for name in segments:
            node = _get(_get(node, "properties"), name)
        kind = _get(node, "type")
        return kind if isinstance(kind, str) else None

    @cached_property
    def written(self) -> tuple[TemplateString, ...]:
        """The strings of the input template, in the order of the text."""
        if self.request is None:
            return ()
        return tuple(strings(self.request, self.at("inputTemplate")))

    @cached_property
    def written_output(self) -> tuple[TemplateString, ...]:
        """The strings of the output template, in the order of the text."""
        if not self.makes_request:
            return ()
        return tuple(strings(self.value.get("outputTemplate"), self.at("outputTemplate")))

    @cached_property
    def projected_sample(self) -> Projected:
        """The sample through outputSchema; as it is where one of the two is missing."""
        schema, sample = self.value.get("outputSchema"), self.value.get("sampleOutputContext")
        if not self.makes_request or not isinstance(schema, dict) or sample is None:
            return Projected(sample)
        return project(sample, schema)


def is_get(request: Mapping[str, Any]) -> bool:
    """Return whether an input template says GET."""
    method = request.get("method")
    return isinstance(method, str) and method.lower() == METHODS[0]


def _members(value: Any) -> Iterator[tuple[str, Any]]:
    yield from value.items() if isinstance(value, dict) else ()


def _get(value: Any, key: str) -> Any:
    return value.get(key) if isinstance(value, dict) else None

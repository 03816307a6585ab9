"""What the rules check: a document and its actions, as the author wrote them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from kustomer_nb.codes import Code
from kustomer_nb.definition import Document, ReadAction, is_workflow
from kustomer_nb.diagnostics import Edit, Span
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.jsontext.formatting import Layout
from kustomer_nb.platform import METHODS, is_pointed
from kustomer_nb.schema import Projected, project
from kustomer_nb.template.value_syntax import FUNCTION, REFERENCE

from .template_strings import TagRoom, TemplateString, template_strings

if TYPE_CHECKING:
    from .checked_actions import CheckedActions, KnownAction


def reference_path(value: Any) -> str | None:
    """Return the path of a value that is a reference and nothing else, or None.

    Example:
        >>> [reference_path(text) for text in ("/#order.id", "{{order.id}}", "/#fn:parseInt,order.id")]
        ['order.id', None, None]
    """
    is_reference = is_pointed(value) and not value.startswith(FUNCTION)
    return value[len(REFERENCE) :] if is_reference else None


# observed: starter _docs/fields.md, npm @kustomer/apps-server-sdk 0.0.55; "aws_lamda" is their spelling.
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
# docs "private app namespacing": Kustomer appends the organization's id to the id of a private app.
ORGANIZATION = "_[0-9a-f]{24}"


def app_id(name: str) -> str:
    """Return an app's id without the organization's id that Kustomer appends to a private app.

    Example:
        >>> app_id("shop_61a7f0c2b4d5e6f708192a3b"), app_id("shop_orders")
        ('shop', 'shop_orders')
    """
    return re.sub(rf"{ORGANIZATION}\Z", "", name, flags=re.IGNORECASE)


@dataclass(frozen=True)
class LintContext:
    """A document, with the lookups that the rules share."""

    document: Document
    checked: CheckedActions | None = field(default=None, repr=False, compare=False)

    @cached_property
    def is_workflow(self) -> bool:
        """Whether the document is an exported workflow: it has steps and a trigger, and no keys of an app."""
        return is_workflow(self.document.value)

    @cached_property
    def app(self) -> dict[str, Any] | None:
        """The app definition; None when the document holds only actions or is a workflow."""
        return self.document.value if self.document.is_app and not self.is_workflow else None

    @property
    def app_name(self) -> str | None:
        """The app's id, without the organization's; None when it is not known."""
        name = (self.app or {}).get("app")
        if self.is_unknown("/app"):
            return None
        return app_id(name) if isinstance(name, str) and name else None

    def is_unknown(self, pointer: str) -> bool:
        """Return whether the value at a pointer is code, so that it is known only when the module is run."""
        # Few files contain code, and only for them are the places of values looked up.
        if not self.unknown_spans:
            return False
        span = self.document.reading.span(pointer)
        return span is not None and span in self.unknown_spans

    @cached_property
    def unknown_spans(self) -> frozenset[Span]:
        """The spans where the file has code in place of a JSON value."""
        return frozenset(
            diagnostic.span
            for diagnostic in (*self.document.reading.diagnostics, *self.document.reading.code.repeated)
            if diagnostic.code == Code.NOT_LITERAL and diagnostic.span is not None
        )

    @cached_property
    def tag_room(self) -> TagRoom:
        """How many template tags are still checked, which all actions share."""
        return TagRoom()

    @cached_property
    def has_list_of_actions(self) -> bool:
        """Whether actions can be checked; KNB201 reports ``actions`` that is not an array."""
        return self.app is None or isinstance(self.app.get("actions", []), list)

    @cached_property
    def actions(self) -> tuple[LintedAction, ...]:
        """The actions, in order."""
        if self.is_workflow or not self.has_list_of_actions:
            return ()
        read = self.document.actions
        known = self.checked.known(self.document, read) if self.checked else {}
        return tuple(
            LintedAction.from_read_action(action, self, known.get(action.pointer)) for action in read
        )

    @cached_property
    def commands(self) -> tuple[LintedAction, ...]:
        """The commands of the app, which read settings as actions do; they have no input template."""
        commands = (self.app or {}).get("commands")
        return tuple(
            LintedAction(pointers.join("/commands", index), command, self)
            for index, command in enumerate(commands if isinstance(commands, list) else ())
            if isinstance(command, dict)
        )

    @cached_property
    def workflows(self) -> tuple[LintedWorkflow, ...]:
        """The workflows of the app, or the exported workflow that the document is."""
        if self.is_workflow:
            return (LintedWorkflow("", self.document.value, self),)
        workflows = (self.app or {}).get("workflows")
        return tuple(
            LintedWorkflow(pointers.join("/workflows", index), workflow, self)
            for index, workflow in enumerate(workflows if isinstance(workflows, list) else ())
            if isinstance(workflow, dict)
        )

    @cached_property
    def settings(self) -> dict[str, Any]:
        """The declared settings, by ``<category>.<name>``."""
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
        """Return the declared setting that a lookup key names, or None."""
        # The app in the key is not compared: KNB215 reports a key of another app.
        tail = key.partition(".")[2] if isinstance(key, str) else ""
        setting = self.settings.get(tail)
        return setting if isinstance(setting, dict) else None

    @cached_property
    def layout(self) -> Layout:
        """Makes edits that keep the author's layout."""
        return Layout(self.document.reading)

    def rename_key(self, pointer: str, key: str | None) -> tuple[Edit, ...]:
        """Return the edit that renames a key; no edit when ``key`` is None or already in the object."""
        sibling = pointers.join("", *pointers.split(pointer)[:-1], key or "")
        is_free = key is not None and self.document.reading.node(sibling) is None
        return self.layout.rename(pointer, key) if key is not None and is_free else ()

    def replace_word(self, span: Span | None, old: str, new: str | None) -> tuple[Edit, ...]:
        """Return the edit that replaces a word within a span; no edit unless it occurs there exactly once."""
        if span is None or new is None:
            return ()
        # \b would end a word at "$" and "-", which names in templates may contain.
        word = rf"(?<![\w$-]){re.escape(old)}(?![\w$-])"
        matches = list(re.finditer(word, self.document.text[span.start : span.end]))
        if len(matches) != 1:
            return ()
        return (Edit(span.start + matches[0].start(), span.start + matches[0].end(), new),)

    def key_span(self, pointer: str) -> Span | None:
        """Return the span of a value's key in the text."""
        return self.document.reading.key_span(pointer)

    def span_in(self, string: TemplateString, inner: Span | None) -> Span | None:
        """Return the span in the file of a part of a string; the whole string when escapes hide the part."""
        return self.document.span_within(string.pointer, string.text, inner)


@dataclass(frozen=True)
class LintedAction:
    """One action of a document: its pointer and its value, as the author wrote it."""

    pointer: str
    value: Mapping[str, Any]
    subject: LintContext = field(repr=False)
    known: KnownAction | None = field(default=None, repr=False, compare=False)

    @classmethod
    def from_read_action(
        cls, action: ReadAction, subject: LintContext, known: KnownAction | None = None
    ) -> LintedAction:
        """Return the action of a document as the rules see it, with what an earlier lint shows of it."""
        return cls(action.pointer, action.value, subject, known)

    def at(self, *keys: str) -> str:
        """Return the pointer of a value in the action."""
        return pointers.join(self.pointer, *keys)

    @cached_property
    def makes_request(self) -> bool:
        """Whether the action sends a request; the types inside Kustomer have other templates."""
        kind = self.value.get("type")
        return not (isinstance(kind, str) and kind in TYPES_INSIDE_KUSTOMER)

    @cached_property
    def request(self) -> dict[str, Any] | None:
        """The input template of an action that sends a request; None when there is none to check."""
        template = self.value.get("inputTemplate")
        return template if self.makes_request and isinstance(template, dict) else None

    @cached_property
    def app_settings(self) -> dict[str, Any]:
        """The value of each variable in appSettings, by name."""
        return dict(_members(self.value.get("appSettings")))

    @cached_property
    def inputs(self) -> dict[str, Any]:
        """The schema of each input, by name."""
        return dict(_members(_get(self.value.get("inputSchema"), "properties")))

    @property
    def has_readable_inputs(self) -> bool:
        """Whether the declared inputs are known; a schema that is not there declares none."""
        schema = self.value.get("inputSchema")
        properties = _get(schema, "properties")
        return isinstance(schema, (dict, type(None))) and isinstance(properties, (dict, type(None)))

    @property
    def is_closed(self) -> bool:
        """Whether the platform rejects a run with an undeclared input."""
        return _get(self.value.get("inputSchema"), "additionalProperties") is False

    @cached_property
    def variables(self) -> Collection[str]:
        """Every name the input template can read, in order."""
        return dict.fromkeys([*self.inputs, *self.app_settings, ENV])

    def setting_key(self, name: str) -> Any:
        """Return the lookup key of a variable, None when it is not an app setting."""
        return _get(self.app_settings.get(name), "key")

    def setting_of(self, name: str) -> dict[str, Any] | None:
        """Return the declared setting that a variable reads; None if it reads none that is declared."""
        return self.subject.setting_of(self.setting_key(name))

    def type_of(self, segments: tuple[str, ...]) -> str | None:
        """Return the declared type of a variable or of a value within it; None when it is not known."""
        if segments[0] in self.app_settings:
            setting = self.subject.setting_of(self.setting_key(segments[0]))
            kind = _get(setting, "type") if len(segments) == 1 else None
            return "string" if kind == "secret" else kind if isinstance(kind, str) else None
        node: Any = {"properties": self.inputs}
        for name in segments:
            node = _get(_get(node, "properties"), name)
        kind = _get(node, "type")
        return kind if isinstance(kind, str) else None

    @cached_property
    def input_strings(self) -> tuple[TemplateString, ...]:
        """The strings of the input template, in document order."""
        if self.request is None:
            return ()
        if self.known is not None and self.known.input_strings is not None:
            return self.known.input_strings
        room = self.subject.tag_room
        strings = tuple(template_strings(self.request, self.at("inputTemplate"), room))
        if self.known is not None:
            self.known.input_strings = strings
        return strings

    @cached_property
    def output_strings(self) -> tuple[TemplateString, ...]:
        """The strings of the output template, in document order."""
        if not self.makes_request:
            return ()
        if self.known is not None and self.known.output_strings is not None:
            return self.known.output_strings
        template, room = self.value.get("outputTemplate"), self.subject.tag_room
        strings = tuple(template_strings(template, self.at("outputTemplate"), room))
        if self.known is not None:
            self.known.output_strings = strings
        return strings

    @property
    def strings(self) -> tuple[TemplateString, ...]:
        """The strings of both templates."""
        return (*self.input_strings, *self.output_strings)

    @cached_property
    def projected_sample(self) -> Projected:
        """The sample after outputSchema is applied; unchanged when the sample or the schema is missing."""
        schema, sample = self.value.get("outputSchema"), self.value.get("sampleOutputContext")
        if not self.makes_request or not isinstance(schema, dict) or sample is None:
            return Projected(sample)
        return project(sample, schema)


# What a step passes to its action, and what the transitions after it compare; `meta` is the builder's.
_READING_PARTS = ("params", "transitions", "errorCases")


@dataclass(frozen=True)
class LintedWorkflow:
    """One workflow of a document: its pointer and its value, as the author wrote it."""

    pointer: str
    value: Mapping[str, Any]
    subject: LintContext = field(repr=False)

    @cached_property
    def steps(self) -> tuple[tuple[str, Mapping[str, Any]], ...]:
        """The pointer and the value of each step."""
        steps = self.value.get("steps")
        return tuple(
            (pointers.join(self.pointer, "steps", index), step)
            for index, step in enumerate(steps if isinstance(steps, list) else ())
            if isinstance(step, dict)
        )

    @cached_property
    def strings(self) -> tuple[TemplateString, ...]:
        """The strings that the steps read values with, in document order."""
        return tuple(
            string
            for pointer, step in self.steps
            for part in _READING_PARTS
            if part in step
            for string in template_strings(step[part], pointers.join(pointer, part))
        )


def is_get(request: Mapping[str, Any]) -> bool:
    """Return whether the method of an input template is GET."""
    method = request.get("method")
    return isinstance(method, str) and method.lower() == METHODS[0]


def _members(value: Any) -> Iterator[tuple[str, Any]]:
    yield from value.items() if isinstance(value, dict) else ()


def _get(value: Any, key: str) -> Any:
    return value.get(key) if isinstance(value, dict) else None

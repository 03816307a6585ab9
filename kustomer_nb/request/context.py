"""The state that the steps of `build_request` share while one request is built."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from kustomer_nb.diagnostics import Diagnostic, Severity, Span
from kustomer_nb.errors import TemplateError
from kustomer_nb.jsontext.caches import ValueCache
from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.platform import Platform
from kustomer_nb.template import Piece, Rendering, Scope, Text
from kustomer_nb.template.traced_values import as_text, pieces, real
from kustomer_nb.template.values import CompiledValue, Tracing, compile_members

if TYPE_CHECKING:
    from kustomer_nb.definition import ActionDefinition
    from kustomer_nb.secrets import Secret


# As Python writes a value: a key with a tag or a reference, an invisible character, a word such as True.
_SUSPICIOUS = re.compile(
    r"\}\}[^'\",]*['\"]: |['\"]/#[^'\"]*['\"]: |\\xa0|\\xad|\\u200b|\\u2060|\\ufeff"
    "|\u3164|\uffa0|\u2800|\\\\U000e00[0-7]"
    r"|\{\{[^{}]*\b(?:True|TRUE|False|FALSE|None|NULL|Null|nil)\b"
)


def _compile_template(template: dict[str, Any]) -> tuple[dict[str, CompiledValue], bool]:
    """Return the members of a template, and whether it may have a mistake that rendering does not show."""
    try:
        written = repr(template)
    except RecursionError:
        # Deeper than any definition that is read from a text.
        written = ""
    return compile_members(template, "/inputTemplate"), _SUSPICIOUS.search(written) is not None


# An action has one inputTemplate, which each of its requests is rendered from.
_COMPILED = ValueCache(_compile_template)
compiled_template = _COMPILED.get
_ABSENT = CompiledValue(None)


@dataclass
class BuildContext:
    """What templates are rendered with, and the diagnostics and pieces collected so far.

    ``template`` is the inputTemplate as it is written, ``secrets`` maps the label of each setting to its
    value, None if it has none.
    """

    template: dict[str, Any]
    tracing: Tracing
    platform: Platform
    rendering: Rendering
    secrets: dict[str, Secret | None]
    allow_missing: frozenset[str]
    definition: ActionDefinition
    used: list[Piece] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._compiled, is_suspicious = compiled_template(self.template)
        self.scope, self.notes = self.tracing.scope, self.tracing.notes
        # The diagnostics so far, including those of helpers.
        self.diagnostics = self.notes.diagnostics
        if is_suspicious:
            from .written_mistakes import written_mistakes

            self.diagnostics += written_mistakes(self.template, self.declared | self.allow_missing)

    @classmethod
    def from_definition(
        cls,
        definition: ActionDefinition,
        inputs: Mapping[str, Any],
        settings: Mapping[str, Secret | None],
        platform: Platform | None,
        rendering: Rendering | None,
        allow_missing: frozenset[str],
    ) -> BuildContext:
        """Return the context of an action for coerced inputs and the settings by variable name."""
        platform = platform or Platform()
        rendering = rendering or Rendering.from_platform(platform)
        labels = {name: f"${key}" for name, key in definition.setting_keys.items()}
        return cls(
            definition.input_template.as_written if definition.input_template else {},
            Tracing(_scope(inputs, settings, labels, platform), rendering),
            platform,
            rendering,
            {label: settings.get(name) for name, label in labels.items()},
            allow_missing,
            definition,
        )

    @property
    def declared(self) -> frozenset[str]:
        """The names that a template may read without a value."""
        return declared_names(self.definition)

    def report(
        self, code: str, severity: Severity, pointer: str, message: str, fix: str, span: Span | None = None
    ) -> None:
        """Add a diagnostic at a pointer into the action, or at a span of the string there."""
        self.diagnostics.append(Diagnostic(code, severity, pointer, message, fix, span))

    def report_error(self, code: str, pointer: str, message: str, fix: str, span: Span | None = None) -> None:
        """Add a diagnostic that prevents the request from being sent."""
        self.report(code, Severity.ERROR, pointer, message, fix, span)

    def add(self, *diagnostics: Diagnostic | None) -> None:
        """Add the results of checks, where None means that nothing is wrong."""
        for diagnostic in diagnostics:
            if diagnostic is not None:
                self.diagnostics.append(diagnostic)

    def has_error(self, name: str) -> bool:
        """Whether a property of the input template, or the template as a whole, has an error already."""
        locations = {"/inputTemplate", f"/inputTemplate/{name}"}
        return any(
            diagnostic.severity is Severity.ERROR and diagnostic.pointer in locations
            for diagnostic in self.diagnostics
        )

    def text(self, name: str) -> Text:
        """Return one property of the input template as text, empty when it is missing or null."""
        tree = self.trace(name)
        if isinstance(tree, Text):
            return tree
        value = real(tree)
        if value is UNDEFINED or value is None:
            return Text()
        if not isinstance(value, str):
            from .part_types import check_string_part

            self.add(check_string_part(name, value, f"/inputTemplate/{name}"))
        return as_text(tree)

    def trace(self, name: str) -> Any:
        """Return one property of the input template, rendered; a template with an error stays as written."""
        compiled = self._compiled.get(name, _ABSENT)
        if compiled.node is None:
            return compiled.value
        try:
            tree = self.tracing.trace(compiled)
        except TemplateError as error:
            self.diagnostics.extend(error.diagnostics)
            tree = Text.of(compiled.value) if isinstance(compiled.value, str) else None
        else:
            self.used += tree.pieces if isinstance(tree, Text) else pieces(tree)
        # A setting that is only tested, as in {{#if token}}, needs a value as well, and so does one beside a
        # template that fails: the author sees all errors at once.
        if self.notes.reads:
            self.used += self.notes.reads
            self.notes.reads.clear()
        return tree


def declared_names(definition: ActionDefinition) -> frozenset[str]:
    """Return the names that the templates of an action may read without a value."""
    schema = definition.input_schema or {}
    properties = schema.get("properties")
    names = properties if isinstance(properties, dict) else ()
    return frozenset([*names, "_env", *definition.setting_keys])


def unset_settings(pieces: Iterable[Piece], secrets: Mapping[str, Secret | None]) -> dict[str, Piece]:
    """Return the labels of the settings without a value in the pieces, each with its first piece."""
    unset: dict[str, Piece] = {}
    for piece in pieces:
        if piece.label is not None and secrets[piece.label] is None:
            unset.setdefault(piece.label, piece)
    return unset


def _scope(
    inputs: Mapping[str, Any],
    settings: Mapping[str, Secret | None],
    labels: Mapping[str, str],
    platform: Platform,
) -> Scope:
    values = {
        name: secret.reveal() for name, secret in settings.items() if secret is not None and name in labels
    }
    scope_labels = dict(labels)
    if not platform.setting_beats_input:
        values = {name: value for name, value in values.items() if name not in inputs}
        scope_labels = {name: label for name, label in labels.items() if name not in inputs}
    return Scope({**inputs, **values, "_env": dict(platform.env)}, scope_labels)

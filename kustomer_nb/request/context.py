"""What is known and found while one request is made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from kustomer_nb.diagnostics import Diagnostic, Severity, Span
from kustomer_nb.errors import TemplateError
from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.platform import Platform
from kustomer_nb.template import Notes, Piece, Rendering, Scope, Text, trace_value
from kustomer_nb.template.traced_values import as_text, pieces, real


@dataclass
class BuildContext:
    """The scope of the templates and how they are rendered, the platform, the findings and pieces so far."""

    scope: Scope
    platform: Platform
    rendering: Rendering
    declared: frozenset[str]
    allow_missing: frozenset[str]
    notes: Notes = field(default_factory=Notes)
    used: list[Piece] = field(default_factory=list)

    @property
    def found(self) -> list[Diagnostic]:
        """The findings so far, those of helpers with them."""
        return self.notes.diagnostics

    def say(
        self, code: str, severity: Severity, pointer: str, message: str, fix: str, span: Span | None = None
    ) -> None:
        """Add a finding at a pointer into the action, or at a part of the string there."""
        self.found.append(Diagnostic(code, severity, pointer, message, fix, span))

    def refuse(self, code: str, pointer: str, message: str, fix: str, span: Span | None = None) -> None:
        """Add a finding that stops the request from being sent."""
        self.say(code, Severity.ERROR, pointer, message, fix, span)

    def has_fault(self, name: str) -> bool:
        """Whether an error was found in a property of the input template, or in the template as a whole."""
        places = {"/inputTemplate", f"/inputTemplate/{name}"}
        return any(one.severity is Severity.ERROR and one.pointer in places for one in self.found)

    def text(self, written: Mapping[str, Any], name: str) -> Text:
        """Return one property of the input template as text, empty when it is missing or null."""
        tree = self.trace(written.get(name), name)
        return Text() if tree is UNDEFINED or real(tree) is None else as_text(tree)

    def trace(self, value: Any, name: str) -> Any:
        """Return one property of the input template resolved; a template at fault stays as it is written."""
        try:
            tree = trace_value(
                value,
                self.scope,
                f"/inputTemplate/{name}",
                rendering=self.rendering,
                notes=self.notes,
            )
        except TemplateError as error:
            self.found.extend(error.diagnostics)
            return Text.of(value) if isinstance(value, str) else None
        # What is read but not printed, as in {{#if token}}, must have a value too.
        self.used += [*pieces(tree), *self.notes.reads]
        self.notes.reads.clear()
        return tree

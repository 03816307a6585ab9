"""What is known and found while one request is made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from kustomer_nb.diagnostics import Diagnostic, Severity
from kustomer_nb.errors import TemplateError
from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.kustomer import Platform
from kustomer_nb.template import Missing, Piece, Rendering, Scope, Text, trace_value
from kustomer_nb.template.traced import as_text, pieces, real


@dataclass
class Draft:
    """The scope of the templates and how they are rendered, the platform, the findings and pieces so far."""

    scope: Scope
    platform: Platform
    rendering: Rendering
    declared: frozenset[str]
    allow_missing: frozenset[str]
    found: list[Diagnostic] = field(default_factory=list)
    missing: list[Missing] = field(default_factory=list)
    used: list[Piece] = field(default_factory=list)

    def say(self, code: str, severity: Severity, pointer: str, message: str, fix: str) -> None:
        """Add a finding at a pointer into the action."""
        self.found.append(Diagnostic(code, severity, pointer, message, fix))

    def refuse(self, code: str, pointer: str, message: str, fix: str) -> None:
        """Add a finding that stops the request from being sent."""
        self.say(code, Severity.ERROR, pointer, message, fix)

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
                missing=self.missing,
                found=self.found,
            )
        except TemplateError as error:
            self.found.extend(error.diagnostics)
            return Text.of(value) if isinstance(value, str) else None
        self.used.extend(pieces(tree))
        return tree

"""What is known and found while one request is made."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from kustomer_nb.diagnostics import Diagnostic, Severity
from kustomer_nb.errors import TemplateError
from kustomer_nb.kustomer import Platform
from kustomer_nb.template import Missing, Scope, Text, trace_value


@dataclass
class Draft:
    """The scope of the templates, the platform, and the findings so far."""

    scope: Scope
    platform: Platform
    declared: frozenset[str]
    allow_missing: frozenset[str]
    found: list[Diagnostic] = field(default_factory=list)
    missing: list[Missing] = field(default_factory=list)

    def say(self, code: str, severity: Severity, pointer: str, message: str, fix: str) -> None:
        """Add a finding at a pointer into the action."""
        self.found.append(Diagnostic(code, severity, pointer, message, fix))

    def refuse(self, code: str, pointer: str, message: str, fix: str) -> None:
        """Add a finding that stops the request from being sent."""
        self.say(code, Severity.ERROR, pointer, message, fix)

    def trace(self, value: Any, name: str) -> Any:
        """Return one property of the input template resolved; a template at fault stays as it is written."""
        try:
            return trace_value(
                value,
                self.scope,
                f"/inputTemplate/{name}",
                missing=self.missing,
                adds_numbers=self.platform.adjacent_raw_numbers_add,
                no_escape=not self.platform.escape_html,
            )
        except TemplateError as error:
            self.found.extend(error.diagnostics)
            return Text.of(value) if isinstance(value, str) else None

"""The rules of `lint`: what can be known to be wrong with a definition from its text alone."""

from __future__ import annotations

from .fixing import fix_document
from .model import Rule
from .rulebook import RULES, explained, lint_document, rule
from .selection import Selection, project_selection

__all__ = [
    "RULES",
    "Rule",
    "Selection",
    "explained",
    "fix_document",
    "lint_document",
    "project_selection",
    "rule",
]

"""The rules of `lint`: what can be known to be wrong with a definition from its text alone."""

from __future__ import annotations

from .concealment import Concealment, changes_between, conceal, without_tokens
from .fixing import fix_document
from .model import Rule
from .rulebook import RULES, explained, lint_document, rule
from .selection import Selection, project_selection

__all__ = [
    "RULES",
    "Concealment",
    "Rule",
    "Selection",
    "changes_between",
    "conceal",
    "explained",
    "fix_document",
    "lint_document",
    "project_selection",
    "rule",
    "without_tokens",
]

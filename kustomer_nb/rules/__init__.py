"""The rules of `lint`: what can be known to be wrong with a definition from its text alone."""

from __future__ import annotations

from .model import Rule
from .rulebook import RULES, lint_document, rule

__all__ = ["RULES", "Rule", "lint_document", "rule"]

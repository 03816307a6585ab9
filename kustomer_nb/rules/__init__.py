"""The rules of `lint`: what can be known to be wrong with a definition from its text alone."""

from .registry import RULES, explained, fix_document, lint_document, rule

__all__ = ["RULES", "explained", "fix_document", "lint_document", "rule"]

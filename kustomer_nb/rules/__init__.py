"""The rules of `lint`: problems of a definition that can be found without running it."""

from .registry import RULES, explained, fix_document, fixed_problem, has_problem, lint_document, rule

__all__ = ["RULES", "explained", "fix_document", "fixed_problem", "has_problem", "lint_document", "rule"]

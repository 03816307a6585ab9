"""How a document is checked: what a rule is, the engine, the selection of codes, and automatic fixes."""

from .checked_actions import CheckedActions
from .config import Selection, project_selection
from .engine import check_document
from .fixer import apply_fix, apply_fixes
from .rule import Rule
from .token_masking import Concealment, changes_between, conceal, without_tokens

__all__ = [
    "CheckedActions",
    "Concealment",
    "Rule",
    "Selection",
    "apply_fix",
    "apply_fixes",
    "changes_between",
    "check_document",
    "conceal",
    "project_selection",
    "without_tokens",
]

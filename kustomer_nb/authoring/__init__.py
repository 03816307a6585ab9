"""What an author does to a definition by name: actions, inputs, settings and outputs.

Each function takes a document and returns the edited one, in which everything else stays byte for byte.
`App` and `Action` are how users call them.
"""

from __future__ import annotations

from .actions import (
    duplicated_action,
    new_action,
    new_document,
    remaining_steps,
    removed_action,
    renamed_action,
    with_action,
)
from .escapes import double_tags, unescaped, with_raw_tags
from .inputs import (
    can_declare,
    remaining_uses,
    undeclared_routes,
    with_declaration,
    with_input,
    without_input,
)
from .outputs import with_output
from .renaming import Place, plan_rename, rename_edits, renamed_input, renamed_setting

__all__ = [
    "Place",
    "can_declare",
    "double_tags",
    "duplicated_action",
    "new_action",
    "new_document",
    "plan_rename",
    "remaining_steps",
    "remaining_uses",
    "removed_action",
    "rename_edits",
    "renamed_action",
    "renamed_input",
    "renamed_setting",
    "undeclared_routes",
    "unescaped",
    "with_action",
    "with_declaration",
    "with_input",
    "with_output",
    "with_raw_tags",
    "without_input",
]

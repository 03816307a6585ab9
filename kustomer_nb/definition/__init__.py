"""What an author writes: the models of an app and its actions, and the document that contains them."""

from __future__ import annotations

from .changes import CHANGE_LOCK, Changes, one_at_a_time
from .document import (
    NO_DEFINITION,
    Document,
    Locator,
    ReadAction,
    evaluated_document,
    read_document,
)
from .editing import edited, removed, renamed, require_literal, rewritten
from .from_value import document_from_value
from .lenient import TypeMismatch
from .models import (
    ActionDefinition,
    AppDefinition,
    AppSetting,
    InputTemplate,
    Setting,
    WholeApp,
)
from .read_errors import guessed, mistyped
from .recognition import (
    SCRIPT_SUFFIXES,
    TEST_CASES,
    Kind,
    is_definition_name,
    is_workflow,
    names_definition_keys,
)
from .undo import Change, UndoStack, undone

__all__ = [
    "CHANGE_LOCK",
    "NO_DEFINITION",
    "SCRIPT_SUFFIXES",
    "TEST_CASES",
    "ActionDefinition",
    "AppDefinition",
    "AppSetting",
    "Change",
    "Changes",
    "Document",
    "InputTemplate",
    "Kind",
    "Locator",
    "ReadAction",
    "Setting",
    "TypeMismatch",
    "UndoStack",
    "WholeApp",
    "document_from_value",
    "edited",
    "evaluated_document",
    "guessed",
    "is_definition_name",
    "is_workflow",
    "mistyped",
    "names_definition_keys",
    "one_at_a_time",
    "read_document",
    "removed",
    "renamed",
    "require_literal",
    "rewritten",
    "undone",
]

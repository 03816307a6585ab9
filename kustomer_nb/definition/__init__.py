"""What an author writes: the models of an app and its actions, and the document they stand in."""

from __future__ import annotations

from .document import (
    NO_DEFINITION,
    SCRIPT_SUFFIXES,
    Document,
    ReadAction,
    document_of,
    read_document,
)
from .editing import Changes, edited, removed, renamed
from .models import (
    ActionDefinition,
    AppDefinition,
    AppSetting,
    InputTemplate,
    Setting,
    TypeMismatch,
    WholeApp,
)
from .read_errors import guessed
from .recognition import Kind, is_workflow, names_definition_keys

__all__ = [
    "NO_DEFINITION",
    "SCRIPT_SUFFIXES",
    "ActionDefinition",
    "AppDefinition",
    "AppSetting",
    "Changes",
    "Document",
    "InputTemplate",
    "Kind",
    "ReadAction",
    "Setting",
    "TypeMismatch",
    "WholeApp",
    "document_of",
    "edited",
    "guessed",
    "is_workflow",
    "names_definition_keys",
    "read_document",
    "removed",
    "renamed",
]

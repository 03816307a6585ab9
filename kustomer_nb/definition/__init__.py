"""What an author writes: the models of an app and its actions, and the document they stand in."""

from __future__ import annotations

from .changes import Changes
from .document import (
    NO_DEFINITION,
    SCRIPT_SUFFIXES,
    Document,
    ReadAction,
    document_of,
    open_document,
    read_document,
)
from .editing import edited, removed, renamed, saved
from .models import ActionDefinition, AppDefinition, AppSetting, Field, InputTemplate, Setting, WholeApp
from .recognition import Kind, is_workflow, names_definition_keys

__all__ = [
    "NO_DEFINITION",
    "SCRIPT_SUFFIXES",
    "ActionDefinition",
    "AppDefinition",
    "AppSetting",
    "Changes",
    "Document",
    "Field",
    "InputTemplate",
    "Kind",
    "ReadAction",
    "Setting",
    "WholeApp",
    "document_of",
    "edited",
    "is_workflow",
    "names_definition_keys",
    "open_document",
    "read_document",
    "removed",
    "renamed",
    "saved",
]

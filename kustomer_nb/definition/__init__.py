"""What an author writes: the models of an app and its actions, and the document they stand in."""

from __future__ import annotations

from .changes import Changes
from .document import Document, ReadAction, document_of, open_document, read_document
from .editing import edited, removed, renamed, saved
from .models import ActionDefinition, AppDefinition, AppSetting, Field, InputTemplate, Setting, WholeApp

__all__ = [
    "ActionDefinition",
    "AppDefinition",
    "AppSetting",
    "Changes",
    "Document",
    "Field",
    "InputTemplate",
    "ReadAction",
    "Setting",
    "WholeApp",
    "document_of",
    "edited",
    "open_document",
    "read_document",
    "removed",
    "renamed",
    "saved",
]

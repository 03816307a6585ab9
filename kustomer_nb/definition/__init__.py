"""What an author writes: the models of an app and its actions, and the document they stand in."""

from __future__ import annotations

from .document import Document, ReadAction, document_of, read_document
from .models import ActionDefinition, AppDefinition, AppSetting, Field, InputTemplate, Setting

__all__ = [
    "ActionDefinition",
    "AppDefinition",
    "AppSetting",
    "Document",
    "Field",
    "InputTemplate",
    "ReadAction",
    "Setting",
    "document_of",
    "read_document",
]

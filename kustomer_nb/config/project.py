"""The other definitions of a project, which share its ``kustomer-nb.toml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any

from kustomer_nb.definition import AppDefinition, Document
from kustomer_nb.errors import LoadError
from kustomer_nb.storage.definitions import open_document
from kustomer_nb.storage.folders import definitions_below
from kustomer_nb.storage.identity import file_identity

# A project has a few definitions among some hundred files; reading more would make lint slow.
_MOST_FILES = 500


@dataclass(frozen=True)
class Project:
    """The definitions below a folder but for one, read when a question about them is first asked."""

    root: Path
    without: Path | None = None

    @cached_property
    def documents(self) -> tuple[Document, ...]:
        """The documents that are definitions."""
        documents = (_opened(path) for path in islice(definitions_below(self.root), _MOST_FILES))
        return tuple(document for document in documents if document is not None and self._is_other(document))

    @cached_property
    def setting_keys(self) -> list[str]:
        """The keys of all settings that the definitions declare or read."""
        keys: list[str] = []
        for document in self.documents:
            model = AppDefinition.read(document.value).model if document.is_app else AppDefinition()
            for category, named in (model.settings or {}).items():
                keys += [f"{model.app}.{category}.{name}" for name in named]
            for action in document.actions:
                keys += action.definition.setting_keys.values()
        return keys

    @cached_property
    def input_schemas(self) -> tuple[Mapping[str, Any] | None, ...]:
        """The inputSchema of each action; None for one that takes any input."""
        return tuple(
            action.definition.input_schema for document in self.documents for action in document.actions
        )

    def _is_other(self, document: Document) -> bool:
        if not document.is_definition or self.without is None or document.path is None:
            return document.is_definition
        return file_identity(document.path) != file_identity(self.without)


def _opened(path: Path) -> Document | None:
    # A file that cannot be read says nothing about the settings of the project.
    try:
        return open_document(path)
    except LoadError:
        return None

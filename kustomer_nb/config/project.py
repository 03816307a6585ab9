"""The other definitions of a project, which share its ``kustomer-nb.toml``."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any

from kustomer_nb.definition import SCRIPT_SUFFIXES, TEST_CASES, AppDefinition, Document
from kustomer_nb.errors import LoadError
from kustomer_nb.storage.definitions import open_document

_SUFFIXES = (".json", ".json5", ".jsonc", *SCRIPT_SUFFIXES)
# Dependencies; folders whose names begin with a dot are skipped too.
_PACKAGES = "node_modules"
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
        documents = (_opened(path) for path in islice(_files_in(self.root), _MOST_FILES))
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
        is_same = self.without is not None and document.path is not None
        is_same = is_same and os.path.realpath(str(document.path)) == os.path.realpath(str(self.without))
        return document.is_definition and not is_same


def _files_in(folder: Path) -> Iterator[Path]:
    for parent, folders, names in os.walk(folder):
        # In place, as os.walk requires to skip a folder.
        folders[:] = sorted(name for name in folders if name != _PACKAGES and not name.startswith("."))
        for name in sorted(names):
            path = Path(parent, name)
            is_candidate = path.suffix.lower() in _SUFFIXES and not name.startswith(".")
            if is_candidate and not name.endswith(TEST_CASES) and not path.is_symlink():
                yield path


def _opened(path: Path) -> Document | None:
    # A file that cannot be read says nothing about the settings of the project.
    try:
        return open_document(path)
    except LoadError:
        return None

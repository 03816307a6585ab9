"""The documents that are open in an editor, and which of them are definitions."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from pygls.uris import to_fs_path

from kustomer_nb.definition.recognition import names_definition_keys
from kustomer_nb.language.reading import MOST_CHARACTERS, document_of

from .positions import Positions

if TYPE_CHECKING:
    from lsprotocol.types import PositionEncodingKind

DEFINITION_SUFFIX = ".kustomer.json"


@dataclass(frozen=True)
class OpenDocument:
    """One version of a document: its URI, its text, and the encoding of positions in it."""

    uri: str
    version: int | None
    text: str
    encoding: PositionEncodingKind | str

    @cached_property
    def path(self) -> Path | None:
        """The file of the document, None if it has none yet."""
        path = to_fs_path(self.uri) if self.uri.startswith("file:") else None
        return Path(path) if path else None

    @cached_property
    def positions(self) -> Positions:
        """The positions of the text."""
        return Positions(self.text, self.encoding)

    @property
    def is_too_large(self) -> bool:
        """Whether nothing is looked for in it."""
        return len(self.text) > MOST_CHARACTERS

    @cached_property
    def is_definition(self) -> bool:
        """Whether it is, or may become, a definition: an editor opens other JSON with the same server."""
        if self.is_too_large:
            return False
        if self.path is None or self.path.name.endswith(DEFINITION_SUFFIX):
            return True
        document = document_of(self.text, self.path)
        if document is None:
            return not self.text.strip() or names_definition_keys(self.text)
        return document.is_definition or document.value in ({}, [])

    @property
    def is_empty(self) -> bool:
        """Whether nothing is written yet, so that nothing is wrong with it."""
        return self.text.strip() in ("", "{}", "[]")

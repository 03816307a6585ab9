"""The texts that were read last: of one that was typed from them, only the new part is read."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from kustomer_nb.definition import read_document
from kustomer_nb.jsontext.text_difference import difference_between
from kustomer_nb.linting import CheckedActions, Concealment

if TYPE_CHECKING:
    from pathlib import Path

    from kustomer_nb.definition import Document
    from kustomer_nb.diagnostics import Diagnostics
    from kustomer_nb.jsontext.parser import ParsedText

# As many as somebody types in at the same time; more would only need memory.
_TEXTS = 4
# What differs in more was not typed, and reading all of it takes no longer.
_MOST_TYPED = 1_000


class LatestTexts:
    """The documents, the tokens and the checked actions of the latest texts."""

    def __init__(self) -> None:
        self.checked = CheckedActions()
        self._documents: deque[Document] = deque(maxlen=_TEXTS)
        self._concealments: deque[tuple[str, Concealment]] = deque(maxlen=_TEXTS)

    def read(self, text: str, path: Path | None) -> Document:
        """Return the document of a text, as `read_document` does.

        Raises:
            LoadError: no value can be read from the text.
        """
        known = (document for document in reversed([*self._documents]) if document.path == path)
        before = next((document for document in known if _is_typed(document.text, text)), None)
        if before is not None and before.text == text:
            return before
        document = read_document(text, path) if before is None else before.retyped(text)
        self._documents.append(document)
        return document

    def mask(self, diagnostics: Diagnostics, reading: ParsedText) -> Diagnostics:
        """Return diagnostics with the tokens of their text masked, as `conceal` does."""
        if not diagnostics:
            return diagnostics
        known = reversed([*self._concealments])
        before = next((latest for text, latest in known if _is_typed(text, reading.text)), None)
        concealment = Concealment(reading, before=before)
        self._concealments.append((reading.text, concealment))
        return concealment.diagnostics(diagnostics, text=concealment.source(reading))


def _is_typed(before: str, after: str) -> bool:
    """Return whether a text differs from another one in a few characters."""
    if abs(len(after) - len(before)) > _MOST_TYPED:
        return False
    difference = difference_between(before, after)
    return difference is None or len(difference.removed) + len(difference.inserted) <= _MOST_TYPED

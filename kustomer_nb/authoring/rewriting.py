"""Several changes of a definition that are made together, each as small as it can be in the author's text."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from kustomer_nb.definition import require_literal, rewritten
from kustomer_nb.diagnostics import Edit
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.jsontext.edits import apply
from kustomer_nb.jsontext.formatting import Layout
from kustomer_nb.jsontext.strings import offsets_in_source

from .names import refusal

if TYPE_CHECKING:
    from kustomer_nb.definition import Document

_IDENTIFIER = re.compile(r"[A-Za-z_$][\w$]*", re.ASCII)
Part = tuple[int, int, str]


@dataclass
class Rewriting:
    """The changes to make in a document: parts of strings, and keys.

    ``texts`` maps the pointer of a string to the parts of it that get another text; ``keys`` maps the pointer
    of a member to its new key, with the parts of the key that differ.
    """

    document: Document
    texts: dict[str, dict[Part, None]] = field(default_factory=dict)
    keys: dict[str, dict[Part, None]] = field(default_factory=dict)

    def replace_text(self, pointer: str, start: int, end: int, text: str) -> None:
        """Replace a part of the string at a pointer."""
        self._add(self.texts, pointer, (start, end, text))

    def replace_in_key(self, pointer: str, start: int, end: int, text: str) -> None:
        """Replace a part of the key of the member at a pointer."""
        self._add(self.keys, pointer, (start, end, text))

    def rename_key(self, pointer: str, key: str) -> None:
        """Give the member at a pointer another key."""
        self.replace_in_key(pointer, 0, len(pointers.split(pointer)[-1]), key)

    @staticmethod
    def _add(parts: dict[str, dict[Part, None]], pointer: str, part: Part) -> None:
        # A path within a lookup is found as its argument too: an equal part counts once.
        parts.setdefault(pointer, {})[part] = None

    def edits(self) -> list[tuple[str, Edit]]:
        """Return the edits of the text, each with the pointer of what it changes, in the order of the text.

        Raises:
            EditError: code puts a value together, or an object has the new key already.
        """
        edits: list[tuple[str, Edit]] = []
        for pointer, parts in self.texts.items():
            edits += [(pointer, edit) for edit in self._text_edits(pointer, parts)]
        for pointer, parts in self.keys.items():
            edits += [(pointer, edit) for edit in self._key_edits(pointer, parts)]
        return sorted(edits, key=lambda edit: edit[1])

    def apply(self, pointer: str) -> Document:
        """Return the document with every change; ``pointer`` is where an error is reported.

        Raises:
            EditError: the changes cannot be made in the text; nothing is changed then.
        """
        return rewritten(self.document, [edit for _, edit in self.edits()], self._expected(), pointer)

    def _text_edits(self, pointer: str, parts: Iterable[Part]) -> Iterator[Edit]:
        require_literal(self.document, pointer)
        value = pointers.resolve(self.document.value, pointer)
        outer, ordered = self.document.span(pointer), sorted(parts)
        if outer is None:
            return
        ends = [offset for start, end, _ in ordered for offset in (start, end)]
        offsets = offsets_in_source(self.document.text, outer.start, value, ends)
        if offsets is None:
            # The reader repaired the string, so that its parts have no place in the text.
            yield from Layout(self.document.reading).set(pointer, with_parts(value, ordered))
            return
        for at, (_, _, text) in enumerate(ordered):
            yield Edit(offsets[2 * at], offsets[2 * at + 1], text)

    def _key_edits(self, pointer: str, parts: Iterable[Part]) -> Iterator[Edit]:
        require_literal(self.document, pointers.join("", *pointers.split(pointer)[:-1]))
        old = pointers.split(pointer)[-1]
        new = with_parts(old, parts)
        try:
            edits = Layout(self.document.reading).rename(pointer, new)
        except LookupError as error:
            message = f"the object has a key `{new}` already."
            raise refusal(pointer, message, "use another name, or remove that key first.") from error
        for edit in edits:
            source = self.document.text[edit.start : edit.end]
            # The author's own quotes, or none.
            if source[1:-1] == old and source[0] == source[-1] and edit.text[1:-1] == new:
                yield edit._replace(text=f"{source[0]}{new}{source[0]}")
            elif source == old and _IDENTIFIER.fullmatch(new):
                yield edit._replace(text=new)
            else:
                yield edit

    def _expected(self) -> Any:
        """Return the value that the document has after the changes."""
        value = copy.deepcopy(self.document.value)
        for pointer, parts in self.texts.items():
            *outer, key = pointers.split(pointer)
            container = pointers.resolve(value, outer)
            at: Any = int(key) if isinstance(container, list) else key
            container[at] = with_parts(container[at], parts)
        # The innermost first: the pointers of the others stay as they are.
        for pointer in sorted(self.keys, key=lambda pointer: -pointer.count("/")):
            *outer, key = pointers.split(pointer)
            container = pointers.resolve(value, outer)
            members = [
                (with_parts(name, self.keys[pointer]) if name == key else name, item)
                for name, item in container.items()
            ]
            container.clear()
            container.update(members)
        return value


def with_parts(text: str, parts: Iterable[Part]) -> str:
    """Return a text with parts of it replaced; equal parts are replaced once.

    Example:
        >>> with_parts("/{{id}}", [(3, 5, "key"), (3, 5, "key")])
        '/{{key}}'
    """
    return apply(text, [Edit(*part) for part in parts])

"""The actions that stay the same ones when the document changes around them."""

from __future__ import annotations

from collections.abc import Sequence

from .document import Document, ReadAction


def same_actions(reads: Sequence[ReadAction], document: Document) -> list[ReadAction]:
    """Return for each action the one that it is in another document; a removed one is what it was last.

    Example:
        >>> from kustomer_nb.definition import read_document
        >>> before = read_document('[{"name": "a.find"}, {"name": "a.pay"}]')
        >>> after = read_document('[{"name": "a.search"}, {"name": "a.pay"}]')
        >>> [read.definition.name for read in same_actions(before.actions, after)]
        ['a.search', 'a.pay']
    """
    by_name = {read.definition.name: read for read in document.actions if read.definition.name}
    # By name first: an action keeps its name when one before it is added or removed.
    named = [by_name.get(read.definition.name or "") for read in reads]
    assigned = {id(read) for read in named}
    # A renamed action is still at its pointer.
    by_pointer = {read.pointer: read for read in document.actions if id(read) not in assigned}
    return [
        own or by_pointer.get(read.pointer) or by_pointer.get(_other_pointer(read.pointer)) or read
        for read, own in zip(reads, named, strict=True)
    ]


def _other_pointer(pointer: str) -> str:
    """Return where an action is when its file of one action became an array, or the other way by undo."""
    return {"": "/0", "/0": ""}.get(pointer, pointer)

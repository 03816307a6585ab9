"""The actions that stay the same ones when the document changes around them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kustomer_nb.diagnostics import Diagnostics

from .document import Document, ReadAction


def same_actions(
    reads: Sequence[ReadAction], document: Document, swallowed: Sequence[ReadAction] = ()
) -> list[ReadAction]:
    """Return for each action the one that it is in another document; a removed one is what it was last.

    ``swallowed`` are those that are gone while the text is half typed: one of their name is no renamed one.

    Example:
        >>> from kustomer_nb.definition import read_document
        >>> before = read_document('[{"name": "a.find"}, {"name": "a.pay"}]')
        >>> after = read_document('[{"name": "a.search"}, {"name": "a.pay"}]')
        >>> [read.definition.name for read in same_actions(before.actions, after)]
        ['a.search', 'a.pay']
        >>> after = read_document('[{"name": "a.pay"}, {"name": "a.pay"}]')
        >>> [read.pointer for read in same_actions(before.actions, after)]
        ['/0', '/1']
        >>> read = read_document('[{"name": "a.drop"}]').actions[0]
        >>> same_actions([read], before)[0].definition.name
        'a.find'
        >>> same_actions([read], before, swallowed=before.actions)[0] is read
        True
    """
    left = {read.pointer: read for read in document.actions}
    same: dict[int, ReadAction] = {}
    all_reads = (*reads, *swallowed)

    def assign(find: Callable[[ReadAction], ReadAction | None], count: int = len(all_reads)) -> None:
        for index, read in enumerate(all_reads[:count]):
            own = None if index in same else find(read)
            if own is not None:
                same[index] = left.pop(own.pointer)

    # Two may have one name, while one of them is being renamed: then each is where it was.
    assign(lambda read: _if_named(left.get(read.pointer), read.definition.name))
    # By name first: an action keeps its name when one before it is added or removed.
    by_name = {read.definition.name: read.pointer for read in reversed(left.values())}
    by_name.pop(None, None)
    assign(lambda read: left.get(by_name[name]) if (name := read.definition.name) in by_name else None)
    # A renamed action is still at its pointer.
    assign(lambda read: left.get(read.pointer), len(reads))
    assign(lambda read: left.get(_other_pointer(read.pointer)), len(reads))
    return [same.get(index, read) for index, read in enumerate(reads)]


def breaking_errors(
    read: ReadAction, before: Document, after: Document, swallowed: Sequence[ReadAction] = ()
) -> Diagnostics:
    """Return the syntax errors of an edit to which an action is lost: it may be back with the next key.

    None if the action is there, or was removed.

    Example:
        >>> from kustomer_nb.definition import read_document
        >>> before = read_document('[{"name": "a.find"}, {"name": "a.pay"}]')
        >>> after = read_document('[{"name": "a.find"}, [{"name": "a.pay"}]')
        >>> [breaking_errors(read, before, after) for read in before.actions]
        [<Diagnostics: no problems>, <Diagnostics: 1 error>]
        >>> breaking_errors(before.actions[1], before, read_document('[{"name": "a.find"}]'))
        <Diagnostics: no problems>
    """
    known, errors = before.reading.diagnostics, after.reading.diagnostics
    is_broken = after.is_misplaced or len(errors) > len(known)
    if not is_broken or not _is_lost(read, before, after, swallowed):
        return Diagnostics()
    places = {(error.code, error.pointer) for error in known}
    return Diagnostics([error for error in errors if (error.code, error.pointer) not in places] or errors)


def _is_lost(read: ReadAction, before: Document, after: Document, swallowed: Sequence[ReadAction]) -> bool:
    """Return whether an action of a document is not in the document after an edit."""
    own = next((index for index, other in enumerate(before.actions) if other is read), None)
    if own is None:
        return False
    # Where actions became one, or one became two, another one may be at its place.
    is_shifted = len(before.actions) != len(after.actions)
    if is_shifted and not any(_if_named(other, read.definition.name) for other in after.actions):
        return True
    # What was removed is what it was.
    return same_actions(before.actions, after, swallowed)[own] is read


def _if_named(read: ReadAction | None, name: str | None) -> ReadAction | None:
    return read if read and name and read.definition.name == name else None


def _other_pointer(pointer: str) -> str:
    """Return where an action is when its file of one action became an array, or the other way by undo."""
    return {"": "/0", "/0": ""}.get(pointer, pointer)

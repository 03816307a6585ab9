"""Where each character of a request came from: its X-ray."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias, overload

from kustomer_nb.diagnostics import Span
from kustomer_nb.display import Displayable
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.jsontext.javascript import stringify
from kustomer_nb.schema import Conversion
from kustomer_nb.template import Kind, Piece

# What gives the place in the author's file of a part of a string, by the pointer into the action.
Locate: TypeAlias = Callable[[str, Span | None], Span | None]


@dataclass(frozen=True, slots=True)
class Origin:
    """A stretch of a request with one origin, a setting as ``$<key>``.

    ``path`` is what was read (``orderId``), ``pointer`` where in the action it is written, ``span`` where in
    the author's file; both are empty for what the platform adds by itself. ``before`` is the text before
    escaping and encoding, None where they changed nothing or where it comes from a setting; ``changed``
    counts the characters they added or took away. ``converted`` is what inputSchema made of the input,
    ``within`` what it made of the members of one that is an object or array.
    """

    text: str
    kind: Kind
    path: str = ""
    pointer: str = ""
    span: Span | None = None
    before: str | None = None
    changed: int = 0
    converted: Conversion | None = None
    within: tuple[Conversion, ...] = ()

    @property
    def words(self) -> str:
        """What it is and what was done to it, in words.

        Example:
            >>> Origin("a%20b", Kind.INPUT, "name", before="a b", changed=2).words
            'input name, written as a%20b for "a b"'
        """
        said = f"{self.kind.value} {self.path}".rstrip()
        if self.converted is not None:
            said += f", {_converted(self.converted)}"
        if len(self.within) == 1:
            name = ".".join(pointers.split(self.within[0].pointer))
            said += f", {name} in it {_converted(self.within[0])}"
        elif self.within:
            said += f", {len(self.within)} values in it converted"
        if self.before is not None:
            said += f", written as {self.text} for {stringify(self.before)}"
        elif self.changed:
            said += f", changed by escaping ({self.changed} characters more or less)"
        return said


def _converted(change: Conversion) -> str:
    return f"converted from {stringify(change.before)} to {stringify(change.after)}"


class Origins(Sequence[Origin], Displayable):
    """The origins of one part of a request, in its order; their texts put together are that part."""

    def __init__(self, origins: Iterable[Origin]) -> None:
        self._origins = tuple(origins)

    @overload
    def __getitem__(self, index: int) -> Origin: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Origin]: ...
    def __getitem__(self, index: int | slice) -> Origin | Sequence[Origin]:
        return self._origins[index]

    def __len__(self) -> int:
        return len(self._origins)

    @property
    def text(self) -> str:
        """The whole part, settings as ``$<key>``."""
        return "".join(one.text for one in self._origins)

    def __repr__(self) -> str:
        count = len(self._origins)
        return f"<Origins: {count} piece{'' if count == 1 else 's'}>"


def origins_of(
    pieces: Iterable[Piece], pointer: str, converted: Iterable[Conversion], locate: Locate | None
) -> Origins:
    """Return the origins of pieces; ``pointer`` is where those are written that know of no place."""
    by_path = {tuple(pointers.split(one.pointer)): one for one in converted}
    return Origins(_origin(one, by_path, locate) for one in _joined(pieces, pointer))


def _joined(pieces: Iterable[Piece], pointer: str) -> Iterator[Piece]:
    """Yield pieces, literals of one place as one; empty ones are left out, but for what is missing."""
    held: Piece | None = None
    for found in pieces:
        if not found.text and not found.shown and found.kind is not Kind.MISSING:
            continue
        piece = replace(found, pointer=pointer) if found.kind is Kind.LITERAL and not found.pointer else found
        if held is not None and _is_one(held, piece):
            held = replace(held, text=held.text + piece.text, span=_around(held.span, piece.span))
            continue
        if held is not None:
            yield held
        held = piece
    if held is not None:
        yield held


def _is_one(left: Piece, right: Piece) -> bool:
    are_plain = all(
        one.kind is Kind.LITERAL and one.raw is None and one.label is None for one in (left, right)
    )
    return are_plain and left.pointer == right.pointer


def _around(left: Span | None, right: Span | None) -> Span | None:
    if left is None or right is None:
        return left or right
    return replace(left, end=max(left.end, right.end))


def _origin(piece: Piece, converted: Mapping[tuple[str, ...], Conversion], locate: Locate | None) -> Origin:
    place = piece.pointer
    way = tuple(piece.path.split(".")) if converted and piece.kind is Kind.INPUT else ()
    before = piece.raw if piece.label is None and piece.raw != piece.text else None
    return Origin(
        text=piece.shown,
        kind=piece.kind,
        path=piece.path,
        pointer=place,
        span=locate(place, piece.span) if locate and place else None,
        before=before,
        changed=piece.changed,
        converted=next((converted[way[:at]] for at in range(len(way), 0, -1) if way[:at] in converted), None),
        within=tuple(one for path, one in converted.items() if way and way == path[: len(way)] != path),
    )

"""The origin of each character of a request."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias, overload

from kustomer_nb.diagnostics import Span
from kustomer_nb.display import Displayable
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.jsontext.serialization import literal_text, stringify
from kustomer_nb.template import Kind, Piece, Text

if TYPE_CHECKING:
    from kustomer_nb.schema import Conversion

    from .model import Request

# What has a label of its own accord is a setting, or what a helper or the platform makes of one.
NO_SETTINGS = frozenset({Kind.LITERAL, Kind.INPUT, Kind.ENV})
# Returns the location in the author's file of a part of a string, by its pointer into the action.
Locate: TypeAlias = Callable[[str, Span | None], Span | None]


@dataclass(frozen=True, slots=True)
class Origin:
    """A segment of a request with one origin, a setting as ``$<key>``.

    ``path`` is what was read (``orderId``), ``pointer`` its location in the action and ``span`` that in the
    author's file; both are empty for what the platform adds itself. ``before`` is the text before escaping
    and encoding, None if they changed nothing or if it comes from a setting; ``changed`` is the number of
    characters that they added or removed. ``converted`` is the conversion of the input by inputSchema,
    ``within`` those of the members of an input that is an object or array. ``same_as`` is the label of the
    setting whose value this has, for which it is hidden.
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
    same_as: str = ""

    @property
    def words(self) -> str:
        """The origin and the changes to it in words.

        Example:
            >>> Origin("a%20b", Kind.INPUT, "name", before="a b", changed=2).words
            'input name, written as a%20b for "a b"'
        """
        words = f"{self.kind.value} {self.path}".rstrip()
        if self.same_as:
            return f"{words}, hidden: it has the value of {self.same_as}"
        if self.converted is not None:
            words += f", {_converted(self.converted)}"
        if len(self.within) == 1:
            name = ".".join(pointers.split(self.within[0].pointer))
            words += f", {name} in it {_converted(self.within[0])}"
        elif self.within:
            words += f", {len(self.within)} values in it converted"
        if self.before is not None:
            words += f", written as {self.text} for {stringify(self.before)}"
        elif self.changed:
            words += f", changed by escaping ({self.changed} characters more or less)"
        return words


def _converted(change: Conversion) -> str:
    return f"converted from {literal_text(change.before)} to {stringify(change.after)}"


class Origins(Sequence[Origin], Displayable):
    """The origins of one part of a request, in order; their joined texts are that part."""

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
        return "".join(origin.text for origin in self._origins)

    def __repr__(self) -> str:
        count = len(self._origins)
        return f"<Origins: {count} piece{'' if count == 1 else 's'}>"


def part_of(request: Request, pointer: str) -> tuple[Text, str]:
    """Return the text of ``/uri``, ``/body`` or ``/headers/<name>``, and its location in the action.

    Raises:
        ValueError: the pointer is not one of a part of a request.
    """
    match pointers.split(pointer):
        case ["uri"]:
            text, location = request.address.text if request.address else request.uri, "/inputTemplate/uri"
        case ["body"]:
            text, location = request.body_text or Text(), "/inputTemplate/data"
        case ["headers", name]:
            text, location = _header_part(request, name)
        case _:
            msg = f"{pointer!r} is not a part of a request: write /uri, /body or /headers/<name>"
            raise ValueError(msg)
    return text, location


def _header_part(request: Request, name: str) -> tuple[Text, str]:
    """Return the value of a header and its location in the action."""
    # Several headers of one name are shown as the one value a service makes of them.
    headers = [header for header in request.header_texts if header[0].lower() == name.lower()]
    text = Text.join((value for _, value in headers), separator=", ")
    return text, pointers.join("/inputTemplate/headers", headers[0][0] if headers else name)


def parts_of(request: Request) -> tuple[str, ...]:
    """Return the pointers that `part_of` takes and a request has, in its order."""
    names = dict.fromkeys(pointers.join("/headers", name) for name, _ in request.header_texts)
    return ("/uri", *names, *(() if request.body_text is None else ("/body",)))


def origins_of(
    pieces: Iterable[Piece], pointer: str, converted: Iterable[Conversion], locate: Locate | None
) -> Origins:
    """Return the origins of pieces; ``pointer`` is the location of those without one."""
    by_path = {tuple(pointers.split(conversion.pointer)): conversion for conversion in converted}
    # An input that inputSchema converted to "", such as null, has an origin although it has no text.
    emptied = {".".join(path) for path, conversion in by_path.items() if conversion.after == ""}
    return Origins(_origin(piece, by_path, locate) for piece in _joined(pieces, pointer, emptied))


def _joined(pieces: Iterable[Piece], pointer: str, emptied: Container[str]) -> Iterator[Piece]:
    """Yield pieces, adjacent literals of one location joined, without empty ones.

    Values that are missing, null or converted to "", which are the paths ``emptied``, stay.
    """
    pending: Piece | None = None
    for original in pieces:
        if _is_empty(original) and not (original.kind is Kind.INPUT and original.path in emptied):
            continue
        piece = _located(original, pointer)
        if pending is not None and _is_same_literal(pending, piece):
            pending = replace(pending, text=pending.text + piece.text, span=_union(pending.span, piece.span))
            continue
        if pending is not None:
            yield pending
        pending = piece
    if pending is not None:
        yield pending


def _is_empty(piece: Piece) -> bool:
    # A value that is missing or null has no text either, but a reader looks for it.
    return not piece.text and not piece.shown and piece.kind not in (Kind.MISSING, Kind.NULL)


def _located(piece: Piece, pointer: str) -> Piece:
    """Return a piece with its location, which is ``pointer`` for a literal without one."""
    if piece.kind is not Kind.LITERAL or piece.pointer:
        return piece
    return Piece(
        piece.text,
        piece.kind,
        pointer=pointer,
        span=piece.span,
        raw=piece.raw,
        label=piece.label,
        path=piece.path,
    )


def _is_same_literal(left: Piece, right: Piece) -> bool:
    # An escaped piece keeps its text before that, and one of a setting its label: both stay by themselves.
    are_plain = all(
        piece.kind is Kind.LITERAL and piece.raw is None and piece.label is None for piece in (left, right)
    )
    return are_plain and left.pointer == right.pointer


def _union(left: Span | None, right: Span | None) -> Span | None:
    if left is None or right is None:
        return left or right
    return replace(left, end=max(left.end, right.end))


def _origin(piece: Piece, converted: Mapping[tuple[str, ...], Conversion], locate: Locate | None) -> Origin:
    is_hidden = bool(piece.label) and piece.kind in NO_SETTINGS
    path = tuple(piece.path.split(".")) if converted and piece.kind is Kind.INPUT and not is_hidden else ()
    # The text before encoding would reveal a setting.
    before = piece.raw if piece.label is None and piece.raw != piece.text else None
    return Origin(
        text=piece.shown,
        kind=piece.kind,
        path=piece.path,
        pointer=piece.pointer,
        span=locate(piece.pointer, piece.span) if locate and piece.pointer else None,
        before=before,
        changed=0 if is_hidden else piece.changed,
        converted=_nearest_conversion(path, converted),
        within=_conversions_within(path, converted) if path else (),
        same_as=(piece.label or "") if is_hidden else "",
    )


def _nearest_conversion(
    path: tuple[str, ...], converted: Mapping[tuple[str, ...], Conversion]
) -> Conversion | None:
    # The longest path wins: a conversion of order.id says more than one of order.
    prefixes = (path[:length] for length in range(len(path), 0, -1))
    return next((converted[prefix] for prefix in prefixes if prefix in converted), None)


def _conversions_within(
    path: tuple[str, ...], converted: Mapping[tuple[str, ...], Conversion]
) -> tuple[Conversion, ...]:
    return tuple(
        conversion
        for member, conversion in converted.items()
        if len(member) > len(path) and member[: len(path)] == path
    )

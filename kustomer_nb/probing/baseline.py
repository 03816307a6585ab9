"""What a request is built of and what arrives of it, and the ordinary one that others are compared with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.jsontext.javascript import string
from kustomer_nb.template import Kind

from .arrival import BODY, HEADER, Arrival, BodyKind, Place, arrival

if TYPE_CHECKING:
    from kustomer_nb.request import Request
    from kustomer_nb.run.prepare import Prepared
    from kustomer_nb.template import Piece

    from .values import Field


@dataclass(frozen=True)
class Built:
    """A request that was built from inputs, and what a service reads of it; None if it cannot be sent."""

    inputs: Mapping[str, Any]
    prepared: Prepared
    request: Request
    arrived: Arrival | None

    @classmethod
    def from_prepared(cls, inputs: Mapping[str, Any], prepared: Prepared, kind: BodyKind | None) -> Built:
        """Return what was built; ``kind`` is how the service reads a body, None if the body tells."""
        request = prepared.request
        is_sendable = not prepared.input_errors and not request.diagnostics.errors
        arrived = arrival(request.wire(), _kind_of(request, kind)) if is_sendable else None
        return cls(inputs, prepared, request, arrived)

    def pieces(self, field: Field) -> list[tuple[str, Piece]]:
        """Return the pieces that come from a field, each with its part of the request."""
        return [(part, piece) for part, piece in self._all_pieces() if _is_of(piece, field)]

    def _all_pieces(self) -> Iterator[tuple[str, Piece]]:
        request = self.request
        yield from (("url", piece) for piece in request.uri.pieces)
        if request.address is not None:
            # What qs adds is in no uri.
            yield from (("url", piece) for piece in request.address.search.pieces)
        yield from ((HEADER, piece) for _, text in request.header_texts for piece in text.pieces)
        yield from ((BODY, piece) for piece in (request.body_text.pieces if request.body_text else ()))


def _kind_of(request: Request, kind: BodyKind | None) -> BodyKind | None:
    has_body = request.body_text is not None and bool(request.body_text.real)
    return BodyKind.NONE if kind is not None and not has_body else kind


def _is_of(piece: Piece, field: Field) -> bool:
    if piece.kind is Kind.HELPER:
        return field.name in piece.path.replace("(", " ").replace(")", " ").replace(".", " ").split()
    if piece.kind not in (Kind.INPUT, Kind.NULL):
        return False
    path = ".".join(pointers.split(field.pointer))
    # An object is sent with all of its members.
    return path == piece.path or path.startswith(f"{piece.path}.") or piece.path == "this"


@dataclass(frozen=True)
class Baseline:
    """What arrives of an ordinary value of a field, and of another one of its type."""

    field: Field
    built: Built
    arrived: Arrival
    other: Arrival | None

    @cached_property
    def marker(self) -> Any:
        """The ordinary value."""
        return self.field.marker()

    @cached_property
    def slots(self) -> tuple[Place, ...]:
        """The places where the value arrives, or is a part of what does."""
        return tuple(place for place, value in self.arrived.values.items() if carries(value, self.marker))

    @cached_property
    def derived(self) -> frozenset[Place]:
        """The places that depend on the value in another way: what a helper makes of it."""
        if self.other is None:
            return frozenset()
        places = {*self.arrived.values, *self.other.values}
        missing = object()
        changed = {
            place
            for place in places
            if self.arrived.values.get(place, missing) != self.other.values.get(place, missing)
        }
        return frozenset(changed - {*self.slots})

    def expected(self, value: Any) -> dict[Place, Any]:
        """Return what should arrive with another value."""
        # With all of its digits, which JavaScript rounds.
        text = str(value) if type(value) is int else string(value)
        return {
            Place(place.part, _with_text(place.name, self.marker, text)): _with_value(
                found_value, self.marker, value, text
            )
            for place, found_value in self.arrived.values.items()
        }


def carries(value: Any, marker: Any) -> bool:
    """Return whether a value is an ordinary one, or a text with it.

    Example:
        >>> carries("id: zqa0vk", "zqa0vk"), carries(41, 41), carries(1, True)
        (True, True, False)
    """
    if isinstance(value, str):
        return not isinstance(marker, bool) and bool(string(marker)) and string(marker) in value
    return type(value) is type(marker) and value == marker and marker not in (None, {}, [])


def _with_text(text: str, marker: Any, value: str) -> str:
    return text.replace(string(marker), value) if carries(text, marker) else text


def _with_value(current: Any, marker: Any, value: Any, text: str) -> Any:
    if not carries(current, marker):
        return current
    return current.replace(string(marker), text) if isinstance(current, str) else value

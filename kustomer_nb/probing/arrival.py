"""What a service reads from the bytes of a request: the parts of the URL decoded, the body parsed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn
from urllib.parse import unquote_to_bytes
from xml.etree import ElementTree

from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.printable import shortened

if TYPE_CHECKING:
    from kustomer_nb.request.wire import Wire

# They follow the destination and the body, and hold no value of an input.
_OF_TRANSPORT = frozenset({"connection", "content-length", "host", "transfer-encoding"})
_FORM = "application/x-www-form-urlencoded"


class BodyKind(StrEnum):
    """How a service reads a body."""

    NONE = "none"
    JSON = "JSON"
    FORM = "form"
    XML = "XML"
    TEXT = "text"


class Place(NamedTuple):
    """Where a value arrives: a part of the request, and the name or pointer within it."""

    part: str
    name: str = ""

    def __str__(self) -> str:
        return f"{self.part} {self.name.strip()}".rstrip()

    @property
    def words(self) -> str:
        """The place as what a value adds or removes."""
        name = f"`{shortened(self.name.strip(), 40)}`"
        return f"{name} in the body" if self.part == BODY else f"{self.part} {name}"


HOST = Place("the host")
PATH = "segment"
QUERY = "the query parameter"
HEADER = "the header"
BODY = "the body"


@dataclass(frozen=True)
class Arrival:
    """A request as a service reads it: each value by its place.

    ``problem`` says why the body cannot be read as ``kind``, empty if it can. ``has_dots`` is true if the
    path has a dot segment, which services and proxies resolve.
    """

    values: dict[Place, Any]
    kind: BodyKind = BodyKind.NONE
    problem: str = ""
    has_dots: bool = False

    @property
    def segments(self) -> tuple[str, ...]:
        """The segments of the path."""
        return tuple(str(value) for place, value in self.values.items() if place.part == PATH)

    def places(self, part: str) -> tuple[Place, ...]:
        """Return the places in one part of the request."""
        return tuple(place for place in self.values if place.part == part)


def arrival(wire: Wire, kind: BodyKind | None = None) -> Arrival:
    """Return what a service reads from these bytes; ``kind`` None is told by the body itself.

    Example:
        >>> from kustomer_nb import load
        >>> template = {"uri": "http://a.b/x%20y?q=1+2", "method": "post", "json": True, "data": {"n": [1]}}
        >>> arrived = arrival(load({"inputTemplate": template}).action().render().wire())
        >>> {str(place): value for place, value in arrived.values.items() if place.part != "the header"}
        {'the host': 'http://a.b', 'segment 1': 'x y', 'the query parameter q': '1 2', 'the body /n/0': 1}
    """
    headers = [(name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in wire.headers]
    body = wire.body.decode("utf-8", "replace")
    if kind is None:
        kind = _kind(dict(headers).get("content-type", ""), body)
    members, problem = _members(kind, body)
    path, _, search = wire.target.partition(b"?")
    port = "" if wire.port is None else f":{wire.port}"
    values: dict[Place, Any] = {HOST: f"{wire.scheme}://{wire.host}{port}"}
    values |= {Place(PATH, str(index)): value for index, value in enumerate(_segments(path), start=1)}
    values |= _by_name(QUERY, _pairs(search))
    own = [header for header in headers if header[0] not in _OF_TRANSPORT]
    values |= _by_name(HEADER, own)
    values |= _by_name(BODY, members)
    has_dots = any(_decoded(name) in (".", "..") for name in path.split(b"/"))
    return Arrival(values, kind, problem, has_dots)


def _by_name(part: str, pairs: Iterable[tuple[str, Any]]) -> dict[Place, Any]:
    """Return values by place; what repeats a name has its number."""
    values: dict[Place, Any] = {}
    for name, value in pairs:
        place, number = Place(part, name), 1
        while place in values:
            number += 1
            place = Place(part, f"{name} (no. {number})")
        values[place] = value
    return values


def _decoded(text: bytes) -> str:
    return unquote_to_bytes(text).decode("utf-8", "replace")


def _segments(path: bytes) -> list[str]:
    """Return the decoded segments of a path without dot segments, as RFC 3986, 5.2.4, removes them."""
    segments: list[str] = []
    names = [_decoded(name) for name in path.split(b"/")[1:]]
    for number, name in enumerate(names, start=1):
        if name not in (".", ".."):
            segments.append(name)
            continue
        if name == "..":
            del segments[-1:]
        if number == len(names):
            segments.append("")
    return segments


def _pairs(text: bytes) -> list[tuple[str, str]]:
    """Return the fields of a query or a form, as the URL standard parses them."""
    pairs = [field.partition(b"=") for field in text.replace(b"+", b" ").split(b"&") if field]
    return [(_decoded(name), _decoded(value)) for name, _, value in pairs]


def _kind(content_type: str, body: str) -> BodyKind:
    media = content_type.partition(";")[0].strip().lower()
    if not body:
        return BodyKind.NONE
    if media == _FORM:
        return BodyKind.FORM
    for kind in (BodyKind.JSON, BodyKind.XML):
        if _reads(kind, body):
            return kind
    return BodyKind.TEXT


def _reads(kind: BodyKind, body: str) -> bool:
    # A bare number or word is text; one in quotes may be either.
    return (
        body.lstrip().startswith(("{", "[", '"') if kind is BodyKind.JSON else "<")
        and not _members(kind, body)[1]
    )


def _members(kind: BodyKind, body: str) -> tuple[list[tuple[str, Any]], str]:
    """Return the values of a body by pointer, and why it cannot be read."""
    if kind is BodyKind.NONE:
        return [("", body)] if body else [], ""
    if kind is BodyKind.FORM:
        return list(_pairs(body.encode())), ""
    if kind is BodyKind.TEXT:
        return [("", body)], ""
    try:
        return [*(_json_members(body) if kind is BodyKind.JSON else _xml_members(body))], ""
    except (ValueError, RecursionError, ElementTree.ParseError):
        return [], f"gives a body that is not valid {kind}"


class _Pairs(list[tuple[str, Any]]):
    """The members of an object, with those that repeat a name."""


def _json_members(body: str) -> Iterator[tuple[str, Any]]:
    tree = json.loads(body, object_pairs_hook=_Pairs, parse_constant=_no_constant)
    yield from _leaves(tree, "")


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _leaves(tree: Any, pointer: str) -> Iterator[tuple[str, Any]]:
    if not isinstance(tree, list):
        yield pointer, tree
        return
    members = tree if isinstance(tree, _Pairs) else enumerate(tree)
    # An empty container is a value too; it is not told from a string by what it holds.
    if not tree:
        yield pointer, {} if isinstance(tree, _Pairs) else []
    for name, member in members:
        yield from _leaves(member, pointers.join(pointer, name))


def _xml_members(body: str) -> Iterator[tuple[str, Any]]:
    if "<!DOCTYPE" in body or "<!ENTITY" in body:
        # Entities of its own are not expanded: a body that declares some is compared as text.
        yield "", body
        return
    yield from _elements(ElementTree.fromstring(body), "")  # noqa: S314 - a text made here, without entities


def _elements(element: ElementTree.Element, pointer: str) -> Iterator[tuple[str, Any]]:
    place = pointers.join(pointer, element.tag)
    yield place, (element.text or "").strip()
    for name, value in element.attrib.items():
        yield pointers.join(place, f"@{name}"), value
    for child in element:
        yield from _elements(child, place)
        if (child.tail or "").strip():
            yield place, (child.tail or "").strip()

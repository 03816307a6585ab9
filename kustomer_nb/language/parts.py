"""The parts of a definition as an outline: actions with their inputs, settings and templates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.printable import one_line

from .reading import document_of

if TYPE_CHECKING:
    from kustomer_nb.definition import Document, ReadAction
    from kustomer_nb.diagnostics import Span

PartKind = Literal["action", "input", "setting", "template", "schema", "sample"]
_PARTS: dict[str, PartKind] = {
    "appSettings": "setting",
    "inputSchema": "schema",
    "inputTemplate": "template",
    "outputTemplate": "template",
    "outputSchema": "schema",
    "sampleOutputContext": "sample",
}
# What a person scrolls through; an editor asks for all of them at once.
_MOST_INPUTS = 200


@dataclass(frozen=True)
class Part:
    """A part of a definition: its name, all of its text, and where its name is written."""

    name: str
    kind: PartKind
    span: Span
    name_span: Span
    parts: tuple[Part, ...] = ()


def outline(text: str) -> tuple[Part, ...]:
    """Return the actions of a text with their parts, in its order; none if it cannot be read.

    Example:
        >>> text = '[{"name": "find", "inputSchema": {"properties": {"id": {}}}, "inputTemplate": {}}]'
        >>> (action,) = outline(text)
        >>> action.name, [(part.name, [inner.name for inner in part.parts]) for part in action.parts]
        ('find', [('inputSchema', ['id']), ('inputTemplate', [])])
    """
    document = document_of(text)
    return () if document is None else tuple(_actions(document))


def _actions(document: Document) -> Iterator[Part]:
    for number, read in enumerate(document.actions, start=1):
        span = document.reading.span(read.pointer)
        if span is None:
            continue
        name_span = document.reading.span(pointers.join(read.pointer, "name"))
        # In a module, code may give a name that is written elsewhere.
        is_within = name_span is not None and span.start <= name_span.start and name_span.end <= span.end
        name = one_line(read.definition.name or f"action {number}")
        beginning = document.reading.span_between(span.start, span.start + 1)
        parts = tuple(_parts(document, read, span))
        yield Part(name, "action", span, name_span if name_span and is_within else beginning, parts)


def _parts(document: Document, read: ReadAction, outer: Span) -> Iterator[Part]:
    for key in read.value:
        if key in _PARTS:
            pointer = pointers.join(read.pointer, key)
            inner = "properties" if key == "inputSchema" else "" if key == "appSettings" else None
            members = () if inner is None else tuple(_members(document, pointer, inner, outer))
            part = _part(document, pointer, key, _PARTS[key], outer, members)
            if part is not None:
                yield part


def _members(document: Document, pointer: str, key: str, outer: Span) -> Iterator[Part]:
    location = pointers.join(pointer, key) if key else pointer
    value: Any = pointers.resolve(document.value, location)
    for name in list(value)[:_MOST_INPUTS] if isinstance(value, dict) else ():
        member = pointers.join(location, name)
        part = _part(document, member, name, "input" if key else "setting", outer)
        if part is not None:
            yield part


def _part(
    document: Document, pointer: str, name: str, kind: PartKind, outer: Span, parts: tuple[Part, ...] = ()
) -> Part | None:
    """Return the part at a pointer, None if its text is not within that of its action."""
    key, value = document.reading.key_span(pointer), document.reading.span(pointer)
    if key is None or value is None or not outer.start <= key.start <= value.end <= outer.end:
        return None
    return Part(one_line(name), kind, document.reading.span_between(key.start, value.end), key, parts)

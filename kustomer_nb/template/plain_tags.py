"""Render with origins a template that consists only of text and tags that print a variable, as most do.

The general walk of `Tracer` takes ten times as long. Both give the same pieces and notes, which the
conformance tests check for every case; what is not covered here, such as a sum, is left to that walk.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from kustomer_nb.jsontext.javascript import SAFE_INTEGER, UNDEFINED, string

from .ast import Comment, Content, LineIndex, Mustache, Program
from .js_semantics import SafeString, escape_text, find_special
from .lookup import look_up
from .provenance import Kind, MissingReference, Notes, Piece, Scope, Text
from .runtime import OUTPUT
from .scope import KNOWN

if TYPE_CHECKING:
    from kustomer_nb.diagnostics import Span


class Tag(NamedTuple):
    """A tag that prints a variable: its path as written and in segments, and the spans of tag and path."""

    path: str
    segments: tuple[str, ...]
    escapes: bool
    span: Span
    path_span: Span


class PlainTags:
    """The texts and tags of one template, which is at a pointer."""

    __slots__ = ("_parts", "_pointer", "_text")

    def __init__(self, parts: tuple[Piece | Tag, ...], pointer: str = "") -> None:
        self._parts = parts
        self._pointer = pointer
        # What a template without a tag always renders as.
        literals = tuple(part for part in parts if isinstance(part, Piece))
        self._text = Text(literals) if len(literals) == len(parts) else None

    @property
    def parts(self) -> tuple[Piece | Tag, ...]:
        """The texts and the tags, in order."""
        return self._parts

    @property
    def tags(self) -> list[Tag]:
        """The tags, in order."""
        return [part for part in self._parts if isinstance(part, Tag)]

    def at(self, pointer: str) -> PlainTags:
        """Return the same at another pointer."""
        parts = (
            Piece(part.text, Kind.LITERAL, pointer=pointer, span=part.span)
            if isinstance(part, Piece)
            else part
            for part in self._parts
        )
        return PlainTags(tuple(parts), pointer)

    def trace(self, scope: Scope, notes: Notes) -> Text | None:
        """Return the text, and add what is missing and read to ``notes``; None to leave it to `Tracer`."""
        if self._text is not None:
            return self._text
        values, pointer = scope.values, self._pointer
        if type(values) is not dict:
            return None
        missing: list[MissingReference] = []
        reads: list[Piece] = []
        pieces: list[Piece] = []
        size = 0
        for part in self._parts:
            if isinstance(part, Piece):
                pieces.append(part)
                size += len(part.text)
                continue
            path, segments, escapes, span, path_span = part
            value = values.get(segments[0], UNDEFINED) if len(segments) == 1 else look_up(values, segments)
            kind, label = scope.origin(segments)
            if label is not None or (kind is Kind.ENV and value is not UNDEFINED):
                reads.append(Piece("", kind, ".".join(segments), label, pointer, path_span))
            elif value is UNDEFINED:
                missing.append(MissingReference(path, pointer, kind, path_span, segments[0]))
                pieces.append(Piece("", Kind.MISSING, path, None, pointer, span))
                continue
            raw = value if type(value) is str else _string(value)
            if raw is None:
                return None
            if value is None and label is None:
                kind = Kind.NULL
            is_escaped = escapes and not raw.isalnum() and find_special(raw) is not None
            text = escape_text(raw) if is_escaped else raw
            pieces.append(Piece(text, kind, path, label, pointer, span, raw if is_escaped else None))
            size += len(text)
            if size > OUTPUT:
                # Not after the loop: a large value may be printed a thousand times.
                return None
        notes.missing.extend(missing)
        notes.reads.extend(reads)
        return Text(tuple(pieces))


def _string(value: Any) -> str | None:
    """Return what a tag prints for a value; None for HTML of a helper, and for what is not JSON."""
    if value is None or value is UNDEFINED:
        return ""
    if type(value) is int and -SAFE_INTEGER <= value <= SAFE_INTEGER:
        return str(value)
    try:
        return None if isinstance(value, SafeString) else string(value)
    except Exception:
        # The general walk raises it again, and says where.
        return None


def find_plain_tags(text: str, program: Program, lines: LineIndex) -> PlainTags | None:
    """Return the texts and tags of a template; None for one with anything else.

    Example:
        >>> from kustomer_nb.template.parser import parse
        >>> def tags(text):
        ...     return find_plain_tags(text, parse(text), LineIndex(text))
        >>> [piece.text for piece in tags("Hi {{a.b}}").trace(Scope({"a": {"b": "Ann"}}), Notes()).pieces]
        ['Hi ', 'Ann']
        >>> tags("{{#if a}}b{{/if}}") is None
        True
    """
    parts: list[Piece | Tag] = []
    is_raw = False
    for statement in program.body:
        if isinstance(statement, Content):
            if statement.value:
                start = statement.start + statement.skipped
                span = lines.span(start, start + len(statement.value))
                parts.append(Piece(statement.value, Kind.LITERAL, span=span))
                is_raw = False
        elif isinstance(statement, Mustache):
            tag = _tag(statement, text, lines)
            # Adjacent raw variables may be numbers, which add up.
            if tag is None or (is_raw and not statement.escapes):
                return None
            parts.append(tag)
            is_raw = not statement.escapes
        elif not isinstance(statement, Comment):
            return None
    return PlainTags(tuple(parts))


def _tag(statement: Mustache, text: str, lines: LineIndex) -> Tag | None:
    """Return a tag that prints a variable of the context; None for a call, ``@data``, ``../`` or ``this``."""
    call, path = statement.call, statement.call.path
    if call.params or call.pairs or path.is_data or path.depth or not path.parts or not path.parts[0]:
        return None
    if path.is_simple and path.parts[0] in KNOWN:
        return None
    return Tag(
        text[path.start : path.end],
        path.parts,
        statement.escapes,
        lines.span(statement.start, statement.end),
        lines.span(path.start, path.end),
    )

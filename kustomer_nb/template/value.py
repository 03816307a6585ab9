"""Whole JSON values of templates: literal, reference, function or template, each string by itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from kustomer_nb.diagnostics import Diagnostic, Severity, Span
from kustomer_nb.errors import TemplateError
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.jsontext.javascript import UNDEFINED, string

from .handlebars import Template
from .origin import Kind, Missing, Piece, Scope, Text, Traced
from .path import look_up

REFERENCE = "/#"
FUNCTION = "/#fn:"


@dataclass(frozen=True, slots=True)
class Reference:
    """A place that reads a variable: the path, the pointer of the string, how it is written, its span there.

    ``form`` is ``reference`` (keeps the type), ``escaped`` or ``raw`` (give a string).
    """

    path: str
    segments: tuple[str, ...]
    pointer: str
    form: str
    span: Span


def references(value: Any, pointer: str = "") -> Iterator[Reference]:
    """Yield each place in a JSON value that reads a variable.

    Raises:
        TemplateError: a string in it cannot be parsed; its diagnostics carry the pointer.

    Example:
        >>> [(one.path, one.pointer, one.form) for one in references({"a": "/#x.y", "b": ["{{z}}"]})]
        [('x.y', '/a', 'reference'), ('z', '/b/0', 'escaped')]
    """
    if isinstance(value, str):
        if value.startswith(REFERENCE):
            path = _path(value, pointer)
            yield Reference(path, tuple(path.split(".")), pointer, "reference", Span.of(value, 0, len(value)))
            return
        for one in parse(value, pointer).references:
            yield Reference(one.path, one.segments, pointer, "escaped" if one.escapes else "raw", one.span)
        return
    for key, item in _items(value):
        yield from references(item, pointers.join(pointer, key))


def parse(text: str, pointer: str) -> Template:
    """Return the parsed template; a fault carries the pointer of the string it stands in.

    Raises:
        TemplateError: with its place.
    """
    try:
        return Template.parse(text)
    except TemplateError as error:
        found = [Diagnostic(d.code, d.severity, pointer, d.message, d.fix, d.span) for d in error.diagnostics]
        raise TemplateError(found) from None


def render_value(value: Any, context: Any, *, adds_numbers: bool = True, no_escape: bool = False) -> Any:
    """Return a JSON value with every reference and template resolved.

    A reference that names nothing is ``UNDEFINED``: left out of an object, null in an array.

    Raises:
        TemplateError: a template that cannot be parsed, or a function.

    Example:
        >>> render_value({"id": "/#body.id", "gone": "/#nope", "text": "no {{body.id}}"}, {"body": {"id": 7}})
        {'id': 7, 'text': 'no 7'}
    """
    return real(trace_value(value, Scope(context), adds_numbers=adds_numbers, no_escape=no_escape))


def trace_value(
    value: Any,
    scope: Scope,
    pointer: str = "",
    *,
    missing: list[Missing] | None = None,
    adds_numbers: bool = True,
    no_escape: bool = False,
) -> Any:
    """Return ``value`` resolved, its strings as `Text` and its references as `Traced`.

    Raises:
        TemplateError: a template that cannot be parsed, or a function.

    Example:
        >>> trace_value(["{{a}}", "/#a", 1], Scope({"a": True}))[0]
        <Text: true>
    """
    if isinstance(value, str):
        if value.startswith(REFERENCE):
            return _reference(value, scope, pointer, missing)
        return parse(value, pointer).origins(
            scope, pointer=pointer, missing=missing, no_escape=no_escape, adds_numbers=adds_numbers
        )
    if not isinstance(value, (dict, list)):
        return value
    traced = [
        (
            key,
            trace_value(
                item,
                scope,
                pointers.join(pointer, key),
                missing=missing,
                adds_numbers=adds_numbers,
                no_escape=no_escape,
            ),
        )
        for key, item in _items(value)
    ]
    if isinstance(value, list):
        return [None if item is UNDEFINED else item for _, item in traced]
    return {key: item for key, item in traced if item is not UNDEFINED}


def real(tree: Any) -> Any:
    """Return a traced value as plain JSON, with the real values of settings."""
    return _plain(tree, shown=False)


def shown(tree: Any) -> Any:
    """Return a traced value as plain JSON, with each setting as ``$key``.

    Example:
        >>> shown({"token": Text((Piece("s3cret", Kind.SETTING, label="$shop.default.token"),))})
        {'token': '$shop.default.token'}
    """
    return _plain(tree, shown=True)


def _plain(tree: Any, *, shown: bool) -> Any:
    if isinstance(tree, Text):
        return tree.shown if shown else str(tree)
    if isinstance(tree, Traced):
        return tree.shown if shown else tree.value
    if isinstance(tree, dict):
        return {key: _plain(item, shown=shown) for key, item in tree.items()}
    if isinstance(tree, list):
        return [_plain(item, shown=shown) for item in tree]
    return tree


def pieces(tree: Any) -> Iterator[Piece]:
    """Yield every piece of a traced value.

    Example:
        >>> list(pieces({"a": [Text.of("x"), 1]}))
        [<Piece: 'x', literal>]
    """
    if isinstance(tree, Text):
        yield from tree.pieces
    elif isinstance(tree, Traced):
        yield tree.piece
    for _, item in _items(tree):
        yield from pieces(item)


def as_text(tree: Any) -> Text:
    """Return a traced leaf as text, the way JavaScript makes a string of it.

    Example:
        >>> str(as_text(True)), str(as_text(None))
        ('true', 'null')
    """
    if isinstance(tree, Text):
        return tree
    if isinstance(tree, Traced):
        piece = tree.piece
        return Text(
            (Piece(string(tree.value), piece.kind, piece.path, piece.label, piece.pointer, piece.span),)
        )
    return Text.of(string(real(tree)))


def _reference(value: str, scope: Scope, pointer: str, missing: list[Missing] | None) -> Any:
    path = _path(value, pointer)
    segments = tuple(path.split("."))
    kind, label = scope.origin(segments)
    found = look_up(scope.values, segments)
    if found is None and look_up(scope.values, segments[:-1]) is None:
        found = UNDEFINED
    span = Span.of(value, 0, len(value))
    if found is UNDEFINED and kind is not Kind.SETTING:
        if missing is not None:
            missing.append(Missing(path, pointer, kind, span, segments[0]))
        return UNDEFINED
    return Traced(found, Piece("", kind, path, label, pointer, span))


def _path(value: str, pointer: str) -> str:
    span = Span.of(value, 0, len(value))
    if value.startswith(FUNCTION):
        message, fix = f"`{value}` calls a function, which is not supported yet.", "use a plain reference."
    elif len(value) == len(REFERENCE):
        message, fix = "`/#` names nothing.", "write the path after it, as in /#body.id."
    else:
        return value[len(REFERENCE) :]
    raise TemplateError([Diagnostic("KNB302", Severity.ERROR, pointer, message, fix, span)])


def _items(value: Any) -> Iterator[tuple[str | int, Any]]:
    if isinstance(value, dict):
        yield from value.items()
    elif isinstance(value, list):
        yield from enumerate(value)

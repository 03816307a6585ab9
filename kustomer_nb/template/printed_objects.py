"""Objects that a tag or a helper prints, which JavaScript does as ``[object Object]``."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Diagnostic, Severity
from kustomer_nb.jsontext.javascript import UNDEFINED

from .lookup import look_up
from .provenance import Kind, Piece

OBJECT_TEXT = "[object Object]"
# An object, or an array with one among its items.
_PRINTED = re.compile(r"(?:.*,)?\[object Object\](?:,.*)?", re.DOTALL)
_PLAIN_PATH = re.compile(r"[\w@-]+(?:\.[\w@-]+)*")
_PLAIN_NAME = re.compile(r"[A-Za-z_]\w*")


def printed_object_warnings(
    pieces: Iterable[Piece], values: Mapping[str, Any], *, texts: Iterable[str] = ()
) -> Iterator[Diagnostic]:
    """Yield a warning for each tag that prints an object of ``values``, once per tag.

    Strings that contain ``[object Object]`` themselves are not reported. ``texts`` are the pointers at which
    only text can be sent.

    Example:
        >>> piece = Piece("[object Object]", Kind.INPUT, "a", pointer="/uri")
        >>> (warning,) = printed_object_warnings([piece], {"a": {"id": 7}}, texts=["/uri"])
        >>> warning.message, warning.fix
        ('`a` is an object, printed as [object Object].', 'print one of its members, as in {{{a.id}}}.')
    """
    listed = list(pieces)
    counts = Counter(piece.pointer for piece in listed)
    text_pointers = tuple(texts)
    printed = [piece for piece in listed if piece.kind is not Kind.LITERAL and OBJECT_TEXT in piece.text]
    for piece in {(piece.pointer, piece.span): piece for piece in reversed(printed)}.values():
        value = _value(piece, values)
        if _prints_object(piece, value):
            keeps_type = counts[piece.pointer] == 1 and not piece.pointer.startswith(text_pointers)
            fix, message = _fix(piece, value, keeps_type=keeps_type), _message(piece, value)
            yield Diagnostic(Code.OBJECT_PRINTED, Severity.WARNING, piece.pointer, message, fix, piece.span)


def _prints_object(piece: Piece, value: Any) -> bool:
    """Return whether it is an object that was printed, and no string with such a text."""
    if isinstance(value, str):
        return False
    return piece.kind is Kind.HELPER or _PRINTED.fullmatch(piece.text) is not None


def _message(piece: Piece, value: Any) -> str:
    what = "an array with objects" if isinstance(value, list) else "an object"
    name = piece.label or f"`{piece.path}`"
    verb = "returns" if piece.kind is Kind.HELPER else "is"
    return f"{name} {verb} {what}, printed as {OBJECT_TEXT}."


def _value(piece: Piece, values: Mapping[str, Any]) -> Any:
    """Return the value that a piece prints; undefined if its path does not say which."""
    if piece.kind is Kind.HELPER or not _PLAIN_PATH.fullmatch(piece.path):
        return UNDEFINED
    return look_up(values, tuple(piece.path.split(".")))


def _fix(piece: Piece, value: Any, *, keeps_type: bool) -> str:
    path = piece.path
    if piece.kind is Kind.HELPER:
        return "print a member of the object, or let a helper of yours return a string."
    # No reference reads the whole context.
    if keeps_type and path != "this" and _PLAIN_PATH.fullmatch(path):
        return f'write "/#{path}", which keeps the type.'
    if isinstance(value, list):
        return f"print its items one by one, with {{{{#each {path}}}}}."
    name = next((key for key in value if _PLAIN_NAME.fullmatch(key)), "") if isinstance(value, dict) else ""
    example = f", as in {{{{{{{path}.{name}}}}}}}" if name and piece.label is None else ""
    return f"print one of its members{example}."

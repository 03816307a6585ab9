"""Reading what stands in a tag: paths, literals, arguments and sub-expressions."""

from __future__ import annotations

import re
from typing import Any

from kustomer_nb.jsontext.javascript import UNDEFINED, string, whole

from .cursor import Cursor
from .nodes import Call, Expression, Literal, Path
from .tokens import Token, name, unbracketed, written

_NAMES = frozenset({"ID", "BRACKETS", "UP"})
_LITERALS = frozenset({"STRING", "NUMBER", "BOOLEAN", "UNDEFINED", "NULL"})
_EXPRESSIONS = _NAMES | _LITERALS | {"DATA", "OPEN_SEXPR"}
_OPERATORS = frozenset({"..", ".", "this"})
_WORDS = {"true": True, "false": False, "null": None, "undefined": UNDEFINED}
# As handlebars.js tells it, so `athis` can name no helper either.
_NO_HELPER = re.compile(r"^\.|this\b", re.ASCII)


def read_call(cursor: Cursor, opening: Token, *, is_sexpr: bool = False) -> Call:
    """Read a path, its arguments and its ``key=value`` pairs."""
    path = read_name(cursor)
    params: list[Expression] = []
    while cursor.next.kind in _EXPRESSIONS and not _is_pair(cursor):
        params.append(_expression(cursor))
    pairs = []
    while cursor.next.kind in _NAMES and _is_pair(cursor):
        key = name(cursor.skip())
        cursor.skip()
        pairs.append((key, _expression(cursor)))
    if is_sexpr:
        cursor.take("CLOSE_SEXPR")
    end = cursor.tokens[cursor.at - 1].end
    return Call(path, tuple(params), tuple(pairs), is_sexpr, opening.start, end)


def _is_pair(cursor: Cursor) -> bool:
    return cursor.tokens[cursor.at + 1].kind == "EQUALS"


def _expression(cursor: Cursor) -> Expression:
    opening = cursor.next
    if opening.kind in _LITERALS:
        cursor.skip()
        return Literal(_value(opening), opening.start, opening.end)
    if opening.kind != "OPEN_SEXPR":
        return read_path(cursor)
    cursor.skip()
    cursor.deeper(opening)
    call = read_call(cursor, opening, is_sexpr=True)
    cursor.depth -= 1
    return call


def _value(token: Token) -> Any:
    if token.kind == "STRING":
        quote = token.text[0]
        return token.text[1:-1].replace("\\" + quote, quote)
    # Handlebars writes a number into its program, where -0 is 0.
    return (whole(float(token.text)) or 0) if token.kind == "NUMBER" else _WORDS[token.text]


def read_name(cursor: Cursor) -> Path:
    """Read the first thing in a tag; a literal there is the name of a variable or helper."""
    token = cursor.next
    if token.kind not in _LITERALS:
        return read_path(cursor)
    cursor.skip()
    value = _value(token)
    text = string(value)
    is_scoped = _NO_HELPER.search(text) is not None
    return Path(value, (text,), 0, False, is_scoped, token.start, token.end)


def read_path(cursor: Cursor) -> Path:
    """Read names with dots or slashes between them."""
    start = cursor.next.start
    is_data = cursor.next.kind == "DATA"
    if is_data:
        cursor.skip()
    original = "@" if is_data else ""
    parts: list[str] = []
    depth = 0
    while True:
        token = cursor.next
        if token.kind not in _NAMES:
            raise cursor.unexpected()
        cursor.skip()
        part = token.text if token.kind == "ID" else name(token)
        original += part
        if part in _OPERATORS and part == written(token):
            if parts:
                what = f"holds `{part}` after its first name"
                raise cursor.refused(start, token.end, what, f"write [{part}] in square brackets")
            depth += part == ".."
        else:
            parts.append(part)
        if cursor.next.kind != "SEP":
            break
        original += cursor.skip().text
    is_scoped = _NO_HELPER.search(original) is not None
    return Path(original, tuple(parts), depth, is_data, is_scoped, start, token.end)


def read_block_params(cursor: Cursor) -> tuple[str, ...]:
    """Read ``as |item index|``; nothing where there is none."""
    if cursor.next.kind != "OPEN_BLOCK_PARAMS":
        return ()
    opening = cursor.skip()
    found = []
    while cursor.next.kind in _NAMES:
        found.append(written(cursor.skip()))
    if not found:
        raise cursor.unexpected()
    close = cursor.take("CLOSE_BLOCK_PARAMS")
    listed = ",".join(found)
    if unbracketed(listed) != listed:
        what = "names a block parameter in brackets, which Handlebars cannot read"
        raise cursor.refused(opening.start, close.end, what, "leave the brackets out")
    return tuple(found)

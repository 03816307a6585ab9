"""Parsing: tokens to a tree, by the grammar of handlebars.js 4.7."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from kustomer_nb.jsontext.javascript import string

from .cursor import Cursor
from .expressions import read_block_params, read_call, read_name
from .nodes import Block, Call, Comment, Content, Mustache, Program, Statement, Strip
from .tokens import Token
from .whitespace import control

_NO_STRIP = Strip()
_NO_PLACE = "and an action has no place to register one"


class _Open(NamedTuple):
    """The tag that a block begins with."""

    call: Call
    block_params: tuple[str, ...]
    strip: Strip


class _Else(NamedTuple):
    """What follows an ``{{else}}`` or ``{{else if}}``."""

    program: Program
    strip: Strip


def parse(text: str) -> Program:
    """Return the tree of a template, its white space controlled.

    Raises:
        TemplateError: with the place of what cannot be read.

    Example:
        >>> [type(node).__name__ for node in parse("a {{b}}").body]
        ['Content', 'Mustache']
    """
    cursor = Cursor(text)
    program = _program(cursor)
    cursor.take("EOF")
    control(program)
    return program


def _program(cursor: Cursor, block_params: tuple[str, ...] = ()) -> Program:
    body = []
    while (read := _STATEMENTS.get(cursor.next.kind)) is not None:
        body.append(read(cursor, cursor.skip()))
    return Program(tuple(body), block_params)


def _content(cursor: Cursor, token: Token) -> Content:
    return Content(token.text, token.start, token.end)


def _comment(cursor: Cursor, token: Token) -> Comment:
    return Comment(_strip(token, token), token.start, token.end)


def _mustache(cursor: Cursor, token: Token) -> Mustache:
    call = read_call(cursor, token)
    close = cursor.take("CLOSE_UNESCAPED" if token.kind == "OPEN_UNESCAPED" else "CLOSE")
    if token.text.endswith("*"):
        raise cursor.refused(token.start, close.end, f"is a decorator, {_NO_PLACE}", "leave it out")
    escapes = token.kind == "OPEN" and not token.text.endswith("&")
    call = call._replace(end=close.end)
    return Mustache(call, escapes, _strip(token, close), token.start, close.end)


def _block(cursor: Cursor, token: Token) -> Block:
    if token.text.endswith("*"):
        raise cursor.refused(token.start, token.end, f"opens a decorator, {_NO_PLACE}", "leave it out")
    cursor.deeper(token)
    opening = _opening(cursor, token)
    program = _program(cursor, opening.block_params)
    following = _chain(cursor)
    close, end = _close(cursor, token, opening)
    cursor.depth -= 1
    inverse, inverse_strip = following or (None, _NO_STRIP)
    if inverse is not None and inverse.is_chained:
        inverse = _closed_by(inverse, close)
    return Block(opening.call, program, inverse, opening.strip, inverse_strip, close, token.start, end)


def _inverted(cursor: Cursor, token: Token) -> Block:
    cursor.deeper(token)
    opening = _opening(cursor, token)
    inverse = _program(cursor, opening.block_params)
    following = _else(cursor) if cursor.next.kind == "INVERSE" else None
    close, end = _close(cursor, token, opening)
    cursor.depth -= 1
    program, strip = following or (None, _NO_STRIP)
    return Block(opening.call, program, inverse, opening.strip, strip, close, token.start, end)


def _opening(cursor: Cursor, token: Token) -> _Open:
    call = read_call(cursor, token)
    block_params = read_block_params(cursor)
    close = cursor.take("CLOSE")
    return _Open(call._replace(end=close.end), block_params, _strip(token, close))


def _else(cursor: Cursor) -> _Else:
    token = cursor.skip()
    return _Else(_program(cursor), _strip(token, token))


def _chain(cursor: Cursor) -> _Else | None:
    """Read ``{{else}}``, or ``{{else if}}`` as a block in the else of the one before."""
    if cursor.next.kind == "INVERSE":
        return _else(cursor)
    if cursor.next.kind != "OPEN_INVERSE_CHAIN":
        return None
    token = cursor.skip()
    cursor.further(token)
    opening = _opening(cursor, token)
    program = _program(cursor, opening.block_params)
    following = _chain(cursor)
    cursor.chain -= 1
    inverse, strip = following or (None, _NO_STRIP)
    if inverse is not None and inverse.is_chained:
        # A quirk of handlebars.js: the tag such a block begins with counts as the one it ends with.
        inverse = _closed_by(inverse, strip)
    end = cursor.tokens[cursor.at - 1].end
    block = Block(opening.call, program, inverse, opening.strip, strip, strip, token.start, end)
    return _Else(Program((block,), is_chained=True), opening.strip)


def _closed_by(program: Program, strip: Strip) -> Program:
    body = [one._replace(close_strip=strip) if isinstance(one, Block) else one for one in program.body]
    return program._replace(body=tuple(body))


def _close(cursor: Cursor, opening_token: Token, opening: _Open) -> tuple[Strip, int]:
    """Read the end of a block, which must name the same as its beginning."""
    if cursor.next.kind == "EOF":
        what, fix = "opens a block that is never closed", _ending(string(opening.call.path.original))
        raise cursor.refused(opening_token.start, opening.call.end, what, fix)
    token = cursor.take("OPEN_ENDBLOCK")
    path = read_name(cursor)
    closing = cursor.take("CLOSE")
    _require_same(cursor, opening.call.path.original, path.original, token.start, closing.end)
    return _strip(token, closing), closing.end


def _ending(name: str) -> str:
    if name.startswith("end"):
        return f"write {{{{/{name.removeprefix('end') or 'if'}}}}}"
    return f"end it with {{{{/{name}}}}}"


def _require_same(cursor: Cursor, opened: Any, closed: Any, start: int, end: int) -> None:
    is_same = opened == closed and isinstance(opened, bool) == isinstance(closed, bool)
    if not is_same:
        fix = f"end the block with the name it begins with, {opened}"
        if opened == "else":
            fix = "write {{else}}, without #"
        raise cursor.refused(start, end, f"closes {closed}, and {opened} is open", fix)


def _raw_block(cursor: Cursor, token: Token) -> Block:
    call = read_call(cursor, token)
    cursor.take("CLOSE_RAW_BLOCK")
    body = []
    while cursor.next.kind == "CONTENT":
        body.append(_content(cursor, cursor.skip()))
    close = cursor.take("END_RAW_BLOCK")
    _require_same(cursor, call.path.original, close.text, close.start, close.end)
    program = Program(tuple(body))
    return Block(call, program, None, _NO_STRIP, _NO_STRIP, _NO_STRIP, token.start, close.end)


def _strip(opening: Token, close: Token) -> Strip:
    return Strip(opening.text[2:3] == "~", close.text[:-2].endswith("~"))


_STATEMENTS: dict[str, Callable[[Cursor, Token], Statement]] = {
    "CONTENT": _content,
    "COMMENT": _comment,
    "OPEN": _mustache,
    "OPEN_UNESCAPED": _mustache,
    "OPEN_BLOCK": _block,
    "OPEN_INVERSE": _inverted,
    "OPEN_RAW_BLOCK": _raw_block,
}

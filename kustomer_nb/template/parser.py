"""Parsing: tokens to a tree, by the grammar of handlebars.js 4.7."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple

from kustomer_nb.errors import TemplateError
from kustomer_nb.jsontext.javascript import UNDEFINED, string, whole

from .ast import Block, Call, Comment, Content, Expression, Literal, Mustache, Path, Program, Statement, Strip
from .errors import FAULT, TOO_MUCH, refused, unexpected
from .lexer import Token, name, tokens, unbracketed, written
from .runtime import CHAIN, DEPTH
from .whitespace import control


class Cursor:
    """The tokens of a text: ``at`` is the next one.

    ``depth`` is how many blocks and sub-expressions are open, ``chain`` how many ``{{else if}}``.
    """

    __slots__ = ("at", "chain", "depth", "text", "tokens")

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = tokens(text)
        self.at = 0
        self.depth = 0
        self.chain = 0

    @property
    def next(self) -> Token:
        """The token not yet taken."""
        return self.tokens[self.at]

    def skip(self) -> Token:
        """Return the next token and go on."""
        token = self.tokens[self.at]
        self.at += 1
        return token

    def take(self, kind: str) -> Token:
        """Return the next token, which must be of this kind, and go on."""
        token = self.tokens[self.at]
        if token.kind != kind:
            raise self.unexpected()
        self.at += 1
        return token

    def unexpected(self) -> TemplateError:
        """Return the error about the next token."""
        return unexpected(self.text, self.tokens, self.at)

    def refused(self, start: int, end: int, what: str, fix: str) -> TemplateError:
        """Return the error about a stretch of the text."""
        return refused(self.text, start, end, what, fix, code=FAULT)

    def deeper(self, token: Token) -> None:
        """Go one level down; a template nested without end is refused, not followed."""
        self.depth += 1
        if self.depth > DEPTH:
            what = f"is nested more than {DEPTH} levels deep"
            raise refused(self.text, token.start, token.end, what, "nest it less", code=TOO_MUCH)

    def further(self, token: Token) -> None:
        """Go on to one more ``{{else if}}``; a chain without end is refused, not followed."""
        self.chain += 1
        if self.chain > CHAIN:
            what, fix = f"is one of more than {CHAIN} in a row", "look values up in an object, by {{lookup}}"
            raise refused(self.text, token.start, token.end, what, fix, code=TOO_MUCH)


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

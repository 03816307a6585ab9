"""Parse tokens into a tree, following the grammar of handlebars.js 4.7."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from kustomer_nb.codes import Code
from kustomer_nb.jsontext.javascript import UNDEFINED, string, whole

from .ast import Block, Call, Comment, Content, Expression, Literal, Mustache, Path, Program, Statement, Strip
from .errors import template_error, unexpected_token
from .lexer import Token, bare_name, raw_name, strip_brackets, tokenize
from .mistakes import intended_path
from .runtime import CHAIN, DEPTH
from .whitespace import control

if TYPE_CHECKING:
    from kustomer_nb.errors import TemplateError


class Cursor:
    """The tokens of a template; ``index`` is that of the next one.

    ``depth`` is the number of open blocks and subexpressions, ``chain`` that of open ``{{else if}}``.
    """

    __slots__ = ("chain", "depth", "index", "text", "tokens")

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = tokenize(text)
        self.index = 0
        self.depth = 0
        self.chain = 0

    @property
    def next(self) -> Token:
        """The next token, which is not consumed."""
        return self.tokens[self.index]

    def advance(self) -> Token:
        """Consume and return the next token."""
        token = self.tokens[self.index]
        self.index += 1
        return token

    def expect(self, kind: str) -> Token:
        """Consume and return the next token, which must be of this kind."""
        token = self.tokens[self.index]
        if token.kind != kind:
            raise self.unexpected_token()
        self.index += 1
        return token

    def unexpected_token(self) -> TemplateError:
        """Return the error for the next token."""
        return unexpected_token(self.text, self.tokens, self.index)

    def error(self, start: int, end: int, problem: str, fix: str) -> TemplateError:
        """Return the error for part of the text."""
        return template_error(self.text, start, end, problem, fix, code=Code.TEMPLATE_SYNTAX)

    def enter(self, token: Token) -> None:
        """Enter a block or subexpression; limit the depth, since each level is a recursive call."""
        self.depth += 1
        if self.depth > DEPTH:
            problem = f"is nested more than {DEPTH} levels deep"
            raise template_error(
                self.text, token.start, token.end, problem, "reduce the nesting", code=Code.TEMPLATE_LIMIT
            )

    def enter_else_if(self, token: Token) -> None:
        """Enter one more ``{{else if}}``; limit the chain, since each one is a recursive call."""
        self.chain += 1
        if self.chain > CHAIN:
            problem, fix = (
                f"is one of more than {CHAIN} {{{{else if}}}} in one block",
                "look the value up in an object with {{lookup}}",
            )
            raise template_error(self.text, token.start, token.end, problem, fix, code=Code.TEMPLATE_LIMIT)


_NAMES = frozenset({"ID", "BRACKETS", "UP"})
_LITERALS = frozenset({"STRING", "NUMBER", "BOOLEAN", "UNDEFINED", "NULL"})
_EXPRESSIONS = _NAMES | _LITERALS | {"DATA", "OPEN_SEXPR"}
_OPERATORS = frozenset({"..", ".", "this"})
_WORDS = {"true": True, "false": False, "null": None, "undefined": UNDEFINED}
# As in handlebars.js, which does not anchor `this`: so `athis` is not the name of a helper either.
_NO_HELPER = re.compile(r"^\.|this\b", re.ASCII)


def parse_call(cursor: Cursor, opening: Token, *, is_sexpr: bool = False) -> Call:
    """Parse a path, its arguments and its ``key=value`` pairs."""
    path = parse_name(cursor)
    params: list[Expression] = []
    while cursor.next.kind in _EXPRESSIONS and not _is_pair(cursor):
        params.append(_expression(cursor))
    pairs = []
    while cursor.next.kind in _NAMES and _is_pair(cursor):
        key = bare_name(cursor.advance())
        cursor.advance()
        pairs.append((key, _expression(cursor)))
    if is_sexpr:
        cursor.expect("CLOSE_SEXPR")
    # Without the closing braces; the caller extends it to the whole tag.
    end = cursor.tokens[cursor.index - 1].end
    return Call(path, tuple(params), tuple(pairs), is_sexpr, opening.start, end)


def _is_pair(cursor: Cursor) -> bool:
    return cursor.tokens[cursor.index + 1].kind == "EQUALS"


def _expression(cursor: Cursor) -> Expression:
    opening = cursor.next
    if opening.kind in _LITERALS:
        cursor.advance()
        return Literal(_value(opening), opening.start, opening.end)
    if opening.kind != "OPEN_SEXPR":
        return parse_path(cursor)
    cursor.advance()
    cursor.enter(opening)
    call = parse_call(cursor, opening, is_sexpr=True)
    cursor.depth -= 1
    return call


def _value(token: Token) -> Any:
    if token.kind == "STRING":
        quote = token.text[0]
        return token.text[1:-1].replace("\\" + quote, quote)
    # handlebars.js writes the number into JavaScript source, where -0 reads as 0.
    return (whole(float(token.text)) or 0) if token.kind == "NUMBER" else _WORDS[token.text]


def parse_name(cursor: Cursor) -> Path:
    """Parse the first item of a tag; a literal there is the name of a variable or helper."""
    token = cursor.next
    if token.kind not in _LITERALS:
        return parse_path(cursor)
    cursor.advance()
    value = _value(token)
    text = string(value)
    is_scoped = _NO_HELPER.search(text) is not None
    return Path(value, (text,), 0, False, is_scoped, token.start, token.end)


def parse_path(cursor: Cursor) -> Path:
    """Parse names separated by dots or slashes."""
    start = cursor.next.start
    is_data = cursor.next.kind == "DATA"
    if is_data:
        cursor.advance()
    original = "@" if is_data else ""
    parts: list[str] = []
    depth = 0
    while True:
        token = cursor.next
        if token.kind not in _NAMES:
            raise cursor.unexpected_token()
        cursor.advance()
        part = token.text if token.kind == "ID" else bare_name(token)
        original += part
        if part in _OPERATORS and part == raw_name(token):
            if parts:
                problem = f"contains `{part}` after its first name"
                raise cursor.error(start, token.end, problem, f"write {intended_path(cursor.text, start)}")
            depth += part == ".."
        else:
            parts.append(part)
        if cursor.next.kind != "SEP":
            break
        original += cursor.advance().text
    is_scoped = _NO_HELPER.search(original) is not None
    return Path(original, tuple(parts), depth, is_data, is_scoped, start, token.end)


def parse_block_params(cursor: Cursor) -> tuple[str, ...]:
    """Parse ``as |item index|``; empty if there are no block parameters."""
    if cursor.next.kind != "OPEN_BLOCK_PARAMS":
        return ()
    opening = cursor.advance()
    names = []
    while cursor.next.kind in _NAMES:
        names.append(raw_name(cursor.advance()))
    if not names:
        raise cursor.unexpected_token()
    close = cursor.expect("CLOSE_BLOCK_PARAMS")
    joined = ",".join(names)
    # handlebars.js joins the names and strips brackets from the result, which breaks such names.
    if strip_brackets(joined) != joined:
        problem = "has a block parameter in brackets, which Handlebars cannot parse"
        raise cursor.error(opening.start, close.end, problem, "remove the brackets")
    return tuple(names)


_NO_STRIP = Strip()
_CANNOT_REGISTER = "and an action cannot register decorators"


class _Open(NamedTuple):
    """The tag that opens a block."""

    call: Call
    block_params: tuple[str, ...]
    strip: Strip


class _Else(NamedTuple):
    """The program after ``{{else}}`` or ``{{else if}}``."""

    program: Program
    strip: Strip


def parse(text: str) -> Program:
    """Return the tree of a template, with whitespace control applied.

    Raises:
        TemplateError: the template has a syntax error; the error has its location.

    Example:
        >>> [type(node).__name__ for node in parse("a {{b}}").body]
        ['Content', 'Mustache']
    """
    cursor = Cursor(text)
    program = _program(cursor)
    cursor.expect("EOF")
    control(program)
    return program


def _program(cursor: Cursor, block_params: tuple[str, ...] = ()) -> Program:
    body = []
    while (parse_statement := _STATEMENTS.get(cursor.next.kind)) is not None:
        body.append(parse_statement(cursor, cursor.advance()))
    return Program(tuple(body), block_params)


def _content(cursor: Cursor, token: Token) -> Content:
    return Content(token.text, token.start, token.end)


def _comment(cursor: Cursor, token: Token) -> Comment:
    return Comment(_strip(token, token), token.start, token.end)


def _mustache(cursor: Cursor, token: Token) -> Mustache:
    call = parse_call(cursor, token)
    close = cursor.expect("CLOSE_UNESCAPED" if token.kind == "OPEN_UNESCAPED" else "CLOSE")
    if token.text.endswith("*"):
        raise cursor.error(token.start, close.end, f"is a decorator, {_CANNOT_REGISTER}", "remove it")
    escapes = token.kind == "OPEN" and not token.text.endswith("&")
    call = call._replace(end=close.end)
    return Mustache(call, escapes, _strip(token, close), token.start, close.end)


def _block(cursor: Cursor, token: Token) -> Block:
    if token.text.endswith("*"):
        raise cursor.error(token.start, token.end, f"opens a decorator, {_CANNOT_REGISTER}", "remove it")
    cursor.enter(token)
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
    cursor.enter(token)
    opening = _opening(cursor, token)
    inverse = _program(cursor, opening.block_params)
    following = _else(cursor) if cursor.next.kind == "INVERSE" else None
    close, end = _close(cursor, token, opening)
    cursor.depth -= 1
    program, strip = following or (None, _NO_STRIP)
    return Block(opening.call, program, inverse, opening.strip, strip, close, token.start, end)


def _opening(cursor: Cursor, token: Token) -> _Open:
    call = parse_call(cursor, token)
    block_params = parse_block_params(cursor)
    close = cursor.expect("CLOSE")
    return _Open(call._replace(end=close.end), block_params, _strip(token, close))


def _else(cursor: Cursor) -> _Else:
    token = cursor.advance()
    return _Else(_program(cursor), _strip(token, token))


def _chain(cursor: Cursor) -> _Else | None:
    """Parse ``{{else}}``, or ``{{else if}}`` as a block nested in the inverse of the block before it."""
    if cursor.next.kind == "INVERSE":
        return _else(cursor)
    if cursor.next.kind != "OPEN_INVERSE_CHAIN":
        return None
    token = cursor.advance()
    cursor.enter_else_if(token)
    opening = _opening(cursor, token)
    program = _program(cursor, opening.block_params)
    following = _chain(cursor)
    cursor.chain -= 1
    inverse, strip = following or (None, _NO_STRIP)
    if inverse is not None and inverse.is_chained:
        # A quirk of handlebars.js: the opening tag of such a block also counts as its closing tag.
        inverse = _closed_by(inverse, strip)
    end = cursor.tokens[cursor.index - 1].end
    block = Block(opening.call, program, inverse, opening.strip, strip, strip, token.start, end)
    return _Else(Program((block,), is_chained=True), opening.strip)


def _closed_by(program: Program, strip: Strip) -> Program:
    body = [
        statement._replace(close_strip=strip) if isinstance(statement, Block) else statement
        for statement in program.body
    ]
    return program._replace(body=tuple(body))


def _close(cursor: Cursor, opening_token: Token, opening: _Open) -> tuple[Strip, int]:
    """Parse the closing tag of a block, which must have the same name as the opening tag."""
    if cursor.next.kind == "EOF":
        problem, fix = "opens a block that is never closed", _closing_fix(string(opening.call.path.original))
        raise cursor.error(opening_token.start, opening.call.end, problem, fix)
    token = cursor.expect("OPEN_ENDBLOCK")
    path = parse_name(cursor)
    closing = cursor.expect("CLOSE")
    _require_same_name(cursor, opening.call.path.original, path.original, token.start, closing.end)
    return _strip(token, closing), closing.end


def _closing_fix(name: str) -> str:
    # Authors write {{#endif}} as in other languages.
    if name.startswith("end"):
        return f"write {{{{/{name.removeprefix('end') or 'if'}}}}}"
    return f"end it with {{{{/{name}}}}}"


def _require_same_name(cursor: Cursor, opened: Any, closed: Any, start: int, end: int) -> None:
    # A name may be a literal, and in Python True equals 1.
    is_same = opened == closed and isinstance(opened, bool) == isinstance(closed, bool)
    if not is_same:
        fix = f"close the block with the name it opens with: {opened}"
        if opened == "else":
            fix = "write {{else}}, without #"
        raise cursor.error(start, end, f"closes {closed}, but {opened} is open", fix)


def _raw_block(cursor: Cursor, token: Token) -> Block:
    call = parse_call(cursor, token)
    cursor.expect("CLOSE_RAW_BLOCK")
    body = []
    # Inner raw blocks are several CONTENT tokens.
    while cursor.next.kind == "CONTENT":
        body.append(_content(cursor, cursor.advance()))
    close = cursor.expect("END_RAW_BLOCK")
    _require_same_name(cursor, call.path.original, close.text, close.start, close.end)
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

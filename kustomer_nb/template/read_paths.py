"""Where each path of a template leads from the root, through loops and blocks, and how its names are written.

`find_references` answers what a template reads that a block does not define. Here the items of a loop count
too: ``{{sku}}`` in ``{{#each lines}}`` is at ``lines``, ``ITEM``, ``sku``.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator
from enum import Enum
from typing import NamedTuple

from kustomer_nb.jsontext.javascript import string

from .ast import Block, Call, Expression, Literal, Mustache, Path, Program
from .lexer import Token, bare_name, raw_name, tokenize
from .parser import parse
from .scope import Role, Scopes, block_param, role


class Item(Enum):
    """The type of `ITEM`."""

    ITEM = "any item of an array"


ITEM = Item.ITEM
# The names and items that lead to a value from the root; None if they are known only at run time.
Route = tuple[str | Item, ...] | None
# What the value at a route is: the types of the platform, None if nobody knows.
KindOf = Callable[[tuple[str | Item, ...]], str | None]

_SAME_CONTEXT = frozenset({"if", "unless"})
_OPERATORS = frozenset({".", "..", "this"})
_NAMES = frozenset({"ID", "BRACKETS", "UP"})
_LITERALS = frozenset({"STRING", "NUMBER", "BOOLEAN", "UNDEFINED", "NULL"})

_WRITTEN = _NAMES | _LITERALS | {"END_RAW_BLOCK"}


class ReadPath(NamedTuple):
    """A path that a template reads: its route, and the tokens of the last names of it.

    ``names`` belong to the end of ``route``: in ``{{#with order}}{{id}}{{/with}}``, ``id`` has one name, and
    its route has two. ``is_tag`` is true if it is a tag by itself, ``escapes`` if double braces print it, and
    ``helper`` names the call that it is an argument of. ``may_call`` is true for a tag that calls a helper if
    one of that name exists.
    """

    route: tuple[str | Item, ...]
    names: tuple[Token, ...]
    start: int
    end: int
    is_tag: bool = False
    escapes: bool = False
    helper: str = ""
    may_call: bool = False


def read_paths(text: str, kind_of: KindOf | None = None) -> list[ReadPath]:
    """Return the paths that a template reads and whose route is known, in the order of the text.

    ``kind_of`` says what a section such as ``{{#lines}}`` does: a loop for an array, another context for an
    object, none for a boolean. Without it, nothing is known of what is in one.

    Raises:
        TemplateError: the template has a syntax error.

    Example:
        >>> paths = read_paths("{{#each order.lines as |line|}}{{sku}} {{../id}} {{line.qty}}{{/each}}")
        >>> [[key if isinstance(key, str) else "[]" for key in path.route] for path in paths]
        [['order', 'lines'], ['order', 'lines', '[]', 'sku'], ['id'], ['order', 'lines', '[]', 'qty']]
    """
    walk = _Walk(text, kind_of or (lambda route: None))
    return sorted(walk.program(parse(text)), key=lambda path: path.start)


def _in_raw_end(token: Token) -> Token:
    """Return the name in the tag that ends a raw block; any other token as it is."""
    if token.kind != "END_RAW_BLOCK":
        return token
    end = token.end - len("}}}}")
    return Token("ID", token.text, end - len(token.text), end)


class _Walk:
    """Walks a tree; ``contexts`` and ``params`` are the routes of contexts and block parameters."""

    def __init__(self, text: str, kind_of: KindOf) -> None:
        self.tokens = [_in_raw_end(token) for token in tokenize(text) if token.kind in _WRITTEN]
        self.starts = [token.start for token in self.tokens]
        self.kind_of = kind_of
        self.contexts: list[Route] = [()]
        self.scopes: Scopes = []
        self.params: list[tuple[Route, ...]] = []

    def program(self, program: Program, params: tuple[Route, ...] = ()) -> Iterator[ReadPath]:
        self.scopes.append(program.block_params)
        self.params.append(params)
        for statement in program.body:
            if isinstance(statement, Mustache):
                yield from self.call(statement.call, is_tag=True, escapes=statement.escapes)
            elif isinstance(statement, Block):
                # The tag that closes a block closes its {{else if}} too.
                yield from self.block(statement, is_closed=not program.is_chained)
        self.scopes.pop()
        self.params.pop()

    def call(self, call: Call, *, is_tag: bool = False, escapes: bool = False) -> Iterator[ReadPath]:
        is_helper = role(call, self.scopes) is Role.HELPER
        if not is_helper:
            may_call = role(call, self.scopes) is Role.EITHER
            for path in self.path(call.path):
                yield path._replace(is_tag=is_tag, escapes=escapes, may_call=may_call)
        helper = string(call.path.original) if is_helper else ""
        for argument in (*call.params, *(value for _, value in call.pairs)):
            if isinstance(argument, Call):
                yield from self.call(argument)
            elif isinstance(argument, Path):
                yield from self.path(argument, helper=helper)
        if (route := self.looked_up(call)) is not None:
            name = call.params[1]
            yield ReadPath(route, self.names(name.start, name.end), name.start, name.end, helper=helper)

    def looked_up(self, call: Call) -> Route:
        """Return the route of ``lookup value "name"``; None for any other call."""
        if role(call, self.scopes) is not Role.HELPER or call.path.parts[:1] != ("lookup",):
            return None
        if len(call.params) != 2 or not isinstance(name := call.params[1], Literal):
            return None
        base = self.route(call.params[0])
        return None if base is None else (*base, string(name.value))

    def path(self, path: Path, *, helper: str = "") -> Iterator[ReadPath]:
        route = self.route(path)
        if route:
            names = self.names(path.start, path.end)
            # A block parameter and @root are not names of the route.
            names = names[1:] if path.is_data or block_param(path, self.scopes) is not None else names
            yield ReadPath(route, names, path.start, path.end, helper=helper)

    def names(self, start: int, end: int) -> tuple[Token, ...]:
        """Return the tokens of the names between two offsets, without ``this`` and dots."""
        within = self.tokens[bisect_left(self.starts, start) : bisect_left(self.starts, end)]
        return tuple(token for token in within if raw_name(token) not in _OPERATORS)

    def route(self, node: Expression) -> Route:
        """Return where an expression leads; None if that is known only at run time."""
        if isinstance(node, Call):
            return self.looked_up(node)
        if not isinstance(node, Path):
            return None
        if (param := block_param(node, self.scopes)) is not None:
            routes = self.params[-1 - param[0]]
            base = routes[param[1]] if param[1] < len(routes) else None
            parts = node.parts[1:]
        elif node.is_data:
            base, parts = (() if node.parts[:1] == ("root",) else None), node.parts[1:]
        else:
            base = self.contexts[-1 - node.depth] if node.depth < len(self.contexts) else None
            parts = node.parts
        return None if base is None else (*base, *parts)

    def block(self, block: Block, *, is_closed: bool) -> Iterator[ReadPath]:
        yield from self.call(block.call)
        if is_closed and role(block.call, self.scopes) is not Role.HELPER:
            yield from self.closing(block)
        outer = self.contexts
        if block.program is not None:
            self.contexts, params = self.inner_contexts(block.call)
            yield from self.program(block.program, params)
            self.contexts = outer
        if block.inverse is not None:
            yield from self.program(block.inverse)

    def closing(self, block: Block) -> Iterator[ReadPath]:
        """Yield the path in the tag that closes a section, which repeats the one that opens it."""
        for opening in self.path(block.call.path):
            count, end = len(opening.names), bisect_left(self.starts, block.end)
            names = tuple(self.tokens[end - count : end]) if count else ()
            yield opening._replace(names=names, start=names[0].start if names else block.end, end=block.end)

    def inner_contexts(self, call: Call) -> tuple[list[Route], tuple[Route, ...]]:
        """Return the contexts within a block, and the routes of its block parameters."""
        is_helper = role(call, self.scopes) is Role.HELPER
        name = call.path.parts[0] if call.path.parts and is_helper else ""
        argument = call.params[0] if call.params else None
        if name in _SAME_CONTEXT:
            return self.contexts, ()
        if name == "each":
            route = None if argument is None else self.route(argument)
            item = None if route is None else (*route, ITEM)
            return [*self.contexts, item], (item,)
        if name == "with":
            route = None if argument is None else self.route(argument)
            return self.entered(route), (route,)
        return ([None], ()) if is_helper else self.section(self.route(call.path))

    def entered(self, route: Route) -> list[Route]:
        # As in handlebars.js, a block with the context it is already in does not open another.
        is_same = route is not None and route == self.contexts[-1]
        return self.contexts if is_same else [*self.contexts, route]

    def section(self, route: Route) -> tuple[list[Route], tuple[Route, ...]]:
        """Return the contexts within ``{{#path}}``, which depend on what the value there is."""
        kind = None if route is None else self.kind_of(route)
        if route is None or kind is None:
            return [None], ()
        if kind == "array":
            return [*self.contexts, (*route, ITEM)], ((*route, ITEM),)
        return (self.contexts if kind == "boolean" else self.entered(route)), ()


_PLAIN = re.compile(r"[A-Za-z_$\u00a1-\uffff][\w$-]*")
_WORDS = frozenset({"true", "false", "null", "undefined", "this", "else", "as"})


def is_plain_name(name: str) -> bool:
    """Return whether a name can be written in a tag, a reference and a function without any brackets.

    Example:
        >>> [is_plain_name(name) for name in ("orderId", "order-id", "order id", "a.b", "else", "7up")]
        [True, True, False, False, False, False]
    """
    return _PLAIN.fullmatch(name) is not None and name.isprintable() and name not in _WORDS


def name_of(token: Token) -> str:
    """Return the name that a token of `ReadPath.names` stands for."""
    if token.kind == "STRING":
        return token.text[1:-1]
    return bare_name(token) if token.kind == "BRACKETS" else token.text


def rename_part(token: Token, name: str) -> tuple[int, int, str]:
    """Return the part of a template to replace, and its new text, so that a token stands for another name.

    Example:
        >>> [rename_part(Token("BRACKETS", name, 0, len(name)), "key") for name in ("[id]", "[order id]")]
        [(1, 3, 'key'), (0, 10, 'key')]
    """
    # Within the quotes, which the text of the file may escape. Brackets that the old name needed are not kept
    # for one that needs none.
    is_within = token.kind == "STRING" or (token.kind == "BRACKETS" and is_plain_name(name_of(token)))
    return (token.start + 1, token.end - 1, name) if is_within else (token.start, token.end, name)

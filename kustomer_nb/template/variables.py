"""Which variables a template reads, told without rendering it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from kustomer_nb.diagnostics import Diagnostic, Span
from kustomer_nb.jsontext.javascript import string

from .ast import Block, Call, Comment, Content, Expression, LineIndex, Mustache, Path, Program
from .builtins import wrong_argument_count
from .errors import template_error
from .runtime import NEEDS_BLOCK
from .scope import KNOWN, Role, Scopes, block_param, role

# What the path to a context begins with at the root; None where only a run can tell.
Known = tuple[str, ...] | None
_SAME_CONTEXT = frozenset({"if", "unless"})
# Handlebars' own helpers of one argument and a block.
_BLOCKS = _SAME_CONTEXT | {"each", "with"}


@dataclass(frozen=True, slots=True)
class Variable:
    """One place that reads a variable: the path as written, its segments from the root, whether it escapes.

    ``is_local`` is true of what a block gives (an element of a loop, a block parameter): the segments then
    count from there. ``is_above`` is true of a ``../`` that leaves the whole context and so names nothing.
    ``may_call`` is true of a tag that calls a helper if there is one of that name, ``is_argument`` of what a
    helper or block is given. ``span`` is the whole tag of a ``{{path}}``, else the path alone.
    """

    path: str
    segments: tuple[str, ...]
    escapes: bool
    span: Span
    is_local: bool = False
    is_above: bool = False
    may_call: bool = False
    is_argument: bool = False


@dataclass(frozen=True, slots=True)
class HelperCall:
    """One place that can only be the call of a helper: its name, and its tag or sub-expression.

    ``escapes`` is true of a tag in double braces, which prints what the helper gives. ``call`` holds its
    arguments.
    """

    name: str
    span: Span
    escapes: bool
    call: Call


class TemplateReferences(NamedTuple):
    """What is told of a template: the variables it reads, the helpers it calls, and what can only fail.

    The first two are in the order of the text, the helpers without those of Handlebars itself.
    """

    variables: tuple[Variable, ...]
    calls: tuple[HelperCall, ...]
    diagnostics: tuple[Diagnostic, ...]


def read(text: str, program: Program) -> TemplateReferences:
    """Return what a template reads and calls.

    Example:
        >>> from kustomer_nb.template.parser import parse
        >>> text = "{{#each order.lines}}{{sku}} {{@root.shop}} {{toLower ../id}}{{if sku}}{{/each}}"
        >>> found = read(text, parse(text))
        >>> [(one.path, one.segments, one.is_local) for one in found.variables][1:3]
        [('sku', ('sku',), True), ('@root.shop', ('shop',), False)]
        >>> [one.name for one in found.calls], [one.message for one in found.diagnostics]
        (['toLower'], ['`{{if sku}}` calls a helper that needs a block.'])
    """
    reader = _Reader(text)
    variables = sorted(reader.program(program), key=lambda one: one.span.start)
    return TemplateReferences(tuple(variables), tuple(reader.called), tuple(reader.diagnostics))


def printing(text: str, program: Program) -> tuple[str | Variable, ...]:
    """Return the text of a template, and each tag or block as one `Variable` with what it says as its path.

    Example:
        >>> from kustomer_nb.template.parser import parse
        >>> [one if isinstance(one, str) else one.path for one in printing("a {{b}}", parse("a {{b}}"))]
        ['a ', 'b']
    """
    places = LineIndex(text)
    return tuple(_node(one, text, places) for one in program.body if not isinstance(one, Comment))


def _node(statement: Content | Mustache | Block, text: str, places: LineIndex) -> str | Variable:
    if isinstance(statement, Content):
        return statement.value
    span = places.span(statement.start, statement.end)
    written = text[statement.start : statement.end].strip("{}~&# \n")
    if isinstance(statement, Block):
        return Variable(written, (), False, span)
    return Variable(written, statement.call.path.parts, statement.escapes, span)


class _Reader:
    """Walks a tree; ``contexts`` is what is known of the contexts, ``params`` of the block parameters."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines = LineIndex(text)
        self.contexts: list[Known] = [()]
        self.scopes: Scopes = []
        self.params: list[Known] = []
        self.called: list[HelperCall] = []
        self.diagnostics: list[Diagnostic] = []

    def program(self, program: Program, given: Known = None) -> Iterator[Variable]:
        self.scopes.append(program.block_params)
        self.params.append(given)
        for statement in program.body:
            if isinstance(statement, Mustache):
                span = self.lines.span(statement.start, statement.end)
                yield from self.call(statement.call, span, escapes=statement.escapes)
            elif isinstance(statement, Block):
                yield from self.block(statement)
        self.scopes.pop()
        self.params.pop()

    def call(
        self, call: Call, span: Span | None, *, escapes: bool, has_block: bool = False
    ) -> Iterator[Variable]:
        kind = role(call, self.scopes)
        name = call.path.parts[0] if kind is Role.HELPER and call.path.parts else ""
        if name in _BLOCKS and (len(call.params) != 1 or not has_block):
            wrong = NEEDS_BLOCK if len(call.params) == 1 else wrong_argument_count(name, len(call.params), 1)
            self.diagnostics += template_error(self.text, call.start, call.end, *wrong).diagnostics
        if kind is not Role.HELPER:
            found = self.path(call.path, span, escapes=escapes)
            yield from (replace(one, may_call=kind is Role.EITHER) for one in found)
        elif call.path.parts[:1] and call.path.parts[0] not in KNOWN:
            place = self.lines.span(call.start, call.end)
            self.called.append(HelperCall(string(call.path.original), place, escapes, call))
        for node in (*call.params, *(node for _, node in call.pairs)):
            yield from (replace(one, is_argument=True) for one in self.expression(node))

    def expression(self, node: Expression) -> Iterator[Variable]:
        if isinstance(node, Call):
            yield from self.call(node, None, escapes=False)
        elif isinstance(node, Path):
            yield from self.path(node, None, escapes=False)

    def path(self, node: Path, span: Span | None, *, escapes: bool) -> Iterator[Variable]:
        if node.is_data and node.parts[:1] != ("root",):
            return
        known = self.known(node)
        segments = node.parts if known is None else known
        if segments:
            span = span or self.lines.span(node.start, node.end)
            written = self.text[node.start : node.end]
            is_above = not node.is_data and node.depth >= len(self.contexts) and self.contexts[0] == ()
            yield Variable(written, segments, escapes, span, is_local=known is None, is_above=is_above)

    def known(self, node: Path) -> Known:
        """Return the segments of a path from the root, None where that is not known."""
        if (param := block_param(node, self.scopes)) is not None:
            base, parts = self.params[-1 - param[0]] if not param[1] else None, node.parts[1:]
        elif node.is_data:
            base, parts = (() if node.parts[:1] == ("root",) else None), node.parts[1:]
        else:
            base = self.contexts[-1 - node.depth] if node.depth < len(self.contexts) else None
            parts = node.parts
        return None if base is None else (*base, *parts)

    def block(self, block: Block) -> Iterator[Variable]:
        yield from self.call(block.call, None, escapes=False, has_block=True)
        if block.program is not None:
            around = self.contexts
            self.contexts, given = self.within(block.call)
            yield from self.program(block.program, given)
            self.contexts = around
        if block.inverse is not None:
            yield from self.program(block.inverse)

    def within(self, call: Call) -> tuple[list[Known], Known]:
        """Return the contexts in a block, and what its block parameters stand for."""
        name = call.path.parts[0] if call.path.parts and role(call, self.scopes) is Role.HELPER else ""
        if name in _SAME_CONTEXT:
            return self.contexts, None
        if name == "each":
            return [*self.contexts, None], None
        if name == "with":
            first = call.params[0] if call.params else None
            context = self.known(first) if isinstance(first, Path) else None
            # A context within itself is one, as handlebars.js counts them.
            is_same = context is not None and context == self.contexts[-1]
            return self.contexts if is_same else [*self.contexts, context], context
        return [None], None

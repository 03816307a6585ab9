"""Find the variables that a template reads, without rendering it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from kustomer_nb.jsontext.javascript import string

from .ast import Block, Call, Comment, Content, Expression, LineIndex, Mustache, Path, Program
from .builtins import wrong_argument_count
from .errors import template_error
from .runtime import NEEDS_BLOCK
from .scope import KNOWN, Role, Scopes, block_param, role

if TYPE_CHECKING:
    from kustomer_nb.diagnostics import Diagnostic, Span

# The path of a context from the root; None if it is known only at run time.
Segments = tuple[str, ...] | None
_SAME_CONTEXT = frozenset({"if", "unless"})
# The built-in helpers that take one argument and a block.
_BLOCKS = _SAME_CONTEXT | {"each", "with"}


@dataclass(frozen=True, slots=True)
class Variable:
    """A read of a variable: its path as written, its segments from the root, and whether it is escaped.

    ``is_local`` is true if a block defines the variable (an item of a loop, a block parameter); its segments
    then start there. ``is_above`` is true for a ``../`` beyond the root, which never has a value.
    ``may_call`` is true for a tag that calls a helper if one of that name exists, ``is_argument`` for an
    argument of a helper or block. ``span`` is the whole tag of a ``{{path}}``, else only the path.
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
    """A call that can only be that of a helper: its name, and its tag or subexpression.

    ``escapes`` is true for a tag in double braces, which escapes the result. ``call`` has the arguments.
    """

    name: str
    span: Span
    escapes: bool
    call: Call


class TemplateReferences(NamedTuple):
    """The variables that a template reads, the helpers that it calls, and the errors it always raises.

    Variables and calls are in the order of the text; built-in helpers are left out.
    """

    variables: tuple[Variable, ...]
    calls: tuple[HelperCall, ...]
    diagnostics: tuple[Diagnostic, ...]


def find_references(text: str, program: Program) -> TemplateReferences:
    """Return the variables and helpers that a template uses.

    Example:
        >>> from kustomer_nb.template.parser import parse
        >>> text = "{{#each order.lines}}{{sku}} {{@root.shop}} {{toLower ../id}}{{if sku}}{{/each}}"
        >>> references = find_references(text, parse(text))
        >>> [(variable.path, variable.segments, variable.is_local) for variable in references.variables][1:3]
        [('sku', ('sku',), True), ('@root.shop', ('shop',), False)]
        >>> [call.name for call in references.calls], [error.message for error in references.diagnostics]
        (['toLower'], ['`{{if sku}}` calls a helper that needs a block.'])
    """
    finder = _ReferenceFinder(text)
    variables = sorted(finder.program(program), key=lambda variable: variable.span.start)
    return TemplateReferences(tuple(variables), tuple(finder.calls), tuple(finder.diagnostics))


def list_nodes(text: str, program: Program) -> tuple[str | Variable, ...]:
    """Return the text of a template, and each tag or block as a `Variable` whose path is its content.

    Example:
        >>> from kustomer_nb.template.parser import parse
        >>> [node if isinstance(node, str) else node.path for node in list_nodes("a {{b}}", parse("a {{b}}"))]
        ['a ', 'b']
    """
    lines = LineIndex(text)
    return tuple(_node(node, text, lines) for node in program.body if not isinstance(node, Comment))


def _node(statement: Content | Mustache | Block, text: str, lines: LineIndex) -> str | Variable:
    if isinstance(statement, Content):
        return statement.value
    span = lines.span(statement.start, statement.end)
    source_text = text[statement.start : statement.end].strip("{}~&# \n")
    if isinstance(statement, Block):
        return Variable(source_text, (), False, span)
    return Variable(source_text, statement.call.path.parts, statement.escapes, span)


class _ReferenceFinder:
    """Walks a tree; ``contexts`` and ``params`` are the known paths of contexts and block parameters."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines = LineIndex(text)
        self.contexts: list[Segments] = [()]
        self.scopes: Scopes = []
        self.params: list[Segments] = []
        self.calls: list[HelperCall] = []
        self.diagnostics: list[Diagnostic] = []

    def program(self, program: Program, params_base: Segments = None) -> Iterator[Variable]:
        self.scopes.append(program.block_params)
        self.params.append(params_base)
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
        if name in _BLOCKS:
            self.check_block(name, call, has_block=has_block)
        if kind is not Role.HELPER:
            variables = self.path(call.path, span, escapes=escapes)
            yield from (replace(variable, may_call=kind is Role.EITHER) for variable in variables)
        elif call.path.parts[:1] and call.path.parts[0] not in KNOWN:
            call_span = self.lines.span(call.start, call.end)
            self.calls.append(HelperCall(string(call.path.original), call_span, escapes, call))
        yield from self.arguments(call)

    def arguments(self, call: Call) -> Iterator[Variable]:
        for node in (*call.params, *(node for _, node in call.pairs)):
            yield from (replace(variable, is_argument=True) for variable in self.expression(node))

    def check_block(self, name: str, call: Call, *, has_block: bool) -> None:
        """Report a call of a built-in block helper without its block, or with another number of arguments."""
        count = len(call.params)
        if count != 1 or not has_block:
            problem = NEEDS_BLOCK if count == 1 else wrong_argument_count(name, count, 1)
            self.diagnostics += template_error(self.text, call.start, call.end, *problem).diagnostics

    def expression(self, node: Expression) -> Iterator[Variable]:
        if isinstance(node, Call):
            yield from self.call(node, None, escapes=False)
        elif isinstance(node, Path):
            yield from self.path(node, None, escapes=False)

    def path(self, node: Path, span: Span | None, *, escapes: bool) -> Iterator[Variable]:
        if node.is_data and node.parts[:1] != ("root",):
            return
        from_root = self.segments(node)
        segments = node.parts if from_root is None else from_root
        if segments:
            span = span or self.lines.span(node.start, node.end)
            source_text = self.text[node.start : node.end]
            is_above = not node.is_data and node.depth >= len(self.contexts) and self.contexts[0] == ()
            yield Variable(
                source_text, segments, escapes, span, is_local=from_root is None, is_above=is_above
            )

    def segments(self, node: Path) -> Segments:
        """Return the segments of a path from the root; None if they are known only at run time."""
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
            outer_contexts = self.contexts
            self.contexts, params_base = self.block_contexts(block.call)
            yield from self.program(block.program, params_base)
            self.contexts = outer_contexts
        if block.inverse is not None:
            yield from self.program(block.inverse)

    def block_contexts(self, call: Call) -> tuple[list[Segments], Segments]:
        """Return the contexts within a block, and the path of its block parameters."""
        name = call.path.parts[0] if call.path.parts and role(call, self.scopes) is Role.HELPER else ""
        if name in _SAME_CONTEXT:
            return self.contexts, None
        if name == "each":
            return [*self.contexts, None], None
        if name == "with":
            return self.with_contexts(call.params[0] if call.params else None)
        return [None], None

    def with_contexts(self, argument: Expression | None) -> tuple[list[Segments], Segments]:
        """Return what `block_contexts` does for ``{{#with argument}}``."""
        context = self.segments(argument) if isinstance(argument, Path) else None
        # As in handlebars.js, a block with the context it is already in does not open another.
        is_same = context is not None and context == self.contexts[-1]
        return self.contexts if is_same else [*self.contexts, context], context

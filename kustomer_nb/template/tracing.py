"""Rendering with origins: the text the compiled template gives, in pieces that know what they show.

A walk over the tree, for previews; plain rendering does not pay for it.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any, NamedTuple

from kustomer_nb.jsontext.javascript import UNDEFINED, string

from .ast import (
    Block,
    Call,
    Content,
    Expression,
    LineIndex,
    Literal,
    Mustache,
    Path,
    Program,
    Statement,
    cost_of,
)
from .compiler import RenderMode
from .evaluator import NO_BLOCK_PARAMS
from .js_semantics import escape_html, is_equal, is_nullish
from .lookup import look_up, look_up_data
from .provenance import Kind, MissingReference, Notes, Piece, Scope
from .runtime import State
from .scope import Role, Scopes, block_param, group_sums, role
from .traced_values import Labels, Printed, Seen, added, labelled
from .tracing_calls import Calls


class View(NamedTuple):
    """What is seen from a place: the context, ``@`` data, block parameters and the contexts above, linked.

    ``labels`` are the settings that the data hold something of, as the keys of a loop over one do.
    """

    context: Seen
    data: dict[str, Any]
    labels: Labels = ()
    params: Any = (None, None)
    depths: Any = None


class Tracer:
    """Renders one template once; ``notes`` collects what it comes upon, each place once."""

    def __init__(
        self, state: State, scope: Scope, mode: RenderMode, pointer: str, notes: Notes, places: LineIndex
    ) -> None:
        self.state = state
        self.scope = scope
        self.mode = mode
        self.pointer = pointer
        self.notes = notes
        self.noted: set[tuple[str, int]] = set()
        self.lines = places
        self.scopes: Scopes = []
        # By the identity of the program: the tree lives longer.
        self.costs: dict[int, int] = {}

    @cached_property
    def calls(self) -> Calls:
        """The calls of helpers, which most templates have none of."""
        return Calls(self)

    def root(self, program: Program) -> Printed:
        """Return the whole template rendered."""
        context = Seen(self.scope.values, ())
        return self.program(program, View(context, {"root": context.value}, depths=(context, None)))

    def program(self, program: Program, view: View) -> Printed:
        """Return the statements of the template or a block rendered."""
        self.scopes.append(program.block_params)
        parts = []
        size = 0
        for one in program.body:
            printed = self._statement(one, view)
            if printed is not None:
                parts.append((printed, self._is_line(one)))
                size += sum([len(piece.text) for piece in printed.pieces])
                self.state.require_room(size, None)
        self.scopes.pop()
        return self._together(parts, is_alone=len(program.body) == 1)

    def _together(self, parts: list[tuple[Printed, bool]], *, is_alone: bool) -> Printed:
        """Return statements added up in the order of handlebars.js."""
        if not parts:
            return Printed("")
        first, is_line = parts[0]
        if len(parts) == 1 and (is_alone or not is_line):
            return Printed("", first.pieces) if first.value is None else first
        if not any(line for _, line in parts):
            return added([self._operand(*one) for one in parts], adds_numbers=self.mode.adds_numbers)
        operands = [Printed("")] if is_line else []
        for is_sum, start, end in group_sums([one for _, one in parts]):
            group = [self._operand(*one) for one in parts[start:end]]
            operands += [added(group, adds_numbers=self.mode.adds_numbers)] if is_sum else group
        return added(operands, adds_numbers=self.mode.adds_numbers)

    @staticmethod
    def _operand(printed: Printed, is_line: bool) -> Printed:
        return Printed("", printed.pieces) if printed.value is None and not is_line else printed

    def _is_line(self, statement: Statement) -> bool:
        return isinstance(statement, Block) and role(statement.call, self.scopes) is Role.EITHER

    def _statement(self, statement: Statement, view: View) -> Printed | None:
        if isinstance(statement, Content):
            return self._content(statement)
        if isinstance(statement, Mustache):
            escapes = statement.escapes and not self.mode.no_escape
            return self.printed(statement, self.value(statement.call, view), escapes=escapes)
        return self.block(statement, view) if isinstance(statement, Block) else None

    def _content(self, content: Content) -> Printed | None:
        text, start = content.value, content.start + content.skipped
        if not text:
            return None
        span = self.lines.span(start, start + len(text))
        return Printed(text, (Piece(text, Kind.LITERAL, pointer=self.pointer, span=span),))

    def printed(self, statement: Mustache | Block, seen: Seen, *, escapes: bool) -> Printed:
        """Return a value as a tag prints it."""
        value, written = seen.value, self._written(statement, seen)
        span = self.lines.span(statement.start, statement.end)
        kind, labels = seen.origin(self.scope) if seen.segments != () else (Kind.INPUT, ())
        if value is UNDEFINED and kind is not Kind.HELPER and not labels:
            self.record_missing(statement.call.path, seen, written if statement.call.params else "")
            return Printed(None, (Piece("", Kind.MISSING, written, None, self.pointer, span),))
        raw = "" if is_nullish(value) else string(value)
        text = escape_html(value) if escapes else raw
        piece = Piece(text, kind, written, None, self.pointer, span, raw if raw != text else None)
        result = text if escapes else None if is_nullish(value) else value
        return Printed(result, labelled(piece, labels))

    def _written(self, statement: Mustache | Block, seen: Seen) -> str:
        """Return how a tag names what it prints: the path from the root where it is known, or the call."""
        call = statement.call
        if isinstance(statement, Mustache) and (call.params or call.pairs) and not seen.segments:
            return self.state.text[call.start : call.end].strip("{}~& \n")
        if seen.segments is not None and seen.segments != call.path.parts:
            return ".".join(seen.segments) or self._text(call.path)
        return self._text(call.path)

    def _text(self, path: Path) -> str:
        return self.state.text[path.start : path.end]

    def record_missing(self, path: Path, seen: Seen, written: str = "") -> None:
        """Note a variable that names nothing."""
        if ("missing", path.start) in self.noted:
            return
        self.noted.add(("missing", path.start))
        name = seen.segments[0] if seen.segments else seen.root
        span = self.lines.span(path.start, path.end)
        kind, _ = self.scope.origin(seen.segments or ())
        self.notes.missing.append(
            MissingReference(written or self._text(path), self.pointer, kind, span, name)
        )

    def read(self, path: Path, seen: Seen) -> Seen:
        """Note a setting or a part of the environment that is read, and return what it is."""
        if not seen.segments or ("read", path.start) in self.noted:
            return seen
        kind, label = self.scope.origin(seen.segments)
        if label is not None or (kind is Kind.ENV and seen.value is not UNDEFINED):
            self.noted.add(("read", path.start))
            span = self.lines.span(path.start, path.end)
            self.notes.reads.append(Piece("", kind, ".".join(seen.segments), label, self.pointer, span))
        return seen

    def value(self, call: Call, view: View) -> Seen:
        """Return the value of a tag or sub-expression."""
        kind = role(call, self.scopes)
        if kind is Role.VALUE or (
            kind is Role.EITHER and self.state.helper(call.path.parts[0], call) is None
        ):
            return self.path(call.path, view)
        return self.calls.value(call, view, kind)

    def expression(self, node: Expression, view: View) -> Seen:
        """Return the value of an argument."""
        if isinstance(node, Literal):
            return Seen(node.value)
        return self.path(node, view) if isinstance(node, Path) else self.value(node, view)

    def path(self, node: Path, view: View, *, is_falsy_end: bool = False) -> Seen:
        """Return what a path names."""
        param = block_param(node, self.scopes)
        if param is not None:
            return self.read(node, _followed(self._param(node, view, *param), node.parts[1:]))
        if node.is_data and node.parts and node.parts[0]:
            return self.read(node, self._data(node, view))
        base = _context(view, node.depth)
        parts = node.parts if node.parts and node.parts[0] else ()
        return self.read(node, _followed(base, parts, is_falsy_end=is_falsy_end))

    def _param(self, node: Path, view: View, levels_up: int, index: int) -> Seen:
        params = view.params
        for _ in range(levels_up):
            params = params[1]
        if params[0] is None:
            raise self.state.error(node, *NO_BLOCK_PARAMS)
        return params[0][index] if index < len(params[0]) else Seen(UNDEFINED)

    def _data(self, node: Path, view: View) -> Seen:
        parts = ("_parent",) * node.depth + node.parts
        value = look_up_data(view.data, parts)
        names = [part for part in parts if part != "_parent"]
        if names[:1] == ["root"] and view.data.get("root") is self.scope.values:
            return Seen(value, tuple(names[1:]))
        return Seen(value, None, view.labels, Kind.INPUT)

    def block(self, block: Block, view: View) -> Printed:
        """Return a block rendered."""
        kind = role(block.call, self.scopes)
        if kind is Role.VALUE:
            return self.calls.section(block, self.path(block.call.path, view), view)
        return self.calls.block(block, view, kind)

    def run(self, block: Block, program: Program | None, view: View) -> Printed:
        """Return a block's program rendered, and count the work."""
        if program is None:
            return Printed("")
        if id(program) not in self.costs:
            self.costs[id(program)] = cost_of(program)
        self.state.work -= self.costs[id(program)]
        if self.state.work < 0:
            raise self.state.work_limit_error(block.call)
        return self.program(program, view)

    def inner(
        self,
        view: View,
        context: Seen,
        *,
        data: dict[str, Any] | None = None,
        labels: Labels = (),
        params: list[Seen] | None = None,
    ) -> View:
        """Return what is seen from within a block."""
        depths, above = view.depths, view.depths[0].value
        is_nothing = context.value is self.state.nothing and above is None
        if not is_nothing and not is_equal(context.value, above):
            depths = (context, depths)
        return View(context, data or view.data, (*view.labels, *labels), (params, view.params), depths)


def _context(view: View, depth: int) -> Seen:
    if not depth:
        return view.context
    contexts = view.depths
    for _ in range(depth):
        contexts = contexts and contexts[1]
    found: Seen = contexts[0] if contexts else Seen(UNDEFINED, kind=Kind.MISSING)
    return found


def _followed(base: Seen, parts: tuple[str, ...], *, is_falsy_end: bool = False) -> Seen:
    if not parts:
        return base
    value = look_up_data(base.value, parts) if is_falsy_end else look_up(base.value, parts)
    segments = None if base.segments is None else (*base.segments, *parts)
    return Seen(value, segments, base.labels, base.kind, base.root)

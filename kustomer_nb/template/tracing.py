"""Render with origins: the text of the compiled template, in pieces that record their origin.

A separate walk over the tree, for previews, so that plain rendering stays fast. Both give the same text,
which the conformance tests check for every case.
"""

from __future__ import annotations

from functools import cached_property
from itertools import starmap
from typing import TYPE_CHECKING, Any, NamedTuple

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
from .evaluator import NO_BLOCK_PARAMS
from .js_semantics import SafeString, escape_text, is_equal, is_nullish
from .lookup import look_up, look_up_data
from .provenance import Kind, MissingReference, Notes, Piece, Scope
from .scope import Role, Scopes, block_param, group_sums, role
from .traced_values import Fragment, SettingLabels, TrackedValue, add_fragments, with_labels
from .tracing_calls import Calls

if TYPE_CHECKING:
    from .compiler import RenderMode
    from .runtime import State


class View(NamedTuple):
    """The context of a statement with its ``@`` data, block parameters and parent contexts, as in `Frame`.

    ``labels`` are the settings that the data may reveal, such as the keys of a loop over a setting.
    """

    context: TrackedValue
    data: dict[str, Any]
    labels: SettingLabels = ()
    params: Any = (None, None)
    depths: Any = None


class Tracer:
    """Renders a template once; ``notes`` collects missing and read variables, each tag once."""

    def __init__(
        self, state: State, scope: Scope, mode: RenderMode, pointer: str, notes: Notes, lines: LineIndex
    ) -> None:
        self.state = state
        self.scope = scope
        self.mode = mode
        self.pointer = pointer
        self.notes = notes
        self.recorded: set[tuple[str, int]] = set()
        self.lines = lines
        self.scopes: Scopes = []
        # Keyed by id(program), which is safe because the tree outlives the tracer.
        self.costs: dict[int, int] = {}

    @cached_property
    def calls(self) -> Calls:
        """The evaluation of helper calls; most templates do not have any."""
        return Calls(self)

    def root(self, program: Program) -> Fragment:
        """Render the whole template."""
        context = TrackedValue(self.scope.values, ())
        return self.program(program, View(context, {"root": context.value}, depths=(context, None)))

    def program(self, program: Program, view: View) -> Fragment:
        """Render the statements of the template or a block."""
        self.scopes.append(program.block_params)
        parts = []
        size = 0
        for statement in program.body:
            fragment = self._statement(statement, view)
            if fragment is not None:
                parts.append((fragment, self._is_section(statement)))
                size += sum([len(piece.text) for piece in fragment.pieces])
                self.state.require_room(size, None)
        self.scopes.pop()
        return self._combine(parts, is_alone=len(program.body) == 1)

    def _combine(self, parts: list[tuple[Fragment, bool]], *, is_alone: bool) -> Fragment:
        """Concatenate statements in the order of handlebars.js."""
        if not parts:
            return Fragment("")
        first, starts_with_section = parts[0]
        if len(parts) == 1 and (is_alone or not starts_with_section):
            return Fragment("", first.pieces) if first.value is None else first
        sections = [is_section for _, is_section in parts]
        operands = list(starmap(self._operand, parts))
        return self._add(self._group(operands, sections) if any(sections) else operands)

    def _group(self, operands: list[Fragment], sections: list[bool]) -> list[Fragment]:
        """Return the operands with each group that handlebars.js adds up by itself as one operand."""
        grouped = [Fragment("")] if sections[0] else []
        for is_sum, start, end in group_sums(sections):
            group = operands[start:end]
            grouped += [self._add(group)] if is_sum else group
        return grouped

    def _add(self, operands: list[Fragment]) -> Fragment:
        return add_fragments(operands, adds_numbers=self.mode.adds_numbers)

    @staticmethod
    def _operand(fragment: Fragment, is_section: bool) -> Fragment:
        return Fragment("", fragment.pieces) if fragment.value is None and not is_section else fragment

    def _is_section(self, statement: Statement) -> bool:
        return isinstance(statement, Block) and role(statement.call, self.scopes) is Role.EITHER

    def _statement(self, statement: Statement, view: View) -> Fragment | None:
        if isinstance(statement, Content):
            return self._content(statement)
        if isinstance(statement, Mustache):
            escapes = statement.escapes and not self.mode.no_escape
            return self.print_value(statement, self.value(statement.call, view), escapes=escapes)
        return self.block(statement, view) if isinstance(statement, Block) else None

    def _content(self, content: Content) -> Fragment | None:
        text, start = content.value, content.start + content.skipped
        if not text:
            return None
        span = self.lines.span(start, start + len(text))
        return Fragment(text, (Piece(text, Kind.LITERAL, pointer=self.pointer, span=span),))

    def print_value(self, statement: Mustache | Block, tracked: TrackedValue, *, escapes: bool) -> Fragment:
        """Return the fragment that a tag prints for a value."""
        value, source_text = tracked.value, self._source_text(statement, tracked)
        span = self.lines.span(statement.start, statement.end)
        kind, labels = tracked.origin(self.scope) if tracked.segments != () else (Kind.INPUT, ())
        # A setting without a value is reported by its label elsewhere, so it is not missing here.
        if value is UNDEFINED and kind is not Kind.HELPER and not labels:
            self.record_missing(statement.call.path, tracked, source_text if statement.call.params else "")
            return Fragment(None, (Piece("", Kind.MISSING, source_text, None, self.pointer, span),))
        if value is None and kind is not Kind.HELPER and not labels:
            kind = Kind.NULL
        text, raw = _printed_text(value, escapes=escapes)
        piece = Piece(text, kind, source_text, None, self.pointer, span, raw)
        result = text if escapes else None if is_nullish(value) else value
        return Fragment(result, with_labels(piece, labels))

    def _source_text(self, statement: Mustache | Block, tracked: TrackedValue) -> str:
        """Return the origin of a tag as text: the path from the root if it is known, else the call."""
        call = statement.call
        if isinstance(statement, Mustache) and (call.params or call.pairs) and not tracked.segments:
            return self.state.text[call.start : call.end].strip("{}~& \n")
        if tracked.segments is not None and tracked.segments != call.path.parts:
            return ".".join(tracked.segments) or self._path_text(call.path)
        return self._path_text(call.path)

    def _path_text(self, path: Path) -> str:
        return self.state.text[path.start : path.end]

    def record_missing(self, path: Path, tracked: TrackedValue, source_text: str = "") -> None:
        """Record a variable that has no value."""
        if ("missing", path.start) in self.recorded:
            return
        self.recorded.add(("missing", path.start))
        name = tracked.segments[0] if tracked.segments else tracked.root
        span = self.lines.span(path.start, path.end)
        kind, _ = self.scope.origin(tracked.segments or ())
        self.notes.missing.append(
            MissingReference(source_text or self._path_text(path), self.pointer, kind, span, name)
        )

    def record_read(self, path: Path, tracked: TrackedValue) -> TrackedValue:
        """Record a read of a setting or of the environment, and return the value."""
        if not tracked.segments or ("read", path.start) in self.recorded:
            return tracked
        kind, label = self.scope.origin(tracked.segments)
        if label is not None or (kind is Kind.ENV and tracked.value is not UNDEFINED):
            self.recorded.add(("read", path.start))
            span = self.lines.span(path.start, path.end)
            self.notes.reads.append(Piece("", kind, ".".join(tracked.segments), label, self.pointer, span))
        return tracked

    def value(self, call: Call, view: View) -> TrackedValue:
        """Return the value of a tag or subexpression."""
        kind = role(call, self.scopes)
        if kind is Role.VALUE or (
            kind is Role.EITHER and self.state.helper(call.path.parts[0], call) is None
        ):
            return self.path(call.path, view)
        return self.calls.value(call, view, kind)

    def expression(self, node: Expression, view: View) -> TrackedValue:
        """Return the value of an argument."""
        if isinstance(node, Literal):
            return TrackedValue(node.value)
        return self.path(node, view) if isinstance(node, Path) else self.value(node, view)

    def path(self, node: Path, view: View, *, is_falsy_end: bool = False) -> TrackedValue:
        """Return the value at a path."""
        param = block_param(node, self.scopes)
        if param is not None:
            return self.record_read(node, _follow(self._param(node, view, *param), node.parts[1:]))
        if node.is_data and node.parts and node.parts[0]:
            return self.record_read(node, self._data(node, view))
        base = _context(view, node.depth)
        parts = node.parts if node.parts and node.parts[0] else ()
        return self.record_read(node, _follow(base, parts, is_falsy_end=is_falsy_end))

    def _param(self, node: Path, view: View, levels_up: int, index: int) -> TrackedValue:
        params = view.params
        for _ in range(levels_up):
            params = params[1]
        if params[0] is None:
            raise self.state.error(node, *NO_BLOCK_PARAMS)
        return params[0][index] if index < len(params[0]) else TrackedValue(UNDEFINED)

    def _data(self, node: Path, view: View) -> TrackedValue:
        parts = ("_parent",) * node.depth + node.parts
        value = look_up_data(view.data, parts)
        names = [part for part in parts if part != "_parent"]
        # A helper may have replaced @root, so its path is that of the context only if it is the same object.
        if names[:1] == ["root"] and view.data.get("root") is self.scope.values:
            return TrackedValue(value, tuple(names[1:]))
        return TrackedValue(value, None, view.labels, Kind.INPUT)

    def block(self, block: Block, view: View) -> Fragment:
        """Render a block."""
        kind = role(block.call, self.scopes)
        if kind is Role.VALUE:
            return self.calls.section(block, self.path(block.call.path, view), view)
        return self.calls.block(block, view, kind)

    def run(self, block: Block, program: Program | None, view: View) -> Fragment:
        """Render the program of a block, and count the work."""
        if program is None:
            return Fragment("")
        if id(program) not in self.costs:
            self.costs[id(program)] = cost_of(program)
        # Counted as in the compiled template, so that both stop at the same limit.
        self.state.work -= self.costs[id(program)]
        if self.state.work < 0:
            raise self.state.work_limit_error(block.call)
        return self.program(program, view)

    def inner(
        self,
        view: View,
        context: TrackedValue,
        *,
        data: dict[str, Any] | None = None,
        labels: SettingLabels = (),
        params: list[TrackedValue] | None = None,
    ) -> View:
        """Return the view within a block."""
        depths, above = view.depths, view.depths[0].value
        is_nothing = context.value is self.state.nothing and above is None
        # The same comparison as in `Frame.depths_within`.
        if not is_nothing and not is_equal(context.value, above):
            depths = (context, depths)
        return View(context, data or view.data, (*view.labels, *labels), (params, view.params), depths)


def _context(view: View, depth: int) -> TrackedValue:
    if not depth:
        return view.context
    contexts = view.depths
    for _ in range(depth):
        contexts = contexts and contexts[1]
    if contexts:
        context: TrackedValue = contexts[0]
        return context
    return TrackedValue(UNDEFINED, kind=Kind.MISSING)


def _follow(base: TrackedValue, parts: tuple[str, ...], *, is_falsy_end: bool = False) -> TrackedValue:
    if not parts:
        return base
    value = look_up_data(base.value, parts) if is_falsy_end else look_up(base.value, parts)
    segments = None if base.segments is None else (*base.segments, *parts)
    return TrackedValue(value, segments, base.labels, base.kind, base.root)


def _printed_text(value: Any, *, escapes: bool) -> tuple[str, str | None]:
    """Return the text that a tag prints for a value, and the text before escaping if that is another."""
    raw = "" if is_nullish(value) else string(value)
    # A large array is converted once, not for its text and for `raw`.
    text = escape_text(raw) if escapes and not isinstance(value, SafeString) else raw
    return text, raw if raw != text else None

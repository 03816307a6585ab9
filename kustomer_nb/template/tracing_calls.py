"""Render helpers and blocks with origins.

The result of a helper is one piece, except for the blocks that it renders. If its arguments come from a
setting or its text contains one, the whole piece is masked.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from kustomer_nb.jsontext.javascript import UNDEFINED, string

from .ast import Block, Call, Expression, Literal, Path, Program
from .builtins import BUILTINS, passes, write_log, wrong_argument_count
from .errors import add_location
from .evaluator import hash_pairs, helper_name, requires_helper
from .js_semantics import is_empty, is_falsy, is_nullish
from .lookup import members, own_property
from .provenance import Kind, Piece
from .runtime import NEEDS_BLOCK, Blocks, Body, Frame, Helper, Options, invoke
from .scope import Role
from .traced_values import (
    BlockText,
    Fragment,
    RecordingContext,
    SettingLabels,
    TrackedValue,
    block_text,
    recording_context,
    with_labels,
)

if TYPE_CHECKING:
    from .tracing import Tracer, View

# A shorter value occurs in many texts by chance.
_SHORTEST_SECRET = 4


class Calls:
    """Evaluates the calls of one rendering with origins."""

    def __init__(self, tracer: Tracer) -> None:
        self.tracer = tracer
        self.state = tracer.state
        self.scope = tracer.scope

    def value(self, call: Call, view: View, kind: Role) -> TrackedValue:
        """Return the value of a tag or subexpression that may call a helper."""
        display_name, name = self._name(call.path, kind)
        helper = self.state.helper(name, call) if name is not None else None
        if helper is None:
            return self._no_helper(call, view, kind)
        if helper is BUILTINS.get(display_name):
            return self._builtin(call, view, display_name)
        result, labels, _ = self._invoke(call, view, display_name, helper)
        return TrackedValue(result, None, self._with_leaked_settings(result, labels))

    def block(self, block: Block, view: View, kind: Role) -> Fragment:
        """Render a block that may call a helper."""
        call = block.call
        display_name, name = self._name(call.path, kind)
        helper = self.state.helper(name, call) if name is not None else None
        if helper is None:
            tracked = self._no_helper(call, view, kind)
            return self.section(block, tracked, view) if kind is Role.EITHER else self._print(block, tracked)
        if helper is not BUILTINS.get(display_name):
            return self._helper_fragment(block, *self._invoke(call, view, display_name, helper, block))
        if display_name in {"if", "unless"}:
            return self._condition(block, view, is_unless=display_name == "unless")
        if display_name in {"each", "with"}:
            tracked = self._only_argument(block, view)
            return (
                self._each(block, tracked, view)
                if display_name == "each"
                else self._with(block, tracked, view)
            )
        return self._print(block, self._builtin(call, view, display_name))

    def _print(self, block: Block, tracked: TrackedValue) -> Fragment:
        return self.tracer.print_value(block, tracked, escapes=False)

    def _name(self, path: Path, kind: Role) -> tuple[str, str | None]:
        return (path.parts[0], path.parts[0]) if kind is Role.EITHER else helper_name(path)

    def _no_helper(self, call: Call, view: View, kind: Role) -> TrackedValue:
        """Return the value of the variable if there is no helper of that name."""
        if kind is Role.EITHER:
            return self.tracer.path(call.path, view)
        tracked = None if requires_helper(call) else self.tracer.path(call.path, view, is_falsy_end=True)
        if tracked is None or not is_falsy(tracked.value):
            raise self.state.unknown_helper_error(call)
        self._hash_values(call, view)
        return TrackedValue(UNDEFINED, tracked.segments, tracked.labels, tracked.kind)

    def _builtin(self, call: Call, view: View, name: str) -> TrackedValue:
        """Return the value of a built-in helper that does not need a block."""
        args = [self.tracer.expression(node, view) for node in call.params]
        hash_values = self._hash_values(call, view)
        if name == "lookup":
            return self._lookup(call, args)
        if name != "log":
            raise self.state.error(call, *NEEDS_BLOCK)
        texts = [" ".join(arg.origin(self.scope)[1]) or string(arg.value) for arg in args]
        write_log(hash_values.get("level", view.data.get("level")), texts)
        return TrackedValue(UNDEFINED)

    def _lookup(self, call: Call, args: list[TrackedValue]) -> TrackedValue:
        if args and is_falsy(args[0].value):
            return args[0]
        if len(args) != 2:
            raise self.state.error(call, *wrong_argument_count("lookup", len(args), 2))
        value, key = args[0], string(args[1].value)
        self.state.count_work(len(key), call)
        child = value.child(key, own_property(value.value, key))
        if isinstance(call.params[1], Literal):
            return child
        # A computed key may be a secret itself, so it must not be part of a path that is shown.
        kind, labels = child.origin(self.scope)
        root = value.segments[0] if value.segments else value.root
        return TrackedValue(child.value, None, (*labels, *args[1].origin(self.scope)[1]), kind, root)

    def _only_argument(self, block: Block, view: View) -> TrackedValue:
        """Return the single argument of a block; record it as missing only if there is no ``{{else}}``."""
        call = block.call
        if len(call.params) != 1:
            name = string(call.path.original)
            raise self.state.error(call, *wrong_argument_count(name, len(call.params), 1))
        self._hash_values(call, view)
        evaluate = self._argument if block.inverse is None else self.tracer.expression
        return evaluate(call.params[0], view)

    def _hash_values(self, call: Call, view: View) -> dict[str, Any]:
        """Return the ``key=value`` arguments of a built-in helper."""
        return {key: self.tracer.expression(node, view).value for key, node in hash_pairs(call)}

    def _argument(self, node: Expression, view: View) -> TrackedValue:
        tracked = self.tracer.expression(node, view)
        if isinstance(node, Path) and tracked.value is UNDEFINED and not tracked.origin(self.scope)[1]:
            self.tracer.record_missing(node, tracked)
        return tracked

    def _this(self, view: View) -> TrackedValue:
        return TrackedValue(self.state.nothing) if is_nullish(view.context.value) else view.context

    def _condition(self, block: Block, view: View, *, is_unless: bool) -> Fragment:
        call = block.call
        if len(call.params) != 1:
            name = "unless" if is_unless else "if"
            raise self.state.error(call, *wrong_argument_count(name, len(call.params), 1))
        value = self.tracer.expression(call.params[0], view).value
        hash_values = self._hash_values(call, view)
        # handlebars.js swaps the blocks for `unless`; the condition is the same.
        is_met = passes(value, include_zero=hash_values.get("includeZero", False)) is not is_unless
        program = block.program if is_met else block.inverse
        return self.tracer.run(block, program, self.tracer.inner(view, self._this(view)))

    def _inverse(self, block: Block, context: TrackedValue, view: View) -> Fragment:
        return self.tracer.run(block, block.inverse, self.tracer.inner(view, context))

    def _with(self, block: Block, tracked: TrackedValue, view: View) -> Fragment:
        if is_empty(tracked.value):
            return self._inverse(block, self._this(view), view)
        return self.tracer.run(block, block.program, self.tracer.inner(view, tracked, params=[tracked]))

    def _each(self, block: Block, tracked: TrackedValue, view: View) -> Fragment:
        items = members(tracked.value)
        self.state.count_work(4 * len(items), block.call)
        if not items:
            return self._inverse(block, self._this(view), view)
        if block.program is None:
            return Fragment("")
        _, labels = tracked.origin(self.scope) if tracked.segments != () else (None, ())
        data = {**view.data, "_parent": view.data}
        pieces: list[Piece] = []
        size = 0
        for index, (key, item) in enumerate(items):
            data |= {"key": key, "index": index, "first": index == 0, "last": index == len(items) - 1}
            child = tracked.child(key, item)
            params = [child, TrackedValue(key, None, labels, Kind.INPUT)]
            inner = self.tracer.inner(view, child, data=data, labels=labels, params=params)
            fragment = self.tracer.run(block, block.program, inner)
            pieces += fragment.pieces
            size += sum([len(piece.text) for piece in fragment.pieces])
            self.state.require_room(size, block.call)
        return Fragment("".join([piece.text for piece in pieces]), tuple(pieces))

    def section(self, block: Block, tracked: TrackedValue, view: View) -> Fragment:
        """Render ``{{#name}}`` if the name is not a helper."""
        value, tracer = tracked.value, self.tracer
        if value is True:
            return tracer.run(block, block.program, tracer.inner(view, view.context))
        if value is False or is_nullish(value) or (isinstance(value, (list, tuple)) and not value):
            return self._inverse(block, view.context, view)
        if isinstance(value, (list, tuple)):
            return self._each(block, tracked, view)
        return tracer.run(block, block.program, tracer.inner(view, tracked, params=_outer_params(view)))

    def _invoke(
        self, call: Call, view: View, name: str, helper: Helper, block: Block | None = None
    ) -> tuple[Any, SettingLabels, list[Fragment]]:
        """Return the result of a helper, the labels of its settings, and the blocks that it rendered."""
        args = [self._argument(node, view) for node in call.params]
        hash_values = {key: self._argument(node, view) for key, node in hash_pairs(call)}
        inputs = [*args, *hash_values.values(), *([view.context] if view.context.segments != () else [])]
        labels = (*view.labels, *(label for value in inputs for label in value.origin(self.scope)[1]))
        rendered: list[Fragment] = []
        # A helper can read settings from the context or @root without naming them as arguments.
        root = recording_context(self.scope)
        context, data = view.context.value, view.data
        if root is not None:
            context = root if view.context.segments == () else context
            data = {**data, "root": root} if data.get("root") is self.scope.values else data
        frame = Frame(context, data, (None, None), None, self.state)
        blocks = None if block is None else self._blocks(block, view, labels, rendered)
        options = Options(
            frame, call, name, {key: tracked.value for key, tracked in hash_values.items()}, blocks
        )
        diagnostics = self.tracer.notes.diagnostics
        first = len(diagnostics)

        def labels_read() -> list[str]:
            names_read = set() if root is None else root.names_read
            return [label for name, label in self.scope.settings.items() if name in names_read]

        values = [arg.value for arg in args]
        result = invoke(helper, options, values, reads_setting=lambda: bool(labels or labels_read()))
        span = self.tracer.lines.span(call.start, call.end)
        setting_values = [value.value for value in inputs if value.origin(self.scope)[1]]
        add_location(diagnostics, first, self.tracer.pointer, span, labels, setting_values)
        return result, (*labels, *labels_read()), rendered

    def _blocks(self, block: Block, view: View, labels: SettingLabels, rendered: list[Fragment]) -> Blocks:
        """Return the block and its inverse for a helper; each result is added to ``rendered``."""

        def body(program: Program | None) -> Body | None:
            def run(frame: Frame) -> BlockText:
                # A helper that passes on its own context keeps the path of that context.
                is_same = frame.context is view.context.value or isinstance(frame.context, RecordingContext)
                context = view.context if is_same else TrackedValue(frame.context, None, labels)
                data = frame.data
                if isinstance(data.get("root"), RecordingContext):
                    data = {**data, "root": self.scope.values}
                values = frame.params[0]
                params = None if values is None else [TrackedValue(value, None, labels) for value in values]
                inner = self.tracer.inner(view, context, data=data, labels=labels, params=params)
                rendered.append(self.tracer.run(block, program, inner))
                return block_text(rendered[-1])

            return None if program is None else Body(run)

        return body(block.program), body(block.inverse)

    def _helper_fragment(
        self, block: Block, result: Any, labels: SettingLabels, rendered: list[Fragment]
    ) -> Fragment:
        """Return the result of a block helper in pieces."""
        if isinstance(result, BlockText):
            return result.fragment
        text = "" if is_nullish(result) else string(result)
        inner = (piece.label for fragment in rendered for piece in fragment.pieces if piece.label)
        masking_labels = self._with_leaked_settings(text, (*labels, *inner))
        path = block.call.path
        span = self.tracer.lines.span(block.start, block.end)
        source_text = self.state.text[path.start : path.end]
        piece = Piece(text, Kind.HELPER, source_text, None, self.tracer.pointer, span)
        # Masked as a whole, since it is unknown which part of the text comes from the setting.
        pieces = (
            with_labels(piece, masking_labels) if masking_labels else _split_around_blocks(piece, rendered)
        )
        return Fragment(None if is_nullish(result) else result, pieces)

    def _with_leaked_settings(self, result: Any, labels: SettingLabels) -> SettingLabels:
        """Return the labels, and those of the settings whose value occurs in the result of a helper."""
        text = "" if is_nullish(result) else string(result)
        for name, label in self.scope.settings.items():
            value = own_property(self.scope.values, name)
            setting_text = "" if is_nullish(value) else string(value)
            if len(setting_text) >= _SHORTEST_SECRET and setting_text in text:
                labels = (*labels, label)
        return tuple(dict.fromkeys(labels))


def _outer_params(view: View) -> list[TrackedValue]:
    """Return the block parameters of all enclosing blocks, as handlebars.js passes them to a section."""
    listed, params = [], view.params
    while params[1] is not None:
        listed.append(_as_array(params[0]))
        params = params[1]
    return listed


def _as_array(params: list[TrackedValue] | None) -> TrackedValue:
    if params is None:
        return TrackedValue(UNDEFINED)
    labels = tuple(label for param in params for label in param.labels)
    return TrackedValue([param.value for param in params], None, labels)


def _split_around_blocks(piece: Piece, rendered: list[Fragment]) -> tuple[Piece, ...]:
    """Return the text of a helper with the pieces of the blocks whose text occurs in it."""
    text, position = piece.text, 0
    pieces: list[Piece] = []
    for fragment in rendered:
        inner = fragment.text
        start = text.find(inner, position)
        if inner and start >= 0:
            pieces += [replace(piece, text=text[position:start])] if start > position else []
            pieces += fragment.pieces
            position = start + len(inner)
    if position < len(text) or not pieces:
        pieces.append(replace(piece, text=text[position:]))
    return tuple(pieces)

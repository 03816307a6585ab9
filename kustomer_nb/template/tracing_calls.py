"""Helpers and blocks rendered with origins.

What a helper makes is one piece, but for the blocks it renders. Where it was given a setting, or something of
one, or its text holds one, the piece is masked whole.
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
from .traced_values import Labels, Printed, Seen, Watched, Woven, labelled, watched, woven

if TYPE_CHECKING:
    from .tracing import Tracer, View

# A shorter value is in many a text by chance.
_SECRET = 4


class Calls:
    """The calls of one rendering with origins."""

    def __init__(self, tracer: Tracer) -> None:
        self.tracer = tracer
        self.state = tracer.state
        self.scope = tracer.scope

    def value(self, call: Call, view: View, kind: Role) -> Seen:
        """Return the value of a tag or sub-expression that may call a helper."""
        shown, name = self._name(call.path, kind)
        helper = self.state.helper(name, call) if name is not None else None
        if helper is None:
            return self._no_helper(call, view, kind)
        if helper is BUILTINS.get(shown):
            return self._builtin(call, view, shown)
        found, labels, _ = self._invoked(call, view, shown, helper)
        return Seen(found, None, self._with_leaks(found, labels))

    def block(self, block: Block, view: View, kind: Role) -> Printed:
        """Return a block rendered that may call a helper."""
        call = block.call
        shown, name = self._name(call.path, kind)
        helper = self.state.helper(name, call) if name is not None else None
        if helper is None:
            seen = self._no_helper(call, view, kind)
            return self.section(block, seen, view) if kind is Role.EITHER else self._shown(block, seen)
        if helper is not BUILTINS.get(shown):
            return self._helped(block, *self._invoked(call, view, shown, helper, block))
        if shown in {"if", "unless"}:
            return self._condition(block, view, is_unless=shown == "unless")
        if shown in {"each", "with"}:
            seen = self._only(block, view)
            return self._each(block, seen, view) if shown == "each" else self._within(block, seen, view)
        return self._shown(block, self._builtin(call, view, shown))

    def _shown(self, block: Block, seen: Seen) -> Printed:
        return self.tracer.printed(block, seen, escapes=False)

    def _name(self, path: Path, kind: Role) -> tuple[str, str | None]:
        return (path.parts[0], path.parts[0]) if kind is Role.EITHER else helper_name(path)

    def _no_helper(self, call: Call, view: View, kind: Role) -> Seen:
        """Return the variable in place of a helper there is none of."""
        if kind is Role.EITHER:
            return self.tracer.path(call.path, view)
        seen = None if requires_helper(call) else self.tracer.path(call.path, view, is_falsy_end=True)
        if seen is None or not is_falsy(seen.value):
            raise self.state.unknown_helper_error(call)
        self._hashed(call, view)
        return Seen(UNDEFINED, seen.segments, seen.labels, seen.kind)

    def _builtin(self, call: Call, view: View, name: str) -> Seen:
        """Return the value of a helper of Handlebars' own that needs no block."""
        args = [self.tracer.expression(node, view) for node in call.params]
        hashed = self._hashed(call, view)
        if name == "lookup":
            return self._lookup(call, args)
        if name != "log":
            raise self.state.error(call, *NEEDS_BLOCK)
        texts = [" ".join(one.origin(self.scope)[1]) or string(one.value) for one in args]
        write_log(hashed.get("level", view.data.get("level")), texts)
        return Seen(UNDEFINED)

    def _lookup(self, call: Call, args: list[Seen]) -> Seen:
        if args and is_falsy(args[0].value):
            return args[0]
        if len(args) != 2:
            raise self.state.error(call, *wrong_argument_count("lookup", len(args), 2))
        value, key = args[0], string(args[1].value)
        self.state.count_work(len(key), call)
        child = value.child(key, own_property(value.value, key))
        if isinstance(call.params[1], Literal):
            return child
        # A key that was read may be a secret itself, so it is in no path that is shown.
        kind, labels = child.origin(self.scope)
        root = value.segments[0] if value.segments else value.root
        return Seen(child.value, None, (*labels, *args[1].origin(self.scope)[1]), kind, root)

    def _only(self, block: Block, view: View) -> Seen:
        """Return the one argument of a block; a missing one is noted where there is no ``{{else}}``."""
        call = block.call
        if len(call.params) != 1:
            name = string(call.path.original)
            raise self.state.error(call, *wrong_argument_count(name, len(call.params), 1))
        self._hashed(call, view)
        read = self._argument if block.inverse is None else self.tracer.expression
        return read(call.params[0], view)

    def _hashed(self, call: Call, view: View) -> dict[str, Any]:
        """Return the ``key=value`` pairs of a helper of Handlebars' own."""
        return {key: self.tracer.expression(node, view).value for key, node in hash_pairs(call)}

    def _argument(self, node: Expression, view: View) -> Seen:
        seen = self.tracer.expression(node, view)
        if isinstance(node, Path) and seen.value is UNDEFINED and not seen.origin(self.scope)[1]:
            self.tracer.record_missing(node, seen)
        return seen

    def _this(self, view: View) -> Seen:
        return Seen(self.state.nothing) if is_nullish(view.context.value) else view.context

    def _condition(self, block: Block, view: View, *, is_unless: bool) -> Printed:
        call = block.call
        if len(call.params) != 1:
            name = "unless" if is_unless else "if"
            raise self.state.error(call, *wrong_argument_count(name, len(call.params), 1))
        value = self.tracer.expression(call.params[0], view).value
        hashed = self._hashed(call, view)
        is_met = passes(value, include_zero=hashed.get("includeZero", False)) is not is_unless
        program = block.program if is_met else block.inverse
        return self.tracer.run(block, program, self.tracer.inner(view, self._this(view)))

    def _otherwise(self, block: Block, context: Seen, view: View) -> Printed:
        return self.tracer.run(block, block.inverse, self.tracer.inner(view, context))

    def _within(self, block: Block, seen: Seen, view: View) -> Printed:
        if is_empty(seen.value):
            return self._otherwise(block, self._this(view), view)
        return self.tracer.run(block, block.program, self.tracer.inner(view, seen, params=[seen]))

    def _each(self, block: Block, seen: Seen, view: View) -> Printed:
        found = members(seen.value)
        self.state.count_work(4 * len(found), block.call)
        if not found:
            return self._otherwise(block, self._this(view), view)
        if block.program is None:
            return Printed("")
        _, labels = seen.origin(self.scope) if seen.segments != () else (None, ())
        data = {**view.data, "_parent": view.data}
        pieces: list[Piece] = []
        size = 0
        for index, (key, item) in enumerate(found):
            data |= {"key": key, "index": index, "first": index == 0, "last": index == len(found) - 1}
            child = seen.child(key, item)
            params = [child, Seen(key, None, labels, Kind.INPUT)]
            inner = self.tracer.inner(view, child, data=data, labels=labels, params=params)
            printed = self.tracer.run(block, block.program, inner)
            pieces += printed.pieces
            size += sum([len(piece.text) for piece in printed.pieces])
            self.state.require_room(size, block.call)
        return Printed("".join([piece.text for piece in pieces]), tuple(pieces))

    def section(self, block: Block, seen: Seen, view: View) -> Printed:
        """Return ``{{#name}}`` rendered where the name is no helper."""
        value, tracer = seen.value, self.tracer
        if value is True:
            return tracer.run(block, block.program, tracer.inner(view, view.context))
        if value is False or is_nullish(value) or (isinstance(value, (list, tuple)) and not value):
            return self._otherwise(block, view.context, view)
        if isinstance(value, (list, tuple)):
            return self._each(block, seen, view)
        return tracer.run(block, block.program, tracer.inner(view, seen, params=_outer(view)))

    def _invoked(
        self, call: Call, view: View, name: str, helper: Helper, block: Block | None = None
    ) -> tuple[Any, Labels, list[Printed]]:
        """Return what a helper gives, the settings that went into it, and the blocks it rendered."""
        args = [self._argument(node, view) for node in call.params]
        hashed = {key: self._argument(node, view) for key, node in hash_pairs(call)}
        given = [*args, *hashed.values(), *([view.context] if view.context.segments != () else [])]
        labels = (*view.labels, *(label for one in given for label in one.origin(self.scope)[1]))
        rendered: list[Printed] = []
        root = watched(self.scope)
        context, data = view.context.value, view.data
        if root is not None:
            context = root if view.context.segments == () else context
            data = {**data, "root": root} if data.get("root") is self.scope.values else data
        frame = Frame(context, data, (None, None), None, self.state)
        blocks = None if block is None else self._blocks(block, view, labels, rendered)
        options = Options(frame, call, name, {key: one.value for key, one in hashed.items()}, blocks)
        found = self.tracer.notes.found
        before = len(found)
        result = invoke(helper, options, [one.value for one in args])
        span = self.tracer.lines.span(call.start, call.end)
        quoted = [one.value for one in given if one.origin(self.scope)[1]]
        add_location(found, before, self.tracer.pointer, span, labels, quoted)
        read = set() if root is None else root.read
        taken = (label for name, label in self.scope.settings.items() if name in read)
        return result, (*labels, *taken), rendered

    def _blocks(self, block: Block, view: View, labels: Labels, rendered: list[Printed]) -> Blocks:
        """Return what renders the block and its else for a helper; each result is kept."""

        def runs(program: Program | None) -> Body | None:
            def run(frame: Frame) -> Woven:
                is_same = frame.context is view.context.value or isinstance(frame.context, Watched)
                context = view.context if is_same else Seen(frame.context, None, labels)
                data = frame.data
                if isinstance(data.get("root"), Watched):
                    data = {**data, "root": self.scope.values}
                given = frame.params[0]
                params = None if given is None else [Seen(one, None, labels) for one in given]
                inner = self.tracer.inner(view, context, data=data, labels=labels, params=params)
                rendered.append(self.tracer.run(block, program, inner))
                return woven(rendered[-1])

            return None if program is None else Body(run)

        return runs(block.program), runs(block.inverse)

    def _helped(self, block: Block, found: Any, labels: Labels, rendered: list[Printed]) -> Printed:
        """Return what a helper made of its blocks in pieces."""
        if isinstance(found, Woven):
            return found.printed
        text = "" if is_nullish(found) else string(found)
        inner = (piece.label for printed in rendered for piece in printed.pieces if piece.label)
        masks = self._with_leaks(text, (*labels, *inner))
        path = block.call.path
        span = self.tracer.lines.span(block.start, block.end)
        written = self.state.text[path.start : path.end]
        piece = Piece(text, Kind.HELPER, written, None, self.tracer.pointer, span)
        pieces = labelled(piece, masks) if masks else _around(piece, rendered)
        return Printed(None if is_nullish(found) else found, pieces)

    def _with_leaks(self, found: Any, labels: Labels) -> Labels:
        """Return the labels and those of the settings whose very value is in what a helper gives."""
        text = "" if is_nullish(found) else string(found)
        for name, label in self.scope.settings.items():
            value = own_property(self.scope.values, name)
            secret = "" if is_nullish(value) else string(value)
            if len(secret) >= _SECRET and secret in text:
                labels = (*labels, label)
        return tuple(dict.fromkeys(labels))


def _outer(view: View) -> list[Seen]:
    """Return the block parameters of all blocks around, as handlebars.js hands them to a section."""
    found, params = [], view.params
    while params[1] is not None:
        given = params[0]
        labels = () if given is None else tuple(label for one in given for label in one.labels)
        found.append(Seen(UNDEFINED) if given is None else Seen([one.value for one in given], None, labels))
        params = params[1]
    return found


def _around(piece: Piece, rendered: list[Printed]) -> tuple[Piece, ...]:
    """Return a helper's text with the pieces of the blocks it rendered, as far as their text is in it."""
    text, at = piece.text, 0
    found: list[Piece] = []
    for printed in rendered:
        inner = printed.text
        start = text.find(inner, at)
        if inner and start >= 0:
            found += [replace(piece, text=text[at:start])] if start > at else []
            found += printed.pieces
            at = start + len(inner)
    rest = [replace(piece, text=text[at:])] if at < len(text) or not found else []
    return (*found, *rest)

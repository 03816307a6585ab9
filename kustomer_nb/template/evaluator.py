"""Compiling what stands in a tag: paths, literals and calls, each to a closure that gives its value."""

from __future__ import annotations

from typing import Any

from kustomer_nb.jsontext.javascript import UNDEFINED, ordered, string

from .ast import Call, Expression, Literal, Path
from .js_semantics import is_falsy, is_nullish
from .lookup import has, look_up, look_up_data, own
from .runtime import Blocks, Frame, Options, Run, invoke
from .scope import KNOWN, Role, Scopes, block_param, role

# Names that handlebars.js keeps to itself.
_HOOKS = {("helperMissing",), ("blockHelperMissing",)}
NO_PARAMS = ("is a block parameter of a block that gives none", "read it from this, without `as |...|`")


def helper_name(path: Path) -> tuple[str, str | None]:
    """Return the name a helper is told it has, and the one it is found by, None where none can be."""
    first = path.parts[0] if path.parts else ""
    name = first if first in KNOWN else string(path.original)
    return name, name if first in KNOWN or path.is_simple else None


def is_refused(call: Call) -> bool:
    """Return whether a call of no helper is an error in any case; without arguments it gives nothing."""
    return bool(call.params) or call.path.parts[:1] in _HOOKS


def pairs(call: Call) -> list[tuple[str, Expression]]:
    """Return ``key=value`` pairs in the order of handlebars.js: the last first, and of two the first wins."""
    # JavaScript takes __proto__ for the prototype of the object, which a helper does not see.
    found = {key: node for key, node in reversed(call.pairs) if key != "__proto__"}
    is_given = [not (isinstance(node, Literal) and node.value is UNDEFINED) for _, node in ordered(found)]
    return [pair for pair, given in zip(ordered(found), is_given, strict=True) if given]


class Evaluator:
    """Compiles expressions; ``scopes`` holds the block parameters of the blocks around."""

    def __init__(self, *, strict: bool) -> None:
        self.strict = strict
        self.scopes: Scopes = []

    def plain_name(self, call: Call) -> str | None:
        """Return the name of a tag that is one name and nothing else, which may be a helper."""
        path = call.path
        is_plain = role(call, self.scopes) is Role.EITHER and not path.is_data and path.parts[0]
        return path.parts[0] if is_plain else None

    def expression(self, node: Expression) -> Run:
        """Return what gives the value of an argument."""
        if isinstance(node, Literal):
            value = node.value
            return lambda frame: value
        return self.path(node) if isinstance(node, Path) else self.call(node)

    def call(self, call: Call, blocks: Blocks | None = None) -> Run:
        """Return what gives the value of a tag or sub-expression."""
        kind = role(call, self.scopes)
        if kind is Role.HELPER:
            return self._helper(call, blocks)
        if kind is Role.VALUE:
            return self.path(call.path, is_last=True)
        return self._either(call, blocks)

    def _either(self, call: Call, blocks: Blocks | None) -> Run:
        name = call.path.parts[0]
        variable = self.path(call.path, is_last=True)

        def either(frame: Frame) -> Any:
            helper = frame.state.helpers.get(name)
            if helper is None:
                return variable(frame)
            return invoke(helper, Options(frame, call, name, {}, blocks), [])

        return either

    def _helper(self, call: Call, blocks: Blocks | None) -> Run:
        shown, name = helper_name(call.path)
        params = [self.expression(one) for one in call.params]
        hashed = [(key, self.expression(node)) for key, node in pairs(call)]
        missing = self._missing(call)

        def helper(frame: Frame) -> Any:
            found = None if name is None else frame.state.helper(name, call)
            if found is None:
                for _, one in hashed:
                    one(frame)
                return missing(frame)
            args = [one(frame) for one in params]
            given = {key: one(frame) for key, one in hashed}
            return invoke(found, Options(frame, call, shown, given, blocks), args)

        return helper

    def _missing(self, call: Call) -> Run:
        """Return what happens where there is no such helper: an error, but for one without arguments."""
        variable = self.path(call.path, is_falsy_end=True)
        is_error = self.strict or is_refused(call)

        def missing(frame: Frame) -> Any:
            if is_error or not is_falsy(variable(frame)):
                raise frame.state.no_helper(call)
            return UNDEFINED

        return missing

    def path(self, node: Path, *, is_last: bool = False, is_falsy_end: bool = False) -> Run:
        """Return what gives the value a path names.

        ``is_last`` is true of what a tag prints or calls, where strictness asks for a value; with
        ``is_falsy_end`` any false value on the way ends the path.
        """
        param = block_param(node, self.scopes)
        parts, follow = node.parts, look_up
        if param is not None:
            base, parts = _param(node, *param), parts[1:]
        elif not parts or not parts[0]:
            base, parts = _context(node.depth), ()
        elif node.is_data:
            base, follow = _data(node.depth), look_up_data
        else:
            base = _context(node.depth)
            follow = look_up_data if is_falsy_end else look_up
        if self.strict:
            return _strict(node, base, parts, is_last=is_last and param is None)
        if not parts:
            return base
        return lambda frame: follow(base(frame), parts)


def _context(depth: int) -> Run:
    if not depth:
        return lambda frame: frame.context

    def above(frame: Frame) -> Any:
        contexts = frame.depths
        for _ in range(depth):
            contexts = contexts and contexts[1]
        return contexts[0] if contexts else UNDEFINED

    return above


def _data(depth: int) -> Run:
    def data(frame: Frame) -> Any:
        found: Any = frame.data
        for _ in range(depth):
            found = look_up_data(found, ("_parent",))
        return found

    return data


def _param(node: Path, up: int, place: int) -> Run:
    def param(frame: Frame) -> Any:
        params = frame.params
        for _ in range(up):
            params = params[1]
        values = params[0]
        if values is None:
            raise frame.state.refused(node, *NO_PARAMS)
        return values[place] if place < len(values) else UNDEFINED

    return param


def _strict(node: Path, base: Run, parts: tuple[str, ...], *, is_last: bool) -> Run:
    """Return what gives the value of a path and notes it where there is none."""
    way, last = (parts[:-1], parts[-1]) if is_last and parts else (parts, None)

    def strict(frame: Frame) -> Any:
        value = base(frame)
        for part in way:
            if is_nullish(value):
                return frame.state.miss(node)
            value = own(value, part)
        if last is None:
            return value
        if is_falsy(value) or not has(value, last):
            return frame.state.miss(node)
        return own(value, last)

    return strict

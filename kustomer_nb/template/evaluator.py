"""Compile the expressions in a tag (paths, literals and calls) to closures that return their value."""

from __future__ import annotations

from typing import Any

from kustomer_nb.jsontext.javascript import UNDEFINED, ordered, string

from .ast import Call, Expression, Literal, Path
from .js_semantics import is_falsy, is_nullish
from .lookup import has_property, look_up, look_up_data, own_property
from .runtime import Blocks, Frame, Options, Run, invoke
from .scope import KNOWN, Role, Scopes, block_param, role

# The hooks of handlebars.js, which a template cannot call as helpers.
_HOOKS = {("helperMissing",), ("blockHelperMissing",)}
NO_BLOCK_PARAMS = (
    "is a block parameter of a block that does not set any",
    "read it from `this`, without `as |...|`",
)


def helper_name(path: Path) -> tuple[str, str | None]:
    """Return the display name of a helper, and the name to look it up by; None if it cannot be a helper."""
    first = path.parts[0] if path.parts else ""
    name = first if first in KNOWN else string(path.original)
    return name, name if first in KNOWN or path.is_simple else None


def requires_helper(call: Call) -> bool:
    """Return whether a call is an error if there is no such helper; without arguments it returns nothing."""
    return bool(call.params) or call.path.parts[:1] in _HOOKS


def hash_pairs(call: Call) -> list[tuple[str, Expression]]:
    """Return the ``key=value`` pairs as handlebars.js orders them: last first; of equals, the first wins."""
    # In a JavaScript object literal __proto__ sets the prototype, which a helper does not see.
    nodes = {key: node for key, node in reversed(call.pairs) if key != "__proto__"}
    return [(key, node) for key, node in ordered(nodes) if not _is_undefined(node)]


def _is_undefined(node: Expression) -> bool:
    return isinstance(node, Literal) and node.value is UNDEFINED


class Evaluator:
    """Compiles expressions; ``scopes`` holds the block parameters of the enclosing blocks."""

    def __init__(self, *, strict: bool) -> None:
        self.strict = strict
        self.scopes: Scopes = []

    def plain_name(self, call: Call) -> str | None:
        """Return the name of a tag that is a single name, which may be a helper; else None."""
        path = call.path
        is_plain = role(call, self.scopes) is Role.EITHER and not path.is_data and path.parts[0]
        return path.parts[0] if is_plain else None

    def expression(self, node: Expression) -> Run:
        """Return the closure for the value of an argument."""
        if isinstance(node, Literal):
            value = node.value
            return lambda frame: value
        return self.path(node) if isinstance(node, Path) else self.call(node)

    def call(self, call: Call, blocks: Blocks | None = None) -> Run:
        """Return the closure for the value of a tag or subexpression."""
        call_role = role(call, self.scopes)
        if call_role is Role.HELPER:
            return self._helper(call, blocks)
        if call_role is Role.VALUE:
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
        display_name, name = helper_name(call.path)
        params = [self.expression(node) for node in call.params]
        hash_runs = [(key, self.expression(node)) for key, node in hash_pairs(call)]
        missing = self._missing(call)

        def helper(frame: Frame) -> Any:
            function = None if name is None else frame.state.helper(name, call)
            if function is None:
                # As in handlebars.js, the arguments are evaluated even if there is no helper.
                for _, run in hash_runs:
                    run(frame)
                return missing(frame)
            args = [run(frame) for run in params]
            hash_values = {key: run(frame) for key, run in hash_runs}
            return invoke(function, Options(frame, call, display_name, hash_values, blocks), args)

        return helper

    def _missing(self, call: Call) -> Run:
        """Return the closure for a helper that does not exist: an error, unless called without arguments."""
        variable = self.path(call.path, is_falsy_end=True)
        is_error = self.strict or requires_helper(call)

        def missing(frame: Frame) -> Any:
            if is_error or not is_falsy(variable(frame)):
                raise frame.state.unknown_helper_error(call)
            return UNDEFINED

        return missing

    def path(self, node: Path, *, is_last: bool = False, is_falsy_end: bool = False) -> Run:
        """Return the closure for the value at a path.

        ``is_last`` is true for the path that a tag prints or calls, which must have a value in strict mode.
        With ``is_falsy_end`` any falsy value along the path is its result.
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
        value: Any = frame.data
        for _ in range(depth):
            value = look_up_data(value, ("_parent",))
        return value

    return data


def _param(node: Path, levels_up: int, index: int) -> Run:
    def param(frame: Frame) -> Any:
        params = frame.params
        for _ in range(levels_up):
            params = params[1]
        values = params[0]
        if values is None:
            raise frame.state.error(node, *NO_BLOCK_PARAMS)
        return values[index] if index < len(values) else UNDEFINED

    return param


def _strict(node: Path, base: Run, parts: tuple[str, ...], *, is_last: bool) -> Run:
    """Return the closure for the value at a path in strict mode, which records a path without a value."""
    leading, last = (parts[:-1], parts[-1]) if is_last and parts else (parts, None)

    def strict(frame: Frame) -> Any:
        value = base(frame)
        for part in leading:
            if is_nullish(value):
                return frame.state.record_missing(node)
            value = own_property(value, part)
        if last is None:
            return value
        if is_falsy(value) or not has_property(value, last):
            return frame.state.record_missing(node)
        return own_property(value, last)

    return strict

"""Reads the text of a definition as its author evidently meant it."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from kustomer_nb.diagnostics import Diagnostics, Span

from .bounds import MAX_DEPTH
from .edits import gap_end
from .lexer import scan
from .module_code import ModuleCode
from .pointer import split
from .problems import Lines

if TYPE_CHECKING:
    from .tree_builder import Node

# In a longer text, counting the brackets takes longer than looking at the value.
COUNTED_LENGTH = 50_000


@dataclass(frozen=True)
class ParsedText:
    """A text's value, what was repaired to read it, and the span of each part in the text.

    ``is_module`` is true if JavaScript surrounds the value; ``problem_count`` includes problems that are not
    listed.
    """

    value: Any
    diagnostics: Diagnostics
    text: str = field(repr=False)
    is_module: bool = False
    problem_count: int = 0
    code: ModuleCode = field(default_factory=ModuleCode, repr=False, compare=False)
    _scanned: Node | None = field(default=None, repr=False, compare=False)
    # Whether it is JSON as JSON.parse reads it, whose parts can be read alone.
    is_strict: bool = field(default=False, repr=False, compare=False)

    def span(self, pointer: str) -> Span | None:
        """Return the span of the value at a JSON pointer, None if there is no value.

        Example:
            >>> read('{"qty": [1, 20]}').span("/qty/1")
            Span(start=12, end=14, line=1, column=13)
        """
        # The position of the value: in a module, it may be in a constant.
        node = self.literal(pointer) or self.node(pointer)
        return self.lines.span(node[2], node[3]) if node else None

    def span_between(self, start: int, end: int) -> Span:
        """Return the span between two offsets of the text, with its line and column.

        Example:
            >>> read('{"qty": 1}').span_between(8, 9)
            Span(start=8, end=9, line=1, column=9)
        """
        return self.lines.span(start, end)

    def key_span(self, pointer: str) -> Span | None:
        """Return the span of the key of the value at a JSON pointer, None if it has none.

        Example:
            >>> read('{"qty": 1}').key_span("/qty")
            Span(start=1, end=6, line=1, column=2)
        """
        node = self.node(pointer)
        return self.lines.span(node[0], node[1]) if node and node[0] >= 0 else None

    def comma_span(self, pointer: str) -> Span | None:
        """Return the span of the comma after the value at a JSON pointer, None if there is none.

        Example:
            >>> read('{"qty": 1 , "id": 2}').comma_span("/qty")
            Span(start=10, end=11, line=1, column=11)
        """
        node = self.node(pointer)
        offset = gap_end(self.text, node[3]) if node and pointer else len(self.text)
        return self.lines.span(offset, offset + 1) if self.text.startswith(",", offset) else None

    @cached_property
    def lines(self) -> Lines:
        """Where the lines of the text start."""
        return Lines(self.text)

    @cached_property
    def root(self) -> Node:
        """The offsets of the whole value and of its parts."""
        # Strict JSON is read by the json module, which records no offsets; most texts never need them.
        return self._scanned or scan(self.text).node

    def literal(self, pointer: str) -> Node | None:
        """Return the node of the literal that gives the value at a pointer; None if code puts it together.

        Example:
            >>> parsed = read("const a = 'x'; export default {b: a, c: a + 'y'}")
            >>> parsed.literal("/b"), parsed.literal("/c"), parsed.value
            ((-1, -1, 10, 13, None), None, {'b': 'x', 'c': 'xy'})
        """
        node = self.node(pointer)
        return self.code.literal(node) if node else None

    @cached_property
    def code_spans(self) -> tuple[Span, ...]:
        """The spans that no fix may change: code whose value is known, and constants that are used twice."""
        return tuple(self.lines.span(*span) for span in self.code.spans())

    def node(self, pointer: str) -> Node | None:
        """Return the offsets of the value at a JSON pointer and of its parts, None if there is no value."""
        node: Node | None = self.root
        if pointer and not pointer.startswith("/"):
            return None
        for key in split(pointer):
            if node is None:
                return None
            node = self.code.child(node, key)
        return node


def read(text: str) -> ParsedText:
    """Return the value that the author of a text evidently meant, and what had to be repaired to read it.

    What JSON.parse rejects is an error; a duplicate key is a warning. Code in place of a value, whose result
    the text does not show, is read as its own source text and is an error. An unclosed string includes
    neither the comma nor the brackets before the next line.

    Raises:
        LoadError: no value can be read: the text is empty, not JSON at all, or nested too deeply.

    Example:
        >>> parsed = read('{"data": {refund: true}}')
        >>> parsed.value
        {'data': {'refund': True}}
        >>> print(parsed.diagnostics[0].fix)
        put the key in double quotes: "refund".
    """
    # Nearly all definitions are strict JSON, which the C decoder reads about 10 times as fast.
    try:
        value = _STRICT.decode(text.removeprefix("\ufeff"))
        _check_depth(text, value)
    except (ValueError, RecursionError):
        value, node, problems, code = scan(text)
        code.repeated = problems.repeated
        return ParsedText(value, problems.diagnostics(), text, problems.is_module, problems.count, code, node)
    return ParsedText(value, Diagnostics(text=text), text, is_strict=True)


def read_strict(source: str, levels: int) -> Any:
    """Return the value of a part of a text that is JSON as JSON.parse reads it.

    Raises:
        ValueError: it is not, or may be nested deeper than these levels.
        RecursionError: it is nested too deeply.

    Example:
        >>> read_strict('{"qty": [1, 20]}', 2)
        {'qty': [1, 20]}
    """
    if source.count("[") + source.count("{") > levels:
        raise _not_strict()
    return _STRICT.decode(source)


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise _not_strict()
    return members


def _finite(digits: str) -> float:
    value = float(digits)
    if math.isinf(value):
        raise _not_strict()
    return value


def _constant(_: str) -> Any:
    raise _not_strict()


def _not_strict() -> ValueError:
    """Return the error for what json.loads accepts and a diagnostic should report."""
    return ValueError("not strict JSON")


def _check_depth(text: str, value: Any) -> None:
    """Reject a value nested deeper than the scanner reads, one level at a time and so without recursion."""
    # A long text has more brackets than that anyway, so that counting them is wasted time.
    if len(text) < COUNTED_LENGTH and text.count("[") + text.count("{") <= MAX_DEPTH:
        return
    level = [value]
    for _ in range(MAX_DEPTH):
        level = [
            item
            for node in level
            for item in (node.values() if type(node) is dict else node)
            if item.__class__ in _CONTAINERS
        ]
        if not level:
            return
    raise _not_strict()


_CONTAINERS = {dict, list}
_STRICT = json.JSONDecoder(object_pairs_hook=_members, parse_float=_finite, parse_constant=_constant)

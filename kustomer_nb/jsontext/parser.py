"""The text of a definition, read as it is evidently meant."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from kustomer_nb.diagnostics import Diagnostics, Span

from .brackets import DEEPEST
from .edits import gap_end
from .lexer import scan
from .pointer import split
from .problems import Lines
from .tree_builder import Node

COUNTED = 50_000


@dataclass(frozen=True)
class ParsedText:
    """A text's value, what was mended to get it, and where in the text each part of it stands.

    ``is_module`` says that JavaScript is around the value; ``fault_count`` counts faults that are not listed
    too.
    """

    value: Any
    diagnostics: Diagnostics
    text: str = field(repr=False)
    is_module: bool = False
    fault_count: int = 0
    _scanned: Node | None = field(default=None, repr=False, compare=False)

    def span(self, pointer: str) -> Span | None:
        """Return where the value at a JSON pointer stands, None when there is none.

        Example:
            >>> read('{"qty": [1, 20]}').span("/qty/1")
            Span(start=12, end=14, line=1, column=13)
        """
        node = self.node(pointer)
        return self._lines.span(node[2], node[3]) if node else None

    def place(self, start: int, end: int) -> Span:
        """Return the span from one offset of the text to another, with its line and column.

        Example:
            >>> read('{"qty": 1}').place(8, 9)
            Span(start=8, end=9, line=1, column=9)
        """
        return self._lines.span(start, end)

    def key_span(self, pointer: str) -> Span | None:
        """Return where the key of the value at a JSON pointer stands, None when it has none.

        Example:
            >>> read('{"qty": 1}').key_span("/qty")
            Span(start=1, end=6, line=1, column=2)
        """
        node = self.node(pointer)
        return self._lines.span(node[0], node[1]) if node and node[0] >= 0 else None

    def comma_span(self, pointer: str) -> Span | None:
        """Return where the comma after the value at a JSON pointer stands, None when there is none.

        Example:
            >>> read('{"qty": 1 , "id": 2}').comma_span("/qty")
            Span(start=10, end=11, line=1, column=11)
        """
        node = self.node(pointer)
        offset = gap_end(self.text, node[3]) if node and pointer else len(self.text)
        return self._lines.span(offset, offset + 1) if self.text.startswith(",", offset) else None

    @cached_property
    def _lines(self) -> Lines:
        return Lines(self.text)

    @cached_property
    def _root(self) -> Node:
        return self._scanned or scan(self.text).node

    def node(self, pointer: str) -> Node | None:
        """Return the offsets of the value at a JSON pointer and of what is in it, None when there is none."""
        node: Node | None = self._root
        if pointer and not pointer.startswith("/"):
            return None
        for key in split(pointer):
            if node is None:
                return None
            node = _child(node, key)
        return node


def read(text: str) -> ParsedText:
    """Return what is evidently meant by a text that may not be quite JSON, and what had to be mended.

    What JSON.parse refuses is an error, a key given twice a warning. Code that stands for a value, whose
    outcome the text cannot tell, reads as its own source text and is an error. A string without an end takes
    neither the comma nor the brackets that part it from the next line.

    Raises:
        LoadError: nothing can be made of the text: it is empty, no JSON at all, or nested too deep.

    Example:
        >>> reading = read('{"data": {refund: true}}')
        >>> reading.value
        {'data': {'refund': True}}
        >>> print(reading.diagnostics[0].fix)
        put the key in double quotes: "refund".
    """
    try:
        value = _STRICT.decode(text.removeprefix("\ufeff"))
        _check_depth(text, value)
    except (ValueError, RecursionError):
        scanned = scan(text)
        faults = scanned.faults
        return ParsedText(
            scanned.value, faults.diagnostics(), text, faults.is_module, faults.count, scanned.node
        )
    return ParsedText(value, Diagnostics(text=text), text)


def _child(node: Node, key: str) -> Node | None:
    nodes = node[4]
    if isinstance(nodes, dict):
        return nodes.get(key)
    if nodes and key.isdecimal() and key.isascii() and str(int(key)) == key and int(key) < len(nodes):
        return nodes[int(key)]
    return None


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise _doubt()
    return members


def _finite(digits: str) -> float:
    value = float(digits)
    if math.isinf(value):
        raise _doubt()
    return value


def _constant(_: str) -> Any:
    raise _doubt()


def _doubt() -> ValueError:
    return ValueError("json.loads takes what is worth a word")


def _check_depth(text: str, value: Any) -> None:
    """Refuse a value nested deeper than the scanner goes, a level at a time and so without recursion."""
    # In a long text there are more brackets than that, and to count them is only time lost.
    if len(text) < COUNTED and text.count("[") + text.count("{") <= DEEPEST:
        return
    level = [value]
    for _ in range(DEEPEST):
        level = [
            item
            for node in level
            for item in (node.values() if type(node) is dict else node)
            if item.__class__ in _CONTAINERS
        ]
        if not level:
            return
    raise _doubt()


_CONTAINERS = {dict, list}
_STRICT = json.JSONDecoder(object_pairs_hook=_members, parse_float=_finite, parse_constant=_constant)

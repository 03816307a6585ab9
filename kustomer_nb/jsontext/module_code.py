"""Where the values of a module stand in its text, if that is not where they are used."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from .tree_builder import nodes_of

if TYPE_CHECKING:
    from kustomer_nb.diagnostics import Diagnostic

    from .tree_builder import Node


@dataclass
class ModuleCode:
    """What the reader found out about the code in a module, by offsets of the text.

    ``literals`` has the literal that the code at an offset stands for, None if its value is put together.
    ``ends`` has the end of each piece of code, types included. ``keys`` are the computed keys, each with its
    end. ``repeated`` are problems whose cause is listed already, and ``shared`` the constants that are used
    more than once.
    """

    literals: dict[int, Node | None] = field(default_factory=dict)
    ends: dict[int, int] = field(default_factory=dict)
    keys: dict[int, int] = field(default_factory=dict)
    repeated: list[Diagnostic] = field(default_factory=list)
    shared: set[tuple[int, int]] = field(default_factory=set)

    def literal(self, node: Node) -> Node | None:
        """Return the node of the literal that a node stands for: itself, unless it is code."""
        literal: Node | None = node
        while literal is not None and literal[2] in self.literals:
            inner = self.literals[literal[2]]
            # A literal that begins where its code does, as in `'a' as const`.
            if inner is not None and inner[2] == literal[2]:
                return inner
            literal = inner
        return literal

    def spans(self) -> list[tuple[int, int]]:
        """Return the ranges of the text that no fix may change: code, and constants that are used twice."""
        spans = [*self.keys.items(), *self._shared()]
        for start, literal in self.literals.items():
            # In `'a' as const` the literal itself is not code.
            begin = literal[3] if literal is not None and literal[2] == start else start
            spans.append((begin, self.ends.get(start, begin)))
        return sorted(spans)

    def _shared(self) -> set[tuple[int, int]]:
        """Return the constants with more than one use, or with a use within such a constant."""
        uses = [
            (start, (node[2], node[3])) for start, node in self.literals.items() if node and node[2] != start
        ]
        counts = Counter(span for _, span in uses)
        shared = self.shared | {span for span, count in counts.items() if count > 1}
        pending = list(shared)
        while pending:
            start, end = pending.pop()
            within = {span for use, span in uses if start <= use < end} - shared
            shared |= within
            pending += within
        return shared

    def child(self, node: Node, key: str) -> Node | None:
        """Return the node of a member or item, None if there is none in the text."""
        literal = self.literal(node)
        nodes = nodes_of(literal) if literal else None
        if isinstance(nodes, dict):
            return nodes.get(key)
        if nodes and key.isdecimal() and key.isascii() and str(int(key)) == key and int(key) < len(nodes):
            return nodes[int(key)]
        return None


class Located(NamedTuple):
    """A problem within a constant, and its pointer from there."""

    pointer: str
    diagnostic: Diagnostic


class Literal(NamedTuple):
    """A value that an object or array of the text has, with its problems."""

    value: Any
    node: Node
    problems: tuple[Located, ...] = ()


class Known(NamedTuple):
    """A value, where its expression ends, and the literal that it stands for; None if it is put together."""

    value: Any
    end: int
    node: Node | None = None
    problems: tuple[Located, ...] = ()


class Key(NamedTuple):
    """A computed key, where its brackets end, and where its value begins."""

    key: str
    end: int
    value: int

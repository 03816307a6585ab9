"""A JSON value as nodes that a page draws: a small one at once, a large one a page at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import islice
from typing import Any

from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.jsontext.serialization import stringify

Node = dict[str, Any]

# So many children of an object or array are sent at a time; lib/json_view.js draws as many.
PAGE = 100
# A value with no more nodes is sent at once.
SMALL = 2000
# Deeper levels wait until they are opened: a page draws by recursion.
DEEPEST = 50
# A larger value is opened to so many levels.
HEAD_DEPTH = 2
LONGEST_STRING = 10_000
GLANCE_ITEMS = 3
GLANCE_CHARACTERS = 24


class ValueNodes:
    """The nodes of a value: `head` is drawn at once, `children` are drawn when a person opens more.

    Example:
        >>> nodes = ValueNodes({"ids": list(range(5000))})
        >>> nodes.depth, nodes.head["c"][0][1]["n"], len(nodes.head["c"][0][1]["c"])
        (2, 5000, 100)
        >>> nodes.children("/ids", 4999)
        [[4999, {'t': 'number', 'v': '4999'}]]
    """

    def __init__(self, value: Any) -> None:
        self._value = value
        self.is_small = _is_small(value)
        self.depth = DEEPEST if self.is_small else HEAD_DEPTH
        self.head = self._node(value, self.depth, _Budget(SMALL))

    def children(self, pointer: str, start: int) -> list[list[Any]]:
        """Return a page of the children at a JSON pointer; none if there is no such value."""
        with suppress(LookupError, ValueError):
            container = pointers.resolve(self._value, pointer)
            depth = self.depth - len(pointers.split(pointer)) - 1
            budget = _Budget(SMALL)
            return [[key, self._node(item, depth, budget)] for key, item in _page(container, start)]
        return []

    def _node(self, value: Any, depth: int, budget: _Budget) -> Node:
        """Return the node of a value; the children of objects and arrays are in it to a depth, if few."""
        count = _count(value)
        if count is None:
            return _scalar(value)
        node: Node = {"t": "object" if isinstance(value, Mapping) else "array", "n": count}
        if depth <= 0 or not budget.takes(count if self.is_small else min(count, PAGE)):
            return {**node, "g": _glance(value)} if count else node
        items = _page(value, 0, None if self.is_small else PAGE)
        node["c"] = [[key, self._node(item, depth - 1, budget)] for key, item in items]
        return node


class _Budget:
    """How many more nodes are sent at once."""

    def __init__(self, nodes: int) -> None:
        self._left = nodes

    def takes(self, nodes: int) -> bool:
        if nodes > self._left:
            return False
        self._left -= nodes
        return True


def _count(value: Any) -> int | None:
    """Return the number of children of an object or array; None of anything else."""
    return len(value) if isinstance(value, (Mapping, list, tuple)) else None


def _items(value: Any) -> Iterator[tuple[str | int, Any]]:
    if isinstance(value, Mapping):
        return iter(value.items())
    if isinstance(value, Sequence) and not isinstance(value, str):
        return iter(enumerate(value))
    return iter(())


def _page(value: Any, start: int, length: int | None = PAGE) -> Iterator[tuple[str | int, Any]]:
    start = max(0, start)
    return islice(_items(value), start, None if length is None else start + length)


def _is_small(value: Any) -> bool:
    """Return whether a value has few nodes; a larger one is not counted to its end."""
    left, waiting = SMALL, [value]
    while waiting and left >= 0:
        container = waiting.pop()
        count = _count(container) or 0
        left -= count
        if count and left >= 0:
            waiting += [item for _, item in _items(container) if _count(item)]
    return left >= 0


def _scalar(value: Any) -> Node:
    if isinstance(value, str):
        node: Node = {"t": "string", "v": value[:LONGEST_STRING]}
        return {**node, "m": len(value) - LONGEST_STRING} if len(value) > LONGEST_STRING else node
    if value is None:
        return {"t": "null"}
    if isinstance(value, bool):
        return {"t": "boolean", "v": value}
    # Its text: as a number it would be rounded on the way, and 12345678901234567890 shown as another one.
    return {"t": "number", "v": stringify(value)}


def _glance(value: Any) -> str:
    """Return the first scalars of an object or array, as lib/json_view.js shows those that it has."""
    texts = [
        f"{key}: {text}" if isinstance(key, str) else text
        for key, item in islice(_items(value), GLANCE_ITEMS)
        if (text := _short(item))
    ]
    return ", ".join(texts) + (", …" if texts and len(value) > len(texts) else "")


def _short(value: Any) -> str:
    if _count(value) is not None:
        return ""
    text = stringify(value[: GLANCE_CHARACTERS + 1] if isinstance(value, str) else value) or ""
    return text if len(text) <= GLANCE_CHARACTERS else f"{text[: GLANCE_CHARACTERS - 1]}…"

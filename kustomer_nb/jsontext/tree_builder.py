"""The value of a text and the offsets of its parts, while the text is being read."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, TypeAlias

from .pointer import join

KEY, VALUE, AFTER, END = range(4)

# Start and end of the key (-1 without one), start and end of the value, the nodes within it. A plain tuple,
# because there is one for each value of a text that may be 20 MB long.
Node: TypeAlias = tuple[int, int, int, int, "Nodes | MovedNodes | None"]
Nodes: TypeAlias = "dict[str, Node] | list[Node]"

CLOSERS = {"{": "}", "[": "]"}


class MovedNodes:
    """The nodes within a value that an edit before it moved, made when they are first asked for."""

    __slots__ = ("_distance", "_nodes", "_source")

    def __init__(self, source: Nodes | MovedNodes, distance: int) -> None:
        self._nodes: Nodes | None = None
        self._distance: int = distance
        if isinstance(source, MovedNodes):
            # Of a value that moves with each key, only the latest place counts.
            self._source: Nodes = source._source
            self._distance += source._distance
        else:
            self._source = source

    @property
    def nodes(self) -> Nodes:
        """The nodes with their offsets in the present text."""
        if self._nodes is None:
            source, distance = self._source, self._distance
            self._nodes = (
                {key: moved(node, distance) for key, node in source.items()}
                if isinstance(source, dict)
                else [moved(node, distance) for node in source]
            )
        return self._nodes


def moved(node: Node, distance: int) -> Node:
    """Return a node as it is after an edit before it.

    Example:
        >>> key_start, key_end, start, end, within = moved((1, 4, 6, 9, {"b": (7, 8, 8, 8, None)}), 10)
        >>> (key_start, key_end, start, end), nodes_of((0, 0, 0, 0, within))
        ((11, 14, 16, 19), {'b': (17, 18, 18, 18, None)})
    """
    key_start, key_end, start, end, within = node
    if key_start >= 0:
        key_start, key_end = key_start + distance, key_end + distance
    inner = MovedNodes(within, distance) if within else within
    return key_start, key_end, start + distance, end + distance, inner


def nodes_of(node: Node) -> Nodes | None:
    """Return the nodes of the members or items of a value, None if it has none."""
    within = node[4]
    return within.nodes if isinstance(within, MovedNodes) else within


class OpenContainer:
    """An object or array that is not closed yet."""

    __slots__ = ("closer", "comma", "key", "key_end", "key_start", "nodes", "pointer", "start", "value")

    def __init__(self, closer: str, start: int) -> None:
        self.closer = closer
        self.start = start
        self.value: Any = {} if closer == "}" else []
        self.nodes: Nodes = {} if closer == "}" else []
        self.key = ""
        self.key_start = self.key_end = -1
        self.comma = -1
        # Made when it is first asked for.
        self.pointer: str | None = None


class TreeBuilder:
    """The open objects and arrays, outermost first, and what is expected next.

    ``phase`` is KEY, VALUE, AFTER (a comma or a closing bracket, after a value) or END. The outermost frame
    is not a bracket of the text; it contains the document's one value.

    Example:
        >>> builder = TreeBuilder()
        >>> builder.open("[", 0)
        >>> builder.put(1, 1, 2)
        >>> builder.close(3)
        >>> builder.document
        ([1], (-1, -1, 0, 3, [(-1, -1, 1, 2, None)]))
    """

    def __init__(self) -> None:
        self._root: list[Node] = []
        self.top = OpenContainer("", 0)
        self.top.nodes = self._root
        self.frames = [self.top]
        self.phase = VALUE
        self.last = (0, 0)
        self._open = {"}": 0, "]": 0}

    @property
    def depth(self) -> int:
        """How many brackets are open."""
        return len(self.frames) - 1

    @property
    def document(self) -> tuple[Any, Node]:
        """The document's value and its node, once all brackets are closed."""
        return self.frames[0].value[0], self._root[0]

    def open_count(self, closer: str) -> int:
        """Return how many open brackets are closed by ``closer``."""
        return self._open[closer]

    def open(self, bracket: str, start: int) -> None:
        """Begin an object or array at an offset."""
        closer = CLOSERS[bracket]
        self.top = OpenContainer(closer, start)
        self.frames.append(self.top)
        self._open[closer] += 1
        self.phase = KEY if closer == "}" else VALUE

    def name(self, key: str, start: int, end: int) -> None:
        """Set the key of the next value."""
        top = self.top
        top.key, top.key_start, top.key_end = key, start, end
        self.phase = VALUE

    def put(self, value: Any, start: int, end: int, nodes: Nodes | None = None) -> None:
        """Add a value to the innermost object or array."""
        top = self.top
        if isinstance(top.nodes, dict):
            top.value[top.key] = value
            top.nodes[top.key] = (top.key_start, top.key_end, start, end, nodes)
        else:
            top.value.append(value)
            top.nodes.append((-1, -1, start, end, nodes))
        self.last = (start, end)
        self.phase = AFTER

    def replace(self, value: Any, start: int, end: int) -> None:
        """Replace the last value."""
        # An object needs no removal: its last key is still set, so that `put` overwrites the member.
        if isinstance(self.top.nodes, list):
            self.top.value.pop()
            self.top.nodes.pop()
        self.put(value, start, end)

    def extend(self, end: int) -> Node:
        """Let the last value end later, and return its node as it was."""
        nodes = self.top.nodes
        key: Any = self.top.key if isinstance(nodes, dict) else -1
        node: Node = nodes[key]
        nodes[key] = (*node[:3], end, node[4])
        self.last = (node[2], end)
        return node

    def skip_value(self, end: int) -> None:
        """Continue after an offset as if a value ended there."""
        self.last = (end, end)
        self.phase = AFTER

    def comma(self, offset: int) -> None:
        """Continue after a comma; -1 if the text lacks it."""
        self.top.comma = offset
        self.phase = KEY if self.top.closer == "}" else VALUE

    def close(self, end: int) -> None:
        """Close the innermost object or array and add it to the one around it."""
        frame = self.frames.pop()
        self.top = self.frames[-1]
        self._open[frame.closer] -= 1
        self.put(frame.value, frame.start, end, frame.nodes)

    def pointer(self) -> str:
        """Return the pointer of the next value, or of the one just read."""
        if self.depth == 0:
            return ""
        top = self.top
        # The value just read is in its array already.
        key = top.key if top.closer == "}" else len(top.value) - (self.phase == AFTER)
        return join(self.container(), key)

    def container(self) -> str:
        """Return the pointer of the innermost object or array."""
        # Each pointer is made once: a text with a problem at every bracket is read in linear time.
        known = len(self.frames) - 1
        while known > 1 and self.frames[known].pointer is None:
            known -= 1
        pointer = self.frames[known].pointer or ""
        for outer, frame in pairwise(self.frames[max(known, 1) :]):
            # The key or index of a container stays the same while it is open.
            pointer = join(pointer, outer.key if outer.closer == "}" else len(outer.value))
            frame.pointer = pointer
        return pointer

"""The value and the places of its parts while a text is being read."""

from __future__ import annotations

from typing import Any, TypeAlias

from .pointer import join

KEY, VALUE, AFTER, END = range(4)

# Start and end of the key (-1 without one), start and end of the value, the nodes within it. A plain tuple:
# there is one for each value of a text that may be 20 MB long.
Node: TypeAlias = tuple[int, int, int, int, "Nodes | None"]
Nodes: TypeAlias = "dict[str, Node] | list[Node]"

CLOSERS = {"{": "}", "[": "]"}


class OpenContainer:
    """An object or array that is not closed yet."""

    __slots__ = ("closer", "comma", "key", "key_end", "key_start", "nodes", "start", "value")

    def __init__(self, closer: str, start: int) -> None:
        self.closer = closer
        self.start = start
        self.value: Any = {} if closer == "}" else []
        self.nodes: Nodes = {} if closer == "}" else []
        self.key = ""
        self.key_start = self.key_end = -1
        self.comma = -1


class TreeBuilder:
    """The open objects and arrays, outermost first, and what is expected next.

    ``state`` is KEY, VALUE, AFTER (a value: a comma or a closing bracket) or END. The outermost frame is no
    bracket of the text but holds the document's one value.

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
        self.state = VALUE
        self.last = (0, 0)
        self._open = {"}": 0, "]": 0}

    @property
    def depth(self) -> int:
        """How many brackets are open."""
        return len(self.frames) - 1

    @property
    def document(self) -> tuple[Any, Node]:
        """The document's value and its node, once all is closed."""
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
        self.state = KEY if closer == "}" else VALUE

    def name(self, key: str, start: int, end: int) -> None:
        """Take the key of the value that comes next."""
        top = self.top
        top.key, top.key_start, top.key_end = key, start, end
        self.state = VALUE

    def put(self, value: Any, start: int, end: int, nodes: Nodes | None = None) -> None:
        """Put a value into the innermost object or array."""
        top = self.top
        if isinstance(top.nodes, dict):
            top.value[top.key] = value
            top.nodes[top.key] = (top.key_start, top.key_end, start, end, nodes)
        else:
            top.value.append(value)
            top.nodes.append((-1, -1, start, end, nodes))
        self.last = (start, end)
        self.state = AFTER

    def replace(self, value: Any, start: int, end: int) -> None:
        """Put a value in the place of the last one."""
        if isinstance(self.top.nodes, list):
            self.top.value.pop()
            self.top.nodes.pop()
        self.put(value, start, end)

    def pass_over(self, end: int) -> None:
        """Go on after an offset as if a value ended there."""
        self.last = (end, end)
        self.state = AFTER

    def comma(self, offset: int) -> None:
        """Take a comma between two values."""
        self.top.comma = offset
        self.state = KEY if self.top.closer == "}" else VALUE

    def close(self, end: int) -> None:
        """End the innermost object or array and put it where it belongs."""
        frame = self.frames.pop()
        self.top = self.frames[-1]
        self._open[frame.closer] -= 1
        self.put(frame.value, frame.start, end, frame.nodes)

    def pointer(self) -> str:
        """Return the pointer of the value that comes next or has just come."""
        keys: list[str | int] = []
        for frame in self.frames[1:]:
            if frame.closer == "}":
                keys.append(frame.key)
            else:
                keys.append(len(frame.value) - (frame is self.top and self.state == AFTER))
        return join("", *keys)

    def container(self) -> str:
        """Return the pointer of the innermost object or array."""
        return self.pointer().rpartition("/")[0]

"""What a template is made of, each node with its offsets in the text."""

from __future__ import annotations

from bisect import bisect_right
from typing import Any, NamedTuple

from kustomer_nb.diagnostics import Span


class Strip(NamedTuple):
    """Which sides of a tag have a ``~``."""

    open: bool = False
    close: bool = False


class Path(NamedTuple):
    """``../order.[line items]``: the names to follow, from how many contexts up, and the text itself.

    ``is_data`` is true of ``@index`` and the like; ``is_scoped`` where it can name no helper.
    """

    original: Any
    parts: tuple[str, ...]
    depth: int
    is_data: bool
    is_scoped: bool
    start: int
    end: int

    @property
    def is_simple(self) -> bool:
        """Whether it may be the name of a helper: one name, and no ``this`` or ``..``."""
        return len(self.parts) == 1 and not self.is_scoped and not self.depth


class Literal(NamedTuple):
    """A string, a number, ``true``, ``false``, ``null`` or ``undefined``."""

    value: Any
    start: int
    end: int


class Call(NamedTuple):
    """What a tag or a ``(sub-expression)`` asks for: a path, its arguments and its ``key=value`` pairs.

    ``start`` and ``end`` are those of the tag, of a block the tag it opens with, or of the sub-expression.
    """

    path: Path
    params: tuple[Expression, ...]
    pairs: tuple[tuple[str, Expression], ...]
    is_sexpr: bool
    start: int
    end: int


Expression = Path | Literal | Call


class Content:
    """Text; ``value`` is what whitespace control leaves of it, the one thing that changes in a tree.

    ``skipped`` is how many characters it took away at the beginning.
    """

    __slots__ = ("end", "is_left_stripped", "is_right_stripped", "original", "skipped", "start", "value")

    def __init__(self, text: str, start: int, end: int) -> None:
        self.original = text
        self.value = text
        self.start = start
        self.end = end
        self.skipped = 0
        self.is_left_stripped = False
        self.is_right_stripped = False


class Comment(NamedTuple):
    """``{{! text }}``."""

    strip: Strip
    start: int
    end: int


class Mustache(NamedTuple):
    """``{{path}}`` or ``{{helper argument}}``; ``{{{raw}}}`` and ``{{&raw}}`` do not escape."""

    call: Call
    escapes: bool
    strip: Strip
    start: int
    end: int


class Program(NamedTuple):
    """The statements of a template or a block; ``is_chained`` if it is the block of an ``{{else if}}``."""

    body: tuple[Statement, ...]
    block_params: tuple[str, ...] = ()
    is_chained: bool = False


class Block(NamedTuple):
    """``{{#name}}...{{else}}...{{/name}}``; ``{{^name}}`` has an inverse and no program."""

    call: Call
    program: Program | None
    inverse: Program | None
    open_strip: Strip
    inverse_strip: Strip
    close_strip: Strip
    start: int
    end: int


Statement = Content | Comment | Mustache | Block


def cost(program: Program) -> int:
    """Return how much work it is to carry out the statements of a program once, blocks within them apart.

    Example:
        >>> from kustomer_nb.template.parser import parse
        >>> cost(parse("a {{b}} {{c d e=(f g)}}"))
        8
    """
    return 1 + sum(1 + _weight(one.call) if isinstance(one, (Mustache, Block)) else 1 for one in program.body)


def _weight(node: Expression) -> int:
    if not isinstance(node, Call):
        return node.depth >> 3 if isinstance(node, Path) else 0
    return _weight(node.path) + sum(
        1 + _weight(one) for one in (*node.params, *(item for _, item in node.pairs))
    )


class Places:
    r"""The lines of a text, to tell the line and column of an offset without counting anew.

    Example:
        >>> Places("ab\ncd").span(4, 5)
        Span(start=4, end=5, line=2, column=2)
    """

    __slots__ = ("_lines",)

    def __init__(self, text: str) -> None:
        self._lines = [0]
        while (at := text.find("\n", self._lines[-1])) >= 0:
            self._lines.append(at + 1)

    def span(self, start: int, end: int) -> Span:
        """Return the span of ``text[start:end]``, as `Span.of` does."""
        line = bisect_right(self._lines, start)
        return Span(start, end, line, start - self._lines[line - 1] + 1)

"""The nodes of a template tree, each with its offsets in the text."""

from __future__ import annotations

from bisect import bisect_right
from typing import Any, NamedTuple

from kustomer_nb.diagnostics import Span


class Strip(NamedTuple):
    """Which sides of a tag have a ``~``."""

    open: bool = False
    close: bool = False


class Path(NamedTuple):
    """``../order.[line items]``: its names, the number of contexts to go up, and its original text.

    ``is_data`` is true for ``@index`` and other data variables, ``is_scoped`` if it cannot be a helper.
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
        """Whether it can be the name of a helper: one name, without ``this`` or ``..``."""
        return len(self.parts) == 1 and not self.is_scoped and not self.depth


class Literal(NamedTuple):
    """A string, a number, ``true``, ``false``, ``null`` or ``undefined``."""

    value: Any
    start: int
    end: int


class Call(NamedTuple):
    """The content of a tag or ``(subexpression)``: a path, its arguments and its ``key=value`` pairs.

    ``start`` and ``end`` are those of the tag (the opening tag of a block) or of the subexpression.
    """

    path: Path
    params: tuple[Expression, ...]
    pairs: tuple[tuple[str, Expression], ...]
    is_sexpr: bool
    start: int
    end: int


Expression = Path | Literal | Call


class Content:
    """Text; ``value`` is what whitespace control leaves of it.

    ``skipped`` is the number of characters that it removed at the start.
    """

    # Whitespace control updates it in place, so this is the only node that is not a tuple.
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
    """The statements of a template or block; ``is_chained`` if they are the block of an ``{{else if}}``."""

    body: tuple[Statement, ...]
    block_params: tuple[str, ...] = ()
    is_chained: bool = False


class Block(NamedTuple):
    """``{{#name}}...{{else}}...{{/name}}``; ``{{^name}}`` has an inverse but no program."""

    call: Call
    program: Program | None
    inverse: Program | None
    open_strip: Strip
    inverse_strip: Strip
    close_strip: Strip
    start: int
    end: int


Statement = Content | Comment | Mustache | Block


def cost_of(program: Program) -> int:
    """Return the work of running the statements of a program once, without the blocks within them.

    Example:
        >>> from kustomer_nb.template.parser import parse
        >>> cost_of(parse("a {{b}} {{c d e=(f g)}}"))
        8
    """
    calls = (node.call for node in program.body if isinstance(node, (Mustache, Block)))
    return 1 + len(program.body) + sum(map(_weight, calls))


def _weight(node: Expression) -> int:
    if not isinstance(node, Call):
        # A step up costs little, but a path may have thousands of them.
        return node.depth >> 3 if isinstance(node, Path) else 0
    return _weight(node.path) + sum(
        1 + _weight(argument) for argument in (*node.params, *(value for _, value in node.pairs))
    )


class LineIndex:
    r"""The line starts of a text, to convert offsets to lines and columns quickly.

    Example:
        >>> LineIndex("ab\ncd").span(4, 5)
        Span(start=4, end=5, line=2, column=2)
    """

    __slots__ = ("_lines",)

    def __init__(self, text: str) -> None:
        self._lines = [0]
        while (line_end := text.find("\n", self._lines[-1])) >= 0:
            self._lines.append(line_end + 1)

    def span(self, start: int, end: int) -> Span:
        """Return the span of ``text[start:end]``, as `Span.of` does."""
        line = bisect_right(self._lines, start)
        return Span(start, end, line, start - self._lines[line - 1] + 1)

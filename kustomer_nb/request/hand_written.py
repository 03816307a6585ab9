"""A string that an author delimits by hand, such as a URL or JSON text, and the values within it."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from kustomer_nb.template import Kind, Piece

# Stands for a value in what the author wrote; from Unicode's private use area, so no author writes it.
HOLE = "\ue000"
# What double braces escape; KNB708 reports it.
_ESCAPED_BY_BRACES = re.compile("[&<>\"'`=]")
# A path that a reference can read as it is written; a number is most often the index of a loop.
_PLAIN_PATH = re.compile(r"[\w@-]+(?:\.(?!\d+(?:\.|\Z))[\w@-]+)*")
# Helpers of which it is known that they encode nothing.
_NOT_ENCODING = frozenset({"date", "dateDiff", "dateFormat", "lookup", "math", "randomId", "toLower"})


@dataclass(frozen=True)
class Value:
    """A value in a hand-written string; ``index`` is the one of its hole in what the author wrote.

    ``text`` is without the characters that double braces change, ``raw`` is with them.
    """

    piece: Piece
    index: int

    @cached_property
    def raw(self) -> str:
        """The text that triple braces print."""
        return self.piece.text if self.piece.raw is None else self.piece.raw

    @cached_property
    def text(self) -> str:
        """The text of which each character arrives as it is."""
        return self.piece.text if self.piece.raw is None else _ESCAPED_BY_BRACES.sub("x", self.raw)

    @property
    def is_blank(self) -> bool:
        """Whether it is empty or white space."""
        return not self.text.strip()

    @property
    def may_be_encoded(self) -> bool:
        """Whether it comes from a helper that may encode: one of the author's own."""
        return self.piece.kind is Kind.HELPER and self.piece.path.split(" ")[0] not in _NOT_ENCODING

    @property
    def is_setting(self) -> bool:
        """Whether it contains the value of a setting, which no message may quote."""
        return self.piece.label is not None

    @property
    def is_in_loop(self) -> bool:
        """Whether a loop prints it: its path has an index, or it is ``this``."""
        return self.piece.kind is not Kind.HELPER and not self.reference

    @property
    def reference(self) -> str:
        """The ``/#path`` that reads the value; empty if no reference does."""
        is_plain = self.piece.kind is not Kind.HELPER and _PLAIN_PATH.fullmatch(self.piece.path)
        return f"/#{self.piece.path}" if is_plain and self.piece.path != "this" else ""


class Effect(NamedTuple):
    """What a delimiter of a value does: ``&``, and ``starts another parameter``."""

    delimiter: str
    result: str

    def __str__(self) -> str:
        return f"{self.delimiter} {self.result}".lstrip()


class Fault(NamedTuple):
    """A value that contributes delimiters to ``place``, and what they do there unless ``problem`` says it."""

    value: Value
    place: str
    effects: tuple[Effect, ...]
    fix: str
    problem: str = "is not encoded in"
    is_path: bool = False
    # What may well be meant, so that it is only a hint.
    is_hint: bool = False

    @property
    def message(self) -> str:
        """The problem as a sentence, without a character of a setting.

        Example:
            >>> value = Value(Piece("a&b", Kind.INPUT, "name"), 0)
            >>> Fault(value, "the query", (Effect("&", "starts another parameter"),), "").message
            '`name` is not encoded in the query: & starts another parameter.'
        """
        name = self.value.piece.label or f"`{self.value.piece.path}`"
        if not self.effects:
            return f"{name} {self.problem} {self.place}."
        if self.value.is_setting:
            count = len(self.effects)
            characters = f"{count} kind{'' if count == 1 else 's'} of its characters"
            effects = f"{characters} {'is' if count == 1 else 'are'} read as delimiters"
            return f"{name} {self.problem} {self.place}: {effects}."
        return f"{name} {self.problem} {self.place}: {', '.join(map(str, self.effects))}."


class HandWritten:
    """A rendered string: ``outline`` is what the author wrote with a `HOLE` for each value.

    Example:
        >>> url = HandWritten([Piece("http://a.b/", Kind.LITERAL), Piece("7", Kind.INPUT, "id")])
        >>> url.outline == f"http://a.b/{HOLE}", url.filled(url.outline[-2:], 11)
        (True, '/7')
    """

    def __init__(self, pieces: Iterable[Piece]) -> None:
        outline: list[str] = []
        values: list[Value] = []
        length = 0
        for piece in pieces:
            text = piece.text.replace(HOLE, " ") if piece.kind is Kind.LITERAL else HOLE
            if text is HOLE:
                values.append(Value(piece, length))
            outline.append(text)
            length += len(text)
        self.outline = "".join(outline)
        self.values = tuple(values)
        self._indexes = [value.index for value in values]

    @property
    def is_by_hand(self) -> bool:
        """Whether the author wrote text around a value."""
        return 0 < len(self.values) < len(self.outline.strip())

    def values_in(self, start: int, end: int) -> list[Value]:
        """Return the values whose holes are in a range of the outline."""
        # Binary search, as a loop in a template may print thousands of values.
        first = bisect_left(self._indexes, start)
        return [*self.values[first : bisect_left(self._indexes, end, first)]]

    def filled(self, part: str, start: int) -> str:
        """Return a part of the outline, which begins at ``start``, with its values."""
        texts = iter([value.text for value in self.values_in(start, start + len(part))])
        return re.sub(HOLE, lambda _: next(texts), part)

"""Offsets of a text as positions of the protocol: a line, and units of an encoding."""

from __future__ import annotations

import re
from bisect import bisect_right

from lsprotocol.types import Position, PositionEncodingKind, Range

# LSP 3.17: a line ends with \n, \r\n or \r, and with nothing else. str.splitlines also splits at U+2028.
_LINE_END = re.compile(r"\r\n|\n|\r")
_WIDE = re.compile("[\U00010000-\U0010ffff]")


class Positions:
    r"""The positions of a text in the encoding that the editor and the server agreed on.

    Example:
        >>> positions = Positions("a\r\n\U0001f600{", PositionEncodingKind.Utf16)
        >>> position = positions.position(4)
        >>> position.line, position.character, positions.offset(position)
        (1, 2, 4)
    """

    def __init__(self, text: str, encoding: PositionEncodingKind | str = PositionEncodingKind.Utf16) -> None:
        self._text = text
        self._encoding = encoding
        ends = [match.span() for match in _LINE_END.finditer(text)]
        self._starts = [0, *(end for _, end in ends)]
        self._ends = [*(start for start, _ in ends), len(text)]

    def position(self, offset: int) -> Position:
        """Return the position of an offset; within a line break, that is the end of the line."""
        line = bisect_right(self._starts, offset) - 1
        start = self._starts[line]
        return Position(line, self._units(self._text[start : max(start, min(offset, self._ends[line]))]))

    def offset(self, position: Position) -> int:
        """Return the offset of a position; after the end of its line or of the text, it is that end."""
        if position.line >= len(self._starts):
            return len(self._text)
        start, end = self._starts[position.line], self._ends[position.line]
        line = self._text[start:end]
        if self._encoding == PositionEncodingKind.Utf32 or line.isascii():
            return min(start + position.character, end)
        # The largest number of characters that is not longer: a position within a character is its start.
        low, high = 0, len(line)
        while low < high:
            middle = (low + high + 1) // 2
            if self._units(line[:middle]) <= position.character:
                low = middle
            else:
                high = middle - 1
        return start + low

    def range(self, start: int, end: int) -> Range:
        """Return the range between two offsets."""
        return Range(self.position(start), self.position(end))

    def first_line(self, start: int, end: int) -> Range:
        """Return the range between two offsets, as far as it is in one line.

        A mark below all lines of a definition would be no mark.
        """
        line = bisect_right(self._starts, start) - 1
        return self.range(start, max(start, min(end, self._ends[line])))

    def whole(self) -> Range:
        """Return the range of the whole text."""
        return self.range(0, len(self._text))

    def _units(self, text: str) -> int:
        if text.isascii() or self._encoding == PositionEncodingKind.Utf32:
            return len(text)
        if self._encoding == PositionEncodingKind.Utf8:
            # Half of a surrogate pair, which no encoding has, is as long as another character of its kind.
            return len(text.encode("utf-8", "surrogatepass"))
        return len(text) + len(_WIDE.findall(text))

"""The tokens of a text that is being typed: what is far from an edit is not searched again."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from operator import itemgetter
from typing import TypeAlias

from kustomer_nb.jsontext.text_difference import Difference, difference_between

from .token_shapes import LOOKED_AROUND, SHAPES, Shape, Token

# Lines with text that a pattern may look ahead: only its white space leads over the end of a line, and none
# has more than five of those.
_REACH = 8
_TEXT = re.compile(r"\S")
# Where a pattern matched, where the token is, and the token, if it is one. A plain tuple: at each key,
# those behind it are moved.
_Match: TypeAlias = tuple[int, int, int, int, "str | None"]
_start_of = itemgetter(0)


class TokenScan:
    r"""The tokens of a text, which are those of `tokens_in`, and where its patterns matched.

    Example:
        >>> scan = TokenScan.of("a: 1\npassword: 'correct-horse'")
        >>> [token.text for token in scan.after("a: 12\npassword: 'correct-horse'").tokens()]
        ['correct-horse']
    """

    def __init__(self, text: str, matches: list[list[_Match]]) -> None:
        self.text = text
        self._matches = matches

    @classmethod
    def of(cls, text: str) -> TokenScan:
        """Return the scan of a text."""
        return cls(text, [_all_matches(shape, text) for shape in SHAPES])

    def tokens(self) -> Iterator[Token]:
        """Yield the tokens, in the order of `tokens_in`."""
        for matches in self._matches:
            for _, _, start, end, text in matches:
                if text is not None:
                    yield Token(start, end, text)

    def after(self, text: str) -> TokenScan:
        """Return the scan of a text that differs little from this one."""
        difference = difference_between(self.text, text)
        if difference is None:
            return self
        first = _line_before(text, difference.start - LOOKED_AROUND)
        pairs = zip(SHAPES, self._matches, strict=True)
        return TokenScan(text, [_scanned_again(*pair, text, difference, first) for pair in pairs])


def _all_matches(shape: Shape, text: str) -> list[_Match]:
    return [_match(shape, match) for match in shape.pattern.finditer(text)]


def _match(shape: Shape, match: re.Match[str]) -> _Match:
    return *match.span(), *match.span(shape.group), match[shape.group] if shape.is_token(match) else None


def _scanned_again(
    shape: Shape, before: list[_Match], text: str, difference: Difference, first: int
) -> list[_Match]:
    """Return the matches of a pattern; what it matches before the offset ``first`` does not see the edit."""
    if shape.is_far_reaching:
        return _all_matches(shape, text)
    head = before[: bisect_left(before, first, key=_start_of)]
    begin = max(first, head[-1][1]) if head else first
    grown = difference.grown
    past = difference.end + grown + LOOKED_AROUND + 1
    while True:
        within = [
            match
            for match in shape.pattern.finditer(text, begin, _line_behind(text, past))
            if match.start() < past
        ]
        behind = bisect_left(before, past - grown, key=_start_of)
        # Both searches go on from here only if nothing that begins before it ends behind it.
        ends = [match.end() for match in within[-1:]] + [end + grown for _, end, *_ in before[:behind][-1:]]
        farthest = max([past, *ends])
        if farthest == past:
            tail = [
                (start + grown, end + grown, token_start + grown, token_end + grown, token)
                for start, end, token_start, token_end, token in before[behind:]
            ]
            return [*head, *(_match(shape, match) for match in within), *tail]
        past = farthest


def _line_before(text: str, offset: int) -> int:
    """Return where a line begins from which so many lines with text lead to an offset."""
    count, start = 0, max(offset, 0)
    while count < _REACH and start > 0:
        end = start - 1
        start = text.rfind("\n", 0, end) + 1
        count += _TEXT.search(text, start, end) is not None
    return start


def _line_behind(text: str, offset: int) -> int:
    """Return where a line ends to which so many lines with text lead from an offset."""
    count, end = 0, offset
    while count < _REACH and end < len(text):
        start, end = end, text.find("\n", end) + 1 or len(text)
        count += _TEXT.search(text, start, end) is not None
    return end

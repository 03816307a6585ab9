"""Decoded texts that know for each of their spans the span of the source text."""

from __future__ import annotations

import binascii
import re
from bisect import bisect_right
from functools import cached_property, lru_cache
from html import unescape
from itertools import accumulate
from typing import Protocol

# The escapes of a string in JSON, JavaScript or Python, of a URL, and of HTML. Only one kind is decoded at a
# time, because what one kind decodes to may look like an escape of another.
ESCAPES = (
    re.compile(
        rb"""\\(?:u[dD][89abAB][0-9A-Fa-f]{2}\\u[dD][c-fC-F][0-9A-Fa-f]{2} | u[0-9A-Fa-f]{4} | x[0-9A-Fa-f]{2}
        | [bfnrt"'\\/])""",
        re.VERBOSE,
    ),
    re.compile(rb"%[0-9A-Fa-f]{2}(?:%[0-9A-Fa-f]{2})*"),
    re.compile(rb"&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});"),
)
# What each of them begins with.
ESCAPE_MARKS = (b"\\", b"%", b"&")
_BY_LETTER = {b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t"}
_URL_SAFE = bytes.maketrans(b"-_", b"+/")
# Turns each character of base64 into an x, and every other byte into a space.
BASE64_MARKS = bytes(
    120 if chr(byte).isascii() and (chr(byte).isalnum() or byte in b"+/_-") else 32 for byte in range(256)
)
_GAP = b"\0"


# A decoded escape: its start and end in the decoded text, and its start and end in the source.
Segment = tuple[int, int, int, int]


class Decoded(Protocol):
    """A text decoded from another, its source."""

    text: bytes

    def source_span(self, start: int, end: int) -> tuple[int, int]:
        """Return the span of the source from which a span of this text was decoded."""


class Unescaped:
    """A text with its escapes decoded, without what is far from any escape.

    A row of percent escapes such as %41%42 is one segment, three times as long in the source.
    """

    def __init__(self, text: bytes, segments: list[Segment]) -> None:
        self.text = text
        self._segments = segments
        self._starts = [segment[0] for segment in segments]

    def source_span(self, start: int, end: int) -> tuple[int, int]:
        """Return the span of the source from which a span of this text was decoded."""
        return self._source_offset(start, 0), self._source_offset(end - 1, 1)

    def _source_offset(self, offset: int, past: int) -> int:
        """Return the source offset of a character, or with ``past=1`` the offset just past it."""
        at = bisect_right(self._starts, offset) - 1
        if at < 0:
            return offset + past
        start, end, source_start, source_end = self._segments[at]
        if offset >= end:
            return source_end + offset - end + past
        if end - start > 1 and source_end - source_start == 3 * (end - start):
            return source_start + 3 * (offset - start + past)
        return source_end if past else source_start


def decode_escapes(text: bytes, kind: re.Pattern[bytes], reach: int) -> Unescaped | None:
    """Return a text with each escape of one of the `ESCAPES` decoded once, None if it has none.

    Text further than ``reach`` bytes from any escape is left out: it is the same in the source.

    Example:
        >>> decoded = decode_escapes(b"to%6ben", ESCAPES[1], 9)
        >>> decoded.text, decoded.source_span(2, 3)
        (b'token', (2, 5))
    """
    parts: list[bytes] = []
    segments: list[Segment] = []
    # How far the decoded text and the source have come.
    offset = source = 0
    for match in kind.finditer(text):
        start, end = match.span()
        if start - source > 2 * reach:
            tail = text[source : source + reach] if segments else b""
            offset += len(tail)
            segments.append((offset, offset + 1, source + len(tail), start - reach))
            parts += (tail, _GAP)
            offset, source = offset + 1, start - reach
        value = value_of(match)
        offset += start - source
        parts += (text[source:start], value)
        segments.append((offset, offset + len(value), start, end))
        offset, source = offset + len(value), end
    if not segments:
        return None
    parts.append(text[source : source + reach])
    return Unescaped(b"".join(parts), segments)


def value_of(escape: re.Match[bytes]) -> bytes:
    """Return the bytes that an escape of one of the `ESCAPES` encodes."""
    return _value(escape[0])


@lru_cache(maxsize=4096)
def _value(escape: bytes) -> bytes:
    kind, letter = escape[:1], escape[1:2]
    if kind == b"&":
        return unescape(escape.decode()).encode("utf-8", "surrogatepass")
    if letter == b"x" or kind == b"%":
        return bytes.fromhex(escape.replace(b"%", b"").replace(rb"\x", b"").decode())
    if letter == b"u":
        units = bytes.fromhex(escape.replace(rb"\u", b"").decode())
        return units.decode("utf-16-be", "surrogatepass").encode("utf-8", "surrogatepass")
    return _BY_LETTER.get(letter, letter)


class DecodedBase64:
    """The runs of base64 in a text, each decoded from each of its first four characters, and joined."""

    def __init__(self, text: bytes, runs: list[tuple[int, int]]) -> None:
        # A group of four characters may begin at any of the first four of a run.
        self._runs = [(start + skipped, end) for start, end in runs for skipped in range(4)]
        # Padded to groups of four, and one more group of zeros separates the runs and the words in them.
        parts = [text[start:end] + b"A" * ((start - end) % 4 + 4) for start, end in self._runs]
        self.text = binascii.a2b_base64(b"".join(parts).translate(_URL_SAFE))
        self._lengths = [len(part) // 4 * 3 for part in parts]

    @cached_property
    def _starts(self) -> list[int]:
        # Only when something is found: most runs of base64 are words.
        return list(accumulate(self._lengths, initial=0))

    def source_span(self, start: int, end: int) -> tuple[int, int]:
        """Return the span of the source from which a span of this text was decoded."""
        at = bisect_right(self._starts, start) - 1
        begin, last = self._runs[at]
        first = begin + (start - self._starts[at]) * 4 // 3
        past = begin - (-(end - self._starts[at]) * 4 // 3)
        return min(first, last), min(past, last)


def base64_run(shortest: int) -> bytes:
    """Return the marks of the shortest run of base64 that may hold as many bytes as ``shortest``."""
    return b"x" * max(-(-shortest * 8 // 6), 4)


def decode_base64(text: bytes, shortest: int) -> DecodedBase64 | None:
    r"""Return a text with its base64 decoded, None if none of it may hold as many bytes as ``shortest``.

    Example:
        >>> decode_base64(b'Basic dXNlcjpwYXNz,', 8).text.partition(b"\x00")[0]
        b'user:pass'
    """
    marks = text.translate(BASE64_MARKS)
    run = base64_run(shortest)
    runs = []
    start = marks.find(run)
    while start >= 0:
        end = marks.find(b" ", start + len(run))
        end = len(marks) if end < 0 else end
        runs.append((start, end))
        start = marks.find(run, end)
    return DecodedBase64(text, runs) if runs else None

"""A text with its escapes read, which knows for each stretch where in the text it stood."""

from __future__ import annotations

import binascii
import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache
from html import unescape
from itertools import accumulate
from typing import Protocol

# Those of a string of JSON, JavaScript or Python, of an address, and of HTML. One kind is read at a time, for
# what the escapes of one leave may look like those of another.
KINDS = (
    re.compile(
        rb"""\\(?:u[dD][89abAB][0-9A-Fa-f]{2}\\u[dD][c-fC-F][0-9A-Fa-f]{2} | u[0-9A-Fa-f]{4} | x[0-9A-Fa-f]{2}
        | [bfnrt"'\\/])""",
        re.VERBOSE,
    ),
    re.compile(rb"%[0-9A-Fa-f]{2}(?:%[0-9A-Fa-f]{2})*"),
    re.compile(rb"&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});"),
)
_BY_LETTER = {b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t"}
_URL_SAFE = bytes.maketrans(b"-_", b"+/")
# All but the characters of base64 made spaces.
RUNS = bytes(
    one if chr(one).isascii() and (chr(one).isalnum() or one in b"+/_-") else 32 for one in range(256)
)
_GAP = b"\0"


# What stands for something else: its start and end here, and those in the text that was opened.
Stretch = tuple[int, int, int, int]


class Decoded(Protocol):
    """A text that was made of another."""

    text: bytes

    def there(self, start: int, end: int) -> tuple[int, int]:
        """Return the stretch of the other text that a stretch of this one was made of."""


class Unescaped:
    """A text with each escape read, what is far from any left out.

    A row of %41%42 is one stretch, three times as long there.
    """

    def __init__(self, text: bytes, stretches: list[Stretch]) -> None:
        self.text = text
        self._stretches = stretches
        self._starts = [one[0] for one in stretches]

    def there(self, start: int, end: int) -> tuple[int, int]:
        """Return the stretch of the other text that a stretch of this one was made of."""
        return self._at(start, 0), self._at(end - 1, 1)

    def _at(self, place: int, past: int) -> int:
        """Return where a character stood: its begin, or what is just past it."""
        at = bisect_right(self._starts, place) - 1
        if at < 0:
            return place + past
        start, end, start_there, end_there = self._stretches[at]
        if place < end:
            if end - start > 1 and end_there - start_there == 3 * (end - start):
                return start_there + 3 * (place - start + past)
            return end_there if past else start_there
        return end_there + place - end + past


def opened(text: bytes, kind: re.Pattern[bytes], reach: int) -> Unescaped | None:
    """Return a text with each escape of one of the `KINDS` read once; None where there is none.

    What is further than ``reach`` bytes from any escape is left out, for it is the same in the text itself.

    Example:
        >>> read = opened(b"to%6ben", KINDS[1], 9)
        >>> read.text, read.there(2, 3)
        (b'token', (2, 5))
    """
    parts: list[bytes] = []
    stretches: list[Stretch] = []
    here = there = 0
    for found in kind.finditer(text):
        start, end = found.span()
        if start - there > 2 * reach:
            kept = text[there : there + reach] if stretches else b""
            here += len(kept)
            stretches.append((here, here + 1, there + len(kept), start - reach))
            parts += (kept, _GAP)
            here, there = here + 1, start - reach
        read = value_of(found)
        here += start - there
        parts += (text[there:start], read)
        stretches.append((here, here + len(read), start, end))
        here, there = here + len(read), end
    if not stretches:
        return None
    parts.append(text[there : there + reach])
    return Unescaped(b"".join(parts), stretches)


def value_of(found: re.Match[bytes]) -> bytes:
    """Return what an escape of one of the `KINDS` stands for."""
    return _value(found[0])


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
    """All runs of base64 in a text decoded, one after the other, ``skipped`` characters of each left out."""

    def __init__(self, text: bytes, runs: list[tuple[int, int]], skipped: int) -> None:
        # To whole groups of four, and one more of zeros: each run is by itself, and so are the words in it.
        parts = [
            text[start + skipped : end] + b"A" * ((skipped + start - end) % 4 + 4) for start, end in runs
        ]
        self.text = binascii.a2b_base64(b"".join(parts).translate(_URL_SAFE))
        self._runs = runs
        self._skipped = skipped
        self._starts = list(accumulate((len(part) // 4 * 3 for part in parts), initial=0))

    def there(self, start: int, end: int) -> tuple[int, int]:
        """Return the stretch of the other text that a stretch of this one was made of."""
        at = bisect_right(self._starts, start) - 1
        begin, last = self._runs[at]
        first = begin + self._skipped + (start - self._starts[at]) * 4 // 3
        past = begin + self._skipped - (-(end - self._starts[at]) * 4 // 3)
        return min(first, last), min(past, last)


def unpacked(text: bytes, shortest: int) -> Iterator[DecodedBase64]:
    r"""Yield a text with its base64 decoded, once for each of the four places in which a group may begin.

    Runs of base64 that hold fewer bytes than ``shortest`` are left out.

    Example:
        >>> next(unpacked(b'Basic dXNlcjpwYXNz,', 8)).text
        b'user:pass\x00\x00\x00'
    """
    characters = max(-(-shortest * 8 // 6), 4)
    # Most texts have no such run; whether there is one is quicker asked so.
    if max(map(len, text.translate(RUNS).split()), default=0) < characters:
        return
    pattern = rb"(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{%d,}" % characters
    runs = [found.span() for found in re.finditer(pattern, text)]
    for skipped in range(4):
        yield DecodedBase64(text, runs, skipped)

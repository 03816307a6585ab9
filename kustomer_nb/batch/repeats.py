"""Which of millions of things were seen before, at 19 bytes each: a hash, and the number of the row."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from hashlib import blake2b
from typing import NamedTuple

# With 15 bytes that are compared, and one that says where, no two of a billion rows are taken for the same.
_HASH = 16
_NUMBER = 4
_ENTRY = _HASH - 1 + _NUMBER


class Repeat(NamedTuple):
    """A row that is the same as an earlier one."""

    number: int
    first: int


class Repeats:
    """Finds rows that have something in common, whose values are not kept.

    Example:
        >>> repeats = Repeats()
        >>> for number, key in enumerate([b"a", b"b", b"a", b"a"], 1):
        ...     repeats.add(key, number)
        >>> list(repeats)
        [Repeat(number=3, first=1), Repeat(number=4, first=1)]
    """

    def __init__(self) -> None:
        # A key of this process: what is remembered says nothing of the values.
        self._key = secrets.token_bytes(_HASH)
        # By the first byte of the hash, so that a search compares a few thousand of a million at a time.
        self._parts = [bytearray() for _ in range(256)]

    def add(self, content: bytes, number: int) -> None:
        """Remember the content of a row."""
        digest = blake2b(content, digest_size=_HASH, key=self._key).digest()
        self._parts[digest[0]] += digest[1:] + number.to_bytes(_NUMBER, "little")

    def __iter__(self) -> Iterator[Repeat]:
        """Yield each row that is the same as an earlier one, in the order of the rows."""
        repeats: list[Repeat] = []
        for part in self._parts:
            firsts: dict[bytes, int] = {}
            for at in range(0, len(part), _ENTRY):
                content = bytes(part[at : at + _HASH - 1])
                number = int.from_bytes(part[at + _HASH - 1 : at + _ENTRY], "little")
                first = firsts.setdefault(content, number)
                if first != number:
                    repeats.append(Repeat(number, first))
        yield from sorted(repeats)

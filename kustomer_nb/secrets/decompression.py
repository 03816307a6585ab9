"""A compressed body opened piece by piece and no further than is asked: gzip and deflate, as npm request."""

from __future__ import annotations

import zlib
from collections.abc import Iterable

_GZIP = b"\x1f"
_WINDOW = {"gzip": zlib.MAX_WBITS | 16, "deflate": zlib.MAX_WBITS}


class DecompressionError(ValueError):
    """A body is not of the encoding that its headers name."""


class Decompressor:
    """Opens a body of one encoding; of one that npm request does not know every byte stays as it is.

    Example:
        >>> bomb = zlib.compress(bytes(1_000_000))
        >>> len(Decompressor("deflate").take(bomb, 10))
        10
    """

    def __init__(self, encoding: str) -> None:
        self._window = _WINDOW.get(encoding.strip().lower())
        self._inflating = zlib.decompressobj(self._window) if self._window else None
        self._is_first = True

    def take(self, packed: bytes, room: int) -> bytes:
        """Return what a piece opens to, at most ``room`` bytes of it; what is beyond is lost.

        Raises:
            DecompressionError: it is not of that encoding.
        """
        if self._inflating is None:
            return packed[:room]
        opened = bytearray()
        try:
            while packed and len(opened) < room and self._goes_on(packed):
                opened += self._inflate(packed, room - len(opened))
                packed = self._inflating.unused_data or self._inflating.unconsumed_tail
        except zlib.error as error:
            raise DecompressionError(str(error)) from error
        return bytes(opened)

    def _goes_on(self, packed: bytes) -> bool:
        assert self._inflating is not None  # noqa: S101 - take() has looked
        if not self._inflating.eof:
            return True
        # Members of gzip may follow one another; anything else at the end is padding.
        if not packed.startswith(_GZIP) or self._window != _WINDOW["gzip"]:
            return False
        self._inflating = zlib.decompressobj(_WINDOW["gzip"])
        return True

    def _inflate(self, packed: bytes, room: int) -> bytes:
        assert self._inflating is not None  # noqa: S101 - take() has looked
        is_first, self._is_first = self._is_first, False
        try:
            return self._inflating.decompress(packed, room)
        except zlib.error:
            if not is_first or self._window != _WINDOW["deflate"]:
                raise
        # Servers mean two things by deflate; the other one has no header.
        self._inflating = zlib.decompressobj(-zlib.MAX_WBITS)
        return self._inflating.decompress(packed, room)


def encoding_of(headers: Iterable[tuple[str, str]]) -> str:
    """Return the encoding of a body as Node tells it: several headers make one value, which nobody knows."""
    return ", ".join(value for name, value in headers if name == "content-encoding")

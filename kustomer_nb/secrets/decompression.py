"""Incremental decompression of gzip and deflate with a size limit, as npm request decompresses them."""

from __future__ import annotations

import zlib
from collections.abc import Iterable

_GZIP = b"\x1f"
_WINDOW = {"gzip": zlib.MAX_WBITS | 16, "deflate": zlib.MAX_WBITS}


class DecompressionError(ValueError):
    """A body does not have the encoding that its headers name."""


class Decompressor:
    """Decompresses a body; one in an encoding unknown to npm request is returned unchanged.

    Example:
        >>> bomb = zlib.compress(bytes(1_000_000))
        >>> len(Decompressor("deflate").take(bomb, 10))
        10
    """

    def __init__(self, encoding: str) -> None:
        self._window = _WINDOW.get(encoding.strip().lower())
        self._inflating = zlib.decompressobj(self._window) if self._window else None
        self._is_first = True

    def take(self, chunk: bytes, room: int) -> bytes:
        """Return a decompressed chunk, cut to ``room`` bytes.

        Raises:
            DecompressionError: the chunk does not have that encoding.
        """
        if self._inflating is None:
            return chunk[:room]
        content = bytearray()
        try:
            while chunk and len(content) < room and self._has_more(chunk):
                content += self._inflate(chunk, room - len(content))
                chunk = self._inflating.unused_data or self._inflating.unconsumed_tail
        except zlib.error as error:
            raise DecompressionError(str(error)) from error
        return bytes(content)

    def _has_more(self, chunk: bytes) -> bool:
        assert self._inflating is not None  # noqa: S101 - take() has looked
        if not self._inflating.eof:
            return True
        # A gzip file may have several members (RFC 1952 section 2.2); anything else at the end is padding.
        if not chunk.startswith(_GZIP) or self._window != _WINDOW["gzip"]:
            return False
        self._inflating = zlib.decompressobj(_WINDOW["gzip"])
        return True

    def _inflate(self, chunk: bytes, room: int) -> bytes:
        assert self._inflating is not None  # noqa: S101 - take() has looked
        is_first, self._is_first = self._is_first, False
        try:
            return self._inflating.decompress(chunk, room)
        except zlib.error:
            if not is_first or self._window != _WINDOW["deflate"]:
                raise
        # Servers mean zlib or raw deflate by "deflate"; raw deflate has no header.
        self._inflating = zlib.decompressobj(-zlib.MAX_WBITS)
        return self._inflating.decompress(chunk, room)


def encoding_of(headers: Iterable[tuple[str, str]]) -> str:
    """Return the encoding of a body as Node does: several headers are joined, to an encoding nobody knows."""
    return ", ".join(value for name, value in headers if name == "content-encoding")

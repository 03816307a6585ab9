"""The text of a file as a value, and the bytes it is kept in."""

from __future__ import annotations

from typing import NamedTuple

BYTE_ORDER_MARK = "\ufeff"


class TextFile(NamedTuple):
    r"""A file's text, line ends as they are, and whether a byte order mark stands before it.

    Example:
        >>> TextFile("{}", has_mark=True).content
        b'\xef\xbb\xbf{}'
    """

    text: str
    has_mark: bool = False

    @property
    def content(self) -> bytes:
        """The bytes of the file."""
        return ((BYTE_ORDER_MARK if self.has_mark else "") + self.text).encode("utf-8")

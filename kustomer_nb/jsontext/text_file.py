"""The text of a file as a value, and the bytes that the file contains."""

from __future__ import annotations

import io
import os
import stat
from pathlib import Path
from typing import NamedTuple

BYTE_ORDER_MARK = "\ufeff"
MAX_SETTINGS_SIZE = 2**20


class TextFile(NamedTuple):
    r"""A file's text, with its line ends unchanged, and whether it begins with a byte order mark.

    ``is_hosted``: an editor such as JupyterLab reads and writes the file, and nothing here does.

    Example:
        >>> TextFile("{}", has_mark=True).content
        b'\xef\xbb\xbf{}'
    """

    text: str
    has_mark: bool = False
    is_hosted: bool = False

    @property
    def content(self) -> bytes:
        """The bytes of the file."""
        return ((BYTE_ORDER_MARK if self.has_mark else "") + self.text).encode("utf-8")


class UnsuitableFileError(OSError):
    """The file is not read: it is not a regular file, or it is too large to be a settings file."""


def read_settings(path: Path, *, encoding: str = "utf-8", errors: str = "strict") -> str:
    r"""Return the text of a settings file, which may be a link, with line ends converted to \n.

    A cloned project may contain a link to a device, which never ends, or a pipe, which nobody writes to.

    Raises:
        UnsuitableFileError: it is not a regular file, or larger than 1 MB.
        OSError: it cannot be read.
        UnicodeDecodeError: it does not have that encoding.
    """
    # Before opening it, because opening a device may already have an effect.
    _require_regular(path.stat())
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with os.fdopen(handle, "rb") as file:
        # And after, because it may have been replaced in between.
        _require_regular(os.fstat(handle))
        content = file.read(MAX_SETTINGS_SIZE + 1)
    if len(content) > MAX_SETTINGS_SIZE:
        message = f"it is larger than {MAX_SETTINGS_SIZE // 2**20} MB"
        raise UnsuitableFileError(message)
    return io.TextIOWrapper(io.BytesIO(content), encoding=encoding, errors=errors).read()


def _require_regular(status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        message = "it is not a regular file"
        raise UnsuitableFileError(message)

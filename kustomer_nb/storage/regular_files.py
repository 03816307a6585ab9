"""Opens a file for writing only if it is a regular file with one name: not a link, a pipe or a device.

A project that somebody else made may contain a link in place of a file that is written automatically.
"""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

# A string costs less than a Path where several files are opened each time an action runs.
StrPath = str | Path
# Windows has only O_BINARY of these; there the check before opening must suffice.
_FLAGS = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
# stat.IO_REPARSE_TAG_MOUNT_POINT, which only Windows has: a folder that acts as a link.
_JUNCTION = 0xA0000003
_KINDS = (
    (stat.S_ISLNK, "a symbolic link"),
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISSOCK, "a socket"),
)


class IrregularError(OSError):
    """A path that must not be written to, because it may lead anywhere; ``fix`` is what to do.

    Example:
        >>> error = IrregularError(Path("shop.json"), "a symbolic link")
        >>> error.strerror, error.fix
        ("'shop.json' is a symbolic link", 'remove it, or replace it with a copy.')
    """

    fix = "remove it, or replace it with a copy."

    def __init__(self, path: StrPath, kind: str) -> None:
        super().__init__(errno.ELOOP, f"'{path}' is {kind}")


def open_regular(path: StrPath, flags: int, mode: int = 0o666, *, is_shared: bool = False) -> int:
    """Return a handle on a regular file, without following a link or waiting for a pipe.

    A file with another name (a hard link) is refused unless ``is_shared``: what is written to it would
    also appear under the other name.

    Raises:
        IrregularError: the path is not a regular file.
        OSError: it cannot be opened.
    """
    # Before opening, because opening a device may have an effect.
    require_regular(path, is_shared=is_shared)
    handle = os.open(path, flags | _FLAGS, mode)
    try:
        # Again, because it may have been replaced in between.
        _require(path, os.fstat(handle), is_shared=is_shared)
    except OSError:
        os.close(handle)
        raise
    return handle


def read_regular(path: StrPath, largest: int = -1) -> bytes:
    """Return the first ``largest`` bytes of a regular file, which may have other names; all by default.

    Raises:
        IrregularError: the path is not a regular file.
        OSError: it cannot be read.
    """
    handle = open_regular(path, os.O_RDONLY, is_shared=True)
    if largest < 0:
        with os.fdopen(handle, "rb") as file:
            return file.read()
    try:
        # A regular file is read at once; a file object would ask the system five more times.
        return os.read(handle, largest)
    finally:
        os.close(handle)


def require_regular(path: StrPath, *, is_shared: bool = False) -> os.stat_result | None:
    """Refuse a path that exists and is not a regular file; return its status, None if there is no file.

    Raises:
        IrregularError: it is not a regular file.
        OSError: its status cannot be read.
    """
    try:
        status = os.lstat(path)
    except FileNotFoundError:
        return None
    _require(path, status, is_shared=is_shared)
    return status


def require_folder(path: StrPath) -> None:
    """Refuse a path that is not a folder; a link to a folder is refused too.

    Raises:
        IrregularError: it is not a folder.
        OSError: it does not exist, or its status cannot be read.
    """
    status = os.lstat(path)
    if not stat.S_ISDIR(status.st_mode):
        raise IrregularError(path, _kind(status))
    if getattr(status, "st_reparse_tag", None) == _JUNCTION:
        raise IrregularError(path, "a junction")


def _require(path: StrPath, status: os.stat_result, *, is_shared: bool) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise IrregularError(path, _kind(status))
    if status.st_nlink > 1 and not is_shared:
        raise IrregularError(path, "a hard link: the same file has another name")


def _kind(status: os.stat_result) -> str:
    if stat.S_ISREG(status.st_mode):
        return "a file"
    return next((name for is_kind, name in _KINDS if is_kind(status.st_mode)), "a device")

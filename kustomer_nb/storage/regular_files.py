"""Files opened for writing only where they are regular files of their own: no link, no pipe, no device."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

# Of these Windows has O_BINARY alone; there the check before opening has to do.
_FLAGS = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
# stat.IO_REPARSE_TAG_MOUNT_POINT, of Windows alone: a folder that leads elsewhere as a link does.
_JUNCTION = 0xA0000003
_KINDS = (
    (stat.S_ISLNK, "a symbolic link"),
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISSOCK, "a socket"),
)


class IrregularError(OSError):
    """A path that must not be written to, for what is there may lead anywhere; ``fix`` is what to do.

    Example:
        >>> error = IrregularError(Path("shop.json"), "a symbolic link")
        >>> error.strerror, error.fix
        ("'shop.json' is a symbolic link", 'remove it, or put a copy in its place.')
    """

    fix = "remove it, or put a copy in its place."

    def __init__(self, path: Path, kind: str) -> None:
        super().__init__(errno.ELOOP, f"'{path}' is {kind}")


def open_regular(path: Path, flags: int, mode: int = 0o666, *, is_shared: bool = False) -> int:
    """Return a handle on a regular file; no link is followed and no pipe waited for.

    A file that has another name (a hard link) is refused unless ``is_shared``: what is added to it would
    be added to the other one too.

    Raises:
        IrregularError: something else is there.
        OSError: it cannot be opened.
    """
    # Before opening, because opening a device may already do something.
    require_regular(path, is_shared=is_shared)
    handle = os.open(path, flags | _FLAGS, mode)
    try:
        # Again, because it may have been replaced between the two.
        _require(path, os.fstat(handle), is_shared=is_shared)
    except OSError:
        os.close(handle)
        raise
    return handle


def read_regular(path: Path, largest: int = -1) -> bytes:
    """Return the content of a regular file, which may have other names, or its first bytes.

    Raises:
        IrregularError: something else is there.
        OSError: it cannot be read.
    """
    with os.fdopen(open_regular(path, os.O_RDONLY, is_shared=True), "rb") as file:
        return file.read(largest)


def require_regular(path: Path, *, is_shared: bool = False) -> None:
    """Refuse a path where something else than a regular file is; nothing may be there.

    Raises:
        IrregularError: something else is there.
        OSError: it cannot be looked at.
    """
    try:
        status = path.lstat()
    except FileNotFoundError:
        return
    _require(path, status, is_shared=is_shared)


def require_folder(path: Path) -> None:
    """Refuse a path where something else than a folder is, a link to one included.

    Raises:
        IrregularError: something else is there.
        OSError: nothing is there, or it cannot be looked at.
    """
    status = path.lstat()
    if not stat.S_ISDIR(status.st_mode):
        raise IrregularError(path, _kind(status))
    if getattr(status, "st_reparse_tag", None) == _JUNCTION:
        raise IrregularError(path, "a junction")


def _require(path: Path, status: os.stat_result, *, is_shared: bool) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise IrregularError(path, _kind(status))
    if status.st_nlink > 1 and not is_shared:
        raise IrregularError(path, "a hard link: the same file has another name")


def _kind(status: os.stat_result) -> str:
    if stat.S_ISREG(status.st_mode):
        return "a file"
    return next((name for is_kind, name in _KINDS if is_kind(status.st_mode)), "a device")

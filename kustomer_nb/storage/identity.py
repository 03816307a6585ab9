"""Which file a path leads to, whatever the path."""

from __future__ import annotations

import os
from collections.abc import Hashable
from pathlib import Path


def file_identity(path: str | Path) -> Hashable:
    """Return what two paths have in common if and only if they lead to the same file.

    Paths differ where a link is on the way, where the system takes ``Shop.json`` for ``shop.json``, or has
    two ways to write an accent, as macOS does; there ``os.path.realpath`` leaves both as they are.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "shop.json"
        >>> _ = path.write_text("{}"), (path.parent / "link.json").symlink_to(path)
        >>> file_identity(path) == file_identity(path.parent / "link.json")
        True
    """
    try:
        status = os.stat(path)  # noqa: PTH116 - a tenth of the time of Path.stat
    except ValueError:
        # It contains a null character.
        return str(path)
    except OSError:
        status = None
    if status is None or not status.st_ino:
        # There is no such file, or its file system numbers none.
        return os.path.normcase(os.path.realpath(path))
    return status.st_dev, status.st_ino

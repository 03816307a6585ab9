"""Whether this is Windows, whose files, waits and shells differ from those of other systems."""

from __future__ import annotations

import os

ON_WINDOWS: bool = os.name == "nt"


def with_slashes(path: str) -> str:
    r"""Return a path that is written in a shared file, as every system reads it.

    Example:
        >>> with_slashes(r"..\orders\shop.json")
        '../orders/shop.json'
    """
    # A file whose name has a backslash in it could not even be checked out on Windows.
    return path.replace("\\", "/")

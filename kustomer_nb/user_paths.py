"""Paths as people type them, with ``~`` for a home folder."""

from __future__ import annotations

import os
from pathlib import Path


def user_path(path: str | Path) -> Path:
    """Return a path with the home folder in place of ``~``; of a user that is unknown it stays.

    Example:
        >>> user_path("~no-such-user/shop.json").as_posix()
        '~no-such-user/shop.json'
    """
    return Path(os.path.expanduser(path))  # noqa: PTH111 - Path.expanduser raises for an unknown user

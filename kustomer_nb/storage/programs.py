"""Finds the programs that are started: git and Node."""

from __future__ import annotations

import os
import shutil

from kustomer_nb.on_windows import ON_WINDOWS


def find_program(name: str) -> str | None:
    """Return the path of a program in a folder of the PATH; None if there is none.

    Windows would look in the current folder first, and a cloned project may contain a ``git.exe``.

    Example:
        >>> find_program("no-such-program")
    """
    if not ON_WINDOWS:
        return shutil.which(name)
    folders = (folder.strip('"') for folder in os.environ.get("PATH", "").split(os.pathsep))
    # Strings: a folder of the PATH may be anything.
    paths = (f"{folder}{os.sep}{name}.exe" for folder in folders if os.path.isabs(folder))  # noqa: PTH117
    return next((path for path in paths if os.path.isfile(path)), None)  # noqa: PTH113

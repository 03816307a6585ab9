"""Walks folders as every search of this package does: dependencies and hidden folders are passed over."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from kustomer_nb.definition import is_definition_name

# Dependencies, and what Python leaves behind. Names that begin with a dot, such as .git, are skipped too.
_SKIPPED = frozenset({"node_modules", "__pycache__"})


def files_below(folder: Path, is_wanted: Callable[[str], bool]) -> Iterator[Path]:
    """Yield the files of a folder and all below it whose name is wanted, in the same order on every system.

    Example:
        >>> import tempfile
        >>> folder = Path(tempfile.mkdtemp())
        >>> for name in ("b.txt", "a.txt", "node_modules/c.txt", ".git/d.txt"):
        ...     (folder / name).parent.mkdir(exist_ok=True)
        ...     _ = (folder / name).write_text("")
        >>> [path.name for path in files_below(folder, lambda name: name.endswith(".txt"))]
        ['a.txt', 'b.txt']
    """
    for parent, folders, names in os.walk(folder):
        # In place, as os.walk requires to skip a folder.
        folders[:] = sorted(name for name in folders if name not in _SKIPPED and not name.startswith("."))
        yield from (Path(parent, name) for name in sorted(names) if is_wanted(name))


def definitions_below(folder: Path) -> Iterator[Path]:
    """Yield the files of a folder and all below it that definitions may be in by their names; no links."""
    return (path for path in files_below(folder, is_definition_name) if not path.is_symlink())

"""The names of the cases in a folder, of which no two should be the same."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from kustomer_nb.jsontext.caches import FileState, file_state

from .model import CASE_SUFFIX

# Thousands of cases may be saved one after another: for each, the names of all others are not read again. Who
# edits a file meanwhile takes longer than that.
_PAUSE = 2.0


@dataclass
class _Folder:
    """The names in a folder, each with its file, the state of the folder, and the time of their last use."""

    path: Path
    state: FileState
    names: dict[str, Path]
    time: float


_latest: _Folder | None = None


def namesake(path: Path, name: str) -> Path | None:
    """Return the file of a case that would be replaced, or that has the same name in the same folder."""
    if os.path.lexists(path):
        return path
    try:
        return _names_in(path.parent).get(name)
    except OSError:
        return None


def add_name(path: Path, name: str, *, is_new: bool) -> None:
    """Add the name of a case that was just written, if those of its folder are known."""
    global _latest
    if not is_new:
        # The file had another name before.
        _latest = None
    elif _latest is not None and _latest.path == path.parent:
        _latest.names.setdefault(name, path)
        _latest.state, _ = file_state(os.fspath(path.parent))
        _latest.time = monotonic()


def _names_in(folder: Path) -> dict[str, Path]:
    global _latest
    state, _ = file_state(os.fspath(folder))
    known = _latest
    if known is None or known.path != folder or known.state != state or monotonic() - known.time > _PAUSE:
        names: dict[str, Path] = {}
        for path in sorted(folder.glob(f"*{CASE_SUFFIX}")):
            name = _name_in(path)
            if name is not None:
                names.setdefault(name, path)
        known = _latest = _Folder(folder, state, names, monotonic())
    return known.names


def _name_in(path: Path) -> str | None:
    try:
        value = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        return None
    name = value.get("name") if isinstance(value, dict) else None
    return name if isinstance(name, str) else None

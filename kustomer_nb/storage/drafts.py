"""Keeps the unsaved text of definitions in ``.kustomer-nb/drafts``, until it is saved or discarded.

Each session writes a file of its own, so that two of them never overwrite each other's text. A process holds
a lock file as long as it lives: what it keeps is not removed by another one.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import secrets
import stat
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from .locks import (
    FOLDER,
    file_in,
    hold,
    is_held,
    locked,
    private_folder,
    replace,
    require_ignored,
    require_private,
)
from .regular_files import read_regular, require_folder

DRAFTS = "drafts"
VERSION = 1
# Older ones end first, unless their process is alive.
MOST = 50
MAX_TOTAL_BYTES = 40 * 2**20
# Bytes; a text that is too long for the editor is never edited there.
LARGEST = 10 * 2**20
OLDEST = 90 * 86_400.0
PATIENCE = 0.4
_LOCK = "drafts.lock"
_SUFFIX = ".json"
_ALIVE = ".alive"
_ID_BYTES = 8
# By folder: what this process is called there, the handle of its lock, and its id, which a fork changes.
_HELD: dict[Path, tuple[str, int, int]] = {}


@dataclass(frozen=True)
class Draft:
    """The unsaved text of a definition, as one session had it last.

    ``path`` is the path of its file within the project, empty if it has none. ``base`` is the `text_hash` of
    the file that the text began from, and ``process`` names the process of the session.
    """

    id: str
    path: str
    name: str
    base: str
    at: datetime
    text: str
    process: str = ""


def new_id() -> str:
    """Return the id of a new draft."""
    return secrets.token_hex(_ID_BYTES)


def text_hash(content: bytes) -> str:
    """Return what tells one text of a file from another.

    Example:
        >>> text_hash(b"{}")[:8]
        '44136fa3'
    """
    return hashlib.sha256(content).hexdigest()


def write_draft(root: Path, draft: Draft) -> None:
    """Write the draft of a session in place of its last one; the oldest ones end if there are too many.

    Raises:
        TimeoutError: another process is writing drafts.
        ValueError: the text is too long to be kept.
        OSError: the folder or the file cannot be used.
    """
    content = _content({**_fields(draft), "process": _hold_process(root)})
    if len(content) > LARGEST:
        msg = f"it is longer than {LARGEST // 2**20} MB"
        raise ValueError(msg)
    folder = _writable_folder(root)
    with locked(file_in(folder, _LOCK), patience=PATIENCE):
        replace(folder / f"{draft.id}{_SUFFIX}", content, mode=0o600)
        _remove_oldest(folder, keep=draft.id)


def read_drafts(root: Path) -> list[Draft]:
    """Return the drafts of a project, newest first; none if there is no folder, or it cannot be read."""
    folder = root / FOLDER / DRAFTS
    drafts = (_read(path) for path, _ in _files(folder))
    return sorted((draft for draft in drafts if draft), key=lambda draft: draft.at, reverse=True)


def end_draft(root: Path, id: str) -> None:
    """Remove a draft; without one, do nothing.

    Raises:
        OSError: it cannot be removed.
    """
    folder = root / FOLDER / DRAFTS
    with contextlib.suppress(FileNotFoundError):
        require_folder(folder)
        (folder / f"{id}{_SUFFIX}").unlink()


def is_elsewhere(root: Path, draft: Draft) -> bool:
    """Return whether another process has the text of a draft open: then the draft is not ours to end."""
    folder = root / FOLDER / DRAFTS
    held = _HELD.get(folder)
    if held is not None and held[0] == draft.process and held[2] == os.getpid():
        return False
    return _is_alive(folder, draft.process)


def _is_alive(folder: Path, process: str) -> bool:
    try:
        return bool(process) and is_held(folder / f"{process}{_ALIVE}")
    except OSError:
        # Without locks nobody can tell, and a text that nobody offers would be lost.
        return False


def _hold_process(root: Path) -> str:
    """Return what this process is called in a folder of drafts, whose lock file it holds until it ends."""
    folder = _writable_folder(root)
    held = _HELD.get(folder)
    if held is None or held[2] != os.getpid() or not (folder / f"{held[0]}{_ALIVE}").exists():
        name = new_id()
        handle = hold(folder / f"{name}{_ALIVE}")
        if handle is None:
            raise TimeoutError
        held = _HELD[folder] = (name, handle, os.getpid())
    return held[0]


def _writable_folder(root: Path) -> Path:
    private = private_folder(root)
    require_ignored(private, DRAFTS)
    folder = private / DRAFTS
    require_private(folder)
    require_ignored(folder, f"draft{_SUFFIX}")
    return folder


def _fields(draft: Draft) -> dict[str, Any]:
    return {
        "version": VERSION,
        "path": draft.path,
        "name": draft.name,
        "base": draft.base,
        "at": draft.at.isoformat(),
        "text": draft.text,
    }


def _content(fields: dict[str, Any]) -> bytes:
    # Half of a surrogate pair, which UTF-8 cannot encode, becomes its JSON escape.
    return json.dumps(fields, ensure_ascii=False).encode("utf-8", "backslashreplace")


def _read(path: Path) -> Draft | None:
    """Return a draft; None if its file is none, or of a later version."""
    try:
        content = read_regular(path, LARGEST + 1)
        fields = json.loads(content)
        if len(content) > LARGEST or fields["version"] != VERSION:
            return None
        texts = {name: fields[name] for name in ("path", "name", "base", "text", "process")}
        at = datetime.fromisoformat(fields["at"])
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        return None
    is_draft = all(isinstance(text, str) for text in texts.values()) and at.tzinfo is not None
    return Draft(path.stem, at=at, **texts) if is_draft else None


def _files(folder: Path) -> Iterator[tuple[Path, os.stat_result]]:
    """Yield the files of drafts, in no order."""
    try:
        require_folder(folder)
        paths = [path for path in folder.iterdir() if path.suffix == _SUFFIX]
    except OSError:
        return
    for path in paths:
        # It may have ended meanwhile.
        with contextlib.suppress(OSError):
            status = path.lstat()
            if stat.S_ISREG(status.st_mode):
                yield path, status


def _remove_oldest(folder: Path, *, keep: str) -> None:
    """Remove drafts that are too old, or too many, and the lock files of processes that have ended."""
    files = sorted(_files(folder), key=lambda item: item[1].st_mtime, reverse=True)
    oldest, total = time.time() - OLDEST, 0
    for number, (path, status) in enumerate(files):
        total += status.st_size
        is_kept = number < MOST and total <= MAX_TOTAL_BYTES and status.st_mtime >= oldest
        if not is_kept and path.stem != keep and not _is_in_use(folder, path):
            _remove(path)
    for lock in folder.glob(f"*{_ALIVE}"):
        if not _is_alive(folder, lock.stem):
            _remove(lock)


def _is_in_use(folder: Path, path: Path) -> bool:
    draft = _read(path)
    return draft is not None and _is_alive(folder, draft.process)


def _remove(path: Path) -> None:
    with contextlib.suppress(OSError):
        path.unlink()

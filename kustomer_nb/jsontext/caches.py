"""Results that are cached while what they were made of stays the same: a file, or a JSON value.

A run reads the same few files, schemas and templates as the one before.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Hashable
from marshal import dumps
from pathlib import Path
from typing import Any, Generic, TypeVar

T = TypeVar("T")

MOST_ENTRIES = 64
# What is made of a larger one takes too much memory to be cached.
LARGEST_FILE = 4 * 2**20
# Two changes within one tick of a file system's clock leave the same time behind. A tick is 10 ms at most, or
# one second, or two on FAT.
_TICK = 100_000_000
_LONG_TICK = 3_000_000_000
_SECOND = 1_000_000_000


class ValueCache(Generic[T]):
    """Results of one function for JSON values, each cached until its value is changed in place.

    Example:
        >>> lengths = ValueCache(len)
        >>> names = ["a"]
        >>> lengths.get(names), names.append("b"), lengths.get(names)
        (1, None, 2)
        >>> texts = ValueCache(str)
        >>> flag = {"is": 1}
        >>> texts.get(flag), flag.update({"is": True}), texts.get(flag)
        ("{'is': 1}", None, "{'is': True}")
    """

    __slots__ = ("_entries", "_make")

    def __init__(self, make: Callable[[Any], T]) -> None:
        self._make = make
        # The value is held as well: another one could be given its id otherwise.
        self._entries: dict[int, tuple[Any, bytes, T]] = {}

    def get(self, value: Any) -> T:
        """Return the result for a value; it is shared, so nobody may change it."""
        entry = self._entries.get(id(value))
        try:
            # Its bytes tell apart what is equal in Python: 1 and true, and members in another order.
            # Version 2 is the last without references, which depend on what else refers to a value.
            content = dumps(value, 2)
        except ValueError:
            # Nested too deeply, or not JSON.
            return self._make(value)
        # Comparing is a hundred times quicker than making most results.
        if entry is not None and entry[0] is value and entry[1] == content:
            return entry[2]
        result = self._make(value)
        if len(self._entries) >= MOST_ENTRIES:
            self._entries.clear()
        self._entries[id(value)] = (value, content, result)
        return result


FileState = tuple[int, ...]
_FILES: dict[tuple[Hashable, ...], tuple[FileState, Any]] = {}


def parsed_file(path: str | Path, parse: Callable[[], T], *key: Hashable) -> T:
    """Return ``parse()``, or what it returned before if the file at ``path`` is as it was then.

    ``key`` tells apart what is made of one file in several ways. What is returned is shared, so nobody may
    change it. An error of ``parse`` is raised each time.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "a.txt"
        >>> _ = path.write_text("one")
        >>> parsed_file(path, path.read_text), parsed_file(path, lambda: "another way", "key")
        ('one', 'another way')
    """
    path = os.fspath(path)
    state = _state_of(path)
    if state is None:
        return parse()
    name = (path, *key)
    entry = _FILES.get(name)
    if entry is not None and entry[0] == state:
        value: T = entry[1]
        return value
    value = parse()
    # The file may have changed meanwhile, and a missing one is in the same state whenever it is missing.
    if _state_of(path) != state:
        return value
    if len(_FILES) >= MOST_ENTRIES:
        _FILES.clear()
    _FILES[name] = (state, value)
    return value


def _state_of(path: str) -> FileState | None:
    """Return what changes with the file; None if it may change without that, or cannot be looked at."""
    try:
        state, is_settled = file_state(path)
    except (OSError, ValueError):
        return None
    return state if is_settled and (not state or state[3] <= LARGEST_FILE) else None


def file_state(path: str) -> tuple[FileState, bool]:
    """Return what changes with a file, and whether it must change; it is empty if there is no file.

    Of a file that changed just now it need not: the next change may leave the same size and times behind.

    Raises:
        OSError: it cannot be looked at.
        ValueError: the path contains a null character.
    """
    try:
        status = os.stat(path)  # noqa: PTH116 - a tenth of the time of Path.stat
    except FileNotFoundError:
        return (), True
    state = (
        status.st_dev,
        status.st_ino,
        status.st_mode,
        status.st_size,
        status.st_mtime_ns,
        status.st_ctime_ns,
    )
    now = time.time_ns()
    # A time that is yet to come was set by hand, and the next change does not leave it behind.
    was_set = status.st_mtime_ns > now >= status.st_ctime_ns
    changed = status.st_ctime_ns if was_set else max(status.st_mtime_ns, status.st_ctime_ns)
    return state, now - changed >= (_TICK if changed % _SECOND else _LONG_TICK)

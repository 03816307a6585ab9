"""``.kustomer-nb/history.jsonl``: lines added so that no end of a process loses or breaks an earlier one."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Diagnostic, Severity
from kustomer_nb.errors import LoadError
from kustomer_nb.jsontext.javascript import stringify
from kustomer_nb.storage.locks import FOLDER, locked, private_folder, replace, require_ignored
from kustomer_nb.storage.regular_files import IrregularError, open_regular, read_regular, require_folder

LONGEST = 256 * 2**10
DEEPEST = 100
# A line without these is none.
_STAYS = frozenset({"version", "at"})
_Place = tuple[str, ...]


def written(line: Mapping[str, Any]) -> bytes:
    r"""Return a line as it is written, at most 256 kB of it.

    Of a longer one the longest parts are left out until it fits, of ``request`` and ``response`` their
    headers or body alone; so is what is nested deeper than 100 levels, which might not be read again.
    ``cut`` names what is left out.

    Example:
        >>> written({"version": 1, "output": "é"}).decode()
        '{"version":1,"output":"é"}\n'
        >>> written({"version": 1, "response": {"statusCode": 200, "body": "x" * 300_000}})
        b'{"version":1,"response":{"statusCode":200},"cut":["response.body"]}\n'
    """
    left = {place: item for place, item in _parts(line) if not is_flat(item)}
    content = _text(line, left)
    if len(content) <= LONGEST:
        return content
    sizes = {place: len(_json(item)) for place, item in _parts(line) if place not in left}
    for place in sorted(sizes, key=lambda place: sizes[place], reverse=True):
        left[place] = None
        content = _text(line, left)
        if len(content) <= LONGEST:
            break
    return content


def _parts(line: Mapping[str, Any]) -> Iterator[tuple[_Place, Any]]:
    for name, item in line.items():
        if name in ("request", "response") and isinstance(item, Mapping):
            yield from (((name, inner), part) for inner, part in item.items())
        elif name not in _STAYS:
            yield (name,), item


def _text(line: Mapping[str, Any], left: Mapping[_Place, Any]) -> bytes:
    kept: dict[str, Any] = {name: item for name, item in line.items() if (name,) not in left}
    for name, *inner in left:
        if inner:
            kept[name] = {key: part for key, part in kept[name].items() if (name, key) not in left}
    return _json({**kept, "cut": [".".join(place) for place in left]} if left else kept) + b"\n"


def _json(value: Any) -> bytes:
    return (stringify(value) or "").encode("utf-8", "backslashreplace")


def is_flat(value: Any, deepest: int = DEEPEST) -> bool:
    """Return whether a value is nested no deeper than that many levels.

    Example:
        >>> is_flat([[1]], 3), is_flat([[1]], 2)
        (True, False)
    """
    level = [value]
    for _ in range(deepest):
        level = [part for item in level for part in _inside(item)]
        if not level:
            return True
    return False


def _inside(value: Any) -> Any:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, (list, tuple)) else ()


FILE = "history.jsonl"
VARIABLE = "KUSTOMER_NB_HISTORY"
LARGEST = 20 * 2**20
MOST = 10_000
# A run that was cancelled gives its cell back within half a second, whoever holds the lock.
PATIENCE = 0.4
# Others hold the lock for less than a millisecond: who waits longer than needed keeps a kernel waiting.
_PAUSE = 0.002
# Counting lines means reading the file, so they are counted this often while it grows to its largest.
_COUNTS = 20


def is_on() -> bool:
    """Return whether the environment lets a history be kept: KUSTOMER_NB_HISTORY is not ``off``."""
    return os.environ.get(VARIABLE, "").lower() not in {"off", "0", "false", "no"}


def append(
    root: Path, line: Mapping[str, Any], *, most: int = MOST, largest: int = LARGEST
) -> Diagnostic | None:
    r"""Add a line to the history of a project, and return what kept it from being written.

    ``line`` is JSON, and holds no secret any more. Several processes may add at once. What makes a line
    longer than 256 kB is left out of it, and named in ``cut``. Of a file over ``largest`` bytes the newer
    half stays, and the newest ``most // 2`` lines of one that has more than ``most``, which is looked at
    each time a twentieth of ``largest`` has been added.

    Example:
        >>> import tempfile
        >>> project = Path(tempfile.mkdtemp())
        >>> append(project, {"version": 1, "action": "find"})
        >>> (project / ".kustomer-nb" / "history.jsonl").read_text()
        '{"version":1,"action":"find"}\n'
    """
    content = written(line)
    try:
        path = private_folder(root) / FILE
        require_ignored(path.parent, FILE)
        with locked(path.with_suffix(".lock"), patience=PATIENCE, pause=_PAUSE):
            size = _add(path, content)
            if size > largest or most < _count(path, size, len(content), largest):
                _trim(path, largest // 2, most // 2)
    except OSError as error:
        # Without a reason it is the lock, which others hold.
        reason = error.strerror or "it cannot be held against other processes"
        message = f"the run could not be added to {FOLDER}/{FILE}: {reason}."
        way = error.fix.rstrip(".") if isinstance(error, IrregularError) else "let the folder be written to"
        fix = f"{way}, or set {VARIABLE}=off."
        return Diagnostic(Code.HISTORY_UNAVAILABLE, Severity.WARNING, "", message, fix)
    return None


def lines(root: Path) -> tuple[bytes, ...]:
    """Return the lines of a history, oldest first; none where there is none.

    Raises:
        LoadError: it is there, and cannot be read.
    """
    private = root / FOLDER
    try:
        require_folder(private)
        content = read_regular(private / FILE)
    except FileNotFoundError:
        return ()
    except OSError as error:
        message = f"the history {FOLDER}/{FILE} cannot be read: {error.strerror}."
        fix = "look at who may read it, or remove it."
        fix = error.fix if isinstance(error, IrregularError) else fix
        raise LoadError([Diagnostic(Code.HISTORY_UNAVAILABLE, Severity.ERROR, "", message, fix)]) from error
    return tuple(line for line in content.split(b"\n") if line)


def _add(path: Path, content: bytes) -> int:
    """Add a line in one write and return the size; what a killed process left half written is closed off."""
    handle = open_regular(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        size = os.fstat(handle).st_size
        if size:
            os.lseek(handle, size - 1, os.SEEK_SET)
            if os.read(handle, 1) != b"\n":
                content = b"\n" + content
        left = memoryview(content)
        while left:
            left = left[os.write(handle, left) :]
        return size + len(content)
    finally:
        os.close(handle)


def _count(path: Path, size: int, added: int, largest: int) -> int:
    """Return how many lines there are, 0 while it is too early to look."""
    stride = max(1, largest // _COUNTS)
    is_time = size // stride != (size - added) // stride
    return read_regular(path).count(b"\n") if is_time else 0


def _trim(path: Path, size: int, count: int) -> None:
    """Leave the newest lines, one at least, at once: the file is the old one or the new one."""
    kept = b"\n".join(read_regular(path).split(b"\n")[-max(count, 1) - 1 :])
    newest = kept.rfind(b"\n", 0, -1) + 1
    start = kept.find(b"\n", len(kept) - size - 1) + 1 if len(kept) > size else 0
    replace(path, kept[min(start, newest) :], mode=0o600)

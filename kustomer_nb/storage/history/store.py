"""``.kustomer-nb/history.jsonl``: lines are added so that a killed process cannot damage earlier ones."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Diagnostic, Severity
from kustomer_nb.errors import LoadError
from kustomer_nb.jsontext.serialization import stringify
from kustomer_nb.storage.locks import FOLDER, file_in, locked, replace, require_ignored, require_private
from kustomer_nb.storage.regular_files import (
    IrregularError,
    StrPath,
    open_regular,
    read_regular,
    require_folder,
)

MAX_LINE_BYTES = 256 * 2**10
# Python's json fails on about 1,000 levels; 100 leaves room for whatever reads a line.
MAX_DEPTH = 100
# Without these a line cannot be read.
_REQUIRED = frozenset({"version", "at"})
_TRUNCATED = "truncated"
_CONTAINERS = (dict, list, tuple)
# In C, and without a look for cycles: the output of a run has an end.
_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, check_circular=False, separators=(",", ":"))
# Turns every digit into a zero; an integer that is not a double has at least sixteen.
_DIGITS = bytes.maketrans(b"123456789", b"000000000")
_LONG = b"0" * 16
# The keys that lead to a part: ("output",) or ("response", "body").
_Path = tuple[str, ...]


def serialize_line(line: Mapping[str, Any]) -> bytes:
    r"""Return a line as it is written to the file, at most 256 kB long.

    If it is longer, its largest parts are omitted until it fits; of ``request`` and ``response`` only their
    members are. A part nested deeper than 100 levels is omitted too, because it might not be readable.
    ``truncated`` names what was omitted.

    Example:
        >>> serialize_line({"version": 1, "output": "é"}).decode()
        '{"version":1,"output":"é"}\n'
        >>> serialize_line({"version": 1, "response": {"statusCode": 200, "body": "x" * 300_000}})
        b'{"version":1,"response":{"statusCode":200},"truncated":["response.body"]}\n'
    """
    content = _json(line) + b"\n"
    # Few brackets cannot be nested deeply, and most lines have few: to look through all values takes longer.
    is_flat_line = content.count(b"{") + content.count(b"[") <= MAX_DEPTH
    # A dict for its order: `truncated` names first what was too deep, then the largest.
    omitted = {} if is_flat_line else {path: None for path, part in _parts(line) if not is_flat(part)}
    if omitted:
        content = _json(_without(line, omitted)) + b"\n"
    if len(content) <= MAX_LINE_BYTES:
        return content
    sizes = {path: len(_json(part)) for path, part in _parts(line) if path not in omitted}
    for path in sorted(sizes, key=lambda path: sizes[path], reverse=True):
        omitted[path] = None
        content = _json(_without(line, omitted)) + b"\n"
        if len(content) <= MAX_LINE_BYTES:
            break
    return content


def without_too_large(line: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a line without the parts that are longer than a line, which ``truncated`` then names.

    Takes no longer for a larger part: it is read only up to the length of a line.
    """
    omitted = {path: None for path, part in _parts(line) if _is_too_large(part)}
    return _without(line, omitted) if omitted else line


def _is_too_large(part: Any) -> bool:
    length = 0
    try:
        for piece in _ENCODER.iterencode(part):
            length += len(piece)
            if length > MAX_LINE_BYTES:
                return True
    except (TypeError, ValueError, RecursionError):
        # UNDEFINED, NaN, or nested too deeply: `serialize_line` decides.
        return False
    return False


def _parts(line: Mapping[str, Any]) -> Iterator[tuple[_Path, Any]]:
    for name, value in line.items():
        if name in ("request", "response") and isinstance(value, Mapping):
            # Method, URL and status stay readable in a line whose body is too large.
            yield from (((name, key), part) for key, part in value.items())
        elif name not in _REQUIRED and name != _TRUNCATED:
            yield (name,), value


def _without(line: Mapping[str, Any], omitted: Mapping[_Path, None]) -> dict[str, Any]:
    members: dict[str, Any] = {name: value for name, value in line.items() if (name,) not in omitted}
    for name, *inner in omitted:
        if inner:
            members[name] = {key: part for key, part in members[name].items() if (name, key) not in omitted}
    members[_TRUNCATED] = [*line.get(_TRUNCATED, ()), *(".".join(path) for path in omitted)]
    return members


def _json(value: Any) -> bytes:
    """Return a value as JSON that Python reads: 3.0 stays 3.0, and the order of keys stays."""
    try:
        # Half of a surrogate pair, which UTF-8 cannot encode, becomes its JSON escape.
        content = _ENCODER.encode(value).encode("utf-8", "backslashreplace")
    except (TypeError, ValueError, RecursionError):
        # UNDEFINED, NaN, or nested too deeply.
        content = b""
    if not content or _LONG in content.translate(_DIGITS):
        # JavaScript rounds a long integer. One of more than 4,300 digits would not be read.
        return (stringify(value) or "").encode("utf-8", "backslashreplace")
    return content


def is_flat(value: Any, deepest: int = MAX_DEPTH) -> bool:
    """Return whether a value is nested at most ``deepest`` levels deep.

    Example:
        >>> is_flat([[1]], 3), is_flat([[1]], 2)
        (True, False)
    """
    # Level by level instead of recursively: the value may be deeper than Python recurses.
    level = [value]
    for _ in range(deepest):
        level = [part for item in level if isinstance(item, _CONTAINERS) for part in _children(item)]
        if not level:
            return True
    return False


def _children(container: Any) -> Any:
    return container.values() if isinstance(container, dict) else container


FILE = "history.jsonl"
_LOCK = "history.lock"
MAX_FILE_BYTES = 20 * 2**20
MAX_LINES = 10_000
# A cancelled run must end its cell within half a second, even if another process holds the lock.
PATIENCE = 0.4
# Other processes hold the lock for less than a millisecond; a longer pause would delay the run for nothing.
_PAUSE = 0.002
# Counting lines means reading the file, so it is done only this often while the file grows to its limit.
_COUNTS = 20


def append(
    root: Path, line: Mapping[str, Any], *, most: int = MAX_LINES, largest: int = MAX_FILE_BYTES
) -> Diagnostic | None:
    r"""Add a line to the history of a project, and return why it could not be written, if so.

    ``line`` is JSON whose secrets are removed. Several processes may add lines at once. What makes a line
    longer than 256 kB is omitted and named in ``truncated``. A file over ``largest`` bytes is reduced to its
    newer half, one of more than ``most`` lines to the newest ``most // 2``. The lines are counted each time
    a twentieth of ``largest`` was added.

    Example:
        >>> import tempfile
        >>> project = Path(tempfile.mkdtemp())
        >>> append(project, {"version": 1, "action": "find"})
        >>> (project / ".kustomer-nb" / "history.jsonl").read_text()
        '{"version":1,"action":"find"}\n'
    """
    return append_serialized(root, serialize_line(line), most=most, largest=largest)


def append_serialized(
    root: Path, content: bytes, *, most: int = MAX_LINES, largest: int = MAX_FILE_BYTES
) -> Diagnostic | None:
    """Add what `serialize_line` returned, as `append` does."""
    try:
        private = file_in(root, FOLDER)
        require_private(private)
        require_ignored(private, FILE)
        path = file_in(private, FILE)
        with locked(file_in(private, _LOCK), patience=PATIENCE, pause=_PAUSE):
            size = _add(path, content)
            if size > largest or most < _count(path, size, len(content), largest):
                _trim(path, largest // 2, most // 2)
    except OSError as error:
        # Without a reason it is the TimeoutError of the lock.
        reason = error.strerror or "another process is writing to it"
        message = f"the run could not be added to {FOLDER}/{FILE}: {reason}."
        action = error.fix.rstrip(".") if isinstance(error, IrregularError) else "make the folder writable"
        fix = f"{action}, or set KUSTOMER_NB_HISTORY=off."
        return Diagnostic(Code.HISTORY_UNAVAILABLE, Severity.WARNING, "", message, fix)
    return None


def status_of_file(root: Path) -> tuple[int, ...] | None:
    """Return what tells one state of the file of a history from another; None if there is no file."""
    try:
        status = os.lstat(root / FOLDER / FILE)
    except OSError:
        return None
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns


def read_content(root: Path) -> bytes:
    """Return the file of a history; empty if there is none.

    Raises:
        LoadError: the file exists but cannot be read.
    """
    private = root / FOLDER
    try:
        require_folder(private)
        return read_regular(private / FILE)
    except FileNotFoundError:
        return b""
    except OSError as error:
        message = f"the history {FOLDER}/{FILE} cannot be read: {error.strerror}."
        fix = "check its permissions, or remove it."
        fix = error.fix if isinstance(error, IrregularError) else fix
        raise LoadError.from_code(Code.HISTORY_UNAVAILABLE, message, fix) from error


def read_lines(root: Path) -> tuple[bytes, ...]:
    """Return the lines of a history, oldest first; none if there is no history.

    Raises:
        LoadError: the file exists but cannot be read.
    """
    return tuple(line for line in read_content(root).split(b"\n") if line)


def _add(path: StrPath, content: bytes) -> int:
    """Add a line in one write and return the file size; an incomplete last line is ended first."""
    # O_APPEND writes at the end, wherever reading the last byte leaves the position.
    handle = open_regular(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        size = os.fstat(handle).st_size
        if size:
            os.lseek(handle, size - 1, os.SEEK_SET)
            # A process that was killed while writing left a line without its end.
            if os.read(handle, 1) != b"\n":
                content = b"\n" + content
        unwritten = memoryview(content)
        while unwritten:
            unwritten = unwritten[os.write(handle, unwritten) :]
        return size + len(content)
    finally:
        os.close(handle)


def _count(path: StrPath, size: int, added: int, largest: int) -> int:
    """Return the number of lines, 0 if it is not time to count them."""
    stride = max(1, largest // _COUNTS)
    is_due = size // stride != (size - added) // stride
    return read_regular(path).count(b"\n") if is_due else 0


def _trim(path: StrPath, size: int, count: int) -> None:
    """Keep the newest lines, at least one; a crash leaves the old file or the new one, never a part."""
    content = b"\n".join(read_regular(path).split(b"\n")[-max(count, 1) - 1 :])
    last = content.rfind(b"\n", 0, -1) + 1
    start = content.find(b"\n", len(content) - size - 1) + 1 if len(content) > size else 0
    replace(Path(path), content[min(start, last) :], mode=0o600)

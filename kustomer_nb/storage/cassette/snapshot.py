"""What a cassette file holds, read and indexed once while the file stays as it is.

Of a file that has changed only the exchanges that are new are parsed: a text that was read before is known.
"""

from __future__ import annotations

import os
import threading
from bisect import bisect_left
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

from kustomer_nb.diagnostics import Diagnostics
from kustomer_nb.errors import LoadError
from kustomer_nb.jsontext.caches import FileState, file_state
from kustomer_nb.storage.files import read_if_present

from .index import CassetteIndex
from .reader import parse_exchange, parse_exchanges
from .serialization import format_exchange, format_exchanges, join_exchanges, split_exchanges

if TYPE_CHECKING:
    from kustomer_nb.jsontext.text_file import TextFile

    from .matching import Key
    from .model import Exchange

# How many cassettes are remembered, and how many bytes of text they have altogether.
MOST_FILES = 64
LARGEST_TOTAL = 100_000_000


@dataclass(frozen=True)
class Snapshot:
    """What a cassette held when it was read.

    ``blocks`` are its exchanges by their text, in the order of the file; None if it is laid out otherwise
    than `serialization` does. ``problems`` is why it cannot be read.
    """

    index: CassetteIndex
    blocks: Mapping[str, Exchange] | None = None
    size: int = 0
    digest: bytes = b""
    problems: Diagnostics = field(default_factory=Diagnostics)

    def require_readable(self) -> Snapshot:
        """Return the snapshot.

        Raises:
            LoadError: the file is no cassette.
        """
        if self.problems:
            raise LoadError(self.problems)
        return self

    def text_without(self, keys: Collection[Key]) -> str:
        """Return the text of the cassette without the exchanges of these requests; the others keep theirs."""
        if self.blocks is not None:
            blocks = [block for block, other in self.blocks.items() if other.request.key not in keys]
            if blocks:
                return join_exchanges(blocks)
        return format_exchanges(other for other in self.index.exchanges if other.request.key not in keys)

    def text_with(self, exchange: Exchange, *, without: Collection[Key]) -> str:
        """Return the text of the cassette with an exchange, and without those of these requests.

        The others keep their text, unless the file is laid out or sorted otherwise than `serialization` does.
        """
        others = [other for other in self.index.exchanges if other.request.key not in without]
        if self.blocks is None or not self.index.is_sorted:
            return format_exchanges([*others, exchange])
        blocks = [block for block, other in self.blocks.items() if other.request.key not in without]
        place = bisect_left(others, exchange.order, key=lambda other: other.order)
        return join_exchanges([*blocks[:place], format_exchange(exchange), *blocks[place:]])


_NOTHING = Snapshot(CassetteIndex())


@dataclass(frozen=True)
class _Entry:
    """A snapshot with the state of its file, which is empty if the file may change without another state."""

    state: FileState
    snapshot: Snapshot


_ENTRIES: dict[str, _Entry] = {}
_LOCK = threading.Lock()


def read_snapshot(path: Path) -> Snapshot:
    """Return what a cassette holds; it is read only if it may have changed since.

    Raises:
        LoadError: the file cannot be read.
    """
    name, (state, is_settled) = os.fspath(path), _state(path)
    if not state:
        return _NOTHING if is_settled else read_anew(path)[1]
    entry = _ENTRIES.get(name)
    if entry is not None and entry.state == state:
        return entry.snapshot.require_readable()
    _, snapshot = read_anew(path)
    return snapshot


def read_anew(path: Path) -> tuple[TextFile | None, Snapshot]:
    """Return the text of a cassette, and what it holds; the file is read in any case.

    Raises:
        LoadError: the file cannot be read.
    """
    name, (state, is_settled) = os.fspath(path), _state(path)
    file = _text_of(path)
    if file is None:
        return None, _NOTHING
    before = _ENTRIES.get(name)
    snapshot = _snapshot_of(file, path, _NOTHING if before is None else before.snapshot)
    # It may have changed while it was read.
    is_as_read = is_settled and _state(path) == (state, True)
    _remember(name, _Entry(state if is_as_read else (), snapshot))
    return file, snapshot.require_readable()


def _text_of(path: Path) -> TextFile | None:
    try:
        return read_if_present(path)
    except LoadError as error:
        # A position is in the cassette and not in the definition.
        name = os.fspath(path)
        raise LoadError([replace(problem, file=name) for problem in error.diagnostics]) from error


def _state(path: Path) -> tuple[FileState, bool]:
    """Return the state of a file, and whether it changes with each change of the file."""
    try:
        return file_state(os.fspath(path))
    except (OSError, ValueError):
        return (), False


def _snapshot_of(file: TextFile, path: Path, before: Snapshot) -> Snapshot:
    content = file.content
    digest = blake2b(content).digest()
    if digest == before.digest:
        return before
    try:
        blocks = _parse_blocks(file.text, path, before.blocks or {})
        exchanges = parse_exchanges(file.text, path) if blocks is None else blocks.values()
        return Snapshot(CassetteIndex(exchanges), blocks, len(content), digest)
    except LoadError as error:
        return Snapshot(CassetteIndex(), None, len(content), digest, error.diagnostics)


def _parse_blocks(text: str, path: Path, known: Mapping[str, Exchange]) -> dict[str, Exchange] | None:
    """Return the exchanges of a cassette by their text; None if the text must be read as a whole."""
    texts = split_exchanges(text)
    if texts is None:
        return None
    blocks: dict[str, Exchange] = {}
    for block in texts:
        exchange = known.get(block)
        try:
            blocks[block] = parse_exchange(f"{{{block}}}", path) if exchange is None else exchange
        except LoadError:
            # Read as a whole, it is reported with its place in the file.
            return None
    is_unique = len(blocks) == len(texts) and len({item.request.key for item in blocks.values()}) == len(
        texts
    )
    return blocks if is_unique else None


def _remember(name: str, entry: _Entry) -> None:
    with _LOCK:
        _ENTRIES.pop(name, None)
        _ENTRIES[name] = entry
        total = sum(other.snapshot.size for other in _ENTRIES.values())
        # The first is the one that was read the longest time ago; the last is the one that is in use.
        while len(_ENTRIES) > 1 and (len(_ENTRIES) > MOST_FILES or total > LARGEST_TOTAL):
            total -= _ENTRIES.pop(next(iter(_ENTRIES))).snapshot.size

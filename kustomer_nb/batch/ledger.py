"""Writes the ledger of a batch: before each row is sent that it will be, and after it what came of it.

Lines are only added. A thread writes all that waits at once, and has the system write it to the disk before
rows are sent that may change something: what was sent is known even after a loss of power.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from kustomer_nb.codes import Code
from kustomer_nb.errors import SaveError
from kustomer_nb.storage.regular_files import open_regular

if TYPE_CHECKING:
    import asyncio

JOURNAL = "journal.jsonl"
OUTPUTS = "outputs"
ROWS_A_PART = 10_000
# Outcomes wait this long for others, and for the next intent.
_PATIENCE = 0.05
# Not on macOS and Windows.
_sync = getattr(os, "fdatasync", os.fsync)


class _Entry(NamedTuple):
    line: bytes
    output: bytes
    written: Callable[[OSError | None], object] | None


class Ledger:
    """The files of a batch, open for one writer.

    ``syncs`` has the system write each intent to the disk. After an error nothing is written any more:
    `failure` is that error.

    Raises:
        SaveError: the files cannot be opened.
    """

    def __init__(self, folder: Path, *, syncs: bool) -> None:
        self._folder = folder
        self._syncs = syncs
        self.failure: OSError | None = None
        self._pending: list[_Entry] = []
        self._is_closed = False
        self._condition = threading.Condition()
        self._part: int | None = None
        self._rows_in_part = 0
        try:
            self._journal = _open(folder / JOURNAL)
            _cut_torn_line(self._journal)
            self._next_part = _next_part(folder / OUTPUTS)
        except OSError as error:
            raise unwritable(error) from error
        self._thread = threading.Thread(target=self._run, name="kustomer_nb ledger", daemon=True)
        self._thread.start()

    async def intend(self, line: bytes) -> None:
        """Return when an intent is written.

        Raises:
            SaveError: it cannot be written; its row must not be sent.
        """
        # Here: who runs a sample has no event loop.
        import asyncio

        loop = asyncio.get_running_loop()
        future: asyncio.Future[None] = loop.create_future()

        def written(error: OSError | None) -> None:
            loop.call_soon_threadsafe(_settle, future, error)

        self._put(_Entry(line, b"", written), is_urgent=True)
        await future

    def add(self, line: bytes, output: bytes = b"") -> None:
        """Add the outcome of a row, and its output, which is written first."""
        self._put(_Entry(line, output, None), is_urgent=False)

    def close(self) -> None:
        """Write what waits, and end.

        Raises:
            SaveError: something could not be written.
        """
        with self._condition:
            if self._is_closed:
                return
            self._is_closed = True
            self._condition.notify()
        self._thread.join()
        for handle in (self._journal, self._part):
            if handle is not None:
                os.close(handle)
        if self.failure is not None:
            raise unwritable(self.failure) from self.failure

    def _put(self, entry: _Entry, *, is_urgent: bool) -> None:
        with self._condition:
            self._pending.append(entry)
            if is_urgent:
                self._condition.notify()

    def _run(self) -> None:
        while True:
            with self._condition:
                if not self._is_closed and not any(entry.written for entry in self._pending):
                    self._condition.wait(_PATIENCE)
                entries, self._pending = self._pending, []
                is_last = self._is_closed and not entries
            if is_last:
                return
            if entries:
                self._write(entries)

    def _write(self, entries: list[_Entry]) -> None:
        if self.failure is None:
            try:
                self._write_group(entries)
            except OSError as error:
                self.failure = error
        for entry in entries:
            if entry.written is not None:
                entry.written(self.failure)

    def _write_group(self, entries: list[_Entry]) -> None:
        outputs = [entry.output for entry in entries if entry.output]
        has_intents = self._syncs and any(entry.written for entry in entries)
        if outputs:
            self._write_outputs(outputs, syncs=has_intents)
        _write_all(self._journal, b"".join([entry.line for entry in entries]))
        if has_intents:
            _sync(self._journal)

    def _write_outputs(self, outputs: list[bytes], *, syncs: bool) -> None:
        if self._part is None or self._rows_in_part >= ROWS_A_PART:
            if self._part is not None:
                os.close(self._part)
            name = f"part-{self._next_part:05}.jsonl"
            self._part, self._rows_in_part = _open(self._folder / OUTPUTS / name), 0
            self._next_part += 1
        _write_all(self._part, b"".join(outputs))
        self._rows_in_part += len(outputs)
        if syncs:
            _sync(self._part)


def unwritable(error: OSError) -> SaveError:
    """Return the error for a ledger that cannot be written."""
    reason = (error.strerror or str(error)).lower()
    message = f"the ledger of the batch cannot be written: {reason}. Nothing more was sent."
    fix = "make room or the folder writable, and resume the batch; look at its unknown rows first."
    return SaveError.from_code(Code.LEDGER_UNWRITABLE, message, fix)


def _settle(future: asyncio.Future[None], error: OSError | None) -> None:
    # The row may have been cancelled meanwhile.
    if future.done():
        return
    if error is None:
        future.set_result(None)
    else:
        future.set_exception(unwritable(error))


def _open(path: Path) -> int:
    return open_regular(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)


def _write_all(handle: int, content: bytes) -> None:
    unwritten = memoryview(content)
    while unwritten:
        unwritten = unwritten[os.write(handle, unwritten) :]


def _cut_torn_line(handle: int) -> None:
    """Cut a last line without its end, which a process left that was killed, or whose disk was full."""
    size = os.fstat(handle).st_size
    end, piece = size, 2**16
    while end:
        start = max(0, end - piece)
        os.lseek(handle, start, os.SEEK_SET)
        newline = os.read(handle, end - start).rfind(b"\n")
        if newline >= 0:
            end = start + newline + 1
            break
        end = start
    if end != size:
        os.ftruncate(handle, end)


def _next_part(folder: Path) -> int:
    numbers = [int(path.stem.removeprefix("part-")) for path in folder.glob("part-[0-9]*.jsonl")]
    return max(numbers, default=-1) + 1

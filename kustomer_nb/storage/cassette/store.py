"""The file of recorded exchanges next to a definition: written whole, by one process at a time."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from kustomer_nb.errors import KustomerNbError, SaveError
from kustomer_nb.jsontext.text_file import TextFile
from kustomer_nb.printable import one_line
from kustomer_nb.storage.files import LARGEST, overwrite
from kustomer_nb.storage.locks import lock_of, private_folder, require_ignored, sole_writer
from kustomer_nb.storage.regular_files import IrregularError, require_regular

from .model import WRITE, Exchange
from .snapshot import read_anew, read_snapshot

if TYPE_CHECKING:
    from .index import CassetteIndex
    from .matching import RecordedRequest

PATIENCE = 10.0
LARGEST_RESPONSE = 25_000_000
_FIX = "check the permissions of the folder; the cassette is unchanged."


@lru_cache(maxsize=64)
def cassette_path(definition_path: Path) -> Path:
    """Return the path of the cassette of a definition, in the same folder.

    Example:
        >>> cassette_path(Path("apps/ecommstore.json")).as_posix()
        'apps/ecommstore.cassette.json'
    """
    return definition_path.with_name(f"{definition_path.stem}.cassette.json")


class Cassette:
    """The exchanges of one file, read at first use; none if there is no file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._index: CassetteIndex | None = None

    @property
    def index(self) -> CassetteIndex:
        """What finds an exchange among all of them.

        Raises:
            LoadError: the file cannot be read.
        """
        if self._index is None:
            self._index = read_snapshot(self.path).index
        return self._index

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        """Every exchange, in the order of the file.

        Raises:
            LoadError: the file cannot be read.
        """
        return self.index.exchanges

    def find_equal(self, request: RecordedRequest) -> Exchange | None:
        """Return the exchange of a request that is recorded exactly as this one, None if there is none.

        Raises:
            LoadError: the file cannot be read.
        """
        return self.index.find_equal(request)

    def find(self, request: RecordedRequest) -> Exchange | None:
        """Return the exchange that matches a request, None if none was recorded.

        Raises:
            LoadError: the file cannot be read.
        """
        return self.index.find(request)

    def record(self, exchange: Exchange, *, instead: RecordedRequest | None = None) -> None:
        """Write an exchange to the file; it replaces an earlier one of the same request.

        ``instead`` is another request whose exchange it replaces: the same request at another time. What
        other processes wrote meanwhile is kept. If only what changes each time differs, such as ``date``,
        the file is left unchanged.

        Raises:
            LoadError: the file exists but cannot be read; it is left unchanged.
            SaveError: the file cannot be written; it is unchanged.
        """
        if len(exchange.response.content) > LARGEST_RESPONSE:
            limit = LARGEST_RESPONSE // 1_000_000
            message = f'a response of more than {limit} MB is not recorded in "{self.path}".'
            raise _refusal(message, "request less data, for example one page at a time.")
        self.require_own()
        with _exclusive(self.path):
            # Read again under the lock: another process may have recorded since.
            file, snapshot = read_anew(self.path)
            earlier = snapshot.index.find_equal(exchange.request)
            if earlier is None or not exchange.is_equivalent(earlier):
                replaced = {exchange.request.key} if instead is None else {exchange.request.key, instead.key}
                self._write(TextFile(snapshot.text_with(exchange, without=replaced)), file)
        self._index = None

    def remove(self, exchanges: Iterable[Exchange]) -> None:
        """Remove exchanges from the file; what other processes wrote meanwhile is kept.

        Raises:
            LoadError: the file cannot be read; it is left unchanged.
            SaveError: the file cannot be written; it is unchanged.
        """
        keys = {exchange.request.key for exchange in exchanges}
        self.require_own()
        with _exclusive(self.path):
            file, snapshot = read_anew(self.path)
            if file is not None and any(item.request.key in keys for item in snapshot.index.exchanges):
                self._write(TextFile(snapshot.text_without(keys)), file)
        self._index = None

    def require_own(self) -> None:
        """Refuse a cassette if it, its private folder or its lock is a link, or git does not ignore these.

        Raises:
            SaveError: one of them is unsafe to write to.
        """
        try:
            require_regular(self.path, is_shared=True)
            private = private_folder(self.path.parent)
            require_regular(lock_of(private, self.path))
            require_ignored(private, self.path.name)
        except IrregularError as error:
            raise _unwritable(self.path, error) from error
        except OSError:
            # Whether the file can be written is only known when it is written.
            return

    def _write(self, file: TextFile, over: TextFile | None) -> None:
        if len(file.content) > LARGEST:
            # A larger one could be written, and never read again.
            message = f'the cassette "{self.path}" would be larger than {LARGEST // 1_000_000} MB.'
            raise _refusal(message, "record to another file, or request less data.")
        try:
            overwrite(self.path, file, over=over)
        except SaveError as error:
            (diagnostic,) = error.diagnostics
            raise _refusal(diagnostic.message, diagnostic.fix) from error

    def __repr__(self) -> str:
        return one_line(f"<Cassette: {self.path.name}>")


@contextlib.contextmanager
def _exclusive(path: Path) -> Iterator[None]:
    """Keep every other process and thread from recording to a file within the block."""
    try:
        with sole_writer(path, patience=PATIENCE):
            yield
    except TimeoutError as error:
        message = f'another process has been writing "{path}" for more than {PATIENCE:g} seconds.'
        raise _refusal(message, "end that process; the cassette is unchanged.") from error
    except OSError as error:
        raise _unwritable(path, error) from error


def _unwritable(path: Path, error: OSError) -> KustomerNbError:
    fix = error.fix if isinstance(error, IrregularError) else _FIX
    return _refusal(f'"{path}" cannot be written: {error.strerror or error}.', fix)


def _refusal(message: str, fix: str) -> KustomerNbError:
    return SaveError.from_code(WRITE, message, fix)

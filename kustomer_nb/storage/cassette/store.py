"""The file of recorded exchanges beside a definition: read whole, written whole, by one process at a time."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Diagnostic, Severity
from kustomer_nb.errors import KustomerNbError, LoadError, ReplayError, SaveError
from kustomer_nb.jsontext.caches import parsed_file
from kustomer_nb.jsontext.text_file import TextFile
from kustomer_nb.printable import one_line
from kustomer_nb.storage.files import LARGEST, overwrite, read_file
from kustomer_nb.storage.locks import lock_of, private_folder, require_ignored, sole_writer
from kustomer_nb.storage.regular_files import IrregularError, require_regular

from .matching import RecordedRequest
from .mismatch import refusal
from .model import WRITE, Exchange
from .serialization import read_text, text_of

PATIENCE = 10.0
LARGEST_ANSWER = 25_000_000
_WAY_OUT = "check the folder and who may write there; the cassette is as it was."


def cassette_path(definition_path: Path) -> Path:
    """Return the file that the exchanges of a definition are recorded in, beside it.

    Example:
        >>> cassette_path(Path("apps/ecommstore.json")).as_posix()
        'apps/ecommstore.cassette.json'
    """
    return definition_path.with_name(f"{definition_path.stem}.cassette.json")


class Cassette:
    """The exchanges of one file, read when they are first asked for; without a file there are none."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._read: dict[str, Exchange] | None = None

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        """Every exchange, in the order of the file.

        Raises:
            LoadError: the file cannot be read.
        """
        return tuple(self._by_key.values())

    def find(self, asked: RecordedRequest) -> Exchange | None:
        """Return the exchange that answers a request, None where none was recorded.

        Raises:
            LoadError: the file cannot be read.
        """
        same = self._by_key.get(asked.key)
        return same or next((one for one in self._by_key.values() if one.asked.fits(asked)), None)

    @property
    def _by_key(self) -> dict[str, Exchange]:
        if self._read is None:
            self._read = parsed_file(self.path, lambda: self._from_file()[1], "cassette")
        return self._read

    def refusal(self, asked: RecordedRequest) -> ReplayError:
        """Return the error that says what was asked, and what is there instead, the nearest first."""
        return refusal(asked, self.exchanges, self.path)

    def record(self, exchange: Exchange, *, instead: RecordedRequest | None = None) -> None:
        """Keep an exchange in the file, in the place of an earlier one of the same request.

        ``instead`` is another request whose exchange it takes the place of: the same at another time.
        What others wrote meanwhile stays. Where nothing changed but what changes each time, as ``date``, the
        file stays as it is.

        Raises:
            LoadError: the file is there and cannot be read; it is left alone.
            SaveError: the file cannot be written, and is as it was.
        """
        if len(exchange.answer.content) > LARGEST_ANSWER:
            message = f"an answer of more than {LARGEST_ANSWER // 1_000_000} MB is not kept in '{self.path}'."
            raise _refusal(message, "ask the service for less, a page at a time.")
        self.require_own()
        with _alone(self.path):
            over, found = self._from_file()
            if instead is not None:
                found.pop(instead.key, None)
            earlier = found.get(exchange.asked.key)
            if earlier is None or not exchange.is_as(earlier):
                found[exchange.asked.key] = exchange
                self._write(TextFile(text_of(found.values())), over)
        self._read = None

    def require_own(self) -> None:
        """Refuse a cassette that is a link, or whose private folder or lock is, or is not ignored by git.

        Raises:
            SaveError: it is one.
        """
        try:
            require_regular(self.path, is_shared=True)
            private = private_folder(self.path.parent)
            require_regular(lock_of(private, self.path))
            require_ignored(private, self.path.name)
        except IrregularError as error:
            raise _unwritable(self.path, error) from error
        except OSError:
            # Whether it can be written is known when it is.
            return

    def _from_file(self) -> tuple[TextFile | None, dict[str, Exchange]]:
        try:
            file = read_file(self.path)
        except LoadError as error:
            if error.diagnostics.codes == [Code.FILE_MISSING]:
                return None, {}
            raise
        return file, {one.asked.key: one for one in read_text(file.text, self.path)}

    def _write(self, file: TextFile, over: TextFile | None) -> None:
        size = len(file.content)
        if size > LARGEST:
            message = f"the cassette '{self.path}' would be larger than {LARGEST // 1_000_000} MB."
            raise _refusal(message, "record into another file, or ask the service for less.")
        try:
            overwrite(self.path, file, over=over)
        except SaveError as error:
            (found,) = error.diagnostics
            raise _refusal(found.message, found.fix) from error

    def __repr__(self) -> str:
        return one_line(f"<Cassette: {self.path.name}>")


@contextlib.contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Let no other process or thread record into a file meanwhile."""
    try:
        with sole_writer(path, patience=PATIENCE):
            yield
    except TimeoutError as error:
        message = f"another process has been writing '{path}' for more than {PATIENCE:g} seconds."
        raise _refusal(message, "end that process; the cassette is as it was.") from error
    except OSError as error:
        raise _unwritable(path, error) from error


def _unwritable(path: Path, error: OSError) -> KustomerNbError:
    fix = error.fix if isinstance(error, IrregularError) else _WAY_OUT
    return _refusal(f"'{path}' cannot be written: {error.strerror or error}.", fix)


def _refusal(message: str, fix: str) -> KustomerNbError:
    return SaveError([Diagnostic(WRITE, Severity.ERROR, "", message, fix)])

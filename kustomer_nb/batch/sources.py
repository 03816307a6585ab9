"""What the rows of a batch are read from: a file, a table in memory, or any iterable of mappings.

A source is read from its start as often as it is asked to, and never as a whole: the plan reads all rows
before anything is sent, and the run reads them again.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from hashlib import file_digest
from pathlib import Path
from typing import Any, NamedTuple

from kustomer_nb.codes import Code
from kustomer_nb.errors import LoadError
from kustomer_nb.printable import quoted


class Row(NamedTuple):
    """A row, its number from 1, and the line of a file that it begins in; ``fault``: why it has no cells."""

    number: int
    cells: Mapping[str, Any]
    line: int | None = None
    fault: str = ""


class Source(ABC):
    """Rows that can be read again.

    ``columns`` are their names, None if each row has its own. ``is_text`` says that every cell is text, so
    that nothing but a person knows what an empty one means. ``notes`` are warnings about the columns.
    """

    name = "rows"
    path: Path | None = None
    columns: tuple[str, ...] | None = None
    is_text = False
    notes: tuple[str, ...] = ()

    @abstractmethod
    def read(self) -> Iterator[Row]:
        """Yield the rows from the first on.

        Raises:
            LoadError: a file cannot be read on.
        """

    def digest(self) -> str:
        """Return the SHA-256 of a file, empty for rows in memory."""
        if self.path is None:
            return ""
        with reading(self.path), self.path.open("rb") as file:
            return file_digest(file, "sha256").hexdigest()


class Rows(Source):
    """Mappings of an iterable, or of what a function returns each time it is called."""

    def __init__(self, rows: Iterable[Any] | Callable[[], Iterable[Any]]) -> None:
        self._rows = rows
        self.name = "rows passed in Python"

    def read(self) -> Iterator[Row]:
        """Yield the rows; one that is not a mapping has a fault."""
        rows = self._rows() if callable(self._rows) else self._rows
        for number, cells in enumerate(rows, 1):
            if isinstance(cells, Mapping):
                yield Row(number, cells)
            else:
                yield Row(number, {}, fault=f"it is of type {type(cells).__name__}, and not a mapping")


class reading:  # noqa: N801 - it reads as a verb, as contextlib's own do
    """Turns what stops the reading of a file of rows into a `LoadError`."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(self, kind: object, error: BaseException | None, traceback: object) -> None:
        """Raise a `LoadError` in place of an error of the system."""
        if isinstance(error, UnicodeDecodeError):
            message = f"byte {error.object[error.start]:#04x} is not UTF-8"
            raise unreadable(self._path, message, "save it as UTF-8.") from error
        if isinstance(error, OSError):
            reason = (error.strerror or str(error)).lower()
            raise unreadable(self._path, reason, "check the path and the permissions of the file.") from error


def unreadable(path: Path | None, reason: str, fix: str) -> LoadError:
    """Return the error for rows that cannot be read."""
    name = "the rows" if path is None else quoted(str(path))
    return LoadError.from_code(Code.ROWS_UNREADABLE, f"{name} cannot be read: {reason}.", fix)


_TEXT = {".csv", ".tsv", ".txt"}
_LINES = {".jsonl", ".ndjson"}
_ARROW = {".parquet", ".pq", ".arrow", ".feather", ".ipc"}
_FRAMES = {"pandas", "polars", "pyarrow"}


def source_of(rows: Any) -> Source:
    """Return the source of rows: a path, a table of pandas, polars or Arrow, or an iterable of mappings.

    Raises:
        LoadError: a file cannot be opened, or is of no kind that is read here.
        TypeError: they are something else, or can be read only once.

    Example:
        >>> source = source_of([{"id": 7}, {"id": 8}])
        >>> [row.cells for row in source.read()], source.name
        ([{'id': 7}, {'id': 8}], 'rows passed in Python')
        >>> source_of(row for row in [])
        Traceback (most recent call last):
        TypeError: a generator can be read only once, and all rows are read before the first is sent; pass a \
list, or a function that returns a new generator
    """
    if isinstance(rows, Source):
        return rows
    if isinstance(rows, (str, Path)):
        return _source_of_file(Path(rows).expanduser())
    if _package_of(rows) in _FRAMES:
        from .frames import frame_source

        return frame_source(rows)
    if isinstance(rows, Iterator):
        msg = (
            f"a {type(rows).__name__} can be read only once, and all rows are read before the first is sent; "
            "pass a list, or a function that returns a new generator"
        )
        raise TypeError(msg)
    if isinstance(rows, (bytes, Mapping)) or not (isinstance(rows, Iterable) or callable(rows)):
        msg = f"rows are a path, a table or an iterable of mappings, not {type(rows).__name__}"
        raise TypeError(msg)
    return Rows(rows)


def _source_of_file(path: Path) -> Source:
    suffix = path.suffix.lower()
    if suffix in _TEXT:
        from .csv_file import CsvFile

        return CsvFile(path)
    if suffix in _LINES:
        from .json_lines import JsonLines

        return JsonLines(path)
    if suffix in _ARROW:
        from .frames import arrow_file

        return arrow_file(path)
    fix = "use a file that ends in .csv, .tsv, .jsonl, .parquet or .arrow; read another one in Python."
    raise unreadable(path, f"its name ends in {quoted(suffix)}, which says nothing of rows", fix)


def _package_of(value: Any) -> str:
    return type(value).__module__.partition(".")[0]

"""Rows of tables: DataFrames of pandas and polars, tables of Arrow, and Parquet files.

None of these packages is imported unless one of its tables, or such a file, is given. A cell without a value
is absent: a table has no other way to say so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from kustomer_nb.printable import quoted

from .sources import Row, Source, reading, unreadable

# Of a million rows, this many are in memory as Python's values.
_AT_ONCE = 5_000
_PARQUET = {".parquet", ".pq"}


class Frame(Source):
    """The rows of a table that gives them in parts."""

    def __init__(self, name: str, columns: Iterable[Any], notes: Iterable[str] = ()) -> None:
        self.name = name
        self.columns = tuple(str(column) for column in columns)
        self.notes = tuple(notes)
        repeated = sorted({column for column in self.columns if self.columns.count(column) > 1})
        if repeated:
            listed = ", ".join(quoted(column) for column in repeated)
            raise unreadable(None, f"several columns are called {listed}", "give each a name of its own.")

    def read(self) -> Iterator[Row]:
        """Yield the rows, without the cells that have no value."""
        number = 0
        for part in self.parts():
            for cells in part:
                number += 1
                yield Row(number, {str(name): cell for name, cell in cells.items() if cell is not None})

    def parts(self) -> Iterator[Iterable[Mapping[Any, Any]]]:
        """Yield the rows of each part of the table."""
        raise NotImplementedError


class _Pandas(Frame):
    def __init__(self, frame: Any) -> None:
        self._frame = frame
        floats = [
            str(name)
            for name in frame.columns
            if frame[name].dtype.kind == "f" and _is_counted(frame[name].dropna())
        ]
        super().__init__("a DataFrame of pandas", frame.columns, map(_float_note, floats))

    def parts(self) -> Iterator[Iterable[Mapping[Any, Any]]]:
        for start in range(0, len(self._frame), _AT_ONCE):
            yield self._frame.iloc[start : start + _AT_ONCE].to_dict("records")


class _Polars(Frame):
    def __init__(self, frame: Any) -> None:
        self._frame = frame
        floats = [
            name
            for name in frame.columns
            if str(frame[name].dtype).startswith("Float") and _is_counted(frame[name].drop_nulls())
        ]
        super().__init__("a DataFrame of polars", frame.columns, map(_float_note, floats))

    def parts(self) -> Iterator[Iterable[Mapping[Any, Any]]]:
        for part in self._frame.iter_slices(_AT_ONCE):
            yield part.to_dicts()


class _Arrow(Frame):
    def __init__(self, table: Any) -> None:
        self._table = table
        super().__init__("a table of Arrow", table.schema.names)

    def parts(self) -> Iterator[Iterable[Mapping[Any, Any]]]:
        for batch in self._table.to_batches(max_chunksize=_AT_ONCE):
            yield batch.to_pylist()


class _ArrowFile(Frame):
    def __init__(self, path: Path) -> None:
        self.path = path
        self._is_parquet = path.suffix.lower() in _PARQUET
        self._arrow(path)
        with reading(path), _arrow_errors(path), self._open() as file:
            columns = file.schema_arrow.names if self._is_parquet else file.schema.names
        super().__init__(path.name, columns)

    @staticmethod
    def _arrow(path: Path) -> Any:
        try:
            return import_module("pyarrow")
        except ImportError as error:
            fix = "pip install 'kustomer-nb[parquet]'."
            raise unreadable(path, "pyarrow is not installed", fix) from error

    def _open(self) -> Any:
        if self._is_parquet:
            return import_module("pyarrow.parquet").ParquetFile(self.path)
        return import_module("pyarrow.ipc").open_file(str(self.path))

    def parts(self) -> Iterator[Iterable[Mapping[Any, Any]]]:
        assert self.path is not None  # noqa: S101 - set in __init__
        with reading(self.path), _arrow_errors(self.path), self._open() as file:
            if self._is_parquet:
                for batch in file.iter_batches(batch_size=_AT_ONCE):
                    yield batch.to_pylist()
                return
            for index in range(file.num_record_batches):
                yield file.get_batch(index).to_pylist()


class _arrow_errors:  # noqa: N801 - as `reading`
    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, traceback: object) -> None:
        # Arrow's own errors descend from ValueError; what they quote is of the file's metadata.
        if isinstance(error, ValueError) and not isinstance(error, UnicodeError):
            raise unreadable(
                self._path, "it is not a file of this kind", "check how it was written."
            ) from error


def _is_counted(numbers: Any) -> bool:
    """Return whether a column of floats has whole numbers only."""
    return len(numbers) > 0 and bool((numbers % 1 == 0).all())


def _float_note(column: str) -> str:
    return (
        f"the column `{column}` has floats, all of them whole numbers: digits beyond the fifteenth were lost "
        "before, and cells without a value may be why. Read it as text or as integers."
    )


def frame_source(table: Any) -> Source:
    """Return the source of a table of pandas, polars or Arrow.

    Raises:
        LoadError: two columns have one name.
        TypeError: it is another value of these packages.
    """
    package, name = type(table).__module__.partition(".")[0], type(table).__name__
    match package, name:
        case "pandas", "DataFrame":
            return _Pandas(table)
        case "polars", "DataFrame":
            return _Polars(table)
        case "pyarrow", "Table":
            return _Arrow(table)
        case "pyarrow", "RecordBatch":
            return _Arrow(import_module("pyarrow").Table.from_batches([table]))
    msg = f"rows are a DataFrame or a table, not a {name} of {package}"
    raise TypeError(msg)


def arrow_file(path: Path) -> Source:
    """Return the source of a Parquet or Arrow file, which pyarrow reads.

    Raises:
        LoadError: pyarrow is not installed, or the file cannot be read.
    """
    return _ArrowFile(path)

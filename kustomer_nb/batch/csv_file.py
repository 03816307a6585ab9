"""Rows of a CSV file. Every cell is text: to read numbers would lose leading zeros and long digits."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from kustomer_nb.printable import quoted

from .sources import Row, Source, reading, unreadable

# The first is that of a file with one column.
_DELIMITERS = ",;\t|"
_NAMES_LISTED = 5


class CsvFile(Source):
    r"""The rows below the first one, which has the names of the columns.

    Quoted cells may hold line breaks, and a quote is written twice. The delimiter is the one of comma,
    semicolon, tab and ``|`` that the first row has most of, outside of quotes. Empty lines are passed over.

    Raises:
        LoadError: the file cannot be opened, has no first row, or two columns have one name.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "orders.csv"
        >>> _ = path.write_bytes(b'\xef\xbb\xbforder_no;note\r\n007;"two\r\nlines"\r\n')
        >>> [(row.line, row.cells) for row in CsvFile(path).read()]
        [(2, {'order_no': '007', 'note': 'two\r\nlines'})]
    """

    is_text = True

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = path.name
        with reading(path), path.open(encoding="utf-8-sig", newline="") as file:
            lines = iter(file)
            first = next((line for line in lines if line.strip()), "")
            # A quoted name may hold a line break.
            while first.count('"') % 2 and (more := next(lines, "")):
                first += more
        self._delimiter = max(_DELIMITERS, key=lambda mark: _count_outside_quotes(first, mark))
        names = next(csv.reader(first.splitlines(keepends=True), delimiter=self._delimiter), [])
        self.columns = tuple(name.strip() or f"column {at}" for at, name in enumerate(names, 1))
        if not any(names):
            raise unreadable(path, "it has no first row with the names of the columns", "add one.")
        repeated = sorted({name for name in self.columns if self.columns.count(name) > 1})
        if repeated:
            listed = ", ".join(quoted(name) for name in repeated[:_NAMES_LISTED])
            raise unreadable(path, f"several columns are called {listed}", "give each a name of its own.")

    def read(self) -> Iterator[Row]:
        """Yield the rows; one with another number of cells has a fault."""
        assert self.path is not None  # noqa: S101 - set in __init__
        assert self.columns is not None  # noqa: S101 - set in __init__
        path, columns, count = self.path, self.columns, len(self.columns)
        with reading(path), path.open(encoding="utf-8-sig", newline="") as file:
            # Strict: a quote in the middle of nowhere would join all lines up to the next one.
            reader = csv.reader(file, delimiter=self._delimiter, strict=True)
            number, line = 0, 1
            is_header = True
            try:
                for cells in reader:
                    begins, line = line, reader.line_num + 1
                    if not cells or (is_header and not any(cells)):
                        continue
                    if is_header:
                        is_header = False
                        continue
                    number += 1
                    if len(cells) == count:
                        yield Row(number, dict(zip(columns, cells, strict=True)), begins)
                    else:
                        fault = f"it has {len(cells)} cells, and the first row has {count}"
                        yield Row(number, {}, begins, fault)
            except csv.Error as error:
                reason = f"line {line}: {error}"
                raise unreadable(
                    path, reason, "close each quote, and write a quote in a cell twice."
                ) from error


def _count_outside_quotes(line: str, mark: str) -> int:
    return sum(part.count(mark) for part in line.split('"')[::2])

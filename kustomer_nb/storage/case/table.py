"""The rows of a table that makes one case many: CSV, JSON, or a list in the case file."""

from __future__ import annotations

import csv
import io
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Diagnostic, Diagnostics, Severity, Span
from kustomer_nb.errors import LoadError
from kustomer_nb.jsontext.parser import read
from kustomer_nb.storage.files import read_file

_DELIMITERS = ",;\t"
_LONGEST_CELL = 10_000_000


class Row(NamedTuple):
    """The cells of a row by column; ``number`` counts from 1."""

    number: int
    cells: dict[str, Any]


@dataclass(frozen=True)
class Table:
    """The rows of a table; in one of text, as CSV is, all cells are strings and empty ones are left out."""

    rows: tuple[Row, ...]
    is_text: bool = False


def inline_table(rows: list[dict[str, Any]]) -> Table:
    """Return the table of a list in a case file."""
    return Table(tuple(Row(number, row) for number, row in enumerate(rows, 1)))


def read_table(path: Path) -> Table:
    """Return the table of a CSV or JSON file.

    Raises:
        LoadError: it cannot be read, or is no table; each diagnostic names the line.
    """
    text = read_file(path).text
    return _json_table(text, path) if path.suffix.lower() == ".json" else _csv_table(text, path)


def _json_table(text: str, path: Path) -> Table:
    reading = read(text)
    if reading.diagnostics:
        # As in a case: what is not read without a doubt is not run, and that is never only a warning.
        problems = [replace(problem, severity=Severity.ERROR) for problem in reading.diagnostics]
        raise LoadError(Diagnostics(problems, text=text))
    rows = reading.value
    if not isinstance(rows, list):
        raise _refusal(
            path, text, 1, "the table is not an array of objects.", "write one object for each row."
        )
    for at, row in enumerate(rows):
        if not isinstance(row, dict):
            span = reading.span(f"/{at}")
            line = span.line if span else 1
            raise _refusal(path, text, line, f"row {at + 1} is not an object.", "write an object.")
    return inline_table(rows)


def _csv_table(text: str, path: Path) -> Table:
    header = text.partition("\n")[0]
    # Excel writes semicolons in many countries.
    delimiter = max(_DELIMITERS, key=header.count)
    csv.field_size_limit(_LONGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[Row] = []
    columns: list[str] = []
    try:
        for cells in reader:
            if not any(cells):
                continue
            if not columns:
                columns = [cell.strip() for cell in cells]
                _require_columns(columns, path, text, reader.line_num)
                continue
            if len(cells) != len(columns):
                message = f"row {len(rows) + 1} has {len(cells)} cells, and the header {len(columns)}."
                fix = "write as many cells as columns, and put a cell with a comma in double quotes."
                raise _refusal(path, text, reader.line_num, message, fix)
            filled = {name: cell for name, cell in zip(columns, cells, strict=True) if cell}
            rows.append(Row(len(rows) + 1, filled))
    except csv.Error as error:
        message = f"the table is not CSV: {error}."
        raise _refusal(path, text, max(reader.line_num, 1), message, "correct the quotes there.") from error
    return Table(tuple(rows), is_text=True)


def _require_columns(columns: list[str], path: Path, text: str, line: int) -> None:
    repeated = [name for name, count in Counter(columns).items() if count > 1]
    if "" in columns:
        message = f"column {columns.index('') + 1} has no name."
        raise _refusal(path, text, line, message, "write its name in the first line.")
    if repeated:
        message = f"the column `{repeated[0]}` occurs more than once."
        raise _refusal(path, text, line, message, "rename or remove one of them.")


def _refusal(path: Path, text: str, line: int, message: str, fix: str) -> LoadError:
    lines = text.splitlines(keepends=True)
    start = sum(len(before) for before in lines[: line - 1])
    end = start + len(lines[line - 1].rstrip("\r\n")) if line <= len(lines) else start
    span = Span(start, max(end, start), line, 1)
    diagnostic = Diagnostic(Code.CASE_INVALID, Severity.ERROR, "", message, fix, span, file=str(path))
    return LoadError(Diagnostics([diagnostic], text=text))

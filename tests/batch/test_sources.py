"""Rows are read as they are written: as text from files, and again as often as they are asked for."""

from __future__ import annotations

import sys
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import kustomer_nb as knb
from kustomer_nb.batch.sources import source_of


def csv_file(folder: Path, content: str | bytes, name: str = "rows.csv") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"], ids=["comma", "semicolon", "tab", "bar"])
def test_the_delimiter_is_that_of_the_first_row(tmp_path: Path, delimiter: str) -> None:
    source = source_of(csv_file(tmp_path, f"id{delimiter}note\n1{delimiter}a\n"))

    assert [row.cells for row in source.read()] == [{"id": "1", "note": "a"}]


def test_cells_of_csv_keep_zeros_quotes_and_line_breaks(tmp_path: Path) -> None:
    text = '\ufeff"id, or no";note\r\n007;"he said ""no"";\r\nthen left"\r\n\r\n9007199254740993;\r\n'

    rows = list(source_of(csv_file(tmp_path, text)).read())

    assert [(row.number, row.line, dict(row.cells)) for row in rows] == [
        (1, 2, {"id, or no": "007", "note": 'he said "no";\r\nthen left'}),
        (2, 5, {"id, or no": "9007199254740993", "note": ""}),
    ]


def test_a_row_of_another_length_has_a_fault_and_the_others_are_read(tmp_path: Path) -> None:
    rows = list(source_of(csv_file(tmp_path, "a,b\n1\n1,2,3\n1,2\n")).read())

    assert [(row.line, row.fault) for row in rows] == [
        (2, "it has 1 cells, and the first row has 2"),
        (3, "it has 3 cells, and the first row has 2"),
        (4, ""),
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "no first row"),
        (b"\n\n", "no first row"),
        (b"a,a\n1,2\n", 'several columns are called "a"'),
        (b"a,b\n\xff,1\n", "byte 0xff is not UTF-8"),
        ("a,b\n1,2\n".encode("utf-16"), "byte 0xff is not UTF-8"),
        (b'a,b\n"1"x,2\n', "line 2: "),
        (b'a,b\n"1,2\n3,4\n', "line 2: unexpected end of data"),
    ],
    ids=["empty", "blank", "two of a name", "Latin-1", "UTF-16", "text after a quote", "open quote"],
)
def test_a_csv_file_that_cannot_be_read_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    with pytest.raises(knb.LoadError, match="KNB840") as refused:
        list(source_of(csv_file(tmp_path, content)).read())

    assert message in refused.value.diagnostics[0].message


@pytest.mark.parametrize("name", ["missing.csv", "rows.json", "rows.xlsx", "rows"])
def test_a_file_of_another_kind_is_refused_with_what_is_read(tmp_path: Path, name: str) -> None:
    with pytest.raises(knb.LoadError, match="KNB840"):
        source_of(tmp_path / name)


def test_json_lines_keep_the_digits_of_numbers(tmp_path: Path) -> None:
    path = csv_file(
        tmp_path, '{"id": 9007199254740993, "x": 0.1234567890123456789}\n\n{"id": null}\n', "r.jsonl"
    )

    first, second = source_of(path).read()

    assert first.cells["id"] == 9007199254740993
    assert str(first.cells["x"]) == "0.1234567890123456789"
    assert (second.line, dict(second.cells)) == (3, {"id": None})


@pytest.mark.parametrize("line", ["[1]", "{", '{"a": NaN}', "7", "{'a': 1}", "[" * 100_000])
def test_a_line_that_is_no_object_has_a_fault(tmp_path: Path, line: str) -> None:
    path = csv_file(tmp_path, f'{line}\n{{"a": 1}}\n', "rows.jsonl")

    faulty, good = source_of(path).read()

    assert faulty.fault
    assert (good.cells, good.fault) == ({"a": 1}, "")


def rows_again() -> Iterator[dict[str, int]]:
    yield {"id": 1}
    yield {"id": 2}


def test_a_function_gives_rows_each_time() -> None:
    source = source_of(rows_again)

    assert [[row.cells["id"] for row in source.read()] for _ in range(2)] == [[1, 2], [1, 2]]


@pytest.mark.parametrize(
    "rows", [rows_again(), iter([{}]), {"id": 1}, b"id", 7, None], ids=lambda rows: type(rows).__name__
)
def test_what_is_read_once_or_is_no_rows_is_refused(rows: Any) -> None:
    with pytest.raises(TypeError):
        source_of(rows)


def test_an_item_that_is_no_mapping_has_a_fault() -> None:
    assert [row.fault for row in source_of([{"id": 1}, [2]]).read()] == [
        "",
        "it is of type list, and not a mapping",
    ]


def test_a_large_file_is_never_in_memory_as_a_whole(tmp_path: Path) -> None:
    path = csv_file(tmp_path, "id,note\n" + "".join(f"{at},{'x' * 200}\n" for at in range(20_000)))
    source = source_of(path)
    tracemalloc.start()

    count = sum(1 for _ in source.read())

    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (count, peak < 500_000) == (20_000, True)


def test_a_dataframe_of_pandas_is_read_in_parts_without_what_is_missing() -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(
        {"id": [1, 2], "at": [pandas.Timestamp("2034-01-02"), pandas.NaT], "n": ["a", None]}
    )
    template = {"uri": "http://127.0.0.1/{{{id}}}", "method": "get"}
    action = knb.load({"type": "rest_api", "inputTemplate": template}).action()

    source = source_of(frame)
    plan = action.map(frame, mode="sample")

    assert source.columns == ("id", "at", "n")
    assert [row.cells["id"] for row in source.read()] == [1, 2]
    assert plan.sample is not None
    assert plan.sample.inputs == {"id": 1, "at": "2034-01-02T00:00:00.000", "n": "a"}


def test_a_float_column_of_whole_numbers_is_reported() -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"order": [9007199254740993, None], "price": [1.5, 2.0]})

    (note,) = source_of(frame).notes

    assert "`order` has floats" in note


def test_a_dataframe_of_polars_is_read_without_what_is_missing() -> None:
    polars = pytest.importorskip("polars")
    frame = polars.DataFrame({"id": [9007199254740993, None], "price": [1.0, 2.0]})

    source = source_of(frame)

    assert [dict(row.cells) for row in source.read()] == [
        {"id": 9007199254740993, "price": 1.0},
        {"price": 2.0},
    ]
    assert "`price` has floats" in source.notes[0]


@pytest.mark.parametrize("kind", ["table", "batch", "parquet", "arrow"])
def test_tables_and_files_of_arrow_keep_large_integers(tmp_path: Path, kind: str) -> None:
    arrow = pytest.importorskip("pyarrow")
    table = arrow.table({"id": [9007199254740993, 2], "note": ["a", None]})
    rows: Any = {"table": table, "batch": table.to_batches()[0]}.get(kind, tmp_path / f"rows.{kind}")
    if kind == "parquet":
        pytest.importorskip("pyarrow.parquet").write_table(table, rows)
    elif kind == "arrow":
        with pytest.importorskip("pyarrow.ipc").new_file(rows, table.schema) as file:
            file.write_table(table)

    source = source_of(rows)

    assert source.columns == ("id", "note")
    assert [dict(row.cells) for row in source.read()] == [{"id": 9007199254740993, "note": "a"}, {"id": 2}]


def test_a_damaged_parquet_file_is_refused(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    with pytest.raises(knb.LoadError, match="not a file of this kind"):
        source_of(csv_file(tmp_path, "PAR1 not really", "rows.parquet"))


def test_parquet_without_pyarrow_names_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)

    with pytest.raises(knb.LoadError) as refused:
        source_of(csv_file(tmp_path, "PAR1", "rows.parquet"))

    assert refused.value.diagnostics[0].fix == "pip install 'kustomer-nb[parquet]'."

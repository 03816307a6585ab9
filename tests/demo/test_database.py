from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from kustomer_nb.demo.catalogue import Catalogue
from kustomer_nb.demo.database import connect
from kustomer_nb.errors import TransportError


def test_a_file_is_gone_on_with(tmp_path: Path) -> None:
    file = tmp_path / "store.sqlite"
    first = Catalogue(file)
    first.refund("1042")
    first.close()

    again = Catalogue(str(file))

    assert again.order("1042")["status"] == "REFUNDED"
    again.close()


def test_leaves_the_tables_of_another_program_alone(tmp_path: Path) -> None:
    file = tmp_path / "mine.sqlite"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE orders (id)")

    with pytest.raises(TransportError) as caught:
        connect(file)

    assert "it belongs to another program" in str(caught.value)
    assert caught.value.diagnostics.codes == ["KNB806"]


def test_leaves_an_empty_file_that_another_program_marked_alone(tmp_path: Path) -> None:
    file = tmp_path / "mine.sqlite"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA application_id = 7")
        connection.execute("CREATE TABLE t (id)")
        connection.execute("DROP TABLE t")

    with pytest.raises(TransportError) as caught:
        connect(file)

    assert "it belongs to another program" in str(caught.value)


NO_DATABASES = [
    pytest.param("text.sqlite", "file is not a database", id="a file of text"),
    pytest.param("missing/store.sqlite", "unable to open database file", id="a folder that is not there"),
]


@pytest.mark.parametrize(("name", "why"), NO_DATABASES)
def test_says_why_a_file_cannot_be_used(tmp_path: Path, name: str, why: str) -> None:
    (tmp_path / "text.sqlite").write_text("not a database, " * 100)

    with pytest.raises(TransportError) as caught:
        Catalogue(tmp_path / name)

    assert why in str(caught.value)
    assert caught.value.diagnostics[0].pointer == "/database"

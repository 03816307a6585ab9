"""The SQLite database of the store: a file or memory."""

from __future__ import annotations

import sqlite3
from contextlib import ExitStack, closing
from pathlib import Path

from kustomer_nb.codes import Code
from kustomer_nb.errors import TransportError

# "ECOM" as SQLite's application_id: a file of another program must not be emptied.
APPLICATION_ID = 0x45434F4D

# Amounts are in cents: SQLite would store 19.99 as a binary fraction.
SCHEMA = """
CREATE TABLE customers (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, email TEXT NOT NULL, phone TEXT, city TEXT, note TEXT,
  created TEXT NOT NULL);
CREATE TABLE orders (
  id INTEGER PRIMARY KEY, customer TEXT NOT NULL REFERENCES customers, placed TEXT NOT NULL,
  fulfilment TEXT NOT NULL, currency TEXT NOT NULL, note TEXT);
CREATE TABLE lines (
  order_id INTEGER NOT NULL REFERENCES orders, position INTEGER NOT NULL, sku TEXT NOT NULL, title TEXT,
  quantity INTEGER NOT NULL, cents INTEGER NOT NULL, PRIMARY KEY (order_id, position));
CREATE TABLE refunds (
  id INTEGER PRIMARY KEY AUTOINCREMENT, order_id INTEGER NOT NULL REFERENCES orders, cents INTEGER NOT NULL,
  reason TEXT, notified TEXT, created TEXT NOT NULL);
CREATE VIEW sums AS SELECT o.*,
  (SELECT sum(quantity * cents) FROM lines WHERE order_id = o.id) AS total,
  (SELECT coalesce(sum(cents), 0) FROM refunds WHERE order_id = o.id) AS refunded
  FROM orders o;
CREATE VIEW book AS SELECT *,
  CASE WHEN refunded = 0 THEN fulfilment WHEN refunded < total THEN 'PARTIALLY_REFUNDED' ELSE 'REFUNDED' END
  AS status FROM sums;
CREATE VIEW people AS SELECT id, name, email, phone, city, note, created AS createdAt FROM customers;
"""


def connect(database: str | Path) -> sqlite3.Connection:
    """Return a connection to the store's tables, which are created if there are none.

    Raises:
        TransportError: the file cannot be opened, or belongs to another program.

    Example:
        >>> with closing(connect(":memory:")) as connection:
        ...     connection.execute("SELECT count(*) FROM orders").fetchone()[0]
        0
    """
    with ExitStack() as undo:
        try:
            # The catalogue has a lock of its own.
            connection = undo.enter_context(closing(sqlite3.connect(database, check_same_thread=False)))
            connection.row_factory = sqlite3.Row
            (application_id,) = connection.execute("PRAGMA application_id").fetchone()
            if application_id != APPLICATION_ID:
                # 0 is a file without an id, such as a new one; it must not have tables.
                if application_id or connection.execute("SELECT 1 FROM sqlite_master").fetchone():
                    raise _unusable(database, "it belongs to another program")
                connection.executescript(f"{SCHEMA} PRAGMA application_id = {APPLICATION_ID};")
        except sqlite3.Error as error:
            raise _unusable(database, error) from error
        # Success: the caller closes the connection.
        undo.pop_all()
        return connection


def _unusable(database: str | Path, why: object) -> TransportError:
    message = f"{str(database)!r} cannot be used for the E-comm Store: {why}."
    fix = "choose a new file, or omit it to keep the store in memory."
    return TransportError.from_code(Code.DEMO_NOT_STARTED, message, fix, pointer="/database")

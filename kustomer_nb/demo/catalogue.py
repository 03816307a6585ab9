"""The store's customers, orders and refunds, in SQLite."""

from __future__ import annotations

import sqlite3
import threading
import weakref
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from . import seed
from .database import connect
from .money import to_amount, to_cents
from .refusal import Refusal

MOST_ROWS = 100


def fixed_now() -> datetime:
    """Return the time at which everything in the store happens, so that responses can be compared.

    Example:
        >>> fixed_now().isoformat()
        '2025-01-15T09:30:00+00:00'
    """
    return datetime(2025, 1, 15, 9, 30, tzinfo=UTC)


class Catalogue:
    """The rows of the service as JSON values; safe to use from several threads.

    ``database`` is a file that is created or opened; by default the rows are in memory.

    Raises:
        TransportError: the file cannot be opened, or belongs to another program.

    Example:
        >>> catalogue = Catalogue()
        >>> catalogue.order("1042")["total"], catalogue.refund("1042")["refundId"]
        (27.5, 'rf_0001')
    """

    def __init__(
        self, database: str | Path | None = None, *, now: Callable[[], datetime] = fixed_now
    ) -> None:
        self._now = now
        # Reentrant: a transaction calls the methods that read.
        self._lock = threading.RLock()
        self._connection = connect(database or ":memory:")
        # Python 3.13 warns about a connection that is not closed.
        self._closing = weakref.finalize(self, self._connection.close)
        if not self.customers():
            self.reset()

    def close(self) -> None:
        """Close the database; calling it again does nothing."""
        with self._lock:
            self._closing()

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock, self._connection:
            yield self._connection

    def _rows(self, query: str, *values: Any) -> list[dict[str, Any]]:
        with self._lock:
            return [dict(row) for row in self._connection.execute(query, values)]

    def reset(self) -> None:
        """Restore the initial rows."""
        with self._transaction() as connection:
            # Children before parents; sqlite_sequence restarts the ids of refunds.
            for table in ("refunds", "lines", "orders", "customers", "sqlite_sequence"):
                connection.execute(f"DELETE FROM {table}")  # noqa: S608 - the names are literals one line above
            for table, rows in (
                ("customers", seed.CUSTOMERS),
                ("orders", seed.ORDERS),
                ("lines", seed.LINES),
                ("refunds", seed.REFUNDS),
            ):
                placeholders = ", ".join("?" * len(rows[0]))
                connection.executemany(f"INSERT INTO {table} VALUES ({placeholders})", rows)  # noqa: S608 - as above

    def count(self) -> int:
        """Return the number of orders."""
        return int(self._rows("SELECT count(*) AS n FROM orders")[0]["n"])

    def orders(
        self, *, status: str | None = None, customer: str | None = None, limit: int = MOST_ROWS
    ) -> list[dict[str, Any]]:
        """Return the orders, sorted by id; ``None`` means any."""
        query = """SELECT * FROM book WHERE status = coalesce(?, status) AND customer = coalesce(?, customer)
            ORDER BY id LIMIT ?"""
        with self._lock:
            return [self._order(row) for row in self._rows(query, status, customer, limit)]

    def order(self, order_id: str) -> dict[str, Any] | None:
        """Return one order with its lines, or None."""
        with self._lock:
            return next((self._order(row) for row in self._book(order_id)), None)

    def _book(self, order_id: str) -> list[dict[str, Any]]:
        # Compared as strings: the id in the path may not be a number, or be too large for SQLite.
        return self._rows("SELECT * FROM book WHERE CAST(id AS TEXT) = ?", order_id)

    def _order(self, row: Mapping[str, Any]) -> dict[str, Any]:
        lines = self._rows("SELECT * FROM lines WHERE order_id = ? ORDER BY position", row["id"])
        return {
            "id": row["id"],
            "status": row["status"],
            "customerId": row["customer"],
            "placedAt": row["placed"],
            "currency": row["currency"],
            "total": to_amount(row["total"]),
            "refunded": to_amount(row["refunded"]),
            "note": row["note"],
            "lines": [
                {
                    "sku": line["sku"],
                    "title": line["title"],
                    "quantity": line["quantity"],
                    "price": to_amount(line["cents"]),
                }
                for line in lines
            ],
        }

    def refund(
        self, order_id: str, *, amount: Any = None, reason: str | None = None, notified: str | None = None
    ) -> dict[str, Any] | Refusal:
        """Return the new refund, or the refusal; without ``amount``, everything that is left is refunded."""
        with self._transaction() as connection:
            cents = self._refundable(order_id, amount)
            if isinstance(cents, Refusal):
                return cents
            row = (int(order_id), cents, reason, notified, self._now().isoformat().replace("+00:00", "Z"))
            insert = "INSERT INTO refunds (order_id, cents, reason, notified, created) VALUES (?, ?, ?, ?, ?)"
            refund_id = f"rf_{connection.execute(insert, row).lastrowid:04d}"
            return next(refund for refund in self.refunds() if refund["refundId"] == refund_id)

    def _refundable(self, order_id: str, amount: Any) -> int | Refusal:
        rows = self._book(order_id)
        if not rows:
            return Refusal.from_error(
                404, "order_not_found", f"There is no order {order_id!r}.", orderId=order_id
            )
        left = rows[0]["total"] - rows[0]["refunded"]
        meta = {"orderId": rows[0]["id"], "left": to_amount(left)}
        if not left:
            return Refusal.from_error(
                409, "already_refunded", f"Order {order_id} has already been refunded.", **meta
            )
        cents = left if amount is None else to_cents(amount)
        if isinstance(cents, int) and cents > left:
            message = f"{to_amount(cents)} is more than the {to_amount(left)} left of order {order_id}."
            return Refusal.from_error(422, "amount_too_large", message, **meta)
        return cents

    def refunds(self) -> list[dict[str, Any]]:
        """Return the refunds, oldest first; ``status`` is the current status of the order."""
        query = """SELECT book.status, order_id AS orderId, printf('rf_%04d', refunds.id) AS refundId,
            cents AS amount, currency, reason, notified, created AS createdAt
            FROM refunds JOIN book ON book.id = order_id ORDER BY refunds.id"""
        return [{**row, "amount": to_amount(row["amount"])} for row in self._rows(query)]

    def delete_refund(self, refund_id: str) -> bool:
        """Delete a refund; return whether there was one."""
        query = "DELETE FROM refunds WHERE printf('rf_%04d', id) = ?"
        with self._transaction() as connection:
            return bool(connection.execute(query, (refund_id,)).rowcount)

    def customers(self) -> list[dict[str, Any]]:
        """Return the customers, sorted by id."""
        return self._rows("SELECT * FROM people ORDER BY id")

    def customer(self, customer_id: str) -> dict[str, Any] | None:
        """Return one customer, or None."""
        return next(iter(self._rows("SELECT * FROM people WHERE id = ?", customer_id)), None)

    def update_customer(self, customer_id: str, fields: Mapping[str, str | None]) -> dict[str, Any] | None:
        """Change fields of a customer; return the customer, or None if there is no such customer."""
        with self._transaction() as connection:
            before = self.customer(customer_id)
            if before is None:
                return None
            update = """UPDATE customers SET name = :name, email = :email, phone = :phone, city = :city,
                note = :note WHERE id = :id"""
            connection.execute(update, {**before, **fields})
            return self.customer(customer_id)

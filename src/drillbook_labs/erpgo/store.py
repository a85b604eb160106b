"""Orders in, orders out: all SQL of the orders API, over a few connections that it keeps."""

import logging
import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar
from uuid import UUID

import psycopg

log = logging.getLogger("orders-api")

SCHEMA = """
CREATE TABLE orders (
    sequence bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    reference uuid NOT NULL,
    amount numeric(12, 2) NOT NULL CHECK (amount > 0),
    placed_at timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX orders_reference ON orders (reference);
CREATE TABLE heartbeat (
    id integer PRIMARY KEY CHECK (id = 1),
    beaten_at timestamptz NOT NULL
);
"""
INSERT = "INSERT INTO orders (reference, amount) VALUES (%s, %s) ON CONFLICT DO NOTHING"
SELECT = "SELECT sequence, reference, amount FROM orders"
BEAT = (
    "INSERT INTO heartbeat VALUES (1, now())"
    " ON CONFLICT (id) DO UPDATE SET beaten_at = excluded.beaten_at"
)
STATEMENT_S_MAX = 2.0
IDLE_MAX = 8
AWAY = (psycopg.OperationalError, psycopg.InterfaceError)

T = TypeVar("T")
Connection = psycopg.Connection[tuple[object, ...]]


class DatabaseAwayError(Exception):
    """The database did not answer; the message is its own words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One order; `sequence` grows with each that is stored."""

    sequence: int
    reference: UUID
    amount: Decimal


class OrderStore:
    """Orders in PostgreSQL; connects by itself again when the database is back."""

    def __init__(self, conninfo: str) -> None:
        self._conninfo = conninfo
        self._idle: list[Connection] = []
        self._lock = threading.Lock()

    def place(self, reference: UUID, amount: Decimal) -> tuple[Order, bool]:
        """Store an order once; answer it as stored, and whether it is new.

        Returns only after the commit. Raises DatabaseAwayError.
        """

        def act(connection: Connection) -> tuple[Order, bool]:
            is_new = connection.execute(INSERT, (reference, amount)).rowcount == 1
            rows = connection.execute(f"{SELECT} WHERE reference = %s", (reference,)).fetchall()
            return _order(rows[0]), is_new

        return self._do(act)

    def find(self, reference: UUID) -> Order | None:
        """Answer one order. Raises DatabaseAwayError."""
        query = f"{SELECT} WHERE reference = %s"
        rows = self._do(lambda connection: connection.execute(query, (reference,)).fetchall())
        return _order(rows[0]) if rows else None

    def after(self, sequence: int, limit: int) -> list[Order]:
        """Answer a page of orders in the order of their sequence. Raises DatabaseAwayError."""
        query = f"{SELECT} WHERE sequence > %s ORDER BY sequence, reference LIMIT %s"
        rows = self._do(lambda connection: connection.execute(query, (sequence, limit)).fetchall())
        return [_order(row) for row in rows]

    def beat(self) -> None:
        """Do one real read and one real write. Raises DatabaseAwayError."""

        def act(connection: Connection) -> None:
            connection.execute(f"{SELECT} ORDER BY sequence DESC LIMIT 1").fetchall()
            connection.execute(BEAT)

        self._do(act)

    def _do(self, act: Callable[[Connection], T]) -> T:
        """Run a transaction; once more on a fresh connection where a kept one had died.

        That is safe because every act here may be repeated.
        """
        try:
            kept = self._take_idle()
            if kept is not None:
                with suppress(*AWAY):
                    return self._on(kept, act)
                self._close_idle()
            return self._on(psycopg.connect(self._conninfo), act)
        except AWAY as error:
            words = " ".join(str(error).split())
            log.warning("database: %s", words)
            raise DatabaseAwayError(words) from error

    def _on(self, connection: Connection, act: Callable[[Connection], T]) -> T:
        with _bounded(connection), connection.transaction():
            answer = act(connection)
        self._keep(connection)
        return answer

    def _take_idle(self) -> Connection | None:
        with self._lock:
            return self._idle.pop() if self._idle else None

    def _keep(self, connection: Connection) -> None:
        with self._lock:
            if len(self._idle) < IDLE_MAX:
                self._idle.append(connection)
                return
        connection.close()

    def _close_idle(self) -> None:
        with self._lock:
            dead, self._idle = self._idle, []
        for connection in dead:
            connection.close()


@contextmanager
def _bounded(connection: Connection) -> Iterator[None]:
    """End what runs in here after STATEMENT_S_MAX, also where the server hangs.

    A server that hangs does not heed a cancel, so the connection itself is cut; and it is not
    asked again, so that the user has an answer at once. Raises DatabaseAwayError then.
    """
    is_late = threading.Event()
    timer = threading.Timer(STATEMENT_S_MAX, _cut, [connection, is_late])
    timer.daemon = True
    timer.start()
    try:
        yield
    except BaseException as error:
        connection.close()
        if is_late.is_set():
            raise DatabaseAwayError(f"no answer in {STATEMENT_S_MAX:g} s") from error
        raise
    finally:
        timer.cancel()


def _cut(connection: Connection, is_late: threading.Event) -> None:
    is_late.set()
    with (
        suppress(psycopg.Error, OSError),
        socket.socket(fileno=os.dup(connection.fileno())) as wire,
    ):
        wire.shutdown(socket.SHUT_RDWR)


def _order(row: tuple[object, ...]) -> Order:
    sequence, reference, amount = row
    assert isinstance(sequence, int)
    assert isinstance(reference, UUID)
    assert isinstance(amount, Decimal)
    return Order(sequence=sequence, reference=reference, amount=amount)

"""A name and a count → one of so many slots, held by an advisory lock of PostgreSQL.

All slots of a process are held by one connection, so that a thousand runs need no thousand
connections. Where that connection breaks, the database gives the slots of the process to
others; they are asked for again with the next one that is taken. Until then a bound may be
exceeded by those that were held.
"""

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import psycopg
from psycopg import Connection
from psycopg.rows import TupleRow

from drillbook.engine.address import Address
from drillbook.engine.slots import wait_for
from drillbook.model.clock import Clock
from drillbook.model.engine import NoSlotError


class AdvisorySlots:
    """Slots among all processes on one database."""

    def __init__(self, address: Address, *, clock: Clock) -> None:
        self._address = address
        self._clock = clock
        self._turn = threading.Lock()
        self._connection: Connection[TupleRow] | None = None
        self._held: set[int] = set()
        self._error: psycopg.Error | None = None

    @contextmanager
    def slot(self, name: str, count: int, *, within_s: float) -> Iterator[None]:
        """Raises NoSlotError after `within_s`, EngineError where the database was away then."""
        take = partial(self._take, name)
        try:
            key = wait_for(take, name, count, within_s=within_s, clock=self._clock)
        except NoSlotError as error:
            if self._error is None:
                raise
            raise self._address.away(self._error) from error
        try:
            yield
        finally:
            self._release(key)

    def close(self) -> None:
        """Let go of all."""
        with self._turn:
            self._drop()
            self._held.clear()

    def _take(self, name: str, number: int) -> int | None:
        key = key_of(name, number)
        with self._turn:
            # PostgreSQL lets a session take its own lock twice.
            if key in self._held:
                return None
            try:
                is_taken = self._ask("SELECT pg_try_advisory_lock(%s)", key)
            except psycopg.Error as error:
                self._drop()
                self._error = error
                return None
            self._error = None
            if is_taken:
                self._held.add(key)
            return key if is_taken else None

    def _release(self, key: int) -> None:
        with self._turn:
            self._held.discard(key)
            if self._connection is None:
                return
            try:
                self._ask("SELECT pg_advisory_unlock(%s)", key)
            except psycopg.Error:
                # With the connection went the lock.
                self._drop()

    def _ask(self, query: str, key: int) -> bool:
        row = self._connected().execute(query.encode(), (key,)).fetchone()
        return bool(row and row[0])

    def _connected(self) -> Connection[TupleRow]:
        if self._connection is None:
            self._connection = self._address.connect(autocommit=True)
            for key in self._held:
                self._connection.execute("SELECT pg_try_advisory_lock(%s)", (key,))
        return self._connection

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def key_of(name: str, number: int) -> int:
    """The number by which PostgreSQL knows the slot: 64 bits with a sign."""
    text = f"drillbook slot {number} {name}"
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:8], "big", signed=True)

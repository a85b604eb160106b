"""PostgreSQL's notifications of new jobs → the waking of this process's workers."""

import threading
from collections.abc import Sequence

import psycopg
from psycopg import Connection, sql
from psycopg.rows import TupleRow

from drillbook.engine.address import Address
from drillbook.engine.changes import Changes

# How soon an end is seen.
WAIT_S = 0.2
PAUSE_S = 0.5


def channel(site: str) -> str:
    """The channel in which Procrastinate says that a job of this queue was added."""
    return f"procrastinate_queue_v1#{site}"


class Listener:
    """A thread with a connection of its own, until it is closed."""

    def __init__(self, address: Address, sites: Sequence[str], changes: Changes) -> None:
        self._address = address
        self._sites = sites
        self._changes = changes
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, name="listener", daemon=True)
        self._thread.start()

    def end(self) -> None:
        """It wakes nobody any more; its thread and connection end within a second."""
        self._end.set()

    def join(self) -> None:
        """Return when they have ended."""
        self._thread.join()

    def _run(self) -> None:
        while not self._end.is_set():
            try:
                with self._address.connect(autocommit=True) as connection:
                    self._listen(connection)
            except psycopg.Error:
                # The worker itself says that the database is away, and asks in between.
                self._end.wait(PAUSE_S)

    def _listen(self, connection: Connection[TupleRow]) -> None:
        for site in self._sites:
            connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(channel(site))))
        # What came while nobody listened.
        self._changes.add()
        while not self._end.is_set():
            for _ in connection.notifies(timeout=WAIT_S, stop_after=1):
                self._changes.add()

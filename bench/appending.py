"""How many entries a second the journal takes, beside raw sqlite3 with the same pragmas."""

import json
import sqlite3
from pathlib import Path

from bench.figures import Figure, in_turn_ms, median
from drillbook.journal.sqlite import SqliteJournal
from drillbook.model.clock import SystemClock

WARM_UP = 20
BODY = {
    "step": "start-server",
    "part": "option",
    "attempt": 7,
    "command": "supervisorctl start postgresql",
    "result": "met",
    "because": "exit code is 0",
    "output": "postgresql: started\n" * 10,
    "started_at_ns": 1_795_000_000_000_000_000,
    "ended_at_ns": 1_795_000_000_100_000_000,
}
ADD = (
    "INSERT INTO entries (stream, seq, kind, at_ns, body, previous, hash) "
    "VALUES (?, ?, ?, ?, ?, ?, ?)"
)


def measure(folder: Path, *, is_quick: bool) -> list[Figure]:
    """One entry by each in turn, each on the disk before the next; medians."""
    journal = SqliteJournal(folder / "ours.db", clock=SystemClock())
    raw = Raw(folder / "raw.db")
    try:
        in_turn_ms(lambda: journal.append("run/x", "note", BODY), raw.append, times=WARM_UP)
        ours_ms, peer_ms = in_turn_ms(
            lambda: journal.append("run/x", "note", BODY),
            raw.append,
            times=200 if is_quick else 2000,
        )
    finally:
        journal.close()
        raw.close()
    return [
        Figure(
            what="entries appended, hashed and chained",
            unit="entries/s",
            ours=1000 / median(ours_ms),
            peer=1000 / median(peer_ms),
            peer_name="raw sqlite3, same table and pragmas",
            samples=len(ours_ms),
        )
    ]


class Raw:
    """The same table, indices and triggers, written by the standard library alone."""

    def __init__(self, path: Path) -> None:
        SqliteJournal(path, clock=SystemClock()).close()
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.execute("PRAGMA synchronous = FULL")
        self._connection.execute("PRAGMA secure_delete = ON")
        self._seq = 0

    def append(self) -> None:
        """One entry in a transaction of its own."""
        self._seq += 1
        row = ("run/x", self._seq, "note", self._seq, json.dumps(BODY), "0" * 64, "0" * 64)
        self._connection.execute("BEGIN IMMEDIATE")
        self._connection.execute(ADD, row)
        self._connection.execute("COMMIT")

    def close(self) -> None:
        self._connection.close()

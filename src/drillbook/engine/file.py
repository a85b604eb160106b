"""A path → a connection to the SQLite file of jobs, its tables made; errors in one line."""

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from drillbook.model.clock import Clock
from drillbook.model.engine import EngineError

VERSION = 1
# "Dben" in ASCII: tells our file from another program's SQLite database.
APPLICATION_ID = 0x4462656E
BUSY_TIMEOUT_S = 30.0
BUSY_PAUSE_S = 0.02

# A job that was performed is deleted, so each state has at most one job of a key.
SCHEMA = (
    """
    CREATE TABLE jobs (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        key TEXT NOT NULL,
        kind TEXT NOT NULL,
        site TEXT NOT NULL,
        args TEXT NOT NULL,
        due_at_ns INTEGER NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('waiting', 'at work', 'failed')),
        worker TEXT NOT NULL DEFAULT '',
        tries INTEGER NOT NULL DEFAULT 0,
        because TEXT NOT NULL DEFAULT ''
    ) STRICT
    """,
    "CREATE UNIQUE INDEX one_each ON jobs (key, state)",
    "CREATE INDEX by_turn ON jobs (state, id)",
    "CREATE INDEX by_due ON jobs (state, due_at_ns)",
    """
    CREATE TABLE workers (
        id TEXT PRIMARY KEY,
        name TEXT NOT NULL,
        sites TEXT NOT NULL,
        seen_at_ns INTEGER NOT NULL,
        beat_s REAL NOT NULL
    ) STRICT
    """,
    f"PRAGMA application_id = {APPLICATION_ID}",
    f"PRAGMA user_version = {VERSION}",
)

# By SQLite's primary result codes (sqlite.org/rescode.html).
CURES = {
    5: f"another process held it for over {BUSY_TIMEOUT_S:.0f} s, end that process",
    8: "make the file and its folder writable",
    10: "free some space and look whether the disk is sound",
    11: "the file is damaged: move it away, and start the runs that wait again",
    13: "free some space on the disk",
    14: "make the file and its folder readable and writable",
    26: "this is no file of jobs: move it away",
}


class JobsFile:
    """The file and this process's connection to it; its threads take turns."""

    def __init__(self, path: Path, *, clock: Clock) -> None:
        self.path = path
        self._clock = clock
        self._turn = threading.RLock()
        self._connection: sqlite3.Connection | None = None
        self._file: tuple[int, int] | None = None
        with self.read() as connection:
            # Asks the file itself whether it can be used.
            connection.execute("SELECT count(*) FROM workers").fetchone()

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """The connection, for what changes nothing. Raises EngineError."""
        with self._turn, self._explained():
            if self._connection is not None and _file_of(self.path) != self._file:
                self._connection = self._forgotten(self._connection)
            if self._connection is None:
                self._connection = self._opened()
                self._file = _file_of(self.path)
            yield self._connection

    def _forgotten(self, connection: sqlite3.Connection) -> sqlite3.Connection | None:
        """SQLite writes happily into a file that was deleted, where no other process looks."""
        if connection.in_transaction:
            return connection
        connection.close()
        return None

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """A transaction of one writer at a time, on disk afterwards. Raises EngineError."""
        with self.read() as connection:
            # IMMEDIATE: one that turns to writing later fails under others.
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.rollback()
                raise
            connection.commit()

    def version(self) -> int:
        """A number that changes when another process has written. Raises EngineError."""
        with self.read() as connection:
            (number,) = connection.execute("PRAGMA data_version").fetchone()
        return int(number)

    def close(self) -> None:
        """What was written stays; a later use opens the file again."""
        with self._turn:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def _opened(self) -> sqlite3.Connection:
        _make_empty(self.path)
        connection = sqlite3.connect(
            self.path, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False
        )
        try:
            self._use_wal(connection)
            connection.execute("PRAGMA synchronous = FULL")
            self._make_tables(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _use_wal(self, connection: sqlite3.Connection) -> None:
        # SQLite does not wait for others here, whatever the busy timeout.
        ends_at_s = self._clock.monotonic_s() + BUSY_TIMEOUT_S
        while True:
            try:
                connection.execute("PRAGMA journal_mode = WAL")
            except sqlite3.OperationalError as error:
                is_busy = error.sqlite_errorcode == sqlite3.SQLITE_BUSY
                if not is_busy or self._clock.monotonic_s() >= ends_at_s:
                    raise
                self._clock.sleep(BUSY_PAUSE_S)
            else:
                return

    def _make_tables(self, connection: sqlite3.Connection) -> None:
        if self._version_of(connection) == VERSION:
            return
        connection.execute("BEGIN IMMEDIATE")
        try:
            # Asked again inside the transaction: another process may have made them by now.
            if self._version_of(connection) == 0:
                for statement in SCHEMA:
                    connection.execute(statement)
        except BaseException:
            connection.rollback()
            raise
        connection.commit()

    def _version_of(self, connection: sqlite3.Connection) -> int:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        (owner,) = connection.execute("PRAGMA application_id").fetchone()
        (tables,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        if owner != APPLICATION_ID and (owner or version or tables):
            raise EngineError(
                f"{self.path}: this is the database of another program; name another state folder"
            )
        if version > VERSION:
            raise EngineError(
                f"{self.path}: a newer Drillbook wrote these jobs (version {version}, "
                f"this one reads {VERSION}); use the newer Drillbook"
            )
        return int(version)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            because = " ".join(str(error).split())
            code = getattr(error, "sqlite_errorcode", 0) & 0xFF
            cure = CURES.get(code, "look whether the disk is sound")
            raise EngineError(f"{self.path}: the jobs cannot be used: {because}; {cure}") from error


def make_folder(folder: Path) -> None:
    """Make it for the owner alone. Raises EngineError where that cannot be."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise EngineError(
            f"{folder}: this folder cannot be made: {error.strerror}; "
            "name a state folder that can be written"
        ) from error


def _file_of(path: Path) -> tuple[int, int] | None:
    """Which file lies there, None where none does."""
    try:
        file = path.stat()
    except OSError:
        return None
    return file.st_dev, file.st_ino


def _make_empty(path: Path) -> None:
    """Make the file for the owner alone, before SQLite would make it for everybody."""
    make_folder(path.parent)
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600))
    except FileExistsError:
        return
    except OSError as error:
        raise EngineError(
            f"{path}: the file of jobs cannot be made: {error.strerror}; "
            "name a state folder that can be written"
        ) from error
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)

"""A path → the index kept there, in SQLite; what is broken, foreign or older is made anew.

It is a cache: all of it can be read again from the runbooks, so it is never worth an error.
"""

import os
import sqlite3
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

# "Dbfi" in ASCII: tells our file from another program's SQLite database.
APPLICATION_ID = 0x44626669
# Raised whenever terms, weights or tables change.
VERSION = 2
# Where a SQLite file says whose it is.
_APPLICATION_AT, _HEAD_BYTES = 68, 72
BUSY_TIMEOUT_S = 20.0
IN_MEMORY = ":memory:"
WATCHED, SCOPE, COUNT = "watched", "scope", "count"
_ORDER = f"{VERSION} {sys.byteorder}"
_TABLES = """
CREATE TABLE said (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE file (path TEXT PRIMARY KEY, stamp TEXT NOT NULL, hash TEXT NOT NULL,
    key TEXT NOT NULL, kept TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE entry (id INTEGER PRIMARY KEY, path TEXT NOT NULL, anchor TEXT NOT NULL,
    title TEXT NOT NULL, terms TEXT NOT NULL, groups TEXT NOT NULL,
    rows TEXT NOT NULL);
CREATE INDEX entry_path ON entry (path);
CREATE TABLE posting (term TEXT PRIMARY KEY, entries BLOB NOT NULL) WITHOUT ROWID;
"""


class BrokenError(Exception):
    """The file is no index of ours, or not whole; it is to be made anew."""


@contextmanager
def told_apart() -> Iterator[None]:
    """What SQLite says of a damaged file becomes a BrokenError; that it is busy does not."""
    try:
        yield
    except sqlite3.OperationalError as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in (
            sqlite3.SQLITE_BUSY,
            sqlite3.SQLITE_LOCKED,
        ):
            raise
        raise BrokenError(str(error)) from error
    except (sqlite3.Error, ValueError, IndexError, OverflowError, TypeError) as error:
        raise BrokenError(str(error)) from error


def open_cache(path: Path | None) -> sqlite3.Connection:
    """The index at the path, empty where there was none; in memory where there is no path.

    Raises BrokenError, sqlite3.Error or OSError.
    """
    if path is None:
        return _prepared(IN_MEMORY)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with suppress(FileExistsError):
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    return _prepared(str(path))


def made_anew(path: Path) -> sqlite3.Connection:
    """An empty index in place of what was at the path. Raises as `open_cache`."""
    path.unlink(missing_ok=True)
    path.with_name(f"{path.name}-journal").unlink(missing_ok=True)
    return open_cache(path)


def _prepared(name: str) -> sqlite3.Connection:
    connection = sqlite3.connect(name, timeout=BUSY_TIMEOUT_S, isolation_level=None)
    try:
        with told_apart():
            _prepare(connection)
    except (BrokenError, sqlite3.Error):
        connection.close()
        raise
    return connection


def _prepare(connection: sqlite3.Connection) -> None:
    # Only a machine that stops could lose what is written; then the cache is made anew.
    connection.execute("PRAGMA synchronous = OFF")
    if _is_ours(connection):
        return
    with writing(connection):
        if _is_ours(connection):
            return
        if connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            raise BrokenError("it holds other tables")
        for statement in _TABLES.split(";"):
            connection.execute(statement)
        connection.execute("INSERT INTO said VALUES ('order', ?)", (_ORDER,))
        connection.execute(f"PRAGMA user_version = {VERSION}")
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")


def _is_ours(connection: sqlite3.Connection) -> bool:
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if (application, version) != (APPLICATION_ID, VERSION):
        return False
    return said(connection, "order") == _ORDER


def is_of_ours(path: Path) -> bool:
    """Whether the file says that it is an index of ours, of any version. Raises OSError."""
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    return head[_APPLICATION_AT:] == APPLICATION_ID.to_bytes(4, "big")


@contextmanager
def writing(connection: sqlite3.Connection) -> Iterator[None]:
    """One transaction; another process that writes is waited for. Raises sqlite3.Error."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        with suppress(sqlite3.Error):
            connection.execute("ROLLBACK")
        raise


def said(connection: sqlite3.Connection, name: str) -> str:
    """What is kept under a name; empty where nothing is."""
    row = connection.execute("SELECT value FROM said WHERE name = ?", (name,)).fetchone()
    return os.fsdecode(row[0]) if row else ""


def say(connection: sqlite3.Connection, values: Iterable[tuple[str, str]]) -> None:
    """Keep these values under their names."""
    connection.executemany(
        "INSERT OR REPLACE INTO said VALUES (?, ?)",
        [(name, storable(value)) for name, value in values],
    )


def storable(path: str) -> str | bytes:
    """As SQLite takes it: the name of a file need not be UTF-8. `os.fsdecode` gives it back."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return os.fsencode(path)
    return path

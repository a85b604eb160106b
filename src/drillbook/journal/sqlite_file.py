"""A path → a connected engine over the journal's tables, in their version, or a JournalError."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from sqlite3 import SQLITE_BUSY, OperationalError
from sqlite3 import Error as SqliteError
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool

from drillbook.journal.version import NEWEST_NUMBER, UPGRADE
from drillbook.model.clock import Clock
from drillbook.model.journal import JournalError

# "Dbok" in ASCII: tells our file from another program's SQLite database.
APPLICATION_ID = 0x44626F6B
BUSY_TIMEOUT_S = 30.0
BUSY_PAUSE_S = 0.02


def open_engine(path: Path, *, clock: Clock) -> Engine:
    """An engine whose tables exist. Raises JournalError in one line where that cannot be."""
    _make_file(path)
    engine = _engine(path)
    with explained(path, "opened"), engine.connect() as connection:
        _prepare(connection, path, clock=clock)
    return engine


@contextmanager
def explained(path: Path, act: str) -> Iterator[None]:
    """Turn what the database says into a JournalError of one line; `act` is a participle."""
    try:
        yield
    except (DBAPIError, SqliteError) as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        because = " ".join(str(cause).split())
        code = getattr(cause, "sqlite_errorcode", 0) & 0xFF
        cure = CURES.get(code, "run `drillbook journal verify`")
        raise JournalError(f"{path}: the journal cannot be {act}: {because}; {cure}") from error


# By SQLite's primary result codes (sqlite.org/rescode.html).
CURES = {
    5: f"another process held it for over {BUSY_TIMEOUT_S:.0f} s, end that process",
    6: "another connection holds it, end that process",
    8: "make the file and its folder writable",
    10: "free some space and look whether the disk is sound",
    11: "the file is damaged, restore it from a copy",
    13: "free some space on the disk",
    14: "make the file and its folder readable and writable",
    26: "name another file, this one is no journal",
}


def _make_file(path: Path) -> None:
    """Make folder and file for the owner alone, before SQLite would make them for everybody."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not path.exists():
            _make_empty(path)
    except OSError as error:
        raise JournalError(
            f"{path}: the journal cannot be made: {error.strerror}; "
            "name a state folder that can be written"
        ) from error
    if not path.is_file():
        raise JournalError(f"{path}: the journal is no file; name another state folder")
    # Never opened here to find out: closing it would drop the locks of this process's SQLite.
    if not os.access(path, os.R_OK | os.W_OK, effective_ids=True):
        raise JournalError(f"{path}: the journal cannot be written; make the file writable")


def _make_empty(path: Path) -> None:
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        return  # another process was quicker
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Bring the folder's list of names to the disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _engine(path: Path) -> Engine:
    # isolation_level None: the driver begins nothing by itself, `_begin` does.
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        poolclass=QueuePool,
        pool_size=0,
        connect_args={
            "isolation_level": None,
            "timeout": BUSY_TIMEOUT_S,
            "check_same_thread": False,
        },
    )
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "begin", _begin)
    return engine


def _set_up(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA synchronous = FULL")
    # An erased blob is overwritten, not only forgotten.
    connection.execute("PRAGMA secure_delete = ON")


def _begin(connection: Connection) -> None:
    # IMMEDIATE for writers: a deferred transaction that turns to writing fails under others.
    connection.exec_driver_sql(connection.get_execution_options().get("begin", "BEGIN"))


def _prepare(connection: Connection, path: Path, *, clock: Clock) -> None:
    _use_wal(connection, clock=clock)
    if version_of(connection, path) == NEWEST_NUMBER:
        return
    connection.rollback()
    writer = connection.execution_options(begin="BEGIN IMMEDIATE")
    with writer.begin():
        # Asked again inside the transaction: another process may have made them by now.
        version = version_of(writer, path)
        if version < NEWEST_NUMBER:
            _upgrade(writer, version)


def _upgrade(writer: Connection, version: int) -> None:
    """All or nothing: the versions' marks are in the same transaction as what they speak of."""
    # The first version was made without Alembic.
    import_module(UPGRADE).upgrade(writer, stamped="0001" if version == 1 else "")
    writer.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
    writer.exec_driver_sql(f"PRAGMA user_version = {NEWEST_NUMBER}")


def _use_wal(connection: Connection, *, clock: Clock) -> None:
    driver: Any = connection.connection.driver_connection
    if driver.execute("PRAGMA journal_mode").fetchone() == ("wal",):
        return
    # SQLite does not wait for others here, whatever the busy timeout.
    ends_at_s = clock.monotonic_s() + BUSY_TIMEOUT_S
    while True:
        try:
            driver.execute("PRAGMA journal_mode = WAL")
        except OperationalError as error:
            is_busy = error.sqlite_errorcode == SQLITE_BUSY
            if not is_busy or clock.monotonic_s() >= ends_at_s:
                raise
            clock.sleep(BUSY_PAUSE_S)
        else:
            return


def version_of(connection: Connection, path: Path) -> int:
    """The tables' version, 0 for an empty file. Raises JournalError where it is not ours."""
    version = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
    owner = connection.exec_driver_sql("PRAGMA application_id").scalar_one()
    tables = connection.exec_driver_sql("SELECT count(*) FROM sqlite_schema").scalar_one()
    if owner != APPLICATION_ID and (owner or version or tables):
        raise JournalError(
            f"{path}: this is the database of another program; name another state folder"
        )
    if version > NEWEST_NUMBER:
        raise JournalError(
            f"{path}: a newer Drillbook wrote this journal (version {version}, "
            f"this one reads {NEWEST_NUMBER}); use the newer Drillbook"
        )
    return int(version)

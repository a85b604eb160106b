"""Entries and blobs → one SQLite file, on disk when the call returns; and back."""

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from drillbook.journal.blobs import pack
from drillbook.journal.chain import name_text
from drillbook.journal.ledger import Anchor, LedgerFile
from drillbook.journal.links import (
    Head,
    Remembered,
    anchor_after,
    chain_of,
    nothing,
    refuse_fenced,
    refuse_moved,
)
from drillbook.journal.reading import (
    anchors_of,
    blob_of,
    entries_of,
    head_of,
    last_streams_of,
    streams_of,
    unended_of,
)
from drillbook.journal.sqlite_file import explained, open_engine
from drillbook.journal.tables import blobs, ledger
from drillbook.journal.verify import Mirror, flaws
from drillbook.model.clock import Clock
from drillbook.model.journal import Entry, Fact, Flaw, Follow, JournalError

# As text and past SQLAlchemy: these run for every entry, and from a statement's objects to
# SQLite took longer than SQLite itself.
HEAD = "SELECT seq, hash FROM entries WHERE stream = ? ORDER BY seq DESC LIMIT 1"
# The kinds stand in the text: a partial index is not used for kinds that come as parameters.
TAKEN_OVER = (
    "SELECT max(seq) FROM entries WHERE stream = ? AND kind IN ('run-started', 'run-resumed')"
)
ADD_ENTRY = (
    "INSERT INTO entries (stream, seq, kind, at_ns, body, previous, hash) "
    "VALUES (?, ?, ?, ?, ?, ?, ?)"
)
LEDGER_HEAD = select(ledger.c.position, ledger.c.hash).order_by(ledger.c.position.desc()).limit(1)
ADD_ANCHOR = ledger.insert()
ADD_BLOB = insert(blobs).on_conflict_do_nothing()


class SqliteJournal:
    """The Journal on SQLite; one file, any number of threads and processes at once.

    The ledger is mirrored in a file of the same name that ends in `.ledger`. Every method
    raises JournalError, in one line, where the file cannot be used.
    """

    def __init__(self, path: Path, *, clock: Clock) -> None:
        self._path = path
        self._clock = clock
        self._ledger_file = LedgerFile(path.with_suffix(".ledger"))
        self._remembered = Remembered(str(path))
        # Threads take turns here, where waiting costs nothing, and not at SQLite's lock.
        self._turn = threading.Lock()
        self._is_closed = False
        self._engine = open_engine(path, clock=clock)
        with explained(path, "opened"):
            connection = self._engine.connect()
            self._writer = connection.execution_options(begin="BEGIN IMMEDIATE")
        self._file = _file_of(path)

    def append(
        self,
        stream: str,
        kind: str,
        body: Mapping[str, Any],
        *,
        holder: int | None = None,
        if_head: int | None = None,
    ) -> Entry:
        """Raises JournalError also where `body` is no JSON or longer than 1 MB."""
        fact = (kind, body)
        return self.append_all(stream, fact, nothing, holder=holder, if_head=if_head)[0]

    def append_all(
        self,
        stream: str,
        fact: Fact,
        follow: Follow,
        *,
        holder: int | None = None,
        if_head: int | None = None,
    ) -> Sequence[Entry]:
        """Raises JournalError also where a body is no JSON or longer than 1 MB."""
        name_text("stream", stream)
        with self._driven() as driver:
            head = self._head(driver, stream)
            refuse_moved(stream, head, if_head)
            if holder is not None:
                refuse_fenced(stream, driver.execute(TAKEN_OVER, (stream,)).fetchone()[0], holder)
            links = chain_of(stream, head, fact, follow, clock=self._clock)
            driver.executemany(ADD_ENTRY, [link.row for link in links])
        self._remembered.add(links)
        return tuple(link.entry for link in links)

    def entries(self, stream: str, *, after: int = 0) -> Sequence[Entry]:
        with self._read() as reader:
            return entries_of(reader, str(self._path), stream, after)

    def head(self, stream: str) -> Entry | None:
        with self._read() as reader:
            return head_of(reader, str(self._path), stream)

    def unended(self, prefix: str, end: str) -> Sequence[str]:
        with self._read() as reader:
            return unended_of(reader, prefix, end)

    def streams(self, prefix: str = "") -> Sequence[str]:
        with self._read() as reader:
            return streams_of(reader, prefix)

    def last_streams(self, prefix: str, count: int, *, before: str = "") -> Sequence[str]:
        with self._read() as reader:
            return last_streams_of(reader, prefix, count, before)

    def anchor(self, stream: str) -> None:
        """Raises JournalError also where the stream has no entry."""
        with self._written() as writer:
            head = self._head(_driver(writer), stream)
            last = writer.execute(LEDGER_HEAD).one_or_none()
            anchor = anchor_after(
                last and (last.position, last.hash),
                stream=stream,
                head=head,
                at_ns=self._clock.now_ns(),
            )
            writer.execute(ADD_ANCHOR, asdict(anchor))
        self._ledger_file.follow(self._anchors_after)

    def put_blob(self, data: bytes) -> str:
        """Raises JournalError also where `data` is over 64 MB."""
        packed = pack(data)
        row = {
            "hash": packed.hash,
            "data": packed.data,
            "is_zlib": int(packed.is_zlib),
            "at_ns": self._clock.now_ns(),
        }
        with self._written() as writer:
            writer.execute(ADD_BLOB, row)
        return packed.hash

    def blob(self, digest: str) -> bytes | None:
        """Raises JournalError also where the bytes are not those that were kept."""
        with self._read() as reader:
            return blob_of(reader, str(self._path), digest)

    def erase_blob(self, digest: str) -> bool:
        """Erase the bytes for good, also from the write-ahead log; whether there were any."""
        with self._written() as writer:
            count = writer.execute(blobs.delete().where(blobs.c.hash == digest)).rowcount
        with self._turn, explained(self._path, "written"):
            is_busy = _driver(self._writer).execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        if is_busy:
            raise JournalError(
                f"{self._path}: the blob is erased, but a reader still holds the log with its "
                "bytes; end that reader and erase it again"
            )
        return count > 0

    def verify(self, stream: str | None = None) -> Iterator[Flaw]:
        """Every stream's first flaw, the ledger's and its file's, and every altered blob.

        With a `stream`, that one's and the ledger's: the time grows with the stream and with
        the number of runs, not with what is in the journal.
        """
        # The file first: then the table, read later, holds all that the file does.
        mirror = Mirror(lines=self._ledger_file.lines(), is_whole=True)
        with self._read() as reader:
            yield from flaws(reader, mirror, stream)

    def close(self) -> None:
        with self._turn:
            if not self._is_closed:
                self._is_closed = True
                self._writer.close()
                self._engine.dispose()

    @contextmanager
    def _written(self) -> Iterator[Connection]:
        """One IMMEDIATE transaction, committed to disk at its end."""
        with self._turn, explained(self._path, "written"):
            self._refuse_closed()
            self._refuse_gone()
            with self._writer.begin():
                yield self._writer

    @contextmanager
    def _driven(self) -> Iterator[Any]:
        """The same on the driver's own connection: a transaction without SQLAlchemy's layers."""
        with self._turn, explained(self._path, "written"):
            self._refuse_closed()
            self._refuse_gone()
            driver = _driver(self._writer)
            try:
                driver.execute("BEGIN IMMEDIATE")
                yield driver
                driver.execute("COMMIT")
            except BaseException:  # a Ctrl-C too must not leave the transaction open
                # SQLite itself has ended the transaction after some errors, a full disk's too.
                if driver.in_transaction:
                    driver.execute("ROLLBACK")
                raise

    @contextmanager
    def _read(self) -> Iterator[Connection]:
        with explained(self._path, "read"):
            self._refuse_closed()
            with self._engine.connect() as connection:
                yield connection

    def _refuse_closed(self) -> None:
        if self._is_closed:
            raise JournalError(f"{self._path}: the journal was closed already; open it again")

    def _refuse_gone(self) -> None:
        """SQLite writes happily into a file that was deleted, and nobody could read it again."""
        if _file_of(self._path) != self._file:
            raise JournalError(
                f"{self._path}: the journal was taken away or replaced while it was in use; "
                "put it back"
            )

    def _head(self, driver: Any, stream: str) -> Head:
        """The stream's head in the database, which must still hold the one remembered."""
        row = driver.execute(HEAD, (stream,)).fetchone()
        head = Head(*row) if row else Head()
        self._remembered.refuse_lost(stream, head)
        return head

    def _anchors_after(self, position: int) -> list[Anchor]:
        with self._read() as reader:
            return anchors_of(reader, position)


def _file_of(path: Path) -> tuple[int, int] | None:
    """Which file lies there, None where none does."""
    try:
        file = path.stat()
    except OSError:
        return None
    return file.st_dev, file.st_ino


def _driver(connection: Connection) -> Any:
    """The standard library's connection within."""
    return connection.connection.driver_connection

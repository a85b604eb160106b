"""Entries and blobs → one SQLite file, on disk when the call returns; and back."""

import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, func, select
from sqlalchemy.dialects.sqlite import insert

from drillbook.journal.blobs import Packed, pack, unpack
from drillbook.journal.chain import BEGINNING, Link, body_text, link_hash, name_text
from drillbook.journal.ledger import Anchor, LedgerFile, anchor_hash
from drillbook.journal.schema import blobs, entries, explained, ledger, open_engine
from drillbook.journal.verify import flaws
from drillbook.model.clock import Clock
from drillbook.model.journal import (
    TAKES_OVER,
    Entry,
    Fact,
    FencedError,
    Flaw,
    Follow,
    JournalError,
    MovedError,
)

# A process that writes to more streams than this forgets their heads and reads them again.
HEADS_MAX = 10_000

# As text and past SQLAlchemy: these run for every entry, and from a statement's objects to
# SQLite took longer than SQLite itself.
HEAD = "SELECT seq, hash FROM entries WHERE stream = ? ORDER BY seq DESC LIMIT 1"
TAKEN_OVER = "SELECT seq FROM entries WHERE stream = ? AND kind IN (?, ?) ORDER BY seq DESC LIMIT 1"
ADD_ENTRY = (
    "INSERT INTO entries (stream, seq, kind, at_ns, body, previous, hash) "
    "VALUES (?, ?, ?, ?, ?, ?, ?)"
)
LEDGER_HEAD = select(ledger.c.position, ledger.c.hash).order_by(ledger.c.position.desc()).limit(1)
ADD_ANCHOR = ledger.insert()
ADD_BLOB = insert(blobs).on_conflict_do_nothing()


@dataclass(frozen=True, slots=True)
class Head:
    """The last entry of a stream; seq 0 and the chain's beginning where there is none."""

    seq: int = 0
    hash: str = BEGINNING


class SqliteJournal:
    """The Journal on SQLite; one file, any number of threads and processes at once.

    The ledger is mirrored in a file of the same name that ends in `.ledger`. Every method
    raises JournalError, in one line, where the file cannot be used.
    """

    def __init__(self, path: Path, *, clock: Clock) -> None:
        self._path = path
        self._clock = clock
        self._ledger_file = LedgerFile(path.with_suffix(".ledger"))
        self._heads: dict[str, Head] = {}
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
        return self.append_all(stream, fact, _nothing, holder=holder, if_head=if_head)[0]

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
        added: list[Entry] = []
        upcoming: Fact | None = fact
        with self._driven() as driver:
            head = self._head(driver, stream)
            _refuse_moved(stream, head, if_head)
            if holder is not None:
                _refuse_fenced(driver, stream, holder)
            while upcoming is not None:
                link = self._link(stream, head, upcoming)
                head = Head(link.seq, link_hash(link))
                driver.execute(ADD_ENTRY, _row(link, head.hash))
                added.append(_entry(link, head.hash))
                upcoming = follow(added[-1])
        self._remember(stream, head)
        return tuple(added)

    def entries(self, stream: str, *, after: int = 0) -> Sequence[Entry]:
        query = (
            select(entries)
            .where(entries.c.stream == stream, entries.c.seq > after)
            .order_by(entries.c.seq)
        )
        with self._read() as reader:
            return tuple(self._kept(row) for row in reader.execute(query))

    def head(self, stream: str) -> Entry | None:
        query = (
            select(entries)
            .where(entries.c.stream == stream)
            .order_by(entries.c.seq.desc())
            .limit(1)
        )
        with self._read() as reader:
            row = reader.execute(query).one_or_none()
        return None if row is None else self._kept(row)

    def unended(self, prefix: str, end: str) -> Sequence[str]:
        last = entries.alias()
        ended = (
            select(last.c.seq).where(last.c.stream == entries.c.stream, last.c.kind == end).exists()
        )
        query = (
            select(entries.c.stream)
            .where(entries.c.seq == 1)
            .where(func.substr(entries.c.stream, 1, len(prefix)) == prefix)
            .where(~ended)
            .order_by(entries.c.position)
        )
        with self._read() as reader:
            return tuple(reader.execute(query).scalars())

    def streams(self, prefix: str = "") -> Sequence[str]:
        query = (
            select(entries.c.stream)
            .where(entries.c.seq == 1)
            .where(func.substr(entries.c.stream, 1, len(prefix)) == prefix)
            .order_by(entries.c.position)
        )
        with self._read() as reader:
            return tuple(reader.execute(query).scalars())

    def anchor(self, stream: str) -> None:
        """Raises JournalError also where the stream has no entry."""
        with self._written() as writer:
            head = self._head(_driver(writer), stream)
            if head.seq == 0:
                raise JournalError(f"{stream!r} has no entry, so there is nothing to anchor")
            writer.execute(ADD_ANCHOR, self._next_anchor(writer, stream, head))
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
        query = select(blobs.c.data, blobs.c.is_zlib).where(blobs.c.hash == digest)
        with self._read() as reader:
            row = reader.execute(query).one_or_none()
        if row is None:
            return None
        data = unpack(Packed(hash=digest, data=row.data, is_zlib=bool(row.is_zlib)))
        if data is None:
            raise JournalError(
                f"{self._path}: the blob {digest} was altered; run `drillbook journal verify`"
            )
        return data

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
        lines = self._ledger_file.lines()
        with self._read() as reader:
            yield from flaws(reader, lines, stream)

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

    def _link(self, stream: str, head: Head, fact: Fact) -> Link:
        kind, body = fact
        return Link(
            previous=head.hash,
            stream=stream,
            seq=head.seq + 1,
            kind=name_text("kind", kind),
            at_ns=self._clock.now_ns(),
            body=body_text(body),
        )

    def _head(self, driver: Any, stream: str) -> Head:
        """The stream's head in the database, which must still hold the one remembered."""
        row = driver.execute(HEAD, (stream,)).fetchone()
        head = Head(*row) if row else Head()
        remembered = self._heads.get(stream, Head())
        is_cut = head.seq < remembered.seq
        is_altered = head.seq == remembered.seq and head.hash != remembered.hash
        if is_cut or is_altered:
            raise JournalError(
                f"{self._path}: entry {remembered.seq} of {stream}, written a moment ago, is "
                f"{'gone' if is_cut else 'altered'}; run `drillbook journal verify`"
            )
        return head

    def _remember(self, stream: str, head: Head) -> None:
        if len(self._heads) >= HEADS_MAX:
            self._heads.clear()
        # Another thread may have gone on from here already.
        if head.seq > self._heads.get(stream, Head()).seq:
            self._heads[stream] = head

    def _next_anchor(self, writer: Connection, stream: str, head: Head) -> dict[str, str | int]:
        last = writer.execute(LEDGER_HEAD).one_or_none()
        at_ns = self._clock.now_ns()
        position = last.position + 1 if last else 1
        previous = last.hash if last else BEGINNING
        digest = anchor_hash(
            position=position,
            stream=stream,
            seq=head.seq,
            head=head.hash,
            at_ns=at_ns,
            previous=previous,
        )
        return {
            "position": position,
            "stream": stream,
            "seq": head.seq,
            "head": head.hash,
            "at_ns": at_ns,
            "previous": previous,
            "hash": digest,
        }

    def _anchors_after(self, position: int) -> list[Anchor]:
        query = select(ledger).where(ledger.c.position > position).order_by(ledger.c.position)
        with self._read() as reader:
            return [Anchor(**row) for row in reader.execute(query).mappings()]

    def _kept(self, row: Row[Any]) -> Entry:
        try:
            body = json.loads(row.body)
        except ValueError as error:
            raise JournalError(
                f"{self._path}: entry {row.seq} of {row.stream} was altered; "
                "run `drillbook journal verify`"
            ) from error
        return Entry(
            stream=row.stream,
            seq=row.seq,
            kind=row.kind,
            at_ns=row.at_ns,
            body=body,
            previous=row.previous,
            hash=row.hash,
        )


def _file_of(path: Path) -> tuple[int, int] | None:
    """Which file lies there, None where none does."""
    try:
        file = path.stat()
    except OSError:
        return None
    return file.st_dev, file.st_ino


def _nothing(_: Entry) -> None:
    """Nothing follows."""


def _refuse_moved(stream: str, head: Head, if_head: int | None) -> None:
    if if_head is not None and head.seq != if_head:
        raise MovedError(f"{stream} has {head.seq} entries and not {if_head}: look again")


def _refuse_fenced(driver: Any, stream: str, holder: int) -> None:
    row = driver.execute(TAKEN_OVER, (stream, *TAKES_OVER)).fetchone()
    if row is None or row[0] != holder:
        raise FencedError(f"{stream} was taken over by another process, which goes on with it")


def _driver(connection: Connection) -> Any:
    """The standard library's connection within."""
    return connection.connection.driver_connection


def _row(link: Link, digest: str) -> tuple[str | int, ...]:
    return (
        link.stream,
        link.seq,
        link.kind,
        link.at_ns,
        link.body,
        link.previous,
        digest,
    )


def _entry(link: Link, digest: str) -> Entry:
    return Entry(
        stream=link.stream,
        seq=link.seq,
        kind=link.kind,
        at_ns=link.at_ns,
        # Read back, so that the caller sees what every later reader will.
        body=json.loads(link.body),
        previous=link.previous,
        hash=digest,
    )

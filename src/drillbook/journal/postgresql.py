"""Entries and blobs → PostgreSQL, on its disk when the call returns; and back."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar

import psycopg
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from drillbook.journal.blobs import pack
from drillbook.journal.chain import name_text
from drillbook.journal.ledger import Anchor, LedgerFile
from drillbook.journal.links import Head, Remembered, anchor_after, nothing
from drillbook.journal.postgresql_append import Appending
from drillbook.journal.postgresql_schema import prepare
from drillbook.journal.postgresql_server import (
    BoundedConnection,
    begun,
    explained,
    is_loss,
    is_passing,
    open_server,
    patient,
    words_of,
)
from drillbook.journal.reading import (
    blob_of,
    entries_of,
    head_of,
    last_streams_of,
    streams_of,
    unended_of,
)
from drillbook.journal.verify import Mirror, flaws
from drillbook.model.clock import Clock
from drillbook.model.journal import Entry, Fact, Flaw, Follow, JournalError
from drillbook.model.settings import Store

PAUSE_S = 0.1
PAUSE_S_MAX = 2.0
# Reading a whole journal takes longer than any append may.
VERIFY_S_MAX = 3_600

# Of two numbers, so that no lock that is named by one can be the same.
LOCK_LEDGER = "SELECT pg_advisory_xact_lock(1684170603, 0)"
HEAD = "SELECT seq, hash FROM entries WHERE stream = %(stream)s ORDER BY seq DESC LIMIT 1"
LEDGER_HEAD = "SELECT position, hash FROM ledger ORDER BY position DESC LIMIT 1"
ADD_ANCHOR = (
    "INSERT INTO ledger (position, stream, seq, head, at_ns, previous, hash) VALUES "
    "(%(position)s, %(stream)s, %(seq)s, %(head)s, %(at_ns)s, %(previous)s, %(hash)s)"
)
ADD_BLOB = (
    "INSERT INTO blobs (hash, data, is_zlib, at_ns) VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING"
)

Answer = TypeVar("Answer")
Say = Callable[[str], None]


class PostgresqlJournal:
    """The Journal on PostgreSQL; any number of threads, processes and machines at once.

    A server that does not answer is asked again for `store.retry_s`, which is said by `say`;
    what was sent without an answer is looked for first, and never written twice. Then every
    method raises JournalError in one line.
    """

    def __init__(
        self, store: Store, password: str, *, clock: Clock, ledger_file: Path, say: Say
    ) -> None:
        self._clock = clock
        self._retry_s = store.retry_s
        self._say = say
        self._server = open_server(store, password)
        self._place = self._server.place
        self._remembered = Remembered(self._place)
        self._ledger_file = LedgerFile(ledger_file)
        self._is_closed = False
        self._is_waiting = False
        try:
            self._tried("opened", lambda: prepare(self._server))
        except BaseException:  # a Ctrl-C too must not leave connections behind
            self._server.engine.dispose()
            raise

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
        appending = Appending(
            stream=stream,
            fact=fact,
            follow=follow,
            holder=holder,
            if_head=if_head,
            clock=self._clock,
            remembered=self._remembered,
        )
        links = self._driven(appending.on)
        self._remembered.add(links)
        return tuple(link.entry for link in links)

    def entries(self, stream: str, *, after: int = 0) -> Sequence[Entry]:
        return self._read(lambda reader: entries_of(reader, self._place, stream, after))

    def head(self, stream: str) -> Entry | None:
        return self._read(lambda reader: head_of(reader, self._place, stream))

    def unended(self, prefix: str, end: str) -> Sequence[str]:
        return self._read(lambda reader: unended_of(reader, prefix, end))

    def streams(self, prefix: str = "") -> Sequence[str]:
        return self._read(lambda reader: streams_of(reader, prefix))

    def last_streams(self, prefix: str, count: int, *, before: str = "") -> Sequence[str]:
        return self._read(lambda reader: last_streams_of(reader, prefix, count, before))

    def anchor(self, stream: str) -> None:
        """Raises JournalError also where the stream has no entry."""
        anchor = self._driven(lambda driver: self._add_anchor(driver, stream))
        self._ledger_file.witness(anchor)

    def put_blob(self, data: bytes) -> str:
        """Raises JournalError also where `data` is over 64 MB."""
        packed = pack(data)
        row = (packed.hash, packed.data, int(packed.is_zlib), self._clock.now_ns())
        self._driven(lambda driver: driver.execute(ADD_BLOB, row))
        return packed.hash

    def blob(self, digest: str) -> bytes | None:
        """Raises JournalError also where the bytes are not those that were kept."""
        return self._read(lambda reader: blob_of(reader, self._place, digest))

    def erase_blob(self, digest: str) -> bool:
        """Erase the bytes; whether there were any. The server's log and backups are its own."""

        def erase(driver: BoundedConnection) -> bool:
            count = driver.execute("DELETE FROM blobs WHERE hash = %s", (digest,)).rowcount
            driver.execute("VACUUM blobs")
            return count > 0

        return self._driven(erase)

    def verify(self, stream: str | None = None) -> Iterator[Flaw]:
        """Every stream's first flaw, the ledger's and its witnesses', and every altered blob.

        With a `stream`, that one's and the ledger's. Rows come by a cursor of the server.
        """
        # The file first: then the table, read later, holds all that the file does.
        mirror = Mirror(lines=self._ledger_file.lines(), is_whole=False)
        with explained(self._place, "read"), self._snapshot() as reader:
            yield from flaws(reader, mirror, stream)

    def close(self) -> None:
        self._is_closed = True
        self._server.engine.dispose()

    @contextmanager
    def _snapshot(self) -> Iterator[Connection]:
        """One view of everything, whatever is appended meanwhile."""
        self._refuse_closed()
        with self._server.engine.connect() as connection:
            reader = connection.execution_options(isolation_level="REPEATABLE READ")
            with patient(reader, VERIFY_S_MAX):
                yield reader

    def _add_anchor(self, driver: BoundedConnection, stream: str) -> Anchor:
        """The ledger is one chain for all: its writers take turns for one commit."""
        _, heads, last = begun(driver, LOCK_LEDGER, HEAD, LEDGER_HEAD, stream=stream)
        head = Head(*heads[0]) if heads else Head()
        self._remembered.refuse_lost(stream, head)
        now_ns = self._clock.now_ns()
        before = (int(last[0][0]), str(last[0][1])) if last else None
        anchor = anchor_after(before, stream=stream, head=head, at_ns=now_ns)
        with driver.pipeline():
            driver.execute(ADD_ANCHOR, asdict(anchor))
            driver.execute("COMMIT")
        return anchor

    def _driven(self, work: Callable[[BoundedConnection], Answer]) -> Answer:
        """Work past SQLAlchemy, on a connection of its own."""

        def act() -> Answer:
            with self._server.driver() as driver:
                return work(driver)

        return self._tried("written", act)

    def _read(self, work: Callable[[Connection], Answer]) -> Answer:
        def act() -> Answer:
            with self._server.engine.connect() as reader:
                return work(reader)

        return self._tried("read", act)

    def _tried(self, act: str, work: Callable[[], Answer]) -> Answer:
        """Work, again and again while what stops it may pass, until `retry_s` are over."""
        self._refuse_closed()
        ends_at_s = self._clock.monotonic_s() + self._retry_s
        pause_s = PAUSE_S
        while True:
            with explained(self._place, act):
                try:
                    answer = work()
                except (DBAPIError, psycopg.Error) as error:
                    if not is_passing(error) or self._clock.monotonic_s() >= ends_at_s:
                        raise
                    self._lost(error)
                else:
                    self._is_waiting = False
                    return answer
            self._clock.sleep(pause_s)
            pause_s = min(2 * pause_s, PAUSE_S_MAX)

    def _lost(self, error: BaseException) -> None:
        """Said once for all threads that meet it."""
        if is_loss(error):
            self._server.losses.note()
        if not self._is_waiting:
            self._is_waiting = True
            self._say(
                f"drillbook: {self._place}: the journal waits for its server, for "
                f"{self._retry_s:.0f} s at most: {words_of(error)}"
            )

    def _refuse_closed(self) -> None:
        if self._is_closed:
            raise JournalError(f"{self._place}: the journal was closed already; open it again")

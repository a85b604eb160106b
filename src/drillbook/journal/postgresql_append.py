"""A fact and what follows it → entries of one stream in one transaction, at most once.

Two round trips: one begins, waits for its turn and looks, one adds and commits. The turn is a
lock on the stream's name that ends with the transaction. So who has the turn after a cut
connection knows that the old transaction is over, one way or the other, and what it sent is
there or will never be.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from drillbook.journal.links import (
    Chained,
    Head,
    Remembered,
    chain_of,
    refuse_fenced,
    refuse_moved,
)
from drillbook.journal.postgresql_server import BoundedConnection, begun
from drillbook.model.clock import Clock
from drillbook.model.journal import Fact, Follow

LOCK = "SELECT pg_advisory_xact_lock(1684170602, hashtext(%(stream)s))"
HEAD = "SELECT seq, hash FROM entries WHERE stream = %(stream)s ORDER BY seq DESC LIMIT 1"
TAKEN_OVER = (
    "SELECT max(seq) FROM entries WHERE stream = %(stream)s "
    "AND kind IN ('run-started', 'run-resumed')"
)
SENT = "SELECT 1 FROM entries WHERE stream = %s AND seq = %s AND hash = %s"
ADD_ENTRY = (
    "INSERT INTO entries (stream, seq, kind, at_ns, body, previous, hash) "
    "VALUES (%s, %s, %s, %s, %s, %s, %s)"
)


@dataclass(slots=True, kw_only=True)
class Appending:
    """One append, over as many attempts as it takes; `sent` is what had no answer yet."""

    stream: str
    fact: Fact
    follow: Follow
    holder: int | None
    if_head: int | None
    clock: Clock
    remembered: Remembered
    sent: list[Sequence[Chained]] = field(default_factory=list)

    def on(self, driver: BoundedConnection) -> Sequence[Chained]:
        """Append, or find what an earlier attempt has appended."""
        head, taken_at = self._look(driver)
        kept = self._kept(driver)
        if kept is not None:
            driver.execute("ROLLBACK")
            return kept
        self.remembered.refuse_lost(self.stream, head)
        refuse_moved(self.stream, head, self.if_head)
        refuse_fenced(self.stream, taken_at, self.holder)
        links = chain_of(self.stream, head, self.fact, self.follow, clock=self.clock)
        self.sent.append(links)
        with driver.pipeline():
            for link in links:
                driver.execute(ADD_ENTRY, link.row)
            driver.execute("COMMIT")
        return links

    def _look(self, driver: BoundedConnection) -> tuple[Head, int | None]:
        """Begin, take the turn, and see where the stream stands."""
        queries = (LOCK, HEAD) if self.holder is None else (LOCK, HEAD, TAKEN_OVER)
        _, heads, *takings = begun(driver, *queries, stream=self.stream)
        return Head(*heads[0]) if heads else Head(), takings[0][0][0] if takings else None

    def _kept(self, driver: BoundedConnection) -> Sequence[Chained] | None:
        """What an earlier attempt sent and the server committed, though it could not say so."""
        for links in self.sent:
            entry = links[0].entry
            found = driver.execute(SENT, (entry.stream, entry.seq, entry.hash)).fetchone()
            if found is not None:
                return links
        return None

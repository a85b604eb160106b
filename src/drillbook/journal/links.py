"""A stream's head and a fact → the entry that is chained to it; what writers of stores share."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from drillbook.journal.chain import BEGINNING, Link, body_text, link_hash, name_text
from drillbook.journal.ledger import Anchor, anchor_hash
from drillbook.model.clock import Clock
from drillbook.model.journal import (
    Entry,
    Fact,
    FencedError,
    Follow,
    JournalError,
    MovedError,
)

# A process that writes to more streams than this forgets their heads and reads them again.
HEADS_MAX = 10_000


@dataclass(frozen=True, slots=True)
class Head:
    """The last entry of a stream; seq 0 and the chain's beginning where there is none."""

    seq: int = 0
    hash: str = BEGINNING


@dataclass(frozen=True, slots=True, kw_only=True)
class Chained:
    """An entry and the canonical text of its body, as it is stored."""

    entry: Entry
    body: str

    @property
    def row(self) -> tuple[str | int, ...]:
        """stream, seq, kind, at_ns, body, previous, hash."""
        entry = self.entry
        return (
            entry.stream,
            entry.seq,
            entry.kind,
            entry.at_ns,
            self.body,
            entry.previous,
            entry.hash,
        )


def chained(stream: str, head: Head, fact: Fact, *, clock: Clock) -> Chained:
    """The fact as the stream's next entry. Raises JournalError where it cannot be one."""
    kind, body = fact
    link = Link(
        previous=head.hash,
        stream=stream,
        seq=head.seq + 1,
        kind=name_text("kind", kind),
        at_ns=clock.now_ns(),
        body=body_text(body),
    )
    entry = Entry(
        stream=stream,
        seq=link.seq,
        kind=link.kind,
        at_ns=link.at_ns,
        # Read back, so that the caller sees what every later reader will.
        body=json.loads(link.body),
        previous=link.previous,
        hash=link_hash(link),
    )
    return Chained(entry=entry, body=link.body)


def chain_of(
    stream: str, head: Head, fact: Fact, follow: Follow, *, clock: Clock
) -> Sequence[Chained]:
    """The fact, and what `follow` says of each entry until it says None, one after the other."""
    links: list[Chained] = []
    upcoming: Fact | None = fact
    while upcoming is not None:
        link = chained(stream, head, upcoming, clock=clock)
        links.append(link)
        head = Head(link.entry.seq, link.entry.hash)
        upcoming = follow(link.entry)
    return links


def nothing(_: Entry) -> None:
    """Nothing follows."""


def refuse_moved(stream: str, head: Head, if_head: int | None) -> None:
    """Raises MovedError where the head is not the one that the caller has seen."""
    if if_head is not None and head.seq != if_head:
        raise MovedError(f"{stream} has {head.seq} entries and not {if_head}: look again")


def refuse_fenced(stream: str, taken_at: int | None, holder: int | None) -> None:
    """Raises FencedError where the last that took the stream over is not the caller."""
    if holder is not None and taken_at != holder:
        raise FencedError(f"{stream} was taken over by another process, which goes on with it")


def anchor_after(last: tuple[int, str] | None, *, stream: str, head: Head, at_ns: int) -> Anchor:
    """The ledger's next line; `last` is the position and the hash of the one before."""
    if head.seq == 0:
        raise JournalError(f"{stream!r} has no entry, so there is nothing to anchor")
    before, previous = last or (0, BEGINNING)
    digest = anchor_hash(
        position=before + 1,
        stream=stream,
        seq=head.seq,
        head=head.hash,
        at_ns=at_ns,
        previous=previous,
    )
    return Anchor(
        position=before + 1,
        stream=stream,
        seq=head.seq,
        head=head.hash,
        at_ns=at_ns,
        previous=previous,
        hash=digest,
    )


class Remembered:
    """The heads that this process wrote: the store must still hold them. For any thread."""

    def __init__(self, place: str) -> None:
        self._place = place
        self._heads: dict[str, Head] = {}

    def refuse_lost(self, stream: str, head: Head) -> None:
        """Raises JournalError where the entry that was written last is gone or another."""
        remembered = self._heads.get(stream, Head())
        is_cut = head.seq < remembered.seq
        is_altered = head.seq == remembered.seq and head.hash != remembered.hash
        if is_cut or is_altered:
            raise JournalError(
                f"{self._place}: entry {remembered.seq} of {stream}, written a moment ago, is "
                f"{'gone' if is_cut else 'altered'}; run `drillbook journal verify`"
            )

    def add(self, links: Sequence[Chained]) -> None:
        """Remember the head that these made."""
        last = links[-1].entry
        if len(self._heads) >= HEADS_MAX:
            self._heads.clear()
        # Another thread may have gone on from here already.
        if last.seq > self._heads.get(last.stream, Head()).seq:
            self._heads[last.stream] = Head(last.seq, last.hash)

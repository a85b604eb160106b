"""The append-only truth: its entries, and what every store of them can do."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One fact of one stream (`run/…`, `incident/…`, `drill/…`).

    `at_ns` is wall time in nanoseconds since the Unix epoch, `seq` counts from 1 in its stream
    without a gap, `hash` is the SHA-256 over the previous entry's hash and all fields.
    """

    stream: str
    seq: int
    kind: str
    at_ns: int
    body: Mapping[str, Any]
    previous: str
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaw:
    """The first place where a stream is not what was written; `seq` is 0 for a lost stream."""

    stream: str
    seq: int
    because: str


Fact = tuple[str, Mapping[str, Any]]
Follow = Callable[[Entry], Fact | None]


class Journal(Protocol):
    """A store of entries. A return from `append` or `append_all` means: on disk."""

    def append(
        self,
        stream: str,
        kind: str,
        body: Mapping[str, Any],
        *,
        holder: int | None = None,
        if_head: int | None = None,
    ) -> Entry:
        """Append one fact; `holder` and `if_head` as in `append_all`."""
        ...

    def append_all(
        self,
        stream: str,
        fact: Fact,
        follow: Follow,
        *,
        holder: int | None = None,
        if_head: int | None = None,
    ) -> Sequence[Entry]:
        """Append the fact, and what `follow` says of each entry until it says None: all or none.

        `holder` is the seq of the entry of kind TAKES_OVER by which the caller took the stream;
        raises FencedError, and appends nothing, where a later one is there: somebody else has
        taken it over. `if_head` is the seq that the stream's last entry must have (0: none yet);
        raises MovedError where it has another.

        `follow` is called inside the transaction, with the entry as every later reader will see
        it. It must be quick and may not use the journal; an error of it undoes everything. It may
        be called again for the same fact, where the store had to begin anew.
        """
        ...

    def entries(self, stream: str, *, after: int = 0) -> Sequence[Entry]:
        """The stream's entries with `seq` above `after`, in order; empty where there is none."""
        ...

    def head(self, stream: str) -> Entry | None:
        """The stream's last entry, None where it has none."""
        ...

    def unended(self, prefix: str, end: str) -> Sequence[str]:
        """The streams that begin with `prefix` and have no entry of kind `end`, oldest first.

        Its time grows with their number, not with what is in the journal.
        """
        ...

    def streams(self, prefix: str = "") -> Sequence[str]:
        """The names of all streams that begin with `prefix`, oldest first."""
        ...

    def last_streams(self, prefix: str, count: int, *, before: str = "") -> Sequence[str]:
        """Of the streams that begin with `prefix`, those `count` whose names come last, in order.

        With `before` only names that come before it; names are compared by their characters, and
        those of runs, incidents and drills begin with their time. Its time grows with `count`,
        not with what is in the journal.
        """
        ...

    def anchor(self, stream: str) -> None:
        """Write the stream's head into the ledger, so that a cut tail shows."""
        ...

    def put_blob(self, data: bytes) -> str:
        """Keep `data`; the answer is its SHA-256 in hexadecimal, the same for the same bytes."""
        ...

    def blob(self, digest: str) -> bytes | None:
        """The bytes, or None where they expired or were erased."""
        ...

    def verify(self, stream: str | None = None) -> Iterator[Flaw]:
        """The first flaw of every stream, or of one, of the ledger, and each altered blob.

        With a `stream`: its chain, what the ledger says of it, and the ledger; no other stream
        and no blob.
        """
        ...

    def close(self) -> None: ...


# Entries of these kinds say who executes a run from now on.
TAKES_OVER = ("run-started", "run-resumed")


class FencedError(Exception):
    """Somebody else has taken the stream over: who is told this must not act any more."""


class MovedError(Exception):
    """The stream has gone on since the caller looked: look again."""


class JournalError(Exception):
    """The journal cannot be opened, read or written; one line says what, why and the cure."""


Watch = Callable[[Entry], None]

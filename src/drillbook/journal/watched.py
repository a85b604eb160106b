"""A Journal → the same Journal, where somebody is shown every entry that it has taken."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from drillbook.model.journal import Entry, Fact, Flaw, Follow, Journal, Watch


class WatchedJournal:
    """`watch` is called after the entry is on disk, by the thread that appended it.

    It must be quick and raise nothing: what is on disk has happened.
    """

    def __init__(self, journal: Journal, watch: Watch) -> None:
        self._journal = journal
        self._watch = watch

    def append(
        self,
        stream: str,
        kind: str,
        body: Mapping[str, Any],
        *,
        holder: int | None = None,
        if_head: int | None = None,
    ) -> Entry:
        entry = self._journal.append(stream, kind, body, holder=holder, if_head=if_head)
        self._watch(entry)
        return entry

    def append_all(
        self,
        stream: str,
        fact: Fact,
        follow: Follow,
        *,
        holder: int | None = None,
        if_head: int | None = None,
    ) -> Sequence[Entry]:
        entries = self._journal.append_all(stream, fact, follow, holder=holder, if_head=if_head)
        for entry in entries:
            self._watch(entry)
        return entries

    def entries(self, stream: str, *, after: int = 0) -> Sequence[Entry]:
        return self._journal.entries(stream, after=after)

    def head(self, stream: str) -> Entry | None:
        return self._journal.head(stream)

    def unended(self, prefix: str, end: str) -> Sequence[str]:
        return self._journal.unended(prefix, end)

    def streams(self, prefix: str = "") -> Sequence[str]:
        return self._journal.streams(prefix)

    def last_streams(self, prefix: str, count: int, *, before: str = "") -> Sequence[str]:
        return self._journal.last_streams(prefix, count, before=before)

    def anchor(self, stream: str) -> None:
        self._journal.anchor(stream)

    def put_blob(self, data: bytes) -> str:
        return self._journal.put_blob(data)

    def blob(self, digest: str) -> bytes | None:
        return self._journal.blob(digest)

    def verify(self, stream: str | None = None) -> Iterator[Flaw]:
        return self._journal.verify(stream)

    def close(self) -> None:
        self._journal.close()

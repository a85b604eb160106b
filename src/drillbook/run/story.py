"""A run's stream → where it stands, and its next facts → the stream: the memory of an executor.

Others append to the stream too: approvals, answers, a wish that it stops. A decision is appended
only where nothing came in between, so that nothing is decided in ignorance; what happened is
appended whatever came, and the others' entries are then taken in before it.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from drillbook.model.journal import (
    TAKES_OVER,
    Entry,
    Fact,
    FencedError,
    Follow,
    Journal,
    Watch,
)
from drillbook.model.plan import Plan
from drillbook.run.crash import crash_point
from drillbook.run.folding import fold, replay


class Story:
    """The stream of one run as its executor knows it.

    `holder` is the seq of the entry by which the executor took the run. Every method raises
    FencedError where somebody has taken it over since, and JournalError.
    """

    def __init__(
        self, plan: Plan, stream: str, journal: Journal, *, holder: int, watch: Watch
    ) -> None:
        self.stream = stream
        self._plan = plan
        self._journal = journal
        self._holder = holder
        self._watch = watch
        self.reload()

    def reload(self) -> None:
        """Forget what was known and read all of it again."""
        entries = self._journal.entries(self.stream)
        self.progress = replay(self._plan, entries)
        self.seq = entries[-1].seq if entries else 0
        self._refuse_fenced(entries)

    def catch_up(self) -> None:
        """Take in what others have appended since."""
        self._take_in(self._journal.entries(self.stream, after=self.seq))

    def record(self, kind: str, body: Mapping[str, Any]) -> None:
        """Journal what happened, tell the watcher, and stand where it leads."""
        self.record_all((kind, body), _nothing)

    def decide(self, kind: str, body: Mapping[str, Any]) -> None:
        """The same for what was decided. Raises MovedError where others were faster."""
        self.record_all((kind, body), _nothing, if_head=self.seq)

    def record_all(self, fact: Fact, follow: Follow, *, if_head: int | None = None) -> None:
        """Journal a fact with what follows from it, then tell of them."""
        crash_point("executor-before-record")
        entries = self._journal.append_all(
            self.stream, fact, follow, holder=self._holder, if_head=if_head
        )
        crash_point("executor-after-record")
        if entries[0].seq != self.seq + 1:
            entries = self._journal.entries(self.stream, after=self.seq)
        self._take_in(entries)

    def refuse_fenced(self) -> None:
        """Raise FencedError where somebody else has taken the run over."""
        self._refuse_fenced(self._journal.entries(self.stream, after=self._holder))

    def _take_in(self, entries: Iterable[Entry]) -> None:
        entries = tuple(entries)
        self._refuse_fenced(entries)
        for entry in entries:
            self.progress = fold(self._plan, self.progress, entry)
            self.seq = entry.seq
        for entry in entries:
            self._watch(entry)

    def _refuse_fenced(self, entries: Iterable[Entry]) -> None:
        if any(entry.kind in TAKES_OVER and entry.seq > self._holder for entry in entries):
            raise FencedError(
                f"{self.stream} was taken over by another process, which goes on with it"
            )


def _nothing(_: Entry) -> None:
    """Nothing follows."""

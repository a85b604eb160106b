"""Wishes that runs stop, from any process → the executors in this one that must hear of them.

`cancel-requested` stands in the run's own stream. A short entry in the stream `wishes` points
there, so that one query a second looks after all runs of a process, however many there are.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from drillbook.model.journal import FencedError, Journal, JournalError

WISHES = "wishes"
LOOK_EVERY_S = 1.0
# A journal that went away is looked for again at this pace; the run's own appends say so.
AWAY_S = 5.0
# So many wishes are looked at again: one may come between a run's last look at its own stream and
# its attendance. A wish holds for its run for ever, so hearing it twice changes nothing.
RECENT = 100


class Attended(Protocol):
    """A run that goes on in this process, as `run/executor.py` has it."""

    @property
    def stream(self) -> str: ...

    def request_stop(self, by: str, because: str = "") -> None: ...

    def leave(self) -> None: ...


class Attendance:
    """Looks after the runs that this process executes, by one thread while there are any."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._turn = threading.Lock()
        self._executors: dict[str, Attended] = {}
        self._is_leaving = False
        self._seen = 0
        self._wake = threading.Event()
        self._thread: threading.Thread | None = None

    @contextmanager
    def of(self, executor: Attended) -> Iterator[None]:
        """While the run is executed, whoever wishes that it stops is heard."""
        with self._turn:
            if not self._executors:
                head = self._journal.head(WISHES)
                self._seen = max(head.seq - RECENT, 0) if head else 0
            self._executors[executor.stream] = executor
            if self._is_leaving:
                executor.leave()
            self._begin()
        try:
            yield
        finally:
            with self._turn:
                self._executors.pop(executor.stream, None)

    def leave(self) -> None:
        """Have every run of this process left as it is: steps go on, runs stay open."""
        with self._turn:
            self._is_leaving = True
            for executor in self._executors.values():
                executor.leave()

    def close(self) -> None:
        """End the thread; returns when it has."""
        self._wake.set()
        thread = self._thread
        if thread is not None:
            thread.join()

    def _begin(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._look, name="attendance", daemon=True)
            self._thread.start()

    def _look(self) -> None:
        pause_s = LOOK_EVERY_S
        while not self._wake.wait(pause_s):
            with self._turn:
                has_runs = bool(self._executors)
            try:
                if has_runs:
                    self._hear()
                pause_s = LOOK_EVERY_S
            except (JournalError, OSError):
                # A full disk too: who cannot say that a step is to end says it again.
                pause_s = AWAY_S

    def _hear(self) -> None:
        for wish in self._journal.entries(WISHES, after=self._seen):
            with self._turn:
                executor = self._executors.get(f"run/{wish.body.get('run')}")
            if executor is not None:
                _tell(executor, str(wish.body.get("by")), str(wish.body.get("because") or ""))
            # After it was heard: a journal that goes away in between must not swallow it.
            self._seen = wish.seq


def _tell(executor: Attended, by: str, because: str) -> None:
    try:
        executor.request_stop(by, because)
    except FencedError:
        return  # another process has it now, and hears of it too

"""A Store and its slots → the Engine that the rest of Drillbook knows."""

import os
import socket
import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from threading import Event
from typing import Protocol

from drillbook.engine.outage import Say
from drillbook.engine.shift import Shift
from drillbook.engine.store import Store
from drillbook.model.clock import Clock
from drillbook.model.engine import SLOT_WITHIN_S, Job, JobStatus, Perform, Worker


class Slots(Protocol):
    """Who may be at something at the same time, among all processes."""

    def slot(self, name: str, count: int, *, within_s: float) -> AbstractContextManager[None]: ...

    def close(self) -> None: ...


def unmasked(text: str) -> str:
    """For engines that see no secrets."""
    return text


def tell(line: str) -> None:
    """What a worker says besides its work: a line on standard error."""
    sys.stderr.write(f"drillbook: {line}\n")
    sys.stderr.flush()


class KeptEngine:
    """The Engine over a Store; closing it closes the store."""

    def __init__(
        self,
        store: Store,
        slots: Slots,
        *,
        dead_after_s: float,
        clock: Clock,
        mask: Callable[[str], str] = unmasked,
        say: Say = tell,
    ) -> None:
        self._store = store
        self._slots = slots
        self._dead_after_s = dead_after_s
        self._clock = clock
        self._mask = mask
        self._say = say

    def submit(self, job: Job) -> bool:
        return self._store.submit(job)

    def withdraw(self, key: str) -> bool:
        return self._store.withdraw(key)

    def work(
        self, sites: Sequence[str], perform: Perform, *, slots: int, stop: Event, name: str = ""
    ) -> None:
        Shift(
            self._store,
            sites,
            perform,
            slots=slots,
            stop=stop,
            name=name or f"{socket.gethostname()}/{os.getpid()}",
            dead_after_s=self._dead_after_s,
            clock=self._clock,
            say=self._say,
            mask=self._mask,
        ).run()

    def jobs(self) -> Sequence[JobStatus]:
        return self._store.jobs()

    def workers(self) -> Sequence[Worker]:
        return self._store.workers()

    def slot(
        self, name: str, count: int, *, within_s: float = SLOT_WITHIN_S
    ) -> AbstractContextManager[None]:
        return self._slots.slot(name, count, within_s=within_s)

    def close(self) -> None:
        self._slots.close()
        self._store.close()

"""Work that outlives the process that asked for it: jobs, who performs them, what holds them."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from enum import Enum
from threading import Event
from typing import Protocol

SITE = "main"
# No site of any target: work for which a server's packs and schedules are needed.
SERVERS = "servers only"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Something to be performed by a worker of `site`, not before `due_at_ns` (0: at once).

    `key` names what it is about (`run/20261121-103045-7f3a`). Of one key at most one job is at
    work and one waits behind it. The journal holds what happened; a job only says that
    there is something to do, so performing it twice must be harmless.
    """

    key: str
    kind: str
    site: str = SITE
    args: Mapping[str, str] = field(default_factory=dict)
    due_at_ns: int = 0


class JobState(Enum):
    """Where a job stands. One that was performed is forgotten."""

    WAITING = "waiting"
    AT_WORK = "at work"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class JobStatus:
    """A job that is not done.

    `tries` counts how often a worker took it, `because` says why it failed.
    """

    job: Job
    state: JobState
    worker: str = ""
    tries: int = 0
    because: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """A process that performs jobs; one not `seen_at_ns` for too long is dead."""

    name: str
    sites: tuple[str, ...]
    seen_at_ns: int
    is_dead: bool = False


Perform = Callable[[Job], None]


SLOT_WITHIN_S = 3_600.0


class EngineError(Exception):
    """The engine's store cannot be opened, read or written; one line says why, and the cure."""


class NoSlotError(Exception):
    """No slot became free in the time that the caller gave; one line says of what, and the cure."""


class Engine(Protocol):
    """Keeps jobs durably and hands each to one worker; a dead worker's jobs to another.

    At least once: a job that was at work in a process that died is performed again.
    """

    def submit(self, job: Job) -> bool:
        """Keep the job: on disk when this returns.

        False where one of its key waits already: that one stays, with the earlier of the two
        due times. What FAILED under its key is forgotten. Raises EngineError where the job is
        none that can be kept: a name of no or unfit characters, arguments over the limit.
        """
        ...

    def withdraw(self, key: str) -> bool:
        """Forget what waits or FAILED under that key; False where nothing does."""
        ...

    def work(
        self, sites: Sequence[str], perform: Perform, *, slots: int, stop: Event, name: str = ""
    ) -> None:
        """Take and perform jobs of these sites, `slots` at a time, until `stop` is set.

        Returns when those at work have ended. A job whose `perform` raises is FAILED and
        kept, with the error in words, until one of its key is submitted or ends well. A store
        that goes away is waited for, and said on standard error; no job is lost by it.
        """
        ...

    def jobs(self) -> Sequence[JobStatus]: ...

    def workers(self) -> Sequence[Worker]: ...

    def slot(
        self, name: str, count: int, *, within_s: float = SLOT_WITHIN_S
    ) -> AbstractContextManager[None]:
        """Hold one of `count` slots of that name among all processes; waits for a free one.

        Raises NoSlotError where none became free for `within_s`. A slot ends with the process
        that holds it.
        """
        ...

    def close(self) -> None: ...

"""What every store of jobs can do: keep one, hand one out, take back a dead worker's."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from drillbook.model.engine import EngineError, Job, JobStatus, Worker

NAME_LENGTH_MAX = 256
# Procrastinate's queues have names of at most so many characters.
SITE_LENGTH_MAX = 128
ARGS_BYTES_MAX = 65_536
BECAUSE_LENGTH_MAX = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A job at work, and the ticket that says whose it is: `id` in the store, `worker` there.

    A worker that was taken for dead has another `worker` when it comes back, so what it still
    holds by old tickets is not its own any more.
    """

    job: Job
    id: int
    worker: str


class Store(Protocol):
    """Jobs and workers on disk; every method raises EngineError where that cannot be used."""

    def submit(self, job: Job) -> bool: ...

    def withdraw(self, key: str) -> bool: ...

    def jobs(self) -> Sequence[JobStatus]: ...

    def workers(self) -> Sequence[Worker]: ...

    def enrol(self, name: str, sites: Sequence[str]) -> str:
        """Begin to be alive; the answer names the worker in tickets."""
        ...

    def leave(self, worker: str) -> None:
        """End being alive. What it has at work waits again."""
        ...

    def beat(self, worker: str) -> bool:
        """Say that it is alive; False where it was taken for dead, and must enrol anew."""
        ...

    def take(self, worker: str, sites: Sequence[str]) -> Taken | None:
        """The next job that is due, from now on at work; None where there is none."""
        ...

    def finish(self, taken: Taken) -> bool:
        """Forget it, and what FAILED under its key; False, and nothing, by an old ticket."""
        ...

    def fail(self, taken: Taken, because: str) -> bool:
        """Keep it as FAILED; False, and nothing, by an old ticket."""
        ...

    def hand_on(self, dead_after_s: float, *, is_settled: bool) -> int:
        """Let what dead workers had at work wait again; how many jobs that were.

        `is_settled` is False for who has not seen the store for long enough to tell a worker
        that is dead from one that could not reach the store either.
        """
        ...

    def due_in_s(self, sites: Sequence[str]) -> float | None:
        """Seconds until the next job that waits for its time is due; None where none does."""
        ...

    def mark(self) -> int:
        """A number that `wait` compares with."""
        ...

    def wait(self, mark: int, timeout_s: float) -> None:
        """Return when something may have changed since `mark`, at the latest after the time."""
        ...

    def nudge(self) -> None:
        """End the waiting of this process's workers."""
        ...

    def polls_every_s(self) -> float:
        """How often a worker that heard of nothing asks for a job nevertheless."""
        ...

    def looks_every_s(self, dead_after_s: float) -> float:
        """How often a worker asks who is dead."""
        ...

    def close(self) -> None: ...


def check(job: Job) -> None:
    """Raises EngineError where the job cannot be kept."""
    for what, text, length in (
        ("key", job.key, NAME_LENGTH_MAX),
        ("kind", job.kind, NAME_LENGTH_MAX),
        ("site", job.site, SITE_LENGTH_MAX),
    ):
        if not 0 < len(text) <= length or not text.isprintable():
            raise EngineError(
                f"{text[:40]!r} cannot be the {what} of a job: "
                f"1 to {length} printable characters are needed"
            )
    if len(args_text(job.args)) > ARGS_BYTES_MAX:
        raise EngineError(
            f"the arguments of the job {job.key} have over {ARGS_BYTES_MAX} bytes; "
            "keep what is long in the journal and name it in the job"
        )
    if not 0 <= job.due_at_ns < 1 << 62:
        raise EngineError(f"the job {job.key} cannot be due at {job.due_at_ns} ns; correct it")


def args_text(args: Mapping[str, str]) -> str:
    """The arguments as text of ASCII, whatever characters they hold."""
    return json.dumps(dict(args), separators=(",", ":"), sort_keys=True)


def args_of(text: str) -> Mapping[str, str]:
    """What `args_text` was given."""
    args: Mapping[str, str] = json.loads(text)
    return args


def one_line(text: str) -> str:
    """The text without line ends or characters that no terminal should see, and not too long."""
    words = " ".join(text.split())
    return "".join(c if c.isprintable() else "?" for c in words)[:BECAUSE_LENGTH_MAX]

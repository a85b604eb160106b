"""Jobs → one SQLite file that the processes of one machine share, and from it to a worker."""

import json
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from drillbook.engine.alive import Alive
from drillbook.engine.changes import Changes
from drillbook.engine.file import JobsFile
from drillbook.engine.store import Taken, args_of, args_text, check
from drillbook.model.clock import Clock
from drillbook.model.engine import Job, JobState, JobStatus, Worker

# How soon a job is seen that another process submitted; asking costs some microseconds.
LOOK_S = 0.05
# Where nothing seems to have changed.
POLL_S = 5.0
# How soon a process that is gone is noticed.
DEAD_LOOK_S = 1.0

ADD = (
    "INSERT INTO jobs (key, kind, site, args, due_at_ns, state) "
    "VALUES (?, ?, ?, ?, ?, 'waiting') ON CONFLICT DO NOTHING"
)
SOONER = "UPDATE jobs SET due_at_ns = min(due_at_ns, ?) WHERE key = ? AND state = 'waiting'"
TAKE = """
UPDATE jobs SET state = 'at work', worker = :worker, tries = tries + 1
WHERE id = (
    SELECT id FROM jobs AS next
    WHERE state = 'waiting' AND due_at_ns <= :now_ns
    AND site IN (SELECT value FROM json_each(:sites))
    AND NOT EXISTS (
        SELECT 1 FROM jobs AS other WHERE other.key = next.key AND other.state = 'at work'
    )
    ORDER BY id LIMIT 1
)
RETURNING id, key, kind, site, args, due_at_ns
"""
DUE = """
SELECT min(due_at_ns) FROM jobs
WHERE state = 'waiting' AND due_at_ns > ? AND site IN (SELECT value FROM json_each(?))
"""
# By an old ticket nothing is found: the job is another's by now, or nobody's.
FINISH = "DELETE FROM jobs WHERE id = ? AND worker = ? AND state = 'at work'"
HELD = "SELECT 1 FROM jobs WHERE id = ? AND worker = ? AND state = 'at work'"
FORGET_FAILED = "DELETE FROM jobs WHERE key = ? AND state = 'failed'"
# One that waits behind it is due at once now, and is enough.
MERGE = """
UPDATE jobs SET due_at_ns = 0 WHERE state = 'waiting'
AND key IN (SELECT key FROM jobs WHERE worker = ? AND state = 'at work')
"""
DROP = """
DELETE FROM jobs WHERE worker = ? AND state = 'at work'
AND key IN (SELECT key FROM jobs WHERE state = 'waiting')
"""
AGAIN = "UPDATE jobs SET state = 'waiting', worker = '' WHERE worker = ? AND state = 'at work'"
STATUS = """
SELECT key, kind, site, args, due_at_ns, state, coalesce(name, worker), tries, because
FROM jobs LEFT JOIN workers ON workers.id = jobs.worker ORDER BY jobs.id
"""


class EmbeddedStore:
    """The Store in the file `path`; what tells the living from the dead lies in a folder."""

    def __init__(self, path: Path, folder: Path, *, dead_after_s: float, clock: Clock) -> None:
        self._clock = clock
        self._dead_after_s = dead_after_s
        self._alive = Alive(folder)
        self._changes = Changes()
        self._file = JobsFile(path, clock=clock)
        self._version = self._file.version()

    def submit(self, job: Job) -> bool:
        check(job)
        row = (job.key, job.kind, job.site, args_text(job.args), job.due_at_ns)
        with self._file.write() as connection:
            is_new = connection.execute(ADD, row).rowcount == 1
            if not is_new:
                connection.execute(SOONER, (job.due_at_ns, job.key))
            connection.execute(FORGET_FAILED, (job.key,))
        self._changes.add()
        return is_new

    def withdraw(self, key: str) -> bool:
        with self._file.write() as connection:
            gone = connection.execute(
                "DELETE FROM jobs WHERE key = ? AND state IN ('waiting', 'failed')", (key,)
            )
            return gone.rowcount > 0

    def jobs(self) -> Sequence[JobStatus]:
        with self._file.read() as connection:
            return tuple(_status(row) for row in connection.execute(STATUS))

    def workers(self) -> Sequence[Worker]:
        with self._file.read() as connection:
            rows = connection.execute(
                "SELECT id, name, sites, seen_at_ns, beat_s FROM workers ORDER BY rowid"
            ).fetchall()
        return tuple(
            Worker(
                name=name,
                sites=tuple(json.loads(sites)),
                seen_at_ns=seen_at_ns,
                is_dead=self._is_dead(worker, beat_s, self._dead_after_s),
            )
            for worker, name, sites, seen_at_ns, beat_s in rows
        )

    def enrol(self, name: str, sites: Sequence[str]) -> str:
        worker = uuid.uuid4().hex
        self._alive.begin(worker)
        row = (worker, name, json.dumps(list(sites)), *self._now())
        with self._file.write() as connection:
            connection.execute("INSERT INTO workers VALUES (?, ?, ?, ?, ?)", row)
        return worker

    def leave(self, worker: str) -> None:
        with self._file.write() as connection:
            _hand_on(connection, worker)
        self._alive.end(worker)

    def beat(self, worker: str) -> bool:
        with self._file.write() as connection:
            beat = connection.execute(
                "UPDATE workers SET seen_at_ns = ?, beat_s = ? WHERE id = ?", (*self._now(), worker)
            )
        if beat.rowcount == 0:
            self._alive.end(worker)
        return beat.rowcount == 1

    def take(self, worker: str, sites: Sequence[str]) -> Taken | None:
        asked = {
            "worker": worker,
            "sites": json.dumps(list(sites)),
            "now_ns": self._clock.now_ns(),
        }
        with self._file.write() as connection:
            rows = connection.execute(TAKE, asked).fetchall()
        return Taken(job=_job(*rows[0][1:]), id=rows[0][0], worker=worker) if rows else None

    def finish(self, taken: Taken) -> bool:
        with self._file.write() as connection:
            done = connection.execute(FINISH, (taken.id, taken.worker))
            if done.rowcount:
                connection.execute(FORGET_FAILED, (taken.job.key,))
            return done.rowcount == 1

    def fail(self, taken: Taken, because: str) -> bool:
        held = (taken.id, taken.worker)
        with self._file.write() as connection:
            if connection.execute(HELD, held).fetchone() is None:
                return False
            connection.execute(FORGET_FAILED, (taken.job.key,))
            connection.execute(
                "UPDATE jobs SET state = 'failed', because = ? WHERE id = ?", (because, taken.id)
            )
            return True

    def hand_on(self, dead_after_s: float, *, is_settled: bool) -> int:
        within_s = dead_after_s if is_settled else float("inf")
        with self._file.read() as connection:
            known = connection.execute("SELECT id, beat_s FROM workers").fetchall()
        dead = [worker for worker, beat_s in known if self._is_dead(worker, beat_s, within_s)]
        if not dead:
            return 0
        with self._file.write() as connection:
            count = sum(_hand_on(connection, worker) for worker in dead)
        for worker in dead:
            self._alive.forget(worker)
        self._changes.add()
        return count

    def due_in_s(self, sites: Sequence[str]) -> float | None:
        now_ns = self._clock.now_ns()
        with self._file.read() as connection:
            (due_at_ns,) = connection.execute(DUE, (now_ns, json.dumps(list(sites)))).fetchone()
        return None if due_at_ns is None else max(0.0, (due_at_ns - now_ns) / 1e9)

    def mark(self) -> int:
        return self._changes.mark()

    def wait(self, mark: int, timeout_s: float) -> None:
        until_s = self._clock.monotonic_s() + timeout_s
        while (left_s := until_s - self._clock.monotonic_s()) > 0:
            if self._changes.wait(mark, min(LOOK_S, left_s)):
                return
            version = self._file.version()
            if version != self._version:
                self._version = version
                self._changes.add()

    def nudge(self) -> None:
        self._changes.add()

    def polls_every_s(self) -> float:
        return POLL_S

    def looks_every_s(self, dead_after_s: float) -> float:
        return min(DEAD_LOOK_S, dead_after_s / 2)

    def close(self) -> None:
        self._file.close()
        self._alive.close()

    def _now(self) -> tuple[int, float]:
        # The second is the same for all processes of a machine, and nobody can set it.
        return self._clock.now_ns(), self._clock.monotonic_s()

    def _is_dead(self, worker: str, beat_s: float, within_s: float) -> bool:
        is_silent = self._clock.monotonic_s() - beat_s > within_s
        return is_silent or not self._alive.lives(worker)


def _hand_on(connection: Any, worker: str) -> int:
    """In a transaction; how many jobs of that worker will be performed again."""
    connection.execute(MERGE, (worker,))
    count = sum(int(connection.execute(each, (worker,)).rowcount) for each in (DROP, AGAIN))
    connection.execute("DELETE FROM workers WHERE id = ?", (worker,))
    return count


def _job(key: str, kind: str, site: str, args: str, due_at_ns: int) -> Job:
    return Job(key=key, kind=kind, site=site, args=args_of(args), due_at_ns=due_at_ns)


def _status(row: tuple[Any, ...]) -> JobStatus:
    *job, state, worker, tries, because = row
    return JobStatus(
        job=_job(*job), state=JobState(state), worker=worker, tries=tries, because=because
    )

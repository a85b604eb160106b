"""Jobs → Procrastinate's tables in PostgreSQL, and from them to a worker.

Of Procrastinate we use the tables, their functions, the queues (a site each), locks,
heartbeats and notifications, and not its worker: that one ends when its connection does, and
finishes a job whoever holds it by then.
"""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from procrastinate import SyncPsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued, UniqueViolation
from procrastinate.jobs import Job as Deferred
from procrastinate.manager import JobManager
from procrastinate.sql import queries
from psycopg import Connection, errors
from psycopg.rows import TupleRow

from drillbook.engine import said
from drillbook.engine.address import Address
from drillbook.engine.changes import Changes
from drillbook.engine.listening import Listener, channel
from drillbook.engine.store import Taken, check
from drillbook.model.engine import Job, JobStatus, Worker

# One connection for each of so many threads that ask at the same time.
CONNECTIONS_MAX = 6
# Who gets no connection for so long says that the database is away.
ANSWER_WITHIN_S = 3.0
# Where no notification comes.
POLL_S = 5.0
RECONNECT_S = 2.0
MOVES_MAX = 100

SOONER = """
UPDATE procrastinate_jobs SET scheduled_at = %s
WHERE queueing_lock = %s AND status = 'todo' AND coalesce(scheduled_at > %s, false)
RETURNING queue_name
"""
WAITS = "SELECT 1 FROM procrastinate_jobs WHERE queueing_lock = %s AND status = 'todo'"
FORGET_FAILED = "DELETE FROM procrastinate_jobs WHERE lock = %s AND status = 'failed'"
WITHDRAW = "DELETE FROM procrastinate_jobs WHERE lock = %s AND status IN ('todo', 'failed')"
# By an old ticket nothing is found: the job is another's by now, or nobody's.
HELD = """
SELECT 1 FROM procrastinate_jobs WHERE id = %s AND worker_id = %s AND status = 'doing' FOR UPDATE
"""
FINISH = "SELECT procrastinate_finish_job_v1(%s, 'succeeded', true)"
BECAUSE = "UPDATE procrastinate_jobs SET args = args || %s WHERE id = %s"
FAIL = "SELECT procrastinate_finish_job_v1(%s, 'failed', false)"
BEHIND = "SELECT queue_name FROM procrastinate_jobs WHERE lock = %s AND status = 'todo'"
ENROL = "SELECT worker_id FROM procrastinate_register_worker_v1()"
NAME = "INSERT INTO named_workers VALUES (%s, %s, %s)"
LEAVE = "SELECT procrastinate_unregister_worker_v1(%s)"
BEAT = "UPDATE procrastinate_workers SET last_heartbeat = now() WHERE id = %s RETURNING id"
PRUNE = "SELECT * FROM procrastinate_prune_stalled_workers_v1(%s)"
# Whose worker's row is gone.
STALLED = """
SELECT id, lock, scheduled_at, queue_name FROM procrastinate_jobs
WHERE status = 'doing' AND worker_id IS NULL FOR UPDATE SKIP LOCKED
"""
DROP = "DELETE FROM procrastinate_jobs WHERE id = %s"
MERGE = "UPDATE procrastinate_jobs SET scheduled_at = NULL WHERE lock = %s AND status = 'todo'"
AGAIN = "SELECT procrastinate_retry_job_v2(%s, %s, NULL, NULL, NULL)"
DUE = """
SELECT extract(epoch FROM min(scheduled_at) - now())::float8 FROM procrastinate_jobs
WHERE status = 'todo' AND queue_name = ANY(%s) AND scheduled_at > now()
"""
NOTIFY = 'SELECT pg_notify(%s, \'{"type": "job_inserted", "job_id": 0}\')'
WORKERS = """
SELECT name, sites, extract(epoch FROM last_heartbeat)::float8,
    last_heartbeat < now() - make_interval(secs => %s)
FROM named_workers JOIN procrastinate_workers USING (id) ORDER BY id
"""


class DeferredStore:
    """The Store on PostgreSQL; its tables are there already."""

    def __init__(self, address: Address, *, dead_after_s: float) -> None:
        self._address = address
        self._dead_after_s = dead_after_s
        self._changes = Changes()
        self._listeners: dict[str, Listener] = {}
        self._ended: list[Listener] = []
        # The worker says in one line that the database is away; the pool would in many.
        logging.getLogger("psycopg.pool").addHandler(logging.NullHandler())
        self._connector = SyncPsycopgConnector(
            kwargs=address.arguments(),
            min_size=1,
            max_size=CONNECTIONS_MAX,
            timeout=ANSWER_WITHIN_S,
            reconnect_timeout=RECONNECT_S,
        )
        self._manager = JobManager(self._connector)
        with address.explained():
            self._connector.open()

    def submit(self, job: Job) -> bool:
        check(job)
        deferred = said.deferred(job)
        with self._transaction() as connection:
            connection.execute(FORGET_FAILED, (job.key,))
            for _ in range(MOVES_MAX):
                try:
                    with connection.transaction():
                        self._manager.defer_job(deferred, connection=connection)
                except AlreadyEnqueued:
                    if self._is_waiting(connection, deferred):
                        return False
                else:
                    break
        self._changes.add()
        return True

    def withdraw(self, key: str) -> bool:
        with self._transaction() as connection:
            return connection.execute(WITHDRAW, (key,)).rowcount > 0

    def jobs(self) -> Sequence[JobStatus]:
        with self._transaction() as connection:
            rows = connection.execute(said.STATUS).fetchall()
        return tuple(said.status(row) for row in rows)

    def workers(self) -> Sequence[Worker]:
        with self._transaction() as connection:
            rows = connection.execute(WORKERS, (self._dead_after_s,)).fetchall()
        return tuple(
            Worker(name=name, sites=tuple(sites), seen_at_ns=int(seen_s * 1e9), is_dead=is_dead)
            for name, sites, seen_s, is_dead in rows
        )

    def enrol(self, name: str, sites: Sequence[str]) -> str:
        with self._transaction() as connection:
            (number,) = _one(connection, ENROL)
            connection.execute(NAME, (number, name, list(sites)))
        worker = str(number)
        self._listeners[worker] = Listener(self._address, sites, self._changes)
        return worker

    def leave(self, worker: str) -> None:
        self._hush(worker)
        with self._transaction() as connection:
            connection.execute(LEAVE, (int(worker),))
            _hand_on_all(connection)

    def beat(self, worker: str) -> bool:
        with self._transaction() as connection:
            is_known = connection.execute(BEAT, (int(worker),)).fetchone() is not None
        if not is_known:
            self._hush(worker)
        return is_known

    def take(self, worker: str, sites: Sequence[str]) -> Taken | None:
        asked = {"queues": list(sites), "worker_id": int(worker)}
        with self._transaction() as connection:
            row = self._fetch(connection, asked)
        if row["id"] is None:
            return None
        return Taken(job=said.job(Deferred.from_row(row)), id=row["id"], worker=worker)

    def finish(self, taken: Taken) -> bool:
        with self._transaction() as connection:
            if not _is_held(connection, taken):
                return False
            connection.execute(FORGET_FAILED, (taken.job.key,))
            connection.execute(FINISH, (taken.id,))
            _tell_next(connection, taken.job.key)
            return True

    def fail(self, taken: Taken, because: str) -> bool:
        with self._transaction() as connection:
            if not _is_held(connection, taken):
                return False
            connection.execute(FORGET_FAILED, (taken.job.key,))
            connection.execute(BECAUSE, (said.because(because), taken.id))
            connection.execute(FAIL, (taken.id,))
            _tell_next(connection, taken.job.key)
            return True

    def hand_on(self, dead_after_s: float, *, is_settled: bool) -> int:
        if not is_settled:
            return 0
        with self._transaction() as connection:
            connection.execute(PRUNE, (dead_after_s,))
            return _hand_on_all(connection)

    def due_in_s(self, sites: Sequence[str]) -> float | None:
        with self._transaction() as connection:
            (due_in_s,) = _one(connection, DUE, (list(sites),))
        return None if due_in_s is None else float(due_in_s)

    def mark(self) -> int:
        return self._changes.mark()

    def wait(self, mark: int, timeout_s: float) -> None:
        self._changes.wait(mark, timeout_s)

    def nudge(self) -> None:
        self._changes.add()

    def polls_every_s(self) -> float:
        return POLL_S

    def looks_every_s(self, dead_after_s: float) -> float:
        return dead_after_s / 6

    def close(self) -> None:
        for worker in tuple(self._listeners):
            self._hush(worker)
        while self._ended:
            self._ended.pop().join()
        with self._address.explained():
            self._connector.close()

    def _fetch(self, connection: Connection[TupleRow], asked: dict[str, Any]) -> dict[str, Any]:
        for _ in range(MOVES_MAX):
            try:
                with connection.transaction():
                    return self._connector.execute_query_one_with_connection(
                        connection, queries["fetch_job"], **asked
                    )
            except UniqueViolation:
                # Another worker has just begun one of the same key: not that one, then.
                continue
        return {"id": None}

    def _is_waiting(self, connection: Connection[TupleRow], deferred: Deferred) -> bool:
        """Whether one of its key waits, from now on until the sooner of the two times."""
        key, at = deferred.queueing_lock, deferred.scheduled_at
        moved = connection.execute(SOONER, (at, key, at or said.BEGINNING)).fetchone()
        if moved:
            connection.execute(NOTIFY, (channel(moved[0]),))
            return True
        # Taken meanwhile: then this one is not the same.
        return connection.execute(WAITS, (key,)).fetchone() is not None

    def _hush(self, worker: str) -> None:
        listener = self._listeners.pop(worker, None)
        if listener is not None:
            listener.end()
            self._ended.append(listener)

    @contextmanager
    def _transaction(self) -> Iterator[Connection[TupleRow]]:
        """Committed at its end. Raises EngineError."""
        with self._address.explained(), self._connector.pool.connection() as connection:
            yield connection


def _hand_on_all(connection: Connection[TupleRow]) -> int:
    """In a transaction; how many jobs there were whose worker is gone."""
    stalled = connection.execute(STALLED).fetchall()
    for each in stalled:
        _hand_on(connection, *each)
    return len(stalled)


def _hand_on(
    connection: Connection[TupleRow], number: int, key: str, due_at: Any, site: str
) -> None:
    """In a transaction that holds the row."""
    try:
        with connection.transaction():
            connection.execute(AGAIN, (number, due_at))
    except errors.UniqueViolation:
        # One waits behind it, which is due at once now, and is enough.
        connection.execute(DROP, (number,))
        connection.execute(MERGE, (key,))
    connection.execute(NOTIFY, (channel(site),))


def _is_held(connection: Connection[TupleRow], taken: Taken) -> bool:
    return connection.execute(HELD, (taken.id, int(taken.worker))).fetchone() is not None


def _tell_next(connection: Connection[TupleRow], key: str) -> None:
    """Wake who can take what waited behind this one."""
    behind = connection.execute(BEHIND, (key,)).fetchone()
    if behind:
        connection.execute(NOTIFY, (channel(behind[0]),))


def _one(connection: Connection[TupleRow], query: str, given: tuple[Any, ...] = ()) -> TupleRow:
    row = connection.execute(query.encode(), given).fetchone()
    if row is None:
        raise psycopg.DataError("the database answered nothing")
    return row

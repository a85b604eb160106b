"""A Job of ours ↔ how Procrastinate's tables say it."""

from datetime import UTC, datetime, timedelta
from typing import Any

from procrastinate.jobs import Job as Deferred
from psycopg.types.json import Jsonb

from drillbook.engine.store import args_of, args_text
from drillbook.model.engine import Job, JobState, JobStatus

TASK = "drillbook"
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
STATES = {"todo": JobState.WAITING, "doing": JobState.AT_WORK, "failed": JobState.FAILED}

STATUS = """
SELECT queue_name, lock, args, scheduled_at, status::text, attempts, coalesce(name, ''),
    coalesce(args ->> 'because', '')
FROM procrastinate_jobs LEFT JOIN named_workers ON named_workers.id = worker_id
WHERE status IN ('todo', 'doing', 'failed') ORDER BY procrastinate_jobs.id
"""


def deferred(job: Job) -> Deferred:
    """Its key is both locks: one at work, one waiting.

    The arguments travel as a text of their own: jsonb can hold no NUL.
    """
    return Deferred(
        id=None,
        queue=job.site,
        lock=job.key,
        queueing_lock=job.key,
        task_name=TASK,
        task_kwargs={"kind": job.kind, "args": args_text(job.args)},
        scheduled_at=_moment(job.due_at_ns),
    )


def job(row: Deferred) -> Job:
    """The Job; its due time to the microsecond."""
    return _job(row.queue, row.lock or "", row.task_kwargs, row.scheduled_at)


def status(row: tuple[Any, ...]) -> JobStatus:
    """The row that STATUS gives."""
    site, key, args, due_at, state, attempts, worker, because = row
    is_at_work = STATES[state] is JobState.AT_WORK
    return JobStatus(
        job=_job(site, key, args, due_at),
        state=STATES[state],
        worker=worker,
        tries=attempts + is_at_work,
        because=because,
    )


def because(text: str) -> Jsonb:
    """What is added to a job's arguments when it fails."""
    return Jsonb({"because": text})


def _job(site: str, key: str, args: dict[str, Any], due_at: datetime | None) -> Job:
    return Job(
        key=key, kind=args["kind"], site=site, args=args_of(args["args"]), due_at_ns=_ns(due_at)
    )


def _moment(due_at_ns: int) -> datetime | None:
    # Rounded up: never begun too early.
    return BEGINNING + timedelta(microseconds=-(-due_at_ns // 1_000)) if due_at_ns else None


def _ns(due_at: datetime | None) -> int:
    return (due_at - BEGINNING) // timedelta(microseconds=1) * 1_000 if due_at else 0

"""The journal's open runs, incidents and schedules → jobs again, where something is to be done.

The engine's jobs may be lost; what they stood for stands in the journal. A job that is there
already stays the one that it is.
"""

from collections.abc import Collection, Iterable, Iterator

from drillbook.model.engine import SITE, Job, JobState, JobStatus
from drillbook.model.journal import Entry
from drillbook.verbs.schedules import KIND as TICK
from drillbook.verbs.schedules import submit_ticks
from drillbook.verbs.serve import Shop
from drillbook.verbs.serving.alert import respond_job
from drillbook.verbs.serving.request import KIND as RUN
from drillbook.verbs.serving.request import job_of
from drillbook.verbs.serving.responding import incidents_that_want
from drillbook.verbs.serving.work import is_to_be_gone_on_with

REQUESTED = "run-requested"
# What a worker says of a run that would not run as it did, and of a job of another version.
FOR_GOOD = ("CannotResumeError", "UnknownJobError")
# No run is put off for longer.
PUT_OFF_NS_MAX = 60_000_000_000
# What a crash left of older ones is found when a process begins.
INCIDENTS_LOOKED_AT = 500


def submit_open(shop: Shop, *, has_begun: bool = False) -> int:
    """Submit the jobs that are missing; how many. Raises JournalError and EngineError.

    A job that failed is tried again: a store may have been away. One that fails for good only
    when a process begins, after somebody may have cured it. Only then are all incidents looked
    at, else the latest. What failed of a run that has ended is forgotten.
    """
    now_ns, statuses = shop.place.clock.now_ns(), shop.engine.jobs()
    _forget_needless(shop, statuses)
    known = {
        status.job.key
        for status in statuses
        if _is_seen_to(status, now_ns) and (has_begun or status.state is not JobState.FAILED)
    }
    most = INCIDENTS_LOOKED_AT if has_begun else None
    jobs = (*_runs(shop, known), *_incidents(shop, known, most))
    submitted = sum(shop.engine.submit(job) for job in jobs)
    submit_ticks(shop.place, shop.engine, shop.place.settings.schedules)
    return submitted


def try_failed_again(shop: Shop, sites: Collection[str]) -> int:
    """Submit what failed at these sites again, as a process begins; how many. Raises EngineError.

    Somebody may have cured its settings, of which the servers know nothing.
    """
    failed = [
        status.job
        for status in shop.engine.jobs()
        if status.state is JobState.FAILED and status.job.site in sites
    ]
    return sum(shop.engine.submit(job) for job in failed)


def go_on(shop: Shop, run: str) -> bool:
    """Have a worker go on with a run about which somebody has said something.

    False where it is followed in a terminal, which hears of it by itself.
    """
    first = next(iter(shop.place.journal.entries(f"run/{run}")), None)
    if first is None or first.kind != REQUESTED:
        return False
    shop.engine.submit(job_of(run, _site_of(first)))
    return True


def _forget_needless(shop: Shop, statuses: Iterable[JobStatus]) -> None:
    """Take away what failed of runs that have ended since: another worker has performed it.

    A worker that was cut off says that its job failed when it is back, however late.
    """
    for status in statuses:
        if status.state is JobState.FAILED and status.job.kind == RUN:
            stream = f"run/{status.job.args.get('run')}"
            if any(each.kind == "run-ended" for each in shop.place.journal.entries(stream)):
                shop.engine.withdraw(status.job.key)


def _is_seen_to(status: JobStatus, now_ns: int) -> bool:
    """Whether this job needs no other of its key."""
    if status.state is JobState.FAILED:
        return status.because.startswith(FOR_GOOD)
    # Put off for moments, by a clock that was set back since: it would wait for it to come round.
    return status.job.kind == TICK or status.job.due_at_ns - now_ns < PUT_OFF_NS_MAX


def _runs(shop: Shop, known: Collection[str]) -> Iterator[Job]:
    """Runs that were requested of servers: one that somebody follows in a terminal is theirs."""
    journal = shop.place.journal
    for stream in journal.unended("run/", "run-ended"):
        # The stream's name is the key of its job.
        entries = () if stream in known else journal.entries(stream)
        name = stream.removeprefix("run/")
        if entries and entries[0].kind == REQUESTED and is_to_be_gone_on_with(name, entries):
            yield job_of(name, _site_of(entries[0]))


def _site_of(asked: Entry) -> str:
    """Where nobody says it, here: one run that cannot be understood must not stop the others."""
    return str(asked.body.get("site") or SITE)


def _incidents(shop: Shop, known: Collection[str], most: int | None) -> Iterator[Job]:
    jobs = (respond_job(name) for name in incidents_that_want(shop, most))
    yield from (job for job in jobs if job.key not in known)

"""The journal's open runs, incidents and schedules → jobs again, where something is to be done.

The engine's jobs may be lost; what they stood for stands in the journal. A job that is there
already stays the one that it is.
"""

from collections.abc import Collection, Iterator

from drillbook.model.engine import Job, JobState, JobStatus
from drillbook.verbs.alert import respond_job
from drillbook.verbs.request import job_of
from drillbook.verbs.responding import incidents_that_want
from drillbook.verbs.schedules import submit_ticks
from drillbook.verbs.serve import Shop
from drillbook.verbs.work import is_to_be_gone_on_with

REQUESTED = "run-requested"
# What a worker says of a run that would not run as it did, and of a job of another version.
FOR_GOOD = ("CannotResumeError", "UnknownJobError")


def submit_open(shop: Shop, *, has_begun: bool = False) -> int:
    """Submit the jobs that are missing; how many. Raises JournalError and EngineError.

    A job that failed is tried again: a store may have been away. One that fails for good only
    when a process begins, after somebody may have cured it.
    """
    known = {
        status.job.key
        for status in shop.engine.jobs()
        if status.state is not JobState.FAILED or (has_begun and _fails_for_good(status))
    }
    submitted = sum(
        shop.engine.submit(job) for job in (*_runs(shop, known), *_incidents(shop, known))
    )
    submit_ticks(shop.place, shop.engine, shop.place.settings.schedules)
    return submitted


def go_on(shop: Shop, run: str) -> bool:
    """Have a worker go on with a run about which somebody has said something.

    False where it is followed in a terminal, which hears of it by itself.
    """
    first = next(iter(shop.place.journal.entries(f"run/{run}")), None)
    if first is None or first.kind != REQUESTED:
        return False
    shop.engine.submit(job_of(run, str(first.body["site"])))
    return True


def _fails_for_good(status: JobStatus) -> bool:
    return status.because.startswith(FOR_GOOD)


def _runs(shop: Shop, known: Collection[str]) -> Iterator[Job]:
    """Runs that were requested of servers: one that somebody follows in a terminal is theirs."""
    journal = shop.place.journal
    for stream in journal.unended("run/", "run-ended"):
        # The stream's name is the key of its job.
        entries = () if stream in known else journal.entries(stream)
        name = stream.removeprefix("run/")
        if entries and entries[0].kind == REQUESTED and is_to_be_gone_on_with(name, entries):
            yield job_of(name, str(entries[0].body["site"]))


def _incidents(shop: Shop, known: Collection[str]) -> Iterator[Job]:
    jobs = (respond_job(name) for name in incidents_that_want(shop))
    yield from (job for job in jobs if job.key not in known)

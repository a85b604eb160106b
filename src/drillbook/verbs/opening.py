"""The journal's open runs, incidents and schedules → jobs again, where something is to be done.

The engine's jobs may be lost; what they stood for stands in the journal. A job that is there
already stays the one that it is.
"""

from collections.abc import Iterator

from drillbook.model.engine import Job, JobState
from drillbook.verbs.alert import respond_job
from drillbook.verbs.request import job_of
from drillbook.verbs.responding import incidents_that_want
from drillbook.verbs.schedules import submit_ticks
from drillbook.verbs.serve import Shop
from drillbook.verbs.work import is_to_be_gone_on_with

REQUESTED = "run-requested"


def submit_open(shop: Shop, *, has_begun: bool = False) -> int:
    """Submit the jobs that are missing; how many. Raises JournalError and EngineError.

    A job that failed is tried again when a process begins, and then left as it is.
    """
    known = {
        status.job.key
        for status in shop.engine.jobs()
        if has_begun or status.state is not JobState.FAILED
    }
    missing = [job for job in (*_runs(shop), *_incidents(shop)) if job.key not in known]
    submit_ticks(shop.place, shop.engine, shop.place.settings.schedules)
    return sum(shop.engine.submit(job) for job in missing)


def go_on(shop: Shop, run: str) -> bool:
    """Have a worker go on with a run about which somebody has said something.

    False where it is followed in a terminal, which hears of it by itself.
    """
    first = next(iter(shop.place.journal.entries(f"run/{run}")), None)
    if first is None or first.kind != REQUESTED:
        return False
    shop.engine.submit(job_of(run, str(first.body["site"])))
    return True


def _runs(shop: Shop) -> Iterator[Job]:
    """Runs that were requested of servers: one that somebody follows in a terminal is theirs."""
    journal = shop.place.journal
    for stream in journal.unended("run/", "run-ended"):
        entries = journal.entries(stream)
        name = stream.removeprefix("run/")
        if entries[0].kind == REQUESTED and is_to_be_gone_on_with(name, entries):
            yield job_of(name, str(entries[0].body["site"]))


def _incidents(shop: Shop) -> Iterator[Job]:
    for name in incidents_that_want(shop):
        yield respond_job(name)

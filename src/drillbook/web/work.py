"""What the engine holds → jobs, workers and schedules, for who looks after them."""

from fastapi import APIRouter

from drillbook.verbs.schedules import standing
from drillbook.web.house import TheHouse, ThePerson
from drillbook.web.work_bodies import (
    JobSaid,
    JobsAnswer,
    ScheduleSaid,
    SchedulesAnswer,
    WorkerSaid,
    WorkersAnswer,
)

JOBS_MAX = 1_000

router = APIRouter(tags=["work"])


@router.get("/jobs")
def list_jobs(house: TheHouse, caller: ThePerson) -> JobsAnswer:
    """Jobs that wait, are at work, or failed and why."""
    del caller
    return JobsAnswer(
        jobs=[
            JobSaid(
                key=each.job.key,
                kind=each.job.kind,
                site=each.job.site,
                state=each.state.value,
                due_at_ns=each.job.due_at_ns,
                tries=each.tries,
                worker=each.worker,
                because=each.because,
            )
            for each in house.engine.jobs()[:JOBS_MAX]
        ]
    )


@router.get("/workers")
def list_workers(house: TheHouse, caller: ThePerson) -> WorkersAnswer:
    """Processes that perform jobs, dead ones too until their work is handed on."""
    del caller
    return WorkersAnswer(
        workers=[
            WorkerSaid(
                name=each.name,
                sites=list(each.sites),
                seen_at_ns=each.seen_at_ns,
                is_dead=each.is_dead,
            )
            for each in house.engine.workers()
        ]
    )


@router.get("/schedules")
def list_schedules(house: TheHouse, caller: ThePerson) -> SchedulesAnswer:
    """What is done at cron times."""
    del caller
    place = house.place
    found = [standing(place, schedule) for schedule in place.settings.schedules]
    return SchedulesAnswer(
        schedules=[
            ScheduleSaid(
                name=each.schedule.name,
                cron=each.schedule.cron,
                timezone=each.schedule.timezone,
                is_paused=each.is_paused,
                next_ns=each.next_ns,
                last_ns=each.last_ns,
                run=each.run,
                because=each.because,
            )
            for each in found
        ]
    )

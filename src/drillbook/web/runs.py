"""Runs: which there are, where one stands."""

from fastapi import APIRouter, Query

from drillbook.verbs.runs import Standing, standing
from drillbook.web.bodies import RunSaid, RunsAnswer
from drillbook.web.house import House, TheHouse, ThePerson
from drillbook.web.naming import RunName, entries_of

PAGE_MAX = 200
PAGE = 50

router = APIRouter(tags=["runs"])


@router.get("/runs")
def list_runs(
    house: TheHouse,
    caller: ThePerson,
    is_open: bool | None = Query(
        default=None, alias="open", description="Only open runs, or only ended ones."
    ),
    before: str | None = Query(default=None, max_length=100, description="`next` of a page."),
    limit: int = Query(default=PAGE, ge=1, le=PAGE_MAX),
) -> RunsAnswer:
    """Runs, the latest first."""
    del caller
    names = _names(house, is_open=is_open)
    end = names.index(f"run/{before}") if before and f"run/{before}" in names else len(names)
    page = names[max(end - limit, 0) : end]
    runs = [run_said(_standing(house, name)) for name in reversed(page)]
    return RunsAnswer(runs=runs, next=runs[-1].run if runs and end > limit else None)


@router.get("/runs/{run}")
def show_run(run: RunName, house: TheHouse, caller: ThePerson) -> RunSaid:
    """Where the run stands, and for whom it waits."""
    del caller
    return run_said(standing(run, entries_of(house, run)))


def run_said(found: Standing) -> RunSaid:
    """A run's standing as the API says it."""
    return RunSaid(
        run=found.run,
        title=found.title,
        runbook=found.runbook,
        by=found.by,
        state=found.state,
        because=found.because,
        waits_for=found.waits_for,
        step=found.step,
        began_at_ns=found.began_at_ns,
        since_ns=found.since_ns,
        ended_at_ns=found.ended_at_ns,
    )


def _names(house: House, *, is_open: bool | None) -> list[str]:
    journal = house.place.journal
    if is_open:
        return list(journal.unended("run/", "run-ended"))
    names = list(journal.streams("run/"))
    if is_open is None:
        return names
    unended = set(journal.unended("run/", "run-ended"))
    return [name for name in names if name not in unended]


def _standing(house: House, stream: str) -> Standing:
    return standing(stream.removeprefix("run/"), house.place.journal.entries(stream))

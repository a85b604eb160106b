"""Runs: asked for, listed, and where one stands."""

from http import HTTPStatus

from fastapi import APIRouter, Header, Query, Response

from drillbook.verbs.answer import OpenQuestion, open_question
from drillbook.verbs.people.ask import Wish, ask_for_run
from drillbook.verbs.runs import Standing, last_runs, standing
from drillbook.web.house import House, TheHouse, ThePerson
from drillbook.web.naming import NAME, RunName, entries_of
from drillbook.web.run_bodies import (
    QuestionSaid,
    RunAnswer,
    RunAsked,
    RunSaid,
    RunsAnswer,
    RunShown,
)

PAGE_MAX = 200
PAGE = 50
KEY_CHARACTERS_MAX = 200

router = APIRouter(tags=["runs"])


@router.get("/runs")
def list_runs(
    house: TheHouse,
    caller: ThePerson,
    is_open: bool | None = Query(
        default=None, alias="open", description="Only open runs, or only ended ones."
    ),
    before: str | None = Query(
        default=None, max_length=100, pattern=NAME, description="`next` of a page."
    ),
    limit: int = Query(default=PAGE, ge=1, le=PAGE_MAX),
) -> RunsAnswer:
    """Runs, the latest first."""
    del caller
    earlier_than = f"run/{before}" if before else ""
    journal = house.place.journal
    names = last_runs(journal, limit + 1, before=earlier_than, is_open=is_open)
    runs = [run_said(_standing(house, name)) for name in names[:limit]]
    return RunsAnswer(runs=runs, next=runs[-1].run if len(names) > limit else None)


@router.post("/runs", status_code=HTTPStatus.ACCEPTED)
def start_run(
    asked: RunAsked,
    house: TheHouse,
    caller: ThePerson,
    response: Response,
    idempotency_key: str = Header(default="", max_length=KEY_CHARACTERS_MAX),
) -> RunAnswer:
    """Request a run; a worker of its site follows it, and asks people by the journal.

    The same `Idempotency-Key` twice is one run, for ever.
    """
    wish = Wish(
        book=asked.runbook,
        given=asked.inputs,
        site=asked.site or "",
        checks_only=asked.checks_only,
        key=idempotency_key,
    )
    run = ask_for_run(house.shop, caller, wish)
    url = f"/api/v1/runs/{run}"
    response.headers["Location"] = url
    site = asked.site or house.place.settings.server.site
    return RunAnswer(run=run, site=site, url=url)


@router.get("/runs/{run}")
def show_run(run: RunName, house: TheHouse, caller: ThePerson) -> RunShown:
    """Where the run stands, for whom it waits, and what it asks."""
    del caller
    entries = entries_of(house, run)
    said = run_said(standing(run, entries)).model_dump()
    return RunShown(**said, asks=_asks(open_question(run, entries)))


def _asks(asked: OpenQuestion | None) -> QuestionSaid | None:
    if asked is None:
        return None
    return QuestionSaid(
        question=asked.seq,
        about=asked.about,
        text=asked.text,
        choices=[choice.value for choice in asked.choices],
    )


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


def _standing(house: House, stream: str) -> Standing:
    return standing(stream.removeprefix("run/"), house.place.journal.entries(stream))

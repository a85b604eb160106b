"""A run's name → its entries as they are journaled, as JSON or as server-sent events."""

import asyncio
import json
import time
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import aclosing
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse

from drillbook.model.engine import EngineError
from drillbook.model.journal import Entry, JournalError
from drillbook.web.errors import RETRY_AFTER_S, RefusedError, split_cure
from drillbook.web.house import House, TheHouse, ThePerson
from drillbook.web.naming import RunName, entries_of
from drillbook.web.run_bodies import EntrySaid, TimelineAnswer

PAGE_MAX = 1_000
# No store holds a number of more than 64 bits.
SEQ_MAX = 2**63 - 1
# One person, or whoever has their token, leaves room for others.
STREAMS_EACH_MAX = 50
LOOK_S = 0.5
# A comment now and then tells proxies, and us, that somebody is still there.
ALIVE_S = 15.0
# Then the client asks again, from the last event that it has seen.
FOLLOWED_S_MAX = 3_600.0

router = APIRouter(tags=["runs"])


@router.get("/runs/{run}/timeline")
def timeline(
    run: RunName,
    house: TheHouse,
    caller: ThePerson,
    after: int = Query(default=0, ge=0, le=SEQ_MAX),
    limit: int = Query(default=PAGE_MAX, ge=1, le=PAGE_MAX),
) -> TimelineAnswer:
    """The run's entries whose `seq` is above `after`, at most `limit` of them."""
    del caller
    entries = entries_of(house, run, after=after)
    return TimelineAnswer(
        entries=[_said(entry) for entry in entries[:limit]],
        has_ended=_has_ended(house, run),
    )


@router.get("/runs/{run}/events", response_class=StreamingResponse)
async def events(
    run: RunName,
    request: Request,
    house: TheHouse,
    caller: ThePerson,
    after: int = Query(default=0, ge=0, le=SEQ_MAX),
) -> StreamingResponse:
    """The same as server-sent events, each with its `seq` as id, until the run has ended.

    A client that was cut off goes on with the header Last-Event-ID, as browsers do by themselves.
    """
    last = request.headers.get("last-event-id", "")
    begin = int(last[:18]) if last.isascii() and last.isdigit() else after
    await run_in_threadpool(entries_of, house, run, after=begin)
    if house.followers[caller.name] >= STREAMS_EACH_MAX:
        raise RefusedError(
            HTTPStatus.SERVICE_UNAVAILABLE,
            f"{caller.name} follows {STREAMS_EACH_MAX} runs already",
            "leave one of them before you follow another",
            {"Retry-After": str(RETRY_AFTER_S)},
        )
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(
        _counted(house.followers, caller.name, _follow(house, f"run/{run}", begin, request)),
        media_type="text/event-stream",
        headers=headers,
    )


async def _counted(
    followers: Counter[str], name: str, events: AsyncGenerator[str, None]
) -> AsyncIterator[str]:
    """The events; meanwhile whoever follows them counts."""
    followers[name] += 1
    try:
        async with aclosing(events):
            async for event in events:
                yield event
    finally:
        followers[name] -= 1


async def _follow(
    house: House, stream: str, after: int, request: Request
) -> AsyncGenerator[str, None]:
    until_s, said_s = time.monotonic() + FOLLOWED_S_MAX, time.monotonic()
    yield ": here is what the journal has\n\n"
    while time.monotonic() < until_s and not house.health.is_stopping:
        try:
            entries = await run_in_threadpool(house.place.journal.entries, stream, after=after)
        except (JournalError, EngineError) as error:
            yield _event("away", {"message": split_cure(str(error))[0]})
            return
        for entry in entries:
            yield _event(entry.kind, _said(entry).model_dump(), entry.seq)
            after, said_s = entry.seq, time.monotonic()
        if any(entry.kind == "run-ended" for entry in entries) or await request.is_disconnected():
            return
        if time.monotonic() - said_s > ALIVE_S:
            said_s = time.monotonic()
            yield ": nothing new\n\n"
        await asyncio.sleep(LOOK_S)


def _event(kind: str, data: Mapping[str, Any], seq: int | None = None) -> str:
    """JSON in ASCII holds nothing that anybody takes for a line end: one event, one line."""
    head = f"id: {seq}\n" if seq is not None else ""
    return f"{head}event: {kind}\ndata: {json.dumps(data)}\n\n"


def _said(entry: Entry) -> EntrySaid:
    return EntrySaid(seq=entry.seq, kind=entry.kind, at_ns=entry.at_ns, body=dict(entry.body))


def _has_ended(house: House, run: str) -> bool:
    head = house.place.journal.head(f"run/{run}")
    if head is not None and head.kind == "run-ended":
        return True
    return _ends(house.place.journal.entries(f"run/{run}"))


def _ends(entries: Sequence[Entry]) -> bool:
    return any(entry.kind == "run-ended" for entry in entries)

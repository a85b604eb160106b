"""POST /hooks/…: what other systems send → journaled alerts, before they are answered."""

import sys
from collections.abc import Sequence
from http import HTTPStatus

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool

from drillbook.model.engine import EngineError
from drillbook.model.journal import JournalError
from drillbook.read.alerts import read_alerts
from drillbook.verbs.serving.alert import take_alerts
from drillbook.web.errors import RETRY_AFTER_S, RefusedError, one_line, split_cure
from drillbook.web.house import House, TheHouse, TheSource
from drillbook.web.work_bodies import HookAnswer

ALERTMANAGER = "alertmanager"

router = APIRouter(prefix="/hooks", tags=["hooks"])


@router.post(f"/{ALERTMANAGER}")
async def alertmanager(request: Request, house: TheHouse, caller: TheSource) -> HookAnswer:
    """Alertmanager's webhook, version 4. A 2xx says that every alert in it is on disk.

    Alerts of the same fingerprint and beginning are one incident. With a 503 Alertmanager sends
    it again; what cannot be understood would be no better then, so it is named in `flaws`.
    """
    body = await request.body()
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    try:
        answer = await run_in_threadpool(_taken, house, body, caller.name)
        status = HTTPStatus.OK
    except RefusedError as error:
        status = error.status
        raise
    finally:
        house.meters.webhook(ALERTMANAGER, status.value)

    return answer


def _taken(house: House, body: bytes, by: str) -> HookAnswer:
    alerts, findings = read_alerts(body, ALERTMANAGER)
    if not alerts:
        raise _malformed(findings[0].message if findings else "there is no alert in it")
    try:
        taken = take_alerts(house.place, house.engine, house.shelf, alerts, by=by)
    except (JournalError, EngineError) as error:
        # What was not journaled did not come in: the sender is to try again.
        message, cure = split_cure(str(error))
        headers = {"Retry-After": str(RETRY_AFTER_S)}
        raise RefusedError(HTTPStatus.SERVICE_UNAVAILABLE, message, cure, headers) from error
    flaws = [one_line(finding.message) for finding in findings]
    _say_flaws(flaws, by)
    return HookAnswer(
        opened=list(taken.opened), folded=list(taken.folded), ignored=taken.ignored, flaws=flaws
    )


def _say_flaws(flaws: Sequence[str], by: str) -> None:
    """In our log: Alertmanager throws away what a 200 says."""
    if flaws:
        more = f", and {len(flaws) - 1} more" if len(flaws) > 1 else ""
        sys.stderr.write(f"drillbook: a webhook of {one_line(by)}: {flaws[0]}{more}\n")
        sys.stderr.flush()


def _malformed(message: str) -> RefusedError:
    return RefusedError(
        HTTPStatus.BAD_REQUEST, message, "send what Alertmanager's webhook version 4 sends"
    )

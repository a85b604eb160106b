"""What waits for approval → shown whole; a decision → journaled, bound to what was shown."""

from http import HTTPStatus

from fastapi import APIRouter, Query

from drillbook.model.people import Caller
from drillbook.verbs.approve import CannotApproveError, Waiting, approve, refuse, what_waits
from drillbook.verbs.serving.opening import go_on
from drillbook.web.approval_bodies import (
    ApprovalAsked,
    ApprovalGiven,
    ApprovalsAnswer,
    ApprovalStep,
    ApprovalWaiting,
    CheckShown,
)
from drillbook.web.errors import RefusedError
from drillbook.web.house import House, TheHouse, ThePerson
from drillbook.web.naming import RunName, entries_of

router = APIRouter(tags=["approvals"])


@router.get("/approvals")
def list_approvals(
    house: TheHouse,
    caller: ThePerson,
    mine: bool = Query(default=False, description="Only where my approval would count."),
) -> ApprovalsAnswer:
    """All that waits for approval, and exactly what would run."""
    shown = (_shown(house, waiting, caller) for waiting in _all_waiting(house))
    return ApprovalsAnswer(approvals=[each for each in shown if each.yours or not mine])


@router.post("/runs/{run}/approvals")
def decide(run: RunName, asked: ApprovalAsked, house: TheHouse, caller: ThePerson) -> ApprovalGiven:
    """Approve or refuse exactly what the hash stands for; nobody approves what they asked for."""
    entries_of(house, run)
    seen = what_waits(house.place, run)
    if seen.request.hash != asked.hash:
        raise CannotApproveError(
            f"what waits in run {run} is not what you saw any more; look at it again"
        )
    expires_at_ns = None
    if asked.decision == "approve":
        if because := _why_not(seen, caller):
            raise RefusedError(HTTPStatus.FORBIDDEN, because, "ask somebody else")
        expires_at_ns = approve(house.place, run, caller, seen).expires_at_ns
    else:
        refuse(house.place, run, caller, seen, asked.because)
    go_on(house.shop, run)
    return ApprovalGiven(run=run, decision=asked.decision, expires_at_ns=expires_at_ns)


def _all_waiting(house: House) -> list[Waiting]:
    found = []
    for stream in house.place.journal.unended("run/", "run-ended"):
        try:
            found.append(what_waits(house.place, stream.removeprefix("run/")))
        except CannotApproveError:
            continue
    return [each for each in found if len(each.counted) < each.request.approvals]


def _why_not(waiting: Waiting, caller: Caller) -> str:
    """Why the caller's approval would not count; empty: it would."""
    request = waiting.request
    if caller.name in request.requesters:
        return f"{caller.name} asked for this run, and nobody approves their own"
    if request.roles and not request.roles & caller.roles:
        roles = ", ".join(sorted(request.roles))
        return f"{caller.name} has none of the roles that may approve it: {roles}"
    return ""


def _shown(house: House, waiting: Waiting, caller: Caller) -> ApprovalWaiting:
    request, because = waiting.request, _why_not(waiting, caller)
    if not because and caller.name in waiting.counted:
        because = "you have approved it"
    return ApprovalWaiting(
        run=waiting.run,
        title=waiting.title,
        runbook=waiting.runbook,
        option=request.title,
        risk=request.risk.value,
        loses=request.loses,
        when=request.because,
        hash=request.hash,
        needed=request.approvals,
        approved_by=sorted(waiting.counted),
        # The worker that follows the run is among them too; it is nobody who could approve.
        requesters=sorted(request.requesters & house.place.settings.people.keys()),
        roles=sorted(request.roles),
        expires_s=request.expires_s,
        steps=[
            ApprovalStep(
                name=step.name,
                language=step.language,
                command=step.command,
                interpreter=step.interpreter,
                target=step.target,
                settings=dict(step.settings),
                cwd=step.cwd,
                values=dict(step.values),
                timeout_s=step.timeout_s,
                is_undo=step.is_undo,
            )
            for step in request.steps
        ],
        checks={
            name: CheckShown(status=each.status, because=each.because, output=each.output)
            for name, each in waiting.checks.items()
        },
        yours=not because,
        because=because,
    )

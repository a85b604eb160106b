"""A run that waits for approval + who looks at it → what they see, and their word in the journal.

Works from the run's stream alone: whoever approves needs none of the targets, nor the runbook.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace

from drillbook.model.journal import Entry, MovedError
from drillbook.model.people import WEBHOOK, Approval, Caller
from drillbook.model.run import ApprovalRequest, Part
from drillbook.run.approving import Conditions, approval_of, request_of, those_that_count
from drillbook.verbs.running.workplace import Workplace

# Others may approve, note and answer at the same moment; each makes us look again.
TRIES_MAX = 50
WORDS_CHARACTERS_MAX = 2_000
_REQUESTER_IN = {"run-requested": "requested_by", "run-started": "operator", "run-resumed": "by"}
_ENDS_WAITING = frozenset(
    "step-started option-ended stopped run-ended checks-ended undo-began procedure-stopped".split()
)


class CannotApproveError(Exception):
    """Why nothing can be approved, or not by this person; one line says the cure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckSeen:
    """What a Check said before the Option was chosen."""

    status: str
    because: str
    output: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What an approver sees: what would run, who asked, and what the Checks said.

    `seq` is that of the entry that asks, `head` that of the stream's last entry. `counted` are
    those whose approval counts at this moment.
    """

    run: str
    seq: int
    head: int
    request: ApprovalRequest
    runbook: str = ""
    title: str = ""
    counted: frozenset[str] = frozenset()
    checks: Mapping[str, CheckSeen] = field(default_factory=dict)


def what_waits(place: Workplace, run: str) -> Waiting:
    """What waits for approval in a run. Raises CannotApproveError where nothing does."""
    entries = place.journal.entries(f"run/{run}")
    if not entries:
        raise CannotApproveError(f"there is no run {run}; `drillbook runs` lists what there is")
    asked = _open_request(entries)
    if asked is None:
        raise CannotApproveError(
            f"run {run} waits for no approval (any more); `drillbook runs` says what it waits for"
        )
    request = _understood(run, asked)
    requesters = request.requesters | _requesters(entries)
    given = _given(entries, request)
    conditions = Conditions(hash=request.hash, requesters=requesters, roles=request.roles)
    beginning = next((each.body for each in entries if "runbook" in each.body), {})
    return Waiting(
        run=run,
        seq=asked.seq,
        head=entries[-1].seq,
        request=replace(request, requesters=requesters, given=given),
        runbook=str(beginning.get("runbook", "")),
        title=str(beginning.get("title", "")),
        counted=those_that_count(given, conditions, place.clock.now_ns()),
        checks=_checks(entries[: asked.seq]),
    )


def approve(place: Workplace, run: str, caller: Caller, seen: Waiting) -> Approval:
    """Journal the caller's approval of what they have `seen`, and a blob of it.

    Raises CannotApproveError where they may not, or something else waits by now.
    """
    for _ in range(TRIES_MAX):
        now = _the_same(place, run, seen)
        refuse_unfit(place, caller, now)
        body = _approval_body(place, caller, now)
        try:
            entry = place.journal.append(f"run/{run}", "approved", body, if_head=now.head)
        except MovedError:
            continue
        return approval_of(body, entry.at_ns, now.request.expires_s)
    raise CannotApproveError(f"run {run} is written to all the time; try it again")


def refuse(place: Workplace, run: str, caller: Caller, seen: Waiting, because: str) -> None:
    """Journal that the caller refuses what they have `seen`: the run leaves this Option.

    Whoever asked may refuse it too. Raises CannotApproveError where something else waits by now.
    """
    for _ in range(TRIES_MAX):
        now = _the_same(place, run, seen)
        body = {
            "by": caller.name,
            "token": caller.token,
            "hash": now.request.hash,
            "because": because[:WORDS_CHARACTERS_MAX],
        }
        try:
            place.journal.append(f"run/{run}", "approval-refused", body, if_head=now.head)
        except MovedError:
            continue
        return
    raise CannotApproveError(f"run {run} is written to all the time; try it again")


def _the_same(place: Workplace, run: str, seen: Waiting) -> Waiting:
    now = what_waits(place, run)
    if now.request.hash != seen.request.hash:
        raise CannotApproveError(
            f"what waits in run {run} is not what you saw any more; look at it again"
        )
    return now


def refuse_unfit(place: Workplace, caller: Caller, now: Waiting) -> None:
    """Raise CannotApproveError where the caller may not approve it, whatever it is."""
    request = now.request
    if not place.settings.people:
        raise CannotApproveError(
            "drillbook.toml names no people, so nobody can be told from the requester; "
            "add [people.NAME] for each who may approve, and give them tokens"
        )
    if caller.name not in place.settings.people or not caller.token:
        raise CannotApproveError(
            f"{caller.name} is not known by a token; keep yours with `drillbook token use`"
        )
    if WEBHOOK in caller.roles:
        raise CannotApproveError(
            f"{caller.name} is a source of webhooks and no person; ask somebody who is"
        )
    if caller.name in request.requesters:
        raise CannotApproveError(
            f"{caller.name} asked for run {now.run} or had it go on, and nobody approves their "
            "own; ask somebody else"
        )
    if request.roles and not request.roles & caller.roles:
        raise CannotApproveError(
            f"{caller.name} has none of the roles that may approve it: "
            f"{', '.join(sorted(request.roles))}"
        )


def _approval_body(place: Workplace, caller: Caller, now: Waiting) -> dict[str, object]:
    return {
        "by": caller.name,
        "roles": sorted(caller.roles),
        "token": caller.token,
        "hash": now.request.hash,
        "question": now.seq,
        "expires_at_ns": place.clock.now_ns() + int(now.request.expires_s * 1e9),
        "seen": place.journal.put_blob(_page(now)),
    }


def _page(now: Waiting) -> bytes:
    """What they saw, as text; `head` and who approved beside them are not what runs."""
    facts = asdict(replace(now, counted=frozenset()))
    return json.dumps(facts, sort_keys=True, default=_plain, indent=1).encode()


def _plain(value: object) -> object:
    if isinstance(value, frozenset):
        return sorted(value)
    return getattr(value, "value", str(value))


def _open_request(entries: Iterable[Entry]) -> Entry | None:
    """The entry that asks for approval and is not answered yet."""
    asked: Entry | None = None
    for entry in entries:
        if entry.kind == "approval-asked":
            asked = entry
        elif asked is not None and _answers(entry, asked):
            asked = None
    return asked


def _answers(entry: Entry, asked: Entry) -> bool:
    if entry.kind == "approval-refused":
        return bool(entry.body.get("hash") == asked.body["hash"])
    if entry.kind == "answered":
        return bool(entry.body.get("question", asked.seq) == asked.seq)
    return entry.kind in _ENDS_WAITING


def _requesters(entries: Iterable[Entry]) -> frozenset[str]:
    return frozenset(
        str(entry.body[_REQUESTER_IN[entry.kind]])
        for entry in entries
        if entry.body.get(_REQUESTER_IN.get(entry.kind, ""))
    )


def _given(entries: Iterable[Entry], request: ApprovalRequest) -> tuple[Approval, ...]:
    """Those that can be understood: any other is a note to the run too."""
    found = []
    for entry in entries:
        if entry.kind == "approved" and entry.body.get("hash") == request.hash:
            with suppress(KeyError, ValueError, TypeError):
                found.append(approval_of(entry.body, entry.at_ns, request.expires_s))
    return tuple(found)


def _understood(run: str, asked: Entry) -> ApprovalRequest:
    try:
        return request_of(asked.body)
    except (KeyError, ValueError, TypeError) as error:
        raise CannotApproveError(
            f"what run {run} asks to be approved cannot be understood; it is of another version, "
            "or `drillbook journal verify` says who wrote it"
        ) from error


def _checks(entries: Sequence[Entry]) -> dict[str, CheckSeen]:
    """What the Checks of the last round said."""
    bodies = [
        entry.body
        for entry in entries
        if entry.kind == "step-finished" and entry.body.get("part") == Part.CHECK.value
    ]
    return {
        str(body["step"]): CheckSeen(
            status=str(body.get("status", "")),
            because=str(body.get("because", "")),
            output=str(body.get("output", "")),
        )
        for body in bodies
    }

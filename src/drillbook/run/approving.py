"""An Option + the team's needs → what must be approved, by its hash, and whether it was. Pure."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from drillbook.model.people import Approval, Need
from drillbook.model.plan import Plan, PlannedStep
from drillbook.model.run import ApprovalRequest, Policy, RequestedStep
from drillbook.model.runbook import Option, Step
from drillbook.model.sentence import Risk
from drillbook.run.progress import (
    Progress,
    is_procedure,
    option_of,
    option_steps,
    undo_steps,
)

# These change with every login and decide nothing.
SESSION_NAMES = frozenset({"SSH_AUTH_SOCK", "XDG_RUNTIME_DIR", "TERM"})
# A secret can only be guessed from the hash, so every guess is made to cost this many rounds.
SECRET_ROUNDS = 100_000
TEXT_CHARACTERS_MAX = 20_000
VALUE_CHARACTERS_MAX = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """What an approval must meet to count."""

    hash: str
    requesters: frozenset[str]
    roles: frozenset[str]


def need_of(policy: Policy, option: Option, *, with_undo: bool = False) -> Need | None:
    """The approvals that the Option needs: its risk's or its steps' own, the greater of both.

    `with_undo`: those of its Undo too, which is approved along with it.
    """
    if policy.waives_approvals:
        return None
    need = policy.needs.get(option.risk, Need(approvals=0))
    steps = (*option_steps(option), *(undo_steps(option) if with_undo else ()))
    own = max((step.approve for step in steps), default=0)
    approvals = max(need.approvals, own)
    if not approvals:
        return None
    return Need(approvals=approvals, roles=need.roles, expires_s=need.expires_s)


def exact_hash(plan: Plan, option: Option, captures: Mapping[str, str]) -> str:
    """SHA-256 over exactly what the Option would run, on what, and with which values.

    What the Option's own steps capture or export comes after they were approved and is left out.
    Who approves a stage of a procedure approves its Undo with it.
    """
    steps, undo = option_steps(option), _its_undo(plan, option)
    own = {capture.name for step in steps for capture in step.captures}
    own |= {name.lower() for step in steps for name in step.exports}
    facts: dict[str, Any] = {
        "option": option.anchor,
        "captures": {name: value for name, value in captures.items() if name not in own},
        "steps": [_exact(plan.steps[step.name]) for step in steps],
    }
    if undo:
        facts["undo"] = [_exact(plan.steps[step.name]) for step in undo]
    text = json.dumps(facts, sort_keys=True).encode()
    secrets = [_secrets(plan.steps[step.name]) for step in (*steps, *undo)]
    if any(secrets):
        salt = hashlib.sha256(text).digest()
        hidden = json.dumps(secrets, sort_keys=True).encode()
        text += hashlib.pbkdf2_hmac("sha256", hidden, salt, SECRET_ROUNDS)
    return hashlib.sha256(text).hexdigest()


def request_body(plan: Plan, need: Need, progress: Progress) -> dict[str, Any]:
    """The body of the entry `approval-asked`: all that an approver must see, and the hash."""
    option = option_of(plan, progress)
    return {
        "option": option.anchor,
        "title": option.title,
        "risk": option.risk.value,
        "loses": option.loses.text if option.loses else "",
        "when": option.when.text if option.when else "",
        "approvals": need.approvals,
        "roles": sorted(need.roles),
        "expires_s": need.expires_s,
        "requesters": sorted(progress.requesters),
        "hash": exact_hash(plan, option, progress.captures),
        "steps": [
            *(shown(plan, step.name, progress.captures) for step in option_steps(option)),
            *(
                {**shown(plan, step.name, progress.captures), "is_undo": True}
                for step in _its_undo(plan, option)
            ),
        ],
        "checks": {name: status.value for name, status in progress.checks.items()},
    }


def request_of(body: Mapping[str, Any]) -> ApprovalRequest:
    """The request that an entry `approval-asked` holds. Raises KeyError, ValueError, TypeError."""
    return ApprovalRequest(
        option=str(body["option"]),
        title=str(body["title"]),
        risk=Risk(body["risk"]),
        hash=str(body["hash"]),
        approvals=int(body["approvals"]),
        requesters=frozenset(map(str, body["requesters"])),
        roles=frozenset(map(str, body["roles"])),
        expires_s=float(body["expires_s"]),
        loses=str(body["loses"]),
        because=str(body["when"]),
        steps=tuple(RequestedStep(**step) for step in body["steps"]),
    )


def approval_of(body: Mapping[str, Any], at_ns: int, expires_s: float) -> Approval:
    """The approval that an entry `approved` holds, never longer than the rule says.

    Raises KeyError, ValueError or TypeError where it is none.
    """
    latest_ns = at_ns + int(expires_s * 1e9)
    return Approval(
        by=str(body["by"]),
        roles=frozenset(map(str, body["roles"])),
        hash=str(body["hash"]),
        at_ns=at_ns,
        expires_at_ns=min(int(body["expires_at_ns"]), latest_ns),
        seen=str(body.get("seen", "")),
    )


def those_that_count(
    approvals: Iterable[Approval], conditions: Conditions, now_ns: int
) -> frozenset[str]:
    """Who has approved exactly this, may do so, and is not too long ago: each person once."""
    return frozenset(
        each.by
        for each in approvals
        if each.hash == conditions.hash
        and each.by not in conditions.requesters
        and (not conditions.roles or each.roles & conditions.roles)
        and now_ns < each.expires_at_ns
    )


def is_granted(progress: Progress, digest: str, now_ns: int) -> bool:
    """Whether what was requested, and has this hash now, may begin at this moment."""
    request = progress.request
    if request is None or request.hash != digest:
        return False
    conditions = Conditions(
        hash=digest, requesters=progress.requesters | request.requesters, roles=request.roles
    )
    return len(those_that_count(progress.approvals, conditions, now_ns)) >= request.approvals


def _its_undo(plan: Plan, option: Option) -> tuple[Step, ...]:
    """The steps that a procedure may run to undo it; none in an alert's runbook."""
    return undo_steps(option) if is_procedure(plan) else ()


def _exact(planned: PlannedStep) -> dict[str, Any]:
    step, target = planned.step, planned.target
    hidden = set(planned.secret_names) | SESSION_NAMES
    return {
        "name": step.name,
        "language": step.language,
        "command": step.command,
        "interpreter": step.interpreter,
        "cwd": step.cwd or target.cwd,
        "background": step.is_background,
        "retry": step.retry,
        "exports": list(step.exports),
        "every_s": step.every_s,
        "expect": step.expect.text if step.expect else None,
        "timeout_s": planned.timeout_s,
        "target": target.name,
        "kind": target.kind,
        "settings": dict(target.settings),
        "path": list(target.path),
        "env": {name: value for name, value in planned.env.items() if name not in hidden},
    }


def _secrets(planned: PlannedStep) -> dict[str, str]:
    return {name: planned.env[name] for name in planned.secret_names if name in planned.env}


def shown(plan: Plan, name: str, captures: Mapping[str, str]) -> dict[str, Any]:
    """What a person is shown of a step before it runs, as the fields of a RequestedStep."""
    planned = plan.steps[name]
    values = {**planned.target.env, **plan.values, **captures}
    return {
        "name": name,
        "language": planned.step.language,
        "command": _cut(planned.step.command, TEXT_CHARACTERS_MAX),
        "target": planned.target.name,
        "settings": {"kind": planned.target.kind, **_cut_all(planned.target.settings)},
        "values": _cut_all(values),
        "timeout_s": planned.timeout_s,
        "cwd": _cut(planned.step.cwd or planned.target.cwd or "", VALUE_CHARACTERS_MAX),
        "interpreter": _cut(planned.step.interpreter or "", VALUE_CHARACTERS_MAX),
    }


def _cut_all(values: Mapping[str, str]) -> dict[str, str]:
    return {name: _cut(value, VALUE_CHARACTERS_MAX) for name, value in values.items()}


def _cut(text: str, most: int) -> str:
    """A text that is too long for a page, by its beginning and the hash of all of it."""
    if len(text) <= most:
        return text
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{text[:most]}… ({len(text)} characters, SHA-256 {digest})"

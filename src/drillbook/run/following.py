"""Plan + policy + where the run stands → the next act. This is the literal operator.

All Checks in order; the first Option whose When holds and whose Risk is allowed; its steps, of
which a failed one ends it; the Verification; not recovered: the Checks again and the next
Option; none left: escalate. A procedure: its gates, all of its stages, the Verification; held up:
the Undo of what was begun. Pure: the same journal and the same moment give the same next act.
"""

from collections.abc import Mapping
from typing import Any

from drillbook.model.plan import Plan
from drillbook.model.run import Asked, Part, Policy, RunState, StepResult
from drillbook.model.runbook import Option, Step
from drillbook.run.acts import Act, Ask, Done, Perform, Record
from drillbook.run.approving import exact_hash, is_granted, need_of, request_body
from drillbook.run.asking import question_of
from drillbook.run.choosing import Chosen, choose
from drillbook.run.progress import (
    Progress,
    is_procedure,
    option_of,
    steps_of,
    verifications_of,
)
from drillbook.run.staging import left_as_it_is, next_stage, next_undo
from drillbook.run.state import ENDS, WAITS_FOR_PEOPLE


def next_act(plan: Plan, policy: Policy, progress: Progress, now_ns: int) -> Act:
    """What the operator does next; `now_ns` (since the Unix epoch) decides what has expired."""
    if progress.state in ENDS:
        return _end(progress)
    if progress.stop:
        return Record(kind="stopped", body={"because": progress.stop})
    if progress.state in WAITS_FOR_PEOPLE:
        return Ask(question=question_of(plan, policy, progress))
    return _act_in(plan, policy, progress, now_ns)


def _end(progress: Progress) -> Act:
    body: dict[str, Any] = {"state": progress.state.value, "because": progress.because}
    if progress.state is RunState.RECOVERED:
        body["recovered_at_ns"] = progress.recovered_at_ns
    return Done() if progress.ended_at_ns else Record(kind="run-ended", body=body)


def _act_in(plan: Plan, policy: Policy, progress: Progress, now_ns: int) -> Act:
    """What comes next in the part of the runbook that the run is in."""
    match progress.state:
        case RunState.CHECKING:
            return _next_check(plan, policy, progress)
        case RunState.CHOOSING:
            if is_procedure(plan):
                return next_stage(plan, policy, progress)
            return _after_choice(choose(plan, policy, progress), policy, progress)
        case RunState.RESOLVING:
            return _next_step(plan, policy, progress, now_ns)
        case RunState.UNDOING:
            return _next_undo(plan, policy, progress)
        case _:
            return _next_verification(plan, policy, progress)


def _next_check(plan: Plan, policy: Policy, progress: Progress) -> Act:
    steps = steps_of(plan, progress)
    if progress.index < len(steps):
        return _guided(policy, progress, steps[progress.index])
    said = {name: status.value for name, status in progress.checks.items()}
    return Record(kind="checks-ended", body={"round": progress.round, "checks": said})


def _after_choice(chosen: Chosen, policy: Policy, progress: Progress) -> Record:
    if policy.checks_only:
        option = chosen.option
        because = f"{option.title} would be chosen: " if option else ""
        body = {
            "would_choose": option.anchor if option else None,
            "because": f"{because}{chosen.because}",
        }
        return Record(kind="observed", body=body)
    if chosen.option is None:
        kind = "undecided" if chosen.is_undecided else "none-left"
        return Record(kind=kind, body={"because": chosen.because})
    return Record(kind="option-chosen", body=_choice(chosen.option, progress, chosen.because))


def _choice(option: Option, progress: Progress, because: str) -> dict[str, Any]:
    return {
        "option": option.anchor,
        "title": option.title,
        "risk": option.risk.value,
        "round": progress.round,
        "because": because,
    }


def _next_step(plan: Plan, policy: Policy, progress: Progress, now_ns: int) -> Act:
    option = option_of(plan, progress)
    steps = steps_of(plan, progress)
    if progress.part_result is not None:
        return _failed(policy, progress, _option_ended(option, progress), steps)
    if progress.index >= len(steps):
        done = "all its steps did what they say" if steps else "it has no step"
        body = {"option": option.anchor, "result": StepResult.MET.value, "because": done}
        return Record(kind="option-ended", body=body)
    step = steps[progress.index]
    if not progress.is_approved and (policy.is_guided or option.risk in policy.asks):
        return _question(policy, step, {"risk": option.risk.value})
    return _approved(plan, policy, progress, now_ns) or Perform(step=step)


def _next_undo(plan: Plan, policy: Policy, progress: Progress) -> Act:
    """The Undo was approved with its stage. After what is only unknown, a person is asked."""
    if progress.option is None:
        return next_undo(plan, progress)
    option, steps = option_of(plan, progress), steps_of(plan, progress)
    body = {"option": option.anchor, "title": option.title}
    if progress.part_result is not None:
        why = left_as_it_is(plan, progress, f"its Undo failed: {progress.because}")
        failed = {**body, "result": progress.part_result.value, "because": why}
        return _failed(policy, progress, Record(kind="undo-ended", body=failed), steps)
    if progress.index >= len(steps):
        done = "undone" if steps else "it changes nothing, so nothing is undone"
        met = {"result": StepResult.MET.value, "because": done}
        return Record(kind="undo-ended", body={**body, **met})
    step = steps[progress.index]
    asks = policy.is_guided or option.risk in policy.asks or progress.failed is StepResult.UNKNOWN
    if asks and not progress.is_approved:
        return _question(policy, step, {"risk": option.risk.value, "part": Part.UNDO.value})
    return Perform(step=step)


def _approved(plan: Plan, policy: Policy, progress: Progress, now_ns: int) -> Record | None:
    """What is journaled to have the Option approved; None where its next step may begin."""
    option = option_of(plan, progress)
    need = need_of(policy, option, with_undo=is_procedure(plan))
    if need is None or progress.has_begun:
        return None
    if is_granted(progress, exact_hash(plan, option, progress.captures), now_ns):
        return None
    return Record(kind="approval-asked", body=request_body(plan, need, progress))


def _guided(policy: Policy, progress: Progress, step: Step) -> Act:
    """The step, after its person has said so where there is one for every step."""
    if policy.is_guided and not progress.is_approved:
        return _question(policy, step, {})
    return Perform(step=step)


def _failed(policy: Policy, progress: Progress, end: Record, steps: tuple[Step, ...]) -> Record:
    """The end of the part; who is guided may still mend its step."""
    if policy.is_guided and not progress.is_approved and steps:
        return _question(policy, steps[progress.index], {"because": progress.because})
    return end


def _question(policy: Policy, step: Step, more: Mapping[str, Any]) -> Record:
    kind = Asked.GUIDED if policy.is_guided else Asked.STEP
    return Record(kind="asked", body={"step": step.name, "kind": kind.value, **more})


def _option_ended(option: Option, progress: Progress) -> Record:
    result = progress.part_result or StepResult.UNKNOWN
    body = {"option": option.anchor, "result": result.value, "because": progress.because}
    return Record(kind="option-ended", body=body)


def _next_verification(plan: Plan, policy: Policy, progress: Progress) -> Act:
    steps = steps_of(plan, progress)
    if progress.part_result is not None:
        end = _verification_ended(progress.part_result, progress.because)
        return _failed(policy, progress, end, steps)
    if progress.index >= len(steps) and is_procedure(plan):
        done = "its stages did what they say" if progress.begun else "no stage had anything to do"
        return _verification_ended(StepResult.MET, done)
    if not verifications_of(plan):
        why = "the runbook has no Verification, so nothing says that it recovered"
        return _verification_ended(StepResult.UNKNOWN, why)
    if progress.index < len(steps):
        return _guided(policy, progress, steps[progress.index])
    title = option_of(plan, progress).title
    return _verification_ended(StepResult.MET, f"recovered after {title}")


def _verification_ended(result: StepResult, because: str) -> Record:
    return Record(kind="verification-ended", body={"result": result.value, "because": because})

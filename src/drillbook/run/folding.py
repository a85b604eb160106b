"""Plan + journal entries → where the run stands: a pure fold, the same after every crash.

Entries that whoever executes the run appends, and what they tell:
`run-requested` (a server was asked for it) `run-started` `run-resumed` `not-runnable`
`step-started` `step-finished` `step-abandoned` (lost, may be repeated) `step-lost` (lost, a
person decides) `step-cancelled` `checks-ended` `option-chosen` `observed` `none-left`
`undecided` `asked` `approval-asked` `option-ended` `verification-ended` `stopped` `run-ended`.
Of a procedure also: `stage-skipped` `stages-ended` `held-up` (it goes no further) `undo-began`
`undo-ended` `procedure-undone` `procedure-stopped` (and is not undone).
What people say, from any process, is heard in `run/hearing.py`. Others are notes.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from drillbook.model.journal import Entry
from drillbook.model.plan import Plan
from drillbook.model.run import Asked, Part, RunState, StepResult
from drillbook.model.sentence import CheckStatus
from drillbook.run import hearing, polling
from drillbook.run.approving import request_of
from drillbook.run.polling import Window
from drillbook.run.progress import (
    Progress,
    beginning_part,
    expectation_of,
    having_begun,
    held_up,
    is_procedure,
    moved_on,
    next_round,
    next_stage_of,
    steps_of,
)
from drillbook.run.state import RunEvent, after

Tell = Callable[[Plan, Progress, Entry], Progress]


def replay(plan: Plan, entries: Iterable[Entry]) -> Progress:
    """Where the run stands after these entries."""
    progress = Progress()
    for entry in entries:
        progress = fold(plan, progress, entry)
    return progress


def fold(plan: Plan, progress: Progress, entry: Entry) -> Progress:
    """Where the run stands after one more entry; an entry that only notes changes nothing."""
    if entry.kind in hearing.KINDS:
        return hearing.heard(plan, progress, entry)
    tell = _TELLS.get(entry.kind)
    return tell(plan, progress, entry) if tell else progress


def _requested(_: Plan, progress: Progress, entry: Entry) -> Progress:
    return _with_requester(progress, entry.body.get("requested_by"))


def _began(_: Plan, progress: Progress, entry: Entry) -> Progress:
    progress = _with_requester(progress, entry.body.get("operator"))
    return replace(progress, state=after(progress.state, RunEvent.BEGAN), epoch=1)


def _resumed(_: Plan, progress: Progress, entry: Entry) -> Progress:
    progress = _with_requester(progress, entry.body.get("by"))
    return replace(progress, epoch=progress.epoch + 1)


def _with_requester(progress: Progress, name: object) -> Progress:
    if not name:
        return progress
    return replace(progress, requesters=progress.requesters | {str(name)})


def _step_started(_: Plan, progress: Progress, entry: Entry) -> Progress:
    has_begun = progress.has_begun or progress.part is Part.OPTION
    attempt = int(entry.body["attempt"])
    begun = having_begun(progress)
    return replace(begun, attempt=attempt, open=entry.body, has_begun=has_begun)


def _step_finished(plan: Plan, progress: Progress, entry: Entry) -> Progress:
    body = entry.body
    progress = replace(
        progress,
        open=None,
        captures={**progress.captures, **body.get("captures", {})},
        abandoned=0,
        previous=_came_out(body),
    )
    if progress.state is RunState.CHECKING:
        checks = {**progress.checks, body["step"]: CheckStatus(body["status"])}
        return replace(moved_on(progress), checks=checks)
    return _step_judged(plan, progress, body)


def _came_out(body: Mapping[str, Any]) -> str:
    said = body.get("status") or body.get("result", "")
    return f"`{body['step']}` {said}: {body.get('because', '')}"


def _step_judged(plan: Plan, progress: Progress, body: Mapping[str, Any]) -> Progress:
    """A Resolution or Verification step: polled again, tried again, done, or the part's end."""
    step = steps_of(plan, progress)[progress.index]
    result = StepResult(body["result"])
    window = polling.after(
        progress.window,
        result=result,
        started_ns=int(body["started_at_ns"]),
        ended_ns=int(body["ended_at_ns"]),
        hole_ns_max=polling.hole_ns_max(step.every_s, plan.steps[step.name].timeout_s),
    )
    verdict = polling.verdict(window, result, expectation_of(plan, progress))
    if verdict is None:
        return replace(progress, window=window)
    if verdict is StepResult.MET:
        return _step_met(progress, window)
    if verdict is StepResult.NOT_MET and progress.tries < step.retry:
        return replace(progress, tries=progress.tries + 1, window=Window())
    return replace(
        progress,
        part_result=verdict,
        because=f"`{step.name}`: {body['because']}",
        window=Window(),
        is_approved=False,
    )


def _step_met(progress: Progress, window: Window) -> Progress:
    recovered = progress.recovered_at_ns
    if progress.state is RunState.VERIFYING:
        recovered = max(recovered or 0, window.streak_began_ns or window.last_ended_ns)
    return replace(moved_on(progress), recovered_at_ns=recovered)


def _abandoned(_: Plan, progress: Progress, __: Entry) -> Progress:
    return replace(progress, open=None, abandoned=progress.abandoned + 1)


def _lost(_: Plan, progress: Progress, entry: Entry) -> Progress:
    return replace(
        progress,
        state=after(progress.state, RunEvent.LOST),
        open=None,
        asked=entry.seq,
        because=entry.body["because"],
        evidence=entry.body.get("output", ""),
    )


def _checks_ended(_: Plan, progress: Progress, __: Entry) -> Progress:
    return replace(progress, state=after(progress.state, RunEvent.CHECKED), index=0)


def _option_chosen(_: Plan, progress: Progress, entry: Entry) -> Progress:
    return replace(
        beginning_part(progress, RunEvent.CHOSE, Part.OPTION),
        option=entry.body["option"],
        diagnosed_at_ns=entry.at_ns,
    )


def _ended_by(event: RunEvent) -> Tell:
    def tell(_: Plan, progress: Progress, entry: Entry) -> Progress:
        state = after(progress.state, event)
        return replace(progress, state=state, open=None, because=entry.body["because"])

    return tell


def _observed(plan: Plan, progress: Progress, entry: Entry) -> Progress:
    ended = _ended_by(RunEvent.OBSERVED)(plan, progress, entry)
    return replace(ended, would_choose=entry.body["would_choose"])


def _asked(_: Plan, progress: Progress, entry: Entry) -> Progress:
    is_guided = entry.body.get("kind") == Asked.GUIDED.value
    event = RunEvent.GUIDED if is_guided else RunEvent.QUESTIONED
    return replace(progress, state=after(progress.state, event), asked=entry.seq)


def _approval_asked(_: Plan, progress: Progress, entry: Entry) -> Progress:
    """What was approved before stays approved where it is the very same thing."""
    request = request_of(entry.body)
    return replace(
        progress,
        state=after(progress.state, RunEvent.NEEDS_APPROVAL),
        asked=entry.seq,
        request=request,
        approvals=tuple(each for each in progress.approvals if each.hash == request.hash),
    )


def _option_ended(plan: Plan, progress: Progress, entry: Entry) -> Progress:
    result = StepResult(entry.body["result"])
    if is_procedure(plan):
        is_done = result is StepResult.MET
        return (
            next_stage_of(progress)
            if is_done
            else held_up(progress, result, str(entry.body["because"]))
        )
    if result is StepResult.MET:
        return beginning_part(progress, RunEvent.OPTION_DONE, Part.VERIFICATION)
    return next_round(progress, RunEvent.OPTION_FAILED)


def _verification_ended(plan: Plan, progress: Progress, entry: Entry) -> Progress:
    result = StepResult(entry.body["result"])
    if is_procedure(plan):
        if result is StepResult.MET:
            return _ended_by(RunEvent.SUCCEEDED)(plan, progress, entry)
        return held_up(progress, result, str(entry.body["because"]))
    if result is StepResult.NOT_MET:
        return next_round(replace(progress, recovered_at_ns=None), RunEvent.NOT_RECOVERED)
    event = RunEvent.RECOVERED if result is StepResult.MET else RunEvent.NOT_KNOWN
    recovered = progress.recovered_at_ns if result is StepResult.MET else None
    state = after(progress.state, event)
    return replace(progress, state=state, recovered_at_ns=recovered, because=entry.body["because"])


def _stage_skipped(_: Plan, progress: Progress, entry: Entry) -> Progress:
    state = after(progress.state, RunEvent.STAGE_SKIPPED)
    return replace(progress, state=state, tried=(*progress.tried, entry.body["option"]))


def _stages_ended(_: Plan, progress: Progress, __: Entry) -> Progress:
    return beginning_part(progress, RunEvent.STAGES_DONE, Part.VERIFICATION)


def _held_up(_: Plan, progress: Progress, entry: Entry) -> Progress:
    return held_up(progress, StepResult(entry.body["result"]), entry.body["because"])


def _undo_began(_: Plan, progress: Progress, entry: Entry) -> Progress:
    part = beginning_part(progress, RunEvent.UNDO_WENT_ON, Part.UNDO)
    return replace(part, option=entry.body["option"])


def _undo_ended(plan: Plan, progress: Progress, entry: Entry) -> Progress:
    """A stage that could not be undone ends it: those before it stand on it."""
    if StepResult(entry.body["result"]) is not StepResult.MET:
        return _ended_by(RunEvent.NOT_UNDONE)(plan, progress, entry)
    part = beginning_part(progress, RunEvent.UNDO_WENT_ON, Part.UNDO)
    return replace(part, option=None, undone=(*progress.undone, entry.body["option"]))


def _procedure_stopped(plan: Plan, progress: Progress, entry: Entry) -> Progress:
    is_unknown = StepResult(entry.body["result"]) is StepResult.UNKNOWN
    event = RunEvent.NOT_KNOWN if is_unknown else RunEvent.NOT_UNDONE
    return _ended_by(event)(plan, progress, entry)


def _ended(_: Plan, progress: Progress, entry: Entry) -> Progress:
    return replace(progress, ended_at_ns=entry.at_ns)


_TELLS: dict[str, Tell] = {
    "run-requested": _requested,
    "run-started": _began,
    "run-resumed": _resumed,
    "not-runnable": _ended_by(RunEvent.NOT_KNOWN),
    "step-started": _step_started,
    "step-finished": _step_finished,
    "step-abandoned": _abandoned,
    "step-cancelled": _abandoned,
    "step-lost": _lost,
    "checks-ended": _checks_ended,
    "option-chosen": _option_chosen,
    "observed": _observed,
    "none-left": _ended_by(RunEvent.NONE_LEFT),
    "undecided": _ended_by(RunEvent.UNDECIDED),
    "asked": _asked,
    "approval-asked": _approval_asked,
    "option-ended": _option_ended,
    "verification-ended": _verification_ended,
    "stopped": _ended_by(RunEvent.STOPPED),
    "stage-skipped": _stage_skipped,
    "stages-ended": _stages_ended,
    "held-up": _held_up,
    "undo-began": _undo_began,
    "undo-ended": _undo_ended,
    "procedure-undone": _ended_by(RunEvent.ALL_UNDONE),
    "procedure-stopped": _procedure_stopped,
    "run-ended": _ended,
}

"""Plan + journal entries → where the run stands: a pure fold, the same after every crash.

Entries of a run's stream and what they tell:
`run-started` `run-resumed` `step-started` `step-finished` `step-abandoned` (lost, may be
repeated) `step-lost` (lost, a person decides) `step-cancelled` `checks-ended` `option-chosen`
`none-left` `undecided` `asked` `answered` `option-ended` `verification-ended` `stopped`
`run-ended`. Others are notes.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from drillbook.model.journal import Entry
from drillbook.model.plan import Plan
from drillbook.model.run import Answer, Part, RunState, StepResult
from drillbook.model.runbook import Check, Option, Step, Verification
from drillbook.model.sentence import CheckStatus, Expectation
from drillbook.run import polling
from drillbook.run.polling import Window
from drillbook.run.state import RunEvent, after


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Where a run stands.

    `index` is the step of the part that is next; `part_result` is set when the part ended
    before its last step; `open` is the body of an intent whose outcome is not journaled.
    `abandoned` counts attempts lost in a row; `evidence` is the end of a lost step's output.
    """

    state: RunState = RunState.READY
    round: int = 1
    index: int = 0
    attempt: int = 0
    tries: int = 0
    epoch: int = 0
    window: Window = field(default_factory=Window)
    checks: Mapping[str, CheckStatus] = field(default_factory=dict)
    captures: Mapping[str, str] = field(default_factory=dict)
    option: str | None = None
    tried: tuple[str, ...] = ()
    is_approved: bool = False
    part_result: StepResult | None = None
    because: str = ""
    abandoned: int = 0
    evidence: str = ""
    open: Mapping[str, Any] | None = None
    diagnosed_at_ns: int | None = None
    recovered_at_ns: int | None = None
    ended_at_ns: int | None = None


def replay(plan: Plan, entries: tuple[Entry, ...]) -> Progress:
    """Where the run stands after these entries."""
    progress = Progress()
    for entry in entries:
        progress = fold(plan, progress, entry)
    return progress


def fold(plan: Plan, progress: Progress, entry: Entry) -> Progress:
    """Where the run stands after one more entry; an entry that only notes changes nothing."""
    tell = _TELLS.get(entry.kind)
    return tell(plan, progress, entry) if tell else progress


def checks_of(plan: Plan) -> tuple[Check, ...]:
    """The Checks that run, in the order of the text."""
    return tuple(check for check in plan.runbook.checks if not check.step.is_excluded)


def options_of(plan: Plan) -> tuple[Option, ...]:
    """The Options, in the order of the text: mild before drastic."""
    return plan.runbook.options


def option_of(plan: Plan, progress: Progress) -> Option:
    """The Option that was chosen. Raises KeyError where the journal names none of the plan's."""
    return {option.anchor: option for option in options_of(plan)}[progress.option or ""]


def steps_of(plan: Plan, progress: Progress) -> tuple[Step, ...]:
    """The steps of the part that the run is in."""
    if progress.state is RunState.CHECKING:
        return tuple(check.step for check in checks_of(plan))
    if progress.state is RunState.VERIFYING:
        return tuple(each.step for each in verifications_of(plan))
    if progress.option is None:
        return ()
    return tuple(step for step in option_of(plan, progress).steps if not step.is_excluded)


def verifications_of(plan: Plan) -> tuple[Verification, ...]:
    """The Verification's steps that run."""
    return tuple(each for each in plan.runbook.verification if not each.step.is_excluded)


def part_of(progress: Progress) -> Part:
    """Which part of the runbook the run is in."""
    return {RunState.CHECKING: Part.CHECK, RunState.VERIFYING: Part.VERIFICATION}.get(
        progress.state, Part.OPTION
    )


def expectation_of(plan: Plan, progress: Progress) -> Expectation | None:
    """The sentence that the next step of a Resolution or Verification is held to."""
    if progress.state is RunState.VERIFYING:
        return verifications_of(plan)[progress.index].recovered
    return steps_of(plan, progress)[progress.index].expect


def _began(_: Plan, progress: Progress, __: Entry) -> Progress:
    return replace(progress, state=after(progress.state, RunEvent.BEGAN), epoch=1)


def _resumed(_: Plan, progress: Progress, __: Entry) -> Progress:
    return replace(progress, epoch=progress.epoch + 1)


def _step_started(_: Plan, progress: Progress, entry: Entry) -> Progress:
    return replace(progress, attempt=int(entry.body["attempt"]), open=entry.body)


def _step_finished(plan: Plan, progress: Progress, entry: Entry) -> Progress:
    captures = {**progress.captures, **entry.body.get("captures", {})}
    progress = replace(progress, open=None, captures=captures, abandoned=0)
    if progress.state is RunState.CHECKING:
        name = entry.body["step"]
        checks = {**progress.checks, name: CheckStatus(entry.body["status"])}
        return replace(progress, checks=checks, index=progress.index + 1)
    return _step_judged(plan, progress, entry.body)


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
    because = f"`{step.name}`: {body['because']}"
    return replace(progress, part_result=verdict, because=because, window=Window())


def _step_met(progress: Progress, window: Window) -> Progress:
    recovered = progress.recovered_at_ns
    if progress.state is RunState.VERIFYING:
        recovered = max(recovered or 0, window.streak_began_ns or window.last_ended_ns)
    return replace(
        progress,
        index=progress.index + 1,
        tries=0,
        window=Window(),
        is_approved=False,
        recovered_at_ns=recovered,
    )


def _abandoned(_: Plan, progress: Progress, __: Entry) -> Progress:
    return replace(progress, open=None, abandoned=progress.abandoned + 1)


def _lost(_: Plan, progress: Progress, entry: Entry) -> Progress:
    return replace(
        progress,
        state=after(progress.state, RunEvent.LOST),
        open=None,
        because=entry.body["because"],
        evidence=entry.body.get("output", ""),
    )


def _checks_ended(_: Plan, progress: Progress, __: Entry) -> Progress:
    return replace(progress, state=after(progress.state, RunEvent.CHECKED), index=0)


def _option_chosen(_: Plan, progress: Progress, entry: Entry) -> Progress:
    return replace(
        _beginning_part(progress, RunEvent.CHOSE),
        option=entry.body["option"],
        diagnosed_at_ns=entry.at_ns,
    )


def _ended_by(event: RunEvent) -> Callable[[Plan, Progress, Entry], Progress]:
    def tell(_: Plan, progress: Progress, entry: Entry) -> Progress:
        state = after(progress.state, event)
        return replace(progress, state=state, open=None, because=entry.body["because"])

    return tell


def _asked(_: Plan, progress: Progress, __: Entry) -> Progress:
    return replace(progress, state=after(progress.state, RunEvent.QUESTIONED))


def _answered(_: Plan, progress: Progress, entry: Entry) -> Progress:
    answer = Answer(entry.body["answer"])
    event = _ANSWERS[progress.state][answer]
    state = after(progress.state, event)
    if answer is Answer.YES:
        return replace(progress, state=state, is_approved=True)
    if answer is Answer.HAPPENED:
        return replace(progress, state=state, index=progress.index + 1, is_approved=False)
    if answer is Answer.NO:
        return _next_round(progress, event)
    return replace(progress, state=state, because=_ENDINGS.get(answer, progress.because))


def _option_ended(_: Plan, progress: Progress, entry: Entry) -> Progress:
    if StepResult(entry.body["result"]) is StepResult.MET:
        return _beginning_part(progress, RunEvent.OPTION_DONE)
    return _next_round(progress, RunEvent.OPTION_FAILED)


def _verification_ended(_: Plan, progress: Progress, entry: Entry) -> Progress:
    result = StepResult(entry.body["result"])
    if result is StepResult.NOT_MET:
        return _next_round(replace(progress, recovered_at_ns=None), RunEvent.NOT_RECOVERED)
    event = RunEvent.RECOVERED if result is StepResult.MET else RunEvent.NOT_KNOWN
    recovered = progress.recovered_at_ns if result is StepResult.MET else None
    state = after(progress.state, event)
    return replace(progress, state=state, recovered_at_ns=recovered, because=entry.body["because"])


def _ended(_: Plan, progress: Progress, entry: Entry) -> Progress:
    return replace(progress, ended_at_ns=entry.at_ns)


def _beginning_part(progress: Progress, event: RunEvent) -> Progress:
    state = after(progress.state, event)
    return replace(
        progress,
        state=state,
        index=0,
        tries=0,
        window=Window(),
        is_approved=False,
        part_result=None,
    )


def _next_round(progress: Progress, event: RunEvent) -> Progress:
    """The Checks again, with one Option less."""
    tried = (*progress.tried, progress.option or "")
    return replace(
        _beginning_part(progress, event),
        round=progress.round + 1,
        tried=tried,
        option=None,
        checks={},
    )


_ENDINGS = {Answer.STOP: "a person stopped it", Answer.NOBODY: "only a person can say"}

_ANSWERS = {
    RunState.ASKING: {
        Answer.YES: RunEvent.APPROVED,
        Answer.NO: RunEvent.REFUSED,
        Answer.STOP: RunEvent.STOPPED,
        Answer.NOBODY: RunEvent.NOT_KNOWN,
    },
    RunState.WAITING: {
        Answer.HAPPENED: RunEvent.SETTLED,
        Answer.AGAIN: RunEvent.SETTLED,
        Answer.STOP: RunEvent.STOPPED,
        Answer.NOBODY: RunEvent.STOPPED,
    },
}

_TELLS: dict[str, Callable[[Plan, Progress, Entry], Progress]] = {
    "run-started": _began,
    "run-resumed": _resumed,
    "step-started": _step_started,
    "step-finished": _step_finished,
    "step-abandoned": _abandoned,
    "step-cancelled": _abandoned,
    "step-lost": _lost,
    "checks-ended": _checks_ended,
    "option-chosen": _option_chosen,
    "none-left": _ended_by(RunEvent.NONE_LEFT),
    "undecided": _ended_by(RunEvent.UNDECIDED),
    "asked": _asked,
    "answered": _answered,
    "option-ended": _option_ended,
    "verification-ended": _verification_ended,
    "stopped": _ended_by(RunEvent.STOPPED),
    "run-ended": _ended,
}

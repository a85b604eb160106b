"""Where a run stands, and what of its plan that concerns; `run/folding.py` makes it of entries."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from drillbook.model.people import Approval
from drillbook.model.plan import Plan
from drillbook.model.run import ApprovalRequest, Part, RunState, StepResult
from drillbook.model.runbook import Check, Kind, Option, Step, Verification
from drillbook.model.sentence import CheckStatus, Expectation
from drillbook.run.polling import Window
from drillbook.run.state import RunEvent, after


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Where a run stands.

    `index` is the step of the `part` that is next; `part_result` is set when the part ended
    before its last step; `open` is the body of an intent whose outcome is not journaled.
    `abandoned` counts attempts lost in a row; `evidence` is the end of a lost step's output.
    `asked` is the seq of the entry that asks, 0 while nothing is asked. `is_approved`: the
    operator may perform the next step. `has_begun`: a step of the Option was begun, which its
    approvals were for. `requesters` are all who had the run go on, and so may not approve it.
    `stop` is why somebody wants it stopped, `previous` what came of the last step, in words.

    Of a procedure: `tried` are the stages that it is done with, `begun` those that have changed
    something, in order, `undone` those that were undone; `failed` and `failure` say why it is held
    up.
    """

    state: RunState = RunState.READY
    part: Part = Part.CHECK
    round: int = 1
    index: int = 0
    attempt: int = 0
    tries: int = 0
    epoch: int = 0
    window: Window = field(default_factory=Window)
    checks: Mapping[str, CheckStatus] = field(default_factory=dict)
    captures: Mapping[str, str] = field(default_factory=dict)
    option: str | None = None
    would_choose: str | None = None
    tried: tuple[str, ...] = ()
    begun: tuple[str, ...] = ()
    undone: tuple[str, ...] = ()
    failed: StepResult | None = None
    failure: str = ""
    asked: int = 0
    is_approved: bool = False
    has_begun: bool = False
    request: ApprovalRequest | None = None
    approvals: tuple[Approval, ...] = ()
    requesters: frozenset[str] = frozenset()
    part_result: StepResult | None = None
    because: str = ""
    previous: str = ""
    stop: str = ""
    abandoned: int = 0
    evidence: str = ""
    open: Mapping[str, Any] | None = None
    diagnosed_at_ns: int | None = None
    recovered_at_ns: int | None = None
    ended_at_ns: int | None = None


def is_procedure(plan: Plan) -> bool:
    """Whether its Checks are gates and its Options stages."""
    return plan.runbook.kind is Kind.PROCEDURE


def called(plan: Plan, part: Part) -> dict[str, str]:
    """What people call the part, where it is not by its own name."""
    names = {Part.CHECK: "gate", Part.OPTION: "stage"} if is_procedure(plan) else {}
    return {"called": names[part]} if part in names else {}


def checks_of(plan: Plan) -> tuple[Check, ...]:
    """The Checks that run, in the order of the text."""
    return tuple(check for check in plan.runbook.checks if not check.step.is_excluded)


def options_of(plan: Plan) -> tuple[Option, ...]:
    """The Options, in the order of the text: mild before drastic."""
    return plan.runbook.options


def option_of(plan: Plan, progress: Progress) -> Option:
    """The Option that was chosen. Raises KeyError where the journal names none of the plan's."""
    return {option.anchor: option for option in options_of(plan)}[progress.option or ""]


def option_steps(option: Option) -> tuple[Step, ...]:
    """The Option's steps that run."""
    return tuple(step for step in option.steps if not step.is_excluded)


def undo_steps(option: Option) -> tuple[Step, ...]:
    """The steps of a stage's Undo that run."""
    return tuple(step for step in option.undo if not step.is_excluded)


def steps_of(plan: Plan, progress: Progress) -> tuple[Step, ...]:
    """The steps of the part that the run is in."""
    if progress.part is Part.CHECK:
        return tuple(check.step for check in checks_of(plan))
    if progress.part is Part.VERIFICATION:
        return tuple(each.step for each in verifications_of(plan))
    if not progress.option:
        return ()
    its_steps = undo_steps if progress.part is Part.UNDO else option_steps
    return its_steps(option_of(plan, progress))


def verifications_of(plan: Plan) -> tuple[Verification, ...]:
    """The Verification's steps that run."""
    return tuple(each for each in plan.runbook.verification if not each.step.is_excluded)


def expectation_of(plan: Plan, progress: Progress) -> Expectation | None:
    """The sentence that the next step of a Resolution, Undo or Verification is held to."""
    if progress.part is Part.VERIFICATION:
        return verifications_of(plan)[progress.index].recovered
    return steps_of(plan, progress)[progress.index].expect


def moved_on(progress: Progress) -> Progress:
    """The step is done with: the next one of the part stands next."""
    return replace(
        progress,
        index=progress.index + 1,
        tries=0,
        window=Window(),
        is_approved=False,
        part_result=None,
    )


def beginning_part(progress: Progress, event: RunEvent, part: Part) -> Progress:
    """The first step of another part stands next."""
    return replace(
        progress,
        state=after(progress.state, event),
        part=part,
        index=0,
        tries=0,
        window=Window(),
        asked=0,
        is_approved=False,
        has_begun=False,
        request=None,
        approvals=(),
        part_result=None,
    )


def next_round(progress: Progress, event: RunEvent) -> Progress:
    """The Checks again, with one Option less."""
    return replace(
        beginning_part(progress, event, Part.CHECK),
        round=progress.round + 1,
        tried=(*progress.tried, progress.option or ""),
        option=None,
        checks={},
    )


def having_begun(progress: Progress) -> Progress:
    """The stage that it is in has changed something, also where a person did it by hand."""
    if progress.part is not Part.OPTION or progress.option in (None, *progress.begun):
        return progress
    return replace(progress, begun=(*progress.begun, progress.option or ""))


def next_stage_of(progress: Progress) -> Progress:
    """The stage is done: the one after it stands next."""
    done = having_begun(progress)
    return replace(
        beginning_part(done, RunEvent.STAGE_DONE, Part.OPTION),
        tried=(*progress.tried, progress.option or ""),
    )


def held_up(progress: Progress, result: StepResult, because: str) -> Progress:
    """The procedure goes no further: the Undo of what was begun stands next."""
    return replace(
        beginning_part(progress, RunEvent.TO_UNDO, Part.UNDO),
        option=None,
        failed=result,
        failure=because,
        because=because,
        recovered_at_ns=None,
    )

"""Plan + policy + where the run stands → the next act. This is the literal operator.

All Checks in order; the first Option whose When holds and whose Risk is allowed; its steps, of
which a failed one ends it; the Verification; not recovered: the Checks again and the next
Option; none left: escalate. Pure: the same journal gives the same next act.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from drillbook.model.plan import Plan
from drillbook.model.run import Answer, Policy, Question, RunState, StepResult
from drillbook.model.runbook import Kind, Option, Step
from drillbook.model.sentence import CheckStatus, Risk
from drillbook.model.truth import Truth
from drillbook.run.evaluate import evaluate
from drillbook.run.progress import (
    Progress,
    option_of,
    options_of,
    steps_of,
    verifications_of,
)
from drillbook.run.state import ENDS

_MILD_FIRST = (Risk.NONE, Risk.DISRUPTIVE, Risk.DESTRUCTIVE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Perform:
    """Perform this step."""

    step: Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Journal this: it follows from what is there."""

    kind: str
    body: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """Ask a person."""

    question: Question


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """The run has ended and said so."""


Act = Perform | Record | Ask | Done


def next_act(plan: Plan, policy: Policy, progress: Progress) -> Act:
    """What the operator does next."""
    if progress.state in ENDS:
        body = {"state": progress.state.value, "because": progress.because}
        return Done() if progress.ended_at_ns else Record(kind="run-ended", body=body)
    match progress.state:
        case RunState.CHECKING:
            return _next_check(plan, progress)
        case RunState.CHOOSING:
            return _choose(plan, policy, progress)
        case RunState.RESOLVING:
            return _next_step(plan, policy, progress)
        case RunState.ASKING | RunState.WAITING:
            return Ask(question=_question(plan, progress))
        case _:
            return _next_verification(plan, progress)


def _next_check(plan: Plan, progress: Progress) -> Act:
    steps = steps_of(plan, progress)
    if progress.index < len(steps):
        return Perform(step=steps[progress.index])
    said = {name: status.value for name, status in progress.checks.items()}
    return Record(kind="checks-ended", body={"round": progress.round, "checks": said})


def _choose(plan: Plan, policy: Policy, progress: Progress) -> Act:
    undecided = []
    forbidden = []
    for option in options_of(plan):
        if option.anchor in progress.tried:
            continue
        truth = _when_holds(plan, option, progress)
        if truth is Truth.UNKNOWN:
            undecided.append(option.title)
        elif truth is Truth.TRUE and _is_beyond(option.risk, policy.allowed):
            forbidden.append(f"{option.title} ({option.risk.value})")
        elif truth is Truth.TRUE:
            return Record(kind="option-chosen", body=_choice(option, progress))
    if undecided:
        return Record(kind="undecided", body={"because": _undecided(undecided, progress)})
    return Record(kind="none-left", body={"because": _none_left(forbidden, progress)})


def _when_holds(plan: Plan, option: Option, progress: Progress) -> Truth:
    """An Option without a When is taken in a procedure, and left to people otherwise."""
    if option.when is None:
        is_procedure = plan.runbook.kind is Kind.PROCEDURE
        return Truth.TRUE if is_procedure else Truth.UNKNOWN
    return evaluate(option.when.formula, progress.checks, progress.captures)


def _choice(option: Option, progress: Progress) -> dict[str, Any]:
    return {
        "option": option.anchor,
        "title": option.title,
        "risk": option.risk.value,
        "round": progress.round,
        "because": option.when.text if option.when else "it stands next in the procedure",
    }


def _undecided(titles: list[str], progress: Progress) -> str:
    """Which Options cannot be decided upon, and the Checks that said nothing."""
    silent = [name for name, status in progress.checks.items() if status is CheckStatus.UNKNOWN]
    which = f"{', '.join(silent)} said nothing" if silent else "their When names nothing known"
    return f"whether to take {' or '.join(titles)} is not known: {which}"


def _none_left(forbidden: list[str], progress: Progress) -> str:
    if forbidden:
        return f"only Options beyond the allowed risk are left: {', '.join(forbidden)}"
    if progress.tried:
        return f"every Option whose When holds was tried: {', '.join(progress.tried)}"
    return "no Option's When holds"


def _next_step(plan: Plan, policy: Policy, progress: Progress) -> Act:
    option = option_of(plan, progress)
    steps = steps_of(plan, progress)
    if progress.part_result is not None:
        return _option_ended(option, progress.part_result, progress.because)
    if progress.index >= len(steps):
        done = "all its steps did what they say" if steps else "it has no step"
        return _option_ended(option, StepResult.MET, done)
    step = steps[progress.index]
    if option.risk in policy.asks and not progress.is_approved:
        return Record(kind="asked", body={"step": step.name, "risk": option.risk.value})
    return Perform(step=step)


def _option_ended(option: Option, result: StepResult, because: str) -> Record:
    body = {"option": option.anchor, "result": result.value, "because": because}
    return Record(kind="option-ended", body=body)


def _question(plan: Plan, progress: Progress) -> Question:
    option = option_of(plan, progress)
    step = steps_of(plan, progress)[progress.index]
    if progress.state is RunState.ASKING:
        return Question(
            about=step.name,
            text=f"Run `{step.name}`? It is {option.risk.value}.",
            detail=step.command,
            choices=(Answer.YES, Answer.NO, Answer.STOP),
        )
    return Question(
        about=step.name,
        text=f"Whether `{step.name}` happened is not known. Did it?",
        detail=_evidence(progress),
        choices=(Answer.HAPPENED, Answer.AGAIN, Answer.STOP),
    )


def _evidence(progress: Progress) -> str:
    if not progress.evidence:
        return f"{progress.because}; it had written nothing"
    return f"{progress.because}; the end of what it had written:\n{progress.evidence}"


def _next_verification(plan: Plan, progress: Progress) -> Act:
    steps = verifications_of(plan)
    if progress.part_result is not None:
        return _verification_ended(progress.part_result, progress.because)
    if not steps:
        why = "the runbook has no Verification, so nothing says that it recovered"
        return _verification_ended(StepResult.UNKNOWN, why)
    if progress.index < len(steps):
        return Perform(step=steps[progress.index].step)
    title = option_of(plan, progress).title
    return _verification_ended(StepResult.MET, f"recovered after {title}")


def _verification_ended(result: StepResult, because: str) -> Record:
    return Record(kind="verification-ended", body={"result": result.value, "because": because})


def _is_beyond(risk: Risk, allowed: Risk) -> bool:
    return _MILD_FIRST.index(risk) > _MILD_FIRST.index(allowed)

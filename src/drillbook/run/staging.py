"""Where a procedure stands → what is journaled of its gates, its stages and its Undo. Pure.

Its Checks are gates: all must be healthy, else it does not begin. Its Options are stages, and all
of them are performed in the order of the text. What stops it between them leads to the Undo of
those that were begun, the last first.
"""

from collections.abc import Iterable
from typing import Any

from drillbook.model.plan import Plan
from drillbook.model.run import Policy, StepResult
from drillbook.model.runbook import Option
from drillbook.model.sentence import CheckStatus, Risk
from drillbook.model.truth import Truth
from drillbook.run.acts import Record
from drillbook.run.choosing import is_beyond, when_holds
from drillbook.run.progress import Progress, option_steps, options_of, undo_steps

STANDS_NEXT = "it stands next in the procedure"


def next_stage(plan: Plan, policy: Policy, progress: Progress) -> Record:
    """What is journaled of the stage that stands next, or why none is begun."""
    if not progress.tried:
        closed = _closed_gate(progress) or _not_to_the_end(plan, policy, progress)
        if closed is not None:
            return _observed(closed) if policy.checks_only else closed
    left = [each for each in options_of(plan) if each.anchor not in progress.tried]
    if policy.checks_only:
        return _observed(_would_begin(plan, left, progress))
    if left:
        return _stage(plan, policy, progress, left[0])
    return Record(kind="stages-ended", body={"because": _done(plan, progress)})


def next_undo(plan: Plan, progress: Progress) -> Record:
    """What is journaled of the stage that is undone next, or how the procedure has stopped."""
    left = [anchor for anchor in reversed(progress.begun) if anchor not in progress.undone]
    if not progress.begun:
        return _stopped(progress, f"{progress.failure}; nothing was changed")
    if not left:
        undone = ", ".join(titles(plan, progress.undone))
        return Record(
            kind="procedure-undone", body={"because": f"{progress.failure}; undone: {undone}"}
        )
    option = {each.anchor: each for each in options_of(plan)}[left[0]]
    # What changes nothing needs no Undo. Of anything else, those before must not be undone
    # below it: traffic that goes to the new release must leave before the release does.
    if not undo_steps(option) and option.risk is not Risk.NONE:
        return _stopped(progress, left_as_it_is(plan, progress, f"{option.title} has no Undo"))
    return Record(
        kind="undo-began",
        body={"option": option.anchor, "title": option.title, "risk": option.risk.value},
    )


def left_as_it_is(plan: Plan, progress: Progress, why: str) -> str:
    """Why it stopped, why it is not undone, and which stages a person has to look after."""
    left = [anchor for anchor in reversed(progress.begun) if anchor not in progress.undone]
    undone = ", ".join(titles(plan, progress.undone))
    said = f"{progress.failure}; {why}; not undone: {', '.join(titles(plan, left))}"
    return f"{said}; undone: {undone}" if undone else said


def titles(plan: Plan, anchors: Iterable[str]) -> list[str]:
    """The titles of these stages."""
    known = {option.anchor: option.title for option in options_of(plan)}
    return [known.get(anchor, anchor) for anchor in anchors]


def _closed_gate(progress: Progress) -> Record | None:
    """A gate that is not healthy: nothing is begun."""
    for status, result in (
        (CheckStatus.UNHEALTHY, StepResult.NOT_MET),
        (CheckStatus.UNKNOWN, StepResult.UNKNOWN),
    ):
        closed = [f"`{name}`" for name, said in progress.checks.items() if said is status]
        if closed:
            verb = "is" if len(closed) == 1 else "are"
            because = f"{', '.join(closed)} {verb} {status.value}: the procedure does not begin"
            return _held_up(result, because)
    return None


def _not_to_the_end(plan: Plan, policy: Policy, progress: Progress) -> Record | None:
    """A procedure that may not go through to its end is not begun either."""
    if not any(option_steps(option) for option in options_of(plan)):
        return _held_up(StepResult.UNKNOWN, "the procedure has no stage with a step that is run")
    if policy.checks_only:
        return None
    forbidden = [
        f"{option.title} ({option.risk.value})"
        for option in options_of(plan)
        if option_steps(option)
        and is_beyond(option.risk, policy.allowed)
        and when_holds(plan, option, progress) is not Truth.FALSE
    ]
    if not forbidden:
        return None
    because = f"beyond the allowed risk: {', '.join(forbidden)}: the procedure does not begin"
    return _held_up(StepResult.NOT_MET, because)


def _stage(plan: Plan, policy: Policy, progress: Progress, option: Option) -> Record:
    truth = when_holds(plan, option, progress)
    when = option.when.text if option.when else STANDS_NEXT
    body = {**_named(plan, option), "round": progress.round}
    if truth is Truth.FALSE or not option_steps(option):
        because = f"not so: {when}" if truth is Truth.FALSE else "it has no step that is run"
        return Record(kind="stage-skipped", body={**body, "because": because})
    if truth is Truth.UNKNOWN:
        because = f"whether to begin {option.title} is not known: {when}"
        return _held_up(StepResult.UNKNOWN, because)
    if is_beyond(option.risk, policy.allowed):
        because = f"{option.title} is {option.risk.value}, beyond the allowed risk"
        return _held_up(StepResult.NOT_MET, because)
    return Record(kind="option-chosen", body={**body, "because": when})


def _named(plan: Plan, option: Option) -> dict[str, Any]:
    options = options_of(plan)
    return {
        "option": option.anchor,
        "title": option.title,
        "risk": option.risk.value,
        "stage": options.index(option) + 1,
        "stages": len(options),
    }


def _would_begin(plan: Plan, left: list[Option], progress: Progress) -> Record:
    """Of a look at the gates alone: with what it would begin."""
    for option in left:
        truth = when_holds(plan, option, progress)
        if truth is not Truth.FALSE:
            doubt = ", if its When holds, which is not known" if truth is Truth.UNKNOWN else ""
            because = f"its gates are passed: it would begin with {option.title}{doubt}"
            return _held_up(StepResult.MET, because)
    return _held_up(StepResult.MET, "its gates are passed, and no stage has anything to do")


def _observed(record: Record) -> Record:
    body = {"would_choose": None, "because": record.body["because"]}
    return Record(kind="observed", body=body)


def _held_up(result: StepResult, because: str) -> Record:
    return Record(kind="held-up", body={"result": result.value, "because": because})


def _stopped(progress: Progress, because: str) -> Record:
    result = progress.failed or StepResult.UNKNOWN
    return Record(kind="procedure-stopped", body={"result": result.value, "because": because})


def _done(plan: Plan, progress: Progress) -> str:
    done = titles(plan, progress.begun)
    return f"done: {', '.join(done)}" if done else "no stage had anything to do"

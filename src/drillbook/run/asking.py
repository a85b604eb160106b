"""Where a run stands still → the Question that lets it go on. Pure."""

from dataclasses import replace

from drillbook.model.plan import Plan
from drillbook.model.run import (
    Answer,
    ApprovalRequest,
    Asked,
    Part,
    Policy,
    Question,
    RunState,
    StepResult,
)
from drillbook.run.guiding import guide_of
from drillbook.run.progress import Progress, option_of, steps_of

# Whoever is guided may do these at every question.
ALWAYS = (Answer.NOTE, Answer.ESCALATE, Answer.HAND_OVER, Answer.STOP)


def question_of(plan: Plan, policy: Policy, progress: Progress) -> Question:
    """The question of a run that is ASKING, GUIDING, APPROVING or WAITING."""
    ask = {
        RunState.ASKING: _step_question,
        RunState.GUIDING: _guided_question,
        RunState.APPROVING: _approval_question,
    }.get(progress.state, _lost_question)
    question = replace(ask(plan, progress), seq=progress.asked)
    if not policy.is_guided or question.kind is Asked.GUIDED:
        return question
    choices = (*(each for each in question.choices if each is not Answer.STOP), *_others(question))
    return replace(question, choices=choices)


def _others(question: Question) -> tuple[Answer, ...]:
    """What else a guided person may answer; a lost step is decided upon before all else."""
    if question.kind is Asked.APPROVAL:
        return ALWAYS
    return Answer.NOTE, Answer.HAND_OVER, Answer.STOP


def _step_question(plan: Plan, progress: Progress) -> Question:
    option = option_of(plan, progress)
    step = steps_of(plan, progress)[progress.index]
    is_undo = progress.part is Part.UNDO
    is_doubtful = is_undo and progress.failed is StepResult.UNKNOWN
    why = f"It undoes {option.title}: {progress.failure}. " if is_undo else ""
    return Question(
        about=step.name,
        text=f"Run `{step.name}`? {why}It is {option.risk.value}.",
        detail=step.command,
        choices=(Answer.YES, Answer.NO, Answer.STOP),
        kind=Asked.UNDO if is_doubtful else Asked.STEP,
    )


def _lost_question(plan: Plan, progress: Progress) -> Question:
    step = steps_of(plan, progress)[progress.index]
    return Question(
        about=step.name,
        text=f"Whether `{step.name}` happened is not known. Did it?",
        detail=_evidence(progress),
        choices=(Answer.HAPPENED, Answer.AGAIN, Answer.STOP),
        kind=Asked.LOST,
    )


def _guided_question(plan: Plan, progress: Progress) -> Question:
    step = steps_of(plan, progress)[progress.index]
    has_failed = progress.part_result is not None
    text = f"Run `{step.name}`?"
    if has_failed:
        text = f"`{step.name}` did not do what it should. Go on all the same?"
    return Question(
        about=step.name,
        text=text,
        detail=progress.because if has_failed else step.command,
        choices=(*_guided_choices(progress), *ALWAYS),
        kind=Asked.GUIDED,
        guide=guide_of(plan, progress),
    )


def _guided_choices(progress: Progress) -> tuple[Answer, ...]:
    is_option = progress.part in (Part.OPTION, Part.UNDO)
    has_previous = progress.index > 0 or progress.part_result is not None
    return (
        Answer.YES,
        *((Answer.NO,) if is_option and progress.part_result is None else ()),
        Answer.SKIP,
        *((Answer.RETRY,) if has_previous else ()),
    )


def _approval_question(plan: Plan, progress: Progress) -> Question:
    request = progress.request
    assert request is not None, "who waits for approval has asked for it"
    request = replace(request, given=progress.approvals)
    step = steps_of(plan, progress)[progress.index]
    return Question(
        about=step.name,
        text=_wanted(request),
        detail="\n\n".join(
            f"{each.name} on {each.target}:\n{each.command}" for each in request.steps
        ),
        choices=(Answer.NO, Answer.STOP),
        kind=Asked.APPROVAL,
        approval=request,
    )


def _wanted(request: ApprovalRequest) -> str:
    count = request.approvals
    who = f" with the role {' or '.join(sorted(request.roles))}" if request.roles else ""
    others = f"{count} approval{'s' if count > 1 else ''} by others{who}"
    return f"{request.title} is {request.risk.value} and needs {others} before it begins."


def _evidence(progress: Progress) -> str:
    if not progress.evidence:
        return f"{progress.because}; it had written nothing"
    return f"{progress.because}; the end of what it had written:\n{progress.evidence}"

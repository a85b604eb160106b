"""What people say of a run, from any process → where the run stands after it.

`answered` `approved` `approval-refused` `cancel-requested` come into the run's stream at any time
and from anywhere. One that comes too late, or says what nobody can understand, is a note: it
changes nothing, for an error here would keep the run from ever going on.
"""

from collections.abc import Callable
from dataclasses import replace

from drillbook.model.journal import Entry
from drillbook.model.plan import Plan
from drillbook.model.run import Answer, Part, RunState, StepResult
from drillbook.model.sentence import CheckStatus
from drillbook.run.approving import approval_of, is_granted
from drillbook.run.polling import Window
from drillbook.run.progress import (
    Progress,
    having_begun,
    held_up,
    is_procedure,
    moved_on,
    next_round,
    option_of,
    steps_of,
)
from drillbook.run.staging import left_as_it_is
from drillbook.run.state import WAITS_FOR_PEOPLE, ImpossibleEventError, RunEvent, after


def heard(plan: Plan, progress: Progress, entry: Entry) -> Progress:
    """Where the run stands after one of KINDS; where it stood, if that says nothing now."""
    try:
        return KINDS[entry.kind](plan, progress, entry)
    except (KeyError, ValueError, TypeError, ImpossibleEventError):
        return progress


def _answered(plan: Plan, progress: Progress, entry: Entry) -> Progress:
    is_open = progress.state in WAITS_FOR_PEOPLE
    if not is_open or entry.body.get("question", progress.asked) != progress.asked:
        return progress
    answer = Answer(entry.body["answer"])
    if progress.state is RunState.GUIDING:
        return _GUIDED[answer](plan, progress, entry)
    return _told(plan, progress, answer, entry)


def _told(plan: Plan, progress: Progress, answer: Answer, entry: Entry) -> Progress:
    """A run that is ASKING, APPROVING or WAITING, after this answer."""
    event = _EVENTS[progress.state][answer]
    if answer is Answer.NO:
        return _refused(plan, progress, entry)
    if progress.part is Part.UNDO and progress.state is RunState.ASKING:
        if answer is Answer.NOBODY:
            return _not_undone(plan, progress, "nobody could be asked")
        event = RunEvent.TO_UNDO if answer is Answer.YES else event
    if progress.part is Part.UNDO and event is RunEvent.SETTLED:
        event = RunEvent.TO_UNDO
    told = replace(progress, state=after(progress.state, event), asked=0)
    if answer is Answer.YES:
        return replace(told, is_approved=True)
    if answer is Answer.HAPPENED:
        return moved_on(told)
    if answer is Answer.AGAIN:
        # What was approved is asked for once more, where its approval has expired meanwhile.
        return replace(told, has_begun=False)
    return replace(told, because=_ending(answer, entry))


def _refused(plan: Plan, progress: Progress, entry: Entry) -> Progress:
    """Leave the Option for the next one; a procedure whose stage is left goes no further."""
    by = entry.body["by"]
    if progress.part is Part.UNDO:
        return _not_undone(plan, progress, f"{by} said no to its Undo")
    if not is_procedure(plan):
        return next_round(progress, RunEvent.REFUSED)
    title = option_of(plan, progress).title
    return held_up(progress, StepResult.NOT_MET, f"{by} said no to {title}")


def _not_undone(plan: Plan, progress: Progress, why: str) -> Progress:
    """What it has changed stays, until a person looks after it."""
    is_unknown = progress.failed is StepResult.UNKNOWN
    event = RunEvent.NOT_KNOWN if is_unknown else RunEvent.NOT_UNDONE
    because = left_as_it_is(plan, progress, why)
    return replace(progress, state=after(progress.state, event), asked=0, because=because)


def _ending(answer: Answer, entry: Entry) -> str:
    if answer is Answer.NOBODY:
        return "only a person can say"
    words = entry.body.get("text")
    if answer is Answer.ESCALATE:
        return f"{entry.body['by']} escalated{f': {words}' if words else ''}"
    return f"a person stopped it{f': {words}' if words else ''}"


def _ended_guide(event: RunEvent) -> Callable[[Plan, Progress, Entry], Progress]:
    def tell(_: Plan, progress: Progress, entry: Entry) -> Progress:
        because = _ending(Answer(entry.body["answer"]), entry)
        return replace(progress, state=after(progress.state, event), asked=0, because=because)

    return tell


def _went_on(_: Plan, progress: Progress, __: Entry) -> Progress:
    return replace(_back(progress), is_approved=True)


def _left(plan: Plan, progress: Progress, entry: Entry) -> Progress:
    """Leave the Option; a Check or a Verification is no Option."""
    acts = progress.part in (Part.OPTION, Part.UNDO)
    return _refused(plan, progress, entry) if acts else progress


def _retried(_: Plan, progress: Progress, __: Entry) -> Progress:
    """The step that failed, or the one before, is performed again: they have said so."""
    again = replace(_back(progress), is_approved=True, has_begun=False, tries=0, window=Window())
    if progress.part_result is not None:
        return replace(again, part_result=None)
    return replace(again, index=progress.index - 1) if progress.index else progress


def _skipped(plan: Plan, progress: Progress, entry: Entry) -> Progress:
    """A Check says nothing, a step counts as done by hand, a Verification verifies nothing."""
    step = steps_of(plan, progress)[progress.index]
    by = entry.body["by"]
    back = replace(_back(progress), previous=f"`{step.name}` was skipped by {by}")
    if progress.part is Part.CHECK:
        checks = {**progress.checks, step.name: CheckStatus.UNKNOWN}
        return replace(moved_on(back), checks=checks)
    if progress.part in (Part.OPTION, Part.UNDO):
        return moved_on(having_begun(back))
    because = f"{by} skipped `{step.name}`, so nothing says that it recovered"
    return replace(back, part_result=StepResult.UNKNOWN, because=because, is_approved=True)


def _back(progress: Progress) -> Progress:
    """Back from the question to the part that asked it."""
    return replace(progress, state=after(progress.state, _WAY_BACK[progress.part]), asked=0)


def _approved(_: Plan, progress: Progress, entry: Entry) -> Progress:
    request = progress.request
    if progress.state is not RunState.APPROVING or request is None:
        return progress
    approval = approval_of(entry.body, entry.at_ns, request.expires_s)
    if approval.hash != request.hash:
        return progress
    others = tuple(each for each in progress.approvals if each.by != approval.by)
    told = replace(progress, approvals=(*others, approval))
    if not is_granted(told, request.hash, entry.at_ns):
        return told
    return replace(told, state=after(told.state, RunEvent.GRANTED), asked=0)


def _approval_refused(plan: Plan, progress: Progress, entry: Entry) -> Progress:
    is_meant = progress.request is not None and progress.request.hash == entry.body["hash"]
    if progress.state is not RunState.APPROVING or not is_meant:
        return progress
    return _refused(plan, progress, entry)


def _cancel_requested(_: Plan, progress: Progress, entry: Entry) -> Progress:
    because = entry.body.get("because")
    words = f": {because}" if because else ""
    return replace(progress, stop=f"{entry.body['by']} stopped it{words}")


_WAY_BACK = {
    Part.CHECK: RunEvent.TO_CHECKS,
    Part.OPTION: RunEvent.TO_OPTION,
    Part.VERIFICATION: RunEvent.TO_VERIFICATION,
    Part.UNDO: RunEvent.TO_UNDO,
}

_GUIDED: dict[Answer, Callable[[Plan, Progress, Entry], Progress]] = {
    Answer.YES: _went_on,
    Answer.NO: _left,
    Answer.SKIP: _skipped,
    Answer.RETRY: _retried,
    Answer.ESCALATE: _ended_guide(RunEvent.GIVEN_UP),
    Answer.STOP: _ended_guide(RunEvent.STOPPED),
    Answer.NOBODY: _ended_guide(RunEvent.NOT_KNOWN),
}

_EVENTS = {
    RunState.ASKING: {
        Answer.YES: RunEvent.APPROVED,
        Answer.NO: RunEvent.REFUSED,
        Answer.STOP: RunEvent.STOPPED,
        Answer.NOBODY: RunEvent.NOT_KNOWN,
    },
    RunState.APPROVING: {
        Answer.NO: RunEvent.REFUSED,
        Answer.ESCALATE: RunEvent.GIVEN_UP,
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

KINDS: dict[str, Callable[[Plan, Progress, Entry], Progress]] = {
    "answered": _answered,
    "approved": _approved,
    "approval-refused": _approval_refused,
    "cancel-requested": _cancel_requested,
}

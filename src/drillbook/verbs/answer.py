"""A run that asks something + who answers, from anywhere → their answer in the run's stream."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from drillbook.model.journal import Entry, MovedError
from drillbook.model.people import Caller
from drillbook.model.run import Answer, Asked
from drillbook.model.sentence import Risk
from drillbook.people.policy import MILD_FIRST, permission
from drillbook.read.markdown.runbook import read_runbooks
from drillbook.verbs.people.policy import NotPermittedError
from drillbook.verbs.run import beginning_of
from drillbook.verbs.running.workplace import Workplace

TRIES_MAX = 50
WORDS_CHARACTERS_MAX = 2_000
_ASKS = frozenset({"asked", "step-lost"})
# With these the run goes on past its question; what people say beside it leaves it open, and so
# does who looks at it again, and what a later version may note.
_SETTLES = frozenset(
    {
        "approval-asked",
        "cancel-requested",
        "checks-ended",
        "held-up",
        "none-left",
        "observed",
        "option-chosen",
        "option-ended",
        "procedure-stopped",
        "procedure-undone",
        "run-ended",
        "stage-skipped",
        "stages-ended",
        "step-abandoned",
        "step-cancelled",
        "step-finished",
        "step-started",
        "stopped",
        "undecided",
        "undo-began",
        "undo-ended",
        "verification-ended",
    }
)
# What says of which risk the steps are that come after it.
_BEGIN = ("option-chosen", "undo-began")
_CHOICES = {
    Asked.STEP: (Answer.YES, Answer.NO, Answer.STOP),
    Asked.LOST: (Answer.HAPPENED, Answer.AGAIN, Answer.STOP),
}


class CannotAnswerError(Exception):
    """Why nothing can be answered; the message says the cure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenQuestion:
    """What a run asks now: `seq` names it, `about` is the step, `text` what is to be decided."""

    run: str
    seq: int
    about: str
    text: str
    kind: Asked
    risk: Risk
    choices: tuple[Answer, ...]


def open_question(run: str, entries: Sequence[Entry]) -> OpenQuestion | None:
    """What the run asks now; None where it asks nothing that can be answered from afar. Pure."""
    asked = _last_asked(entries)
    if asked is None:
        return None
    kind = Asked.LOST if asked.kind == "step-lost" else Asked(asked.body.get("kind", "step"))
    if kind not in _CHOICES:
        return None
    step = str(asked.body.get("step", ""))
    text = f"Run `{step}`?" if kind is Asked.STEP else f"Did `{step}` happen?"
    chosen = next((each for each in reversed(entries) if each.kind in _BEGIN), None)
    if chosen is not None and chosen.kind == "undo-began":
        text += f" It undoes {chosen.body['title']}."
    risk = Risk(chosen.body["risk"]) if chosen else Risk.DESTRUCTIVE
    return OpenQuestion(
        run=run,
        seq=asked.seq,
        about=step,
        text=f"{text} It is {risk.value}.",
        kind=kind,
        risk=risk,
        choices=_CHOICES[kind],
    )


def answer_run(
    place: Workplace,
    run: str,
    caller: Caller,
    answer: Answer,
    *,
    question: int | None = None,
    text: str = "",
) -> OpenQuestion:
    """Journal the caller's answer, on disk when this returns; what it answers.

    With `question` only if the run still asks that one. Raises CannotAnswerError where it asks
    something else by now, or nothing, and NotPermittedError where the caller may not start what
    they would let run.
    """
    stream = f"run/{run}"
    for _ in range(TRIES_MAX):
        entries = place.journal.entries(stream)
        asked = _the_one(run, entries, question, answer)
        _refuse(place, caller, entries, asked, answer)
        said = {"text": text[:WORDS_CHARACTERS_MAX], "token": caller.token}
        body = {
            "question": asked.seq,
            "about": asked.about,
            "answer": answer.value,
            "by": caller.name,
            **{name: value for name, value in said.items() if value},
        }
        try:
            place.journal.append(stream, "answered", body, if_head=entries[-1].seq)
        except MovedError:
            continue
        return asked
    raise CannotAnswerError(f"run {run} is written to all the time; try it again")


def _the_one(
    run: str, entries: Sequence[Entry], question: int | None, answer: Answer
) -> OpenQuestion:
    if not entries:
        raise CannotAnswerError(f"there is no run {run}; `drillbook runs` lists what there is")
    asked = open_question(run, entries)
    if asked is None:
        raise CannotAnswerError(
            f"run {run} asks nothing that could be answered here; look what it waits for"
        )
    if question is not None and asked.seq != question:
        raise CannotAnswerError(
            f"run {run} does not ask question {question} any more but {asked.seq}; look at it again"
        )
    if answer not in asked.choices:
        choices = ", ".join(choice.value for choice in asked.choices)
        raise CannotAnswerError(
            f"{answer.value!r} is no answer to what run {run} asks; say one of {choices}"
        )
    return asked


def _refuse(
    place: Workplace,
    caller: Caller,
    entries: Iterable[Entry],
    asked: OpenQuestion,
    answer: Answer,
) -> None:
    """Whoever may not start something of this risk may stop it, but not let it run."""
    if answer in {Answer.NO, Answer.STOP}:
        return
    settings, service = place.settings, _service(place, entries)
    # As at a start: what is worse than something forbidden is forbidden too.
    for risk in MILD_FIRST[: MILD_FIRST.index(asked.risk) + 1]:
        said = permission(settings.policy, caller, service, risk, has_people=bool(settings.people))
        if not said.is_given:
            raise NotPermittedError(f"{said.because}; ask one of them")


def _service(place: Workplace, entries: Iterable[Entry]) -> str | None:
    """The service of the runbook as it was when the run began."""
    beginning = beginning_of(entries)
    source = place.journal.blob(str(beginning.body["source"])) if beginning else None
    if beginning is None or source is None:
        return None
    path, anchor = str(beginning.body["runbook"]), str(beginning.body["anchor"])
    runbooks, _ = read_runbooks(source.decode(errors="replace"), path)
    found = [each for each in runbooks if each.anchor == anchor or len(runbooks) == 1]
    return found[0].service if found else None


def _last_asked(entries: Iterable[Entry]) -> Entry | None:
    asked: Entry | None = None
    for entry in entries:
        if entry.kind in _ASKS:
            asked = entry
        elif asked is not None and _settles(entry, asked):
            asked = None
    return asked


def _settles(entry: Entry, asked: Entry) -> bool:
    """As `run/hearing.py` hears it: an answer to an older question is none to this one."""
    if entry.kind == "answered":
        return bool(entry.body.get("question", asked.seq) == asked.seq)
    return entry.kind in _SETTLES

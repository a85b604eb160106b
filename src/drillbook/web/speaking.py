"""What a person says of a run → journaled, and a worker told to look at the run again."""

from fastapi import APIRouter

from drillbook.model.run import Answer
from drillbook.verbs.answer import answer_run
from drillbook.verbs.cancel import cancel_run
from drillbook.verbs.note import note_run
from drillbook.verbs.serving.opening import go_on
from drillbook.web.house import TheHouse, ThePerson
from drillbook.web.naming import RunName, entries_of
from drillbook.web.run_bodies import AnswerAsked, CancelAsked, Heard, NoteAsked

router = APIRouter(tags=["runs"])


@router.post("/runs/{run}/answers")
def answer(run: RunName, asked: AnswerAsked, house: TheHouse, caller: ThePerson) -> Heard:
    """Answer what the run asks. Who may not start what would run may only stop it."""
    entries_of(house, run)
    word = Answer(asked.answer)
    answer_run(house.place, run, caller, word, question=asked.question, text=asked.text)
    go_on(house.shop, run)
    return Heard(run=run)


@router.post("/runs/{run}/notes")
def note(run: RunName, asked: NoteAsked, house: TheHouse, caller: ThePerson) -> Heard:
    """Write something into the run's timeline."""
    entries_of(house, run)
    note_run(house.place, run, caller, asked.text)
    return Heard(run=run)


@router.post("/runs/{run}/cancel")
def cancel(
    run: RunName, house: TheHouse, caller: ThePerson, asked: CancelAsked | None = None
) -> Heard:
    """Have the step that runs end with all its processes, and then the run; nothing is undone."""
    entries_of(house, run)
    cancel_run(house.place, run, caller, asked.because if asked else "")
    go_on(house.shop, run)
    return Heard(run=run)

"""Somebody's wish that a run stops → in the run's stream, where whoever executes it hears it."""

from drillbook.model.people import Caller
from drillbook.verbs.people.attendance import WISHES
from drillbook.verbs.running.workplace import Workplace

WORDS_CHARACTERS_MAX = 2_000


class CannotCancelError(Exception):
    """Why a run cannot be cancelled; the message says the cure."""


def cancel_run(place: Workplace, name: str, caller: Caller, because: str = "") -> None:
    """Have the step that runs end with all its processes, and then the run.

    Returns when the wish is on disk. A run that nobody executes ends when it is gone on with.
    Raises CannotCancelError where there is no such run, or it has ended.
    """
    stream = f"run/{name}"
    entries = place.journal.entries(stream)
    if not entries:
        raise CannotCancelError(f"there is no run {name}; `drillbook runs` lists what there is")
    if any(entry.kind == "run-ended" for entry in entries):
        raise CannotCancelError(f"run {name} has ended already: there is nothing to cancel")
    said = {"by": caller.name, "because": because[:WORDS_CHARACTERS_MAX], "token": caller.token}
    place.journal.append(stream, "cancel-requested", said)
    place.journal.append(WISHES, "wished", {"run": name, **said})

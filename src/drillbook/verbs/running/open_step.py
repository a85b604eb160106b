"""A run that cannot be bound any more + its entries → the step that it left at work, ended."""

from collections.abc import Iterable

from drillbook.model.journal import Entry
from drillbook.run.traces import is_of_folder, is_of_machine
from drillbook.verbs.running.workplace import Workplace

_OUTCOMES = frozenset({"step-finished", "step-abandoned", "step-lost", "step-cancelled"})


def end_open_step(place: Workplace, entries: Iterable[Entry]) -> str:
    """End the step that goes on under its guardian, and wait until it has; what came of it.

    A run that has ended holds no lock any more, so nothing of it may be at work. Empty where no
    step was open. Only the machine of the step can end it, by the folder with its traces, and
    nobody else knows of its end.
    """
    intent = _open_intent(entries)
    if intent is None:
        return ""
    step, host = intent.body["step"], intent.body["host"]
    folder = place.attempts(intent.stream.removeprefix("run/")) / str(int(intent.body["attempt"]))
    is_here = is_of_machine(intent.body, place.supervisor.origin())
    if not (is_here and is_of_folder(intent.body, folder)):
        return f"whether `{step}` has ended on {host} nobody can say"
    place.supervisor.cancel(folder)
    outcome = place.supervisor.attach(folder, lambda _text: None)
    return f"`{step}` was at work and {outcome.because or outcome.ending.value}"


def _open_intent(entries: Iterable[Entry]) -> Entry | None:
    found: Entry | None = None
    for entry in entries:
        if entry.kind == "step-started":
            found = entry
        elif entry.kind in _OUTCOMES:
            found = None
    return found

"""What crashes left of runs that have ended → collected, and their incidents closed."""

import shutil

from drillbook.incident.records import fold_incident
from drillbook.model.incident import IncidentState
from drillbook.model.journal import Entry
from drillbook.model.run import Run, RunState
from drillbook.verbs.respond import close_incident
from drillbook.verbs.run import beginning_of
from drillbook.verbs.running.executing import Company
from drillbook.verbs.running.locks import is_held
from drillbook.verbs.running.workplace import Workplace

_CLOSED = frozenset({IncidentState.RESOLVED, IncidentState.ESCALATED})

# This is done at every start, so its time must not grow with the years.
INCIDENTS_LOOKED_AT = 200


def tidy(place: Workplace, company: Company) -> None:
    """Take away attempts' folders of runs that have ended, and close what incidents they served.

    For the start of a process: a run that is executed right now is left alone.
    """
    collect_attempts(place)
    close_incidents(place, company)


def collect_attempts(place: Workplace) -> int:
    """Take away the traces of runs that have ended; how many there were."""
    folder = place.settings.state / "attempts"
    names = sorted(each.name for each in folder.iterdir()) if folder.is_dir() else []
    ended = [
        name
        for name in names
        if _end_of(place, name) is not None and not is_held(place.settings.state / "runs", name)
    ]
    for name in ended:
        shutil.rmtree(place.attempts(name), ignore_errors=True)
    return len(ended)


def close_incidents(place: Workplace, company: Company) -> int:
    """Close the latest incidents whose run ended just before a crash; how many there were.

    An older one is closed when somebody resumes its run.
    """
    closed = 0
    for stream in place.journal.last_streams("incident/", INCIDENTS_LOOKED_AT):
        incident = fold_incident(place.journal.entries(stream))
        if incident is None or incident.state in _CLOSED or not incident.runs:
            continue
        end = _end_of(place, incident.runs[-1])
        is_ours = not is_held(place.settings.state / "runs", incident.runs[-1])
        if end is not None and is_ours and not incident.is_drill:
            close_incident(place, company, stream.removeprefix("incident/"), _run(end))
            closed += 1
    return closed


def close_incident_of(place: Workplace, company: Company, run: str) -> None:
    """Say in the incident that a run served how the run ended, if nobody has; not of a drill."""
    beginning, end = beginning_of(place.journal.entries(f"run/{run}")), _end_of(place, run)
    body = beginning.body if beginning else {}
    if end is not None and body.get("incident") and not body.get("is_drill"):
        close_incident(place, company, str(body["incident"]), _run(end))


def _end_of(place: Workplace, name: str) -> Entry | None:
    entries = place.journal.entries(f"run/{name}")
    return next((entry for entry in reversed(entries) if entry.kind == "run-ended"), None)


def _run(end: Entry) -> Run:
    """As much of the run as its incident is told."""
    return Run(
        id=end.stream.removeprefix("run/"),
        state=RunState(end.body["state"]),
        because=str(end.body["because"]),
        recovered_at_ns=end.body.get("recovered_at_ns"),
        ended_at_ns=end.at_ns,
    )

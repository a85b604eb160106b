"""What crashes left of runs that have ended."""

import pytest

from drillbook.incident.records import fold_incident
from drillbook.model.incident import IncidentState
from drillbook.model.run import Run, RunState
from drillbook.verbs.respond import close_incident
from drillbook.verbs.resume import CannotResumeError, resume
from drillbook.verbs.running.locks import held
from drillbook.verbs.serving.leftovers import close_incident_of, close_incidents, collect_attempts


def ended(place, name, state="recovered", **body):
    place.journal.append(f"run/{name}", "run-started", {})
    said = {"state": state, "because": "so it was", **body}
    place.journal.append(f"run/{name}", "run-ended", said)


def test_traces_of_ended_runs_are_taken_away_and_no_others(place):
    """One that is open needs them; one that is in somebody's hands is theirs."""
    place.journal.append("run/open", "run-started", {})
    for name in ("over", "held"):
        ended(place, name)
    for name in ("open", "over", "held", "unknown"):
        place.attempts(name).mkdir(parents=True)
    with held(place.settings.state / "runs", "held", "run"):
        assert 1 == collect_attempts(place)
    assert ["held", "open", "unknown"] == sorted(
        each.name for each in place.attempts("open").parent.iterdir()
    )


def test_nothing_is_collected_where_there_was_never_a_run(place):
    """There is no folder yet."""
    assert 0 == collect_attempts(place)


def incident(place, name):
    return fold_incident(place.journal.entries(f"incident/{name}"))


def opened(place, name, run):
    place.journal.append(f"incident/{name}", "incident-opened", {"alerts": [], "is_drill": False})
    place.journal.append(f"incident/{name}", "run-linked", {"run": run})


def test_an_incident_whose_run_ended_just_before_a_crash_is_closed(desk, place):
    """With the moment of the recovery; once."""
    ended(place, "good", recovered_at_ns=77)
    opened(place, "i", "good")
    assert 1 == close_incidents(place, desk.company)
    found = incident(place, "i")
    assert (IncidentState.RESOLVED, 77) == (found.state, found.mitigated_at_ns)
    assert 0 == close_incidents(place, desk.company)


def test_one_whose_run_did_not_recover_is_escalated(desk, place):
    """And not again at the next start."""
    ended(place, "bad", state="unknown")
    opened(place, "i", "bad")
    assert [1, 0] == [close_incidents(place, desk.company) for _ in range(2)]
    assert IncidentState.ESCALATED is incident(place, "i").state


def test_one_whose_run_is_open_stays_open(desk, place):
    """Nobody knows yet how it ends."""
    place.journal.append("run/open", "run-started", {})
    opened(place, "i", "open")
    assert 0 == close_incidents(place, desk.company)


def told(place, name):
    return [entry.kind for entry in place.journal.entries(f"incident/{name}")][2:]


@pytest.mark.parametrize(
    ("state", "kinds"),
    [
        (RunState.RECOVERED, ["incident-mitigated", "incident-resolved"]),
        (RunState.UNKNOWN, ["incident-escalated"]),
        (RunState.OBSERVED, []),
    ],
)
def test_what_a_run_came_to_is_said_once(desk, place, state, kinds):
    """A job may come twice, after its run has ended, to two servers: nobody is called twice."""
    opened(place, "i", "r")
    run = Run(id="r", state=state, because="so it was", recovered_at_ns=7, ended_at_ns=9)
    for _ in range(3):
        close_incident(place, desk.company, "i", run)
    assert kinds == told(place, "i")


def test_what_was_said_of_another_run_is_not_of_this_one(desk, place):
    """An incident that was escalated once and is tried again may be escalated again."""
    opened(place, "i", "first")
    ends = {"state": RunState.UNKNOWN, "because": "so it was", "ended_at_ns": 9}
    close_incident(place, desk.company, "i", Run(id="first", **ends))
    place.journal.append("incident/i", "run-linked", {"run": "second"})
    for name in ("second", "first", "second"):
        close_incident(place, desk.company, "i", Run(id=name, **ends))
    assert ["incident-escalated", "run-linked", "incident-escalated"] == told(place, "i")


def test_half_of_what_was_to_be_said_is_completed(desk, place):
    """As an older version left it, which said it in two steps and did not name the run."""
    opened(place, "i", "r")
    place.journal.append("incident/i", "incident-mitigated", {"at_ns": 7})
    run = Run(id="r", state=RunState.RECOVERED, recovered_at_ns=7, ended_at_ns=9)
    close_incident(place, desk.company, "i", run)
    assert ["incident-mitigated", "incident-resolved"] == told(place, "i")


def test_an_incident_of_long_ago_is_closed_by_its_run(desk, place, monkeypatch):
    """At a start only the latest are looked at; whoever resumes the run has it closed, once."""
    monkeypatch.setattr("drillbook.verbs.serving.leftovers.INCIDENTS_LOOKED_AT", 1)
    place.journal.append("run/served", "run-started", {"incident": "i", "is_drill": False})
    place.journal.append("run/served", "run-ended", {"state": "unknown", "because": "so"})
    opened(place, "i", "served")
    opened(place, "later", "nobody")
    assert 0 == close_incidents(place, desk.company)
    for _ in range(2):
        with pytest.raises(CannotResumeError, match="has ended"):
            resume(place, "served", desk.company)
    assert ["incident-escalated"] == told(place, "i")


@pytest.mark.parametrize("body", [{}, {"incident": "i", "is_drill": True}])
def test_a_run_without_an_incident_of_its_own_closes_none(desk, place, body):
    """A drill judges its incident itself."""
    place.journal.append("run/r", "run-started", body)
    place.journal.append("run/r", "run-ended", {"state": "unknown", "because": "so"})
    opened(place, "i", "r")
    close_incident_of(place, desk.company, "r")
    assert [] == told(place, "i")

"""Alerts of webhooks → incidents, on a real journal and a real engine."""

import threading
from dataclasses import replace

import pytest

from drillbook.engine.open import open_engine
from drillbook.incident.records import fold_incident
from drillbook.model.alert import Alert, AlertStatus
from drillbook.model.clock import SystemClock
from drillbook.model.incident import IncidentState
from drillbook.verbs.running.workplace import open_workplace
from drillbook.verbs.serving.alert import (
    Taken,
    find_runbook,
    incident_of,
    is_untouched,
    take_alerts,
)
from drillbook.verbs.serving.shelf import Shelf

AT_NS = 1_800_000_000_000_000_000
FIRING = Alert(
    name="FlagDown",
    status=AlertStatus.FIRING,
    labels={"alertname": "FlagDown", "pole": "north-1"},
    starts_at_ns=AT_NS,
    fingerprint="c0ffee",
)
RESOLVED = replace(FIRING, status=AlertStatus.RESOLVED, ends_at_ns=AT_NS + 60_000_000_000)
BOOK = "---\nalerts: [FlagDown]\n---\n# The flag is down\n## Diagnosis\n"


@pytest.fixture
def settings(desk):
    pack = desk.folder / "pack"
    (pack / "runbooks").mkdir(parents=True)
    (pack / "pack.yaml").write_text("name: flags\n", encoding="utf-8")
    (pack / "runbooks/flag.md").write_text(BOOK, encoding="utf-8")
    return replace(desk.settings, packs=(pack,))


@pytest.fixture
def office(settings):
    """A workplace, an engine and a shelf."""
    with open_workplace(settings) as place:
        engine = open_engine(settings, clock=SystemClock())
        yield place, engine, Shelf(settings, clock=SystemClock())
        engine.close()


def kinds(place, name):
    return [entry.kind for entry in place.journal.entries(f"incident/{name}")]


def test_an_alert_opens_an_incident_and_somebody_is_to_respond(office):
    """The incident names the runbook and who brought the alert; the job waits."""
    place, engine, shelf = office
    taken = take_alerts(place, engine, shelf, [FIRING], by="alertmanager")
    name = incident_of(FIRING)
    assert Taken(opened=(name,)) == taken
    [entry] = place.journal.entries(f"incident/{name}")
    assert ("flags/runbooks/flag.md", "alertmanager") == (entry.body["book"], entry.body["by"])
    assert [f"incident/{name}"] == [status.job.key for status in engine.jobs()]
    incident = fold_incident([entry])
    assert (IncidentState.TRIGGERED, "runbooks/flag.md") == (incident.state, incident.runbook)


def test_the_same_alert_again_says_nothing_new(office):
    """Alertmanager repeats it for hours; the journal does not grow by it."""
    place, engine, shelf = office
    name = incident_of(FIRING)
    take_alerts(place, engine, shelf, [FIRING, FIRING], by="a")
    assert Taken(folded=(name,)) == take_alerts(place, engine, shelf, [FIRING], by="b")
    assert ["incident-opened"] == kinds(place, name)
    assert 1 == len(engine.jobs())


def test_its_end_is_journaled_once(office):
    """In the incident that it opened."""
    place, engine, shelf = office
    name = incident_of(FIRING)
    take_alerts(place, engine, shelf, [FIRING], by="a")
    for _ in range(2):
        assert Taken(folded=(name,)) == take_alerts(place, engine, shelf, [RESOLVED], by="a")
    assert ["incident-opened", "alert-received"] == kinds(place, name)
    [alert] = fold_incident(place.journal.entries(f"incident/{name}")).alerts
    assert (AlertStatus.RESOLVED, RESOLVED.ends_at_ns) == (alert.status, alert.ends_at_ns)


def test_an_end_without_a_beginning_opens_nothing(office):
    """There is nothing to do about it any more."""
    place, engine, shelf = office
    assert Taken(ignored=1) == take_alerts(place, engine, shelf, [RESOLVED], by="a")
    assert () == tuple(place.journal.streams("incident/"))


def test_the_same_alert_at_another_time_is_another_incident(office):
    """And so is another alert at the same time; without a fingerprint the labels tell."""
    place, engine, shelf = office
    bare = replace(FIRING, fingerprint="")
    alerts = [
        FIRING,
        replace(FIRING, starts_at_ns=AT_NS + 1),
        replace(FIRING, fingerprint="beef"),
        bare,
        replace(bare, labels={**FIRING.labels, "pole": "north-2"}),
        replace(bare, starts_at_ns=0),
        replace(bare, starts_at_ns=-1),
    ]
    assert 7 == len(take_alerts(place, engine, shelf, alerts, by="a").opened)


def test_servers_that_hear_it_at_the_same_moment_open_one(settings):
    """Eight of them, each with a journal and an engine of its own."""
    opened, barrier = [], threading.Barrier(8)

    def hear():
        with open_workplace(settings) as place:
            engine = open_engine(settings, clock=SystemClock())
            shelf = Shelf(settings, clock=SystemClock())
            barrier.wait(30)
            for alert in (FIRING, RESOLVED):
                opened.extend(take_alerts(place, engine, shelf, [alert], by="a").opened)
            engine.close()

    threads = [threading.Thread(target=hear) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert [incident_of(FIRING)] == opened
    with open_workplace(settings) as place:
        assert ["incident-opened", "alert-received"] == kinds(place, incident_of(FIRING))


def test_a_crash_between_the_journal_and_the_engine_is_made_good(office):
    """The sender tries again, and then there is a job."""
    place, engine, shelf = office
    take_alerts(place, engine, shelf, [FIRING], by="a")
    key = f"incident/{incident_of(FIRING)}"
    assert engine.withdraw(key)
    take_alerts(place, engine, shelf, [FIRING], by="a")
    assert [key] == [status.job.key for status in engine.jobs()]


def test_who_has_been_responded_to_is_left_alone(office):
    """A repetition makes no new job then."""
    place, engine, shelf = office
    take_alerts(place, engine, shelf, [FIRING], by="a")
    key = f"incident/{incident_of(FIRING)}"
    assert is_untouched(place.journal.entries(key))
    place.journal.append(key, "incident-acknowledged", {"by": "a"})
    engine.withdraw(key)
    take_alerts(place, engine, shelf, [FIRING, RESOLVED], by="a")
    assert ([], False) == (list(engine.jobs()), is_untouched(place.journal.entries(key)))


def test_hostile_labels_end_in_the_journal_and_nowhere_else(office):
    """Neither a name nor a path is made of them."""
    place, engine, shelf = office
    hostile = replace(FIRING, fingerprint="../../x\0$(id)", labels={"alertname": "'; rm -rf /"})
    [name] = take_alerts(place, engine, shelf, [hostile], by="a").opened
    assert name.replace("-", "").isalnum()


def test_an_alert_that_no_pack_knows_says_why_for_each():
    """Without packs, that there are none."""
    found = find_runbook(FIRING, ())
    assert (None, "no packs are configured") == (found.pack, found.match.because)

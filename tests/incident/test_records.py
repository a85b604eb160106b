"""The journal entries of one incident stream → the Incident that they tell of."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drillbook.incident.records import alert_body, alert_from_body, fold_incident
from drillbook.model.alert import Alert, AlertStatus
from drillbook.model.incident import Incident, IncidentState
from drillbook.model.journal import Entry

DOWN = Alert(
    name="PostgreSQLDown",
    status=AlertStatus.FIRING,
    labels={"alertname": "PostgreSQLDown", "instance": "db:5432"},
    annotations={"runbook_url": "https://runbooks.example/db.md"},
    starts_at_ns=1_000,
    fingerprint="abc",
    group_key="{}",
    receiver="drillbook",
)
SLOW = Alert(name="ApiSlow", status=AlertStatus.FIRING, labels={"alertname": "ApiSlow"})
GONE = Alert(name="PostgreSQLDown", status=AlertStatus.RESOLVED, ends_at_ns=9, fingerprint="abc")


def entries(*kinds: tuple[str, Mapping[str, Any]]) -> list[Entry]:
    """Entries of one incident's stream; the n-th is written at n hundred nanoseconds."""
    return [
        Entry(
            stream="incident/7",
            seq=seq,
            kind=kind,
            at_ns=seq * 100,
            body=json.loads(json.dumps(body)),
            previous="",
            hash="",
        )
        for seq, (kind, body) in enumerate(kinds, start=1)
    ]


def told(*kinds: tuple[str, Mapping[str, Any]]) -> Incident:
    """The incident that these entries tell of."""
    incident = fold_incident(entries(*kinds))
    assert incident is not None
    return incident


OPENED = (
    "incident-opened",
    {
        "alerts": [alert_body(DOWN)],
        "runbook": "db.md",
        "matched_by": "runbook_url",
        "because": "…",
        "is_drill": True,
    },
)


def test_no_entries_are_no_incident() -> None:
    """An empty stream tells of nothing."""
    assert fold_incident([]) is None


def test_a_whole_life_is_told() -> None:
    """From the alert over acknowledgement, run and mitigation to the resolution."""
    expected = Incident(
        id="7",
        state=IncidentState.RESOLVED,
        alerts=(DOWN, SLOW),
        runbook="db.md",
        runs=("run/1", "run/2"),
        is_drill=True,
        opened_at_ns=100,
        acknowledged_at_ns=300,
        mitigated_at_ns=555,
        resolved_at_ns=666,
    )
    assert expected == told(
        OPENED,
        ("alert-received", {"alert": alert_body(SLOW)}),
        ("incident-acknowledged", {"by": "drill"}),
        ("run-linked", {"run": "run/1"}),
        ("run-linked", {"run": "run/2"}),
        ("run-linked", {"run": "run/1"}),
        ("incident-mitigated", {"at_ns": 555}),
        ("incident-resolved", {"at_ns": 666}),
    )


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("incident-acknowledged", IncidentState.ACKNOWLEDGED),
        ("incident-escalated", IncidentState.ESCALATED),
        ("incident-mitigated", IncidentState.MITIGATED),
        ("incident-resolved", IncidentState.RESOLVED),
    ],
)
def test_each_kind_moves_the_incident(kind: str, expected: IncidentState) -> None:
    """A state may be skipped, as by an alert that resolves by itself."""
    assert expected == told(OPENED, (kind, {})).state


def test_a_time_that_is_missing_is_the_entrys_own() -> None:
    """The journal always knows when it wrote."""
    incident = told(OPENED, ("incident-mitigated", {}), ("incident-resolved", {"at_ns": "soon"}))
    assert (200, 300) == (incident.mitigated_at_ns, incident.resolved_at_ns)


def test_an_acknowledgement_after_the_end_does_not_open_it_again() -> None:
    """An impossible order keeps the later state, and the time is not lost."""
    incident = told(OPENED, ("incident-resolved", {}), ("incident-acknowledged", {"by": "late"}))
    assert (IncidentState.RESOLVED, 300) == (incident.state, incident.acknowledged_at_ns)


def test_the_first_acknowledgement_and_the_last_resolution_count() -> None:
    """A second person does not move the first one's time; a correction corrects."""
    incident = told(
        OPENED,
        ("incident-acknowledged", {"by": "a"}),
        ("incident-acknowledged", {"by": "b"}),
        ("incident-resolved", {"at_ns": 5}),
        ("incident-resolved", {"at_ns": 6}),
    )
    assert (200, 6) == (incident.acknowledged_at_ns, incident.resolved_at_ns)


def test_an_alert_that_ends_takes_its_own_place() -> None:
    """One alert is told once, as it was last heard of."""
    assert (GONE,) == told(OPENED, ("alert-received", {"alert": alert_body(GONE)})).alerts


def test_alerts_without_fingerprint_are_told_apart_by_labels() -> None:
    """A sender that gives no identity is not lumped together."""
    bodies = [{"alert": alert_body(alert)} for alert in (SLOW, SLOW, DOWN)]
    incident = told(OPENED, *(("alert-received", body) for body in bodies))
    assert (DOWN, SLOW) == incident.alerts


def test_an_unknown_kind_adds_nothing() -> None:
    """A newer Drillbook's entries do not stop an older one."""
    assert told(OPENED) == told(OPENED, ("incident-painted", {"colour": "red"}))


@pytest.mark.parametrize(
    "body", [{}, {"name": 1}, {"name": "x", "status": "odd"}, {"status": "firing"}]
)
def test_a_body_that_is_no_alert_is_refused(body: dict[str, Any]) -> None:
    """Who reads a single alert hears that it is none."""
    with pytest.raises(ValueError, match=r"alert|AlertStatus"):
        alert_from_body(body)


def test_labels_that_are_no_mapping_are_refused() -> None:
    """The message names what is wrong."""
    with pytest.raises(ValueError, match="labels are no mapping"):
        alert_from_body({"name": "x", "status": "firing", "labels": ["a"]})


ALERTS = st.builds(
    Alert,
    name=st.text(),
    status=st.sampled_from(AlertStatus),
    labels=st.dictionaries(st.text(), st.text()),
    annotations=st.dictionaries(st.text(), st.text()),
    starts_at_ns=st.integers(),
    ends_at_ns=st.none() | st.integers(),
    fingerprint=st.text(),
    group_key=st.text(),
    receiver=st.text(),
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
KINDS = ["opened", "acknowledged", "mitigated", "resolved", "escalated"]
NAMES = st.sampled_from([f"incident-{k}" for k in KINDS] + ["alert-received", "run-linked"])
BODIES = st.dictionaries(
    st.sampled_from(["alerts", "alert", "runbook", "is_drill", "run", "at_ns", "by"]),
    VALUES | ALERTS.map(alert_body) | st.lists(ALERTS.map(alert_body), max_size=2),
)


@given(alert=ALERTS)
def test_an_alert_comes_back_from_json_as_it_was(alert: Alert) -> None:
    """What is journaled of an alert is all of it."""
    assert alert == alert_from_body(json.loads(json.dumps(alert_body(alert))))


@settings(max_examples=40)
@given(kinds=st.lists(st.tuples(NAMES | st.text(), BODIES), min_size=1, max_size=8))
def test_no_stream_raises_and_no_state_goes_back(
    kinds: list[tuple[str, dict[str, Any]]],
) -> None:
    """Whatever the entries hold, each prefix tells of an incident no further than the whole."""
    order = ["triggered", "acknowledged", "escalated", "mitigated", "resolved"]
    ranks = [order.index(told(*kinds[: end + 1]).state.value) for end in range(len(kinds))]
    assert sorted(ranks) == ranks


@settings(max_examples=40)
@given(kinds=st.lists(st.tuples(NAMES, BODIES), min_size=1, max_size=8), text=st.text())
def test_unknown_kinds_never_matter(kinds: list[tuple[str, dict[str, Any]]], text: str) -> None:
    """Strange entries at the end change no word of what is told."""
    assert told(*kinds) == told(*kinds, (f"strange {text}", {"at_ns": 1, "run": "x"}))

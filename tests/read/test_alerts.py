"""The webhook of Alertmanager: what it sends, and what others send."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drillbook.model.alert import AlertStatus
from drillbook.model.finding import Severity
from drillbook.read.alerts import ALERTS_MAX, BODY_BYTES_MAX, read_alerts

NS = 1_000_000_000


def alert(**changes: Any) -> dict[str, Any]:
    """One alert as Alertmanager sends it."""
    said = {
        "status": "firing",
        "labels": {"alertname": "QueueStuck", "instance": "q1:9100"},
        "annotations": {"summary": "It is stuck."},
        "startsAt": "2026-11-21T10:00:00.123456789Z",
        "endsAt": "0001-01-01T00:00:00Z",
        "generatorURL": "http://prometheus/graph",
        "fingerprint": "a1b2c3",
    }
    return {**said, **changes}


def body(*alerts: Any, **changes: Any) -> bytes:
    """A webhook's body."""
    said = {
        "version": "4",
        "groupKey": '{}:{alertname="QueueStuck"}',
        "truncatedAlerts": 0,
        "status": "firing",
        "receiver": "drillbook",
        "groupLabels": {},
        "commonLabels": {},
        "commonAnnotations": {},
        "externalURL": "http://alertmanager",
        "alerts": list(alerts),
    }
    return json.dumps({**said, **changes}).encode()


def test_firing_alert() -> None:
    """Every field arrives; times keep their nanoseconds; while it fires it has no end."""
    (one,), findings = read_alerts(body(alert()), "webhook")
    assert () == findings
    assert ("QueueStuck", AlertStatus.FIRING, None) == (one.name, one.status, one.ends_at_ns)
    assert 1_795_255_200 * NS + 123_456_789 == one.starts_at_ns
    assert ("a1b2c3", "drillbook") == (one.fingerprint, one.receiver)
    assert '{}:{alertname="QueueStuck"}' == one.group_key
    assert {"summary": "It is stuck."} == one.annotations


def test_resolved_alert() -> None:
    """A resolved alert has its end, also where the sender lives elsewhere."""
    said = alert(status="resolved", endsAt="2026-11-21T12:00:01+02:00")
    (one,), findings = read_alerts(body(said), "webhook")
    assert () == findings
    assert (AlertStatus.RESOLVED, 1_795_255_201 * NS) == (one.status, one.ends_at_ns)


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"labels": {"a": "b"}}, "alerts[1].labels.alertname"),
        ({"labels": {"alertname": 5}}, "alerts[1].labels.alertname"),
        ({"labels": []}, "alerts[1].labels"),
        ({"labels": {"alertname": "x" * 5_000}}, "alerts[1].labels.alertname"),
        ({"labels": {str(n): "" for n in range(300)}}, "alerts[1].labels"),
        ({"status": "burning"}, "alerts[1].status"),
        ({"startsAt": "yesterday"}, "alerts[1].startsAt"),
        ({"startsAt": None}, "alerts[1].startsAt"),
        ({"startsAt": "2026-02-30T00:00:00Z"}, "alerts[1].startsAt"),
        ({"startsAt": "9999-12-31T23:59:59Z"}, "alerts[1].startsAt"),
        ({"startsAt": "0001-01-01T00:00:00Z"}, "alerts[1].startsAt"),
        ({"endsAt": "9999-12-31T23:59:59Z", "status": "resolved"}, "alerts[1].endsAt"),
        ({"endsAt": "2026-11-21"}, "alerts[1].endsAt"),
        ({"annotations": {"a": ["b"]}}, "alerts[1].annotations.a"),
        ({"fingerprint": 7}, "alerts[1].fingerprint"),
    ],
)
def test_flawed_alert_does_not_take_the_others(changes: dict[str, Any], place: str) -> None:
    """The Finding names the place in the JSON; the alerts beside it are read."""
    read, (finding, *_) = read_alerts(body(alert(), alert(**changes), alert()), "webhook")
    assert 2 == len(read)
    assert finding.message.startswith(place + ":")
    assert ("webhook-of-wrong-shape", Severity.ERROR, "webhook") == (
        finding.lint,
        finding.severity,
        finding.place.path,
    )


@pytest.mark.parametrize(
    ("data", "lint"),
    [
        (b"", "webhook-not-json"),
        (b"{", "webhook-not-json"),
        (b"\xff", "webhook-not-json"),
        (b"[" * 500_000, "webhook-not-json"),
        (b"[]", "webhook-of-wrong-shape"),
        (b"{}", "webhook-of-wrong-shape"),
        (b'{"alerts": {}}', "webhook-of-wrong-shape"),
        (b" " * (BODY_BYTES_MAX + 1), "webhook-too-large"),
        (body("x"), "webhook-of-wrong-shape"),
    ],
)
def test_flawed_body(data: bytes, lint: str) -> None:
    """Each is a Finding and no alert."""
    read, (finding,) = read_alerts(data, "webhook")
    assert ((), lint) == (read, finding.lint)


def test_other_version_and_alerts_left_out_are_said() -> None:
    """They are warnings; what is there is read."""
    read, findings = read_alerts(body(alert(), version="5", truncatedAlerts=3), "webhook")
    assert 1 == len(read)
    assert [
        ("webhook-of-other-version", Severity.WARNING),
        ("alerts-left-out", Severity.WARNING),
    ] == [(finding.lint, finding.severity) for finding in findings]
    assert findings[1].message.startswith("3 alerts")


def test_findings_are_bounded() -> None:
    """A body of nothing but flaws is a hundred Findings, not thousands."""
    read, findings = read_alerts(body(*[1] * (ALERTS_MAX + 5)), "webhook")
    assert ((), 100) == (read, len(findings))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["alerts", "status", "labels", "alertname", "startsAt", "endsAt", "x"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=15,
)


@given(st.one_of(st.binary(max_size=200), JSON.map(lambda said: json.dumps(said).encode())))
def test_no_body_raises(data: bytes) -> None:
    """Whatever is posted: alerts and Findings, never neither for a body that holds none."""
    read, findings = read_alerts(data, "webhook")
    assert read or findings or b"alerts" in data


@given(JSON)
def test_no_alert_raises(said: Any) -> None:
    """Whatever stands in the list of alerts."""
    read, findings = read_alerts(body(said), "webhook")
    assert 1 <= len(read) + len(findings)

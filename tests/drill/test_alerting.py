"""A fault that holds → the alert that it raised, or why there is none."""

import json
import threading
import time
from collections.abc import Mapping
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from drillbook.drill.alerting import Expected, Received, Sighting, await_alert
from drillbook.drill.inbox import RECEIVED_MAX, Inbox
from drillbook.drill.prometheus import AlertState, AlertView, PrometheusUnreachable
from drillbook.model.alert import Alert, AlertStatus
from drillbook.model.clock import SystemClock
from drillbook.model.truth import Truth

FAULT_NS = 1_000_000_000
NAME = "PostgreSQLDown"
OURS = {"service": "erp-api"}
FIRING = Alert(
    name=NAME,
    status=AlertStatus.FIRING,
    labels={"instance": "10.0.0.7:5432", "service": "erp-api"},
    starts_at_ns=FAULT_NS + 500,
)
NOBODY_LISTENS = "http://127.0.0.1:9"


class Told(Inbox):
    """An inbox beside a Prometheus that says this of every alert."""

    def __init__(self, *views: AlertView | None) -> None:
        super().__init__()
        self._views = list(views)

    def ask(self, name: str, labels: Mapping[str, str]) -> AlertView | None:
        """The next of the views; the last one again and again. Unreachable where none is left."""
        assert (NAME, OURS) == (name, labels)
        if not self._views:
            raise PrometheusUnreachable("Prometheus does not answer")
        return self._views.pop(0) if len(self._views) > 1 else self._views[0]


def view(active_at_ns: int, state: AlertState = AlertState.PENDING) -> AlertView:
    """What Prometheus says of the alert."""
    return AlertView(name=NAME, state=state, active_at_ns=active_at_ns, labels={})


def awaited(inbox: Inbox, within_s: float = 0.2) -> Sighting:
    """What the script would see."""
    expected = Expected(name=NAME, labels=OURS, since_ns=FAULT_NS)
    return await_alert(inbox, expected, within_s=within_s, clock=SystemClock())


def with_alert(inbox: Inbox, alert: Alert) -> Inbox:
    """The inbox, when this alert came in."""
    assert inbox.put((alert,), at_ns=FAULT_NS + 900)
    return inbox


def test_an_alert_of_the_fault_is_seen_with_its_moments():
    """When it became active, fired, and was notified, each by whoever knows it."""
    sighting = awaited(with_alert(Told(view(FAULT_NS + 100)), FIRING))
    assert {
        "truth": "true",
        "because": "PostgreSQLDown was notified",
        "active_at_ns": FAULT_NS + 100,
        "fired_at_ns": FAULT_NS + 500,
        "notified_at_ns": FAULT_NS + 900,
        "labels": {"instance": "10.0.0.7:5432", "service": "erp-api"},
    } == sighting.body()


OTHERS = {
    "one that fired before the fault": replace(FIRING, starts_at_ns=FAULT_NS - 1),
    "one that is resolved": replace(FIRING, status=AlertStatus.RESOLVED),
    "one of another name": replace(FIRING, name="PostgreSQLSlow"),
    "one of another service": replace(FIRING, labels={**FIRING.labels, "service": "billing"}),
    "one that names no service": replace(FIRING, labels={"instance": "10.0.0.7:5432"}),
}


@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS)
def test_another_alert_does_not_count(other):
    """What the fault did not raise is not taken for its alert, and the wait has an end."""
    sighting = awaited(with_alert(Told(None), other))
    assert (Truth.FALSE, None) == (sighting.truth, sighting.received)
    assert "PostgreSQLDown was not notified within 0.2 s: Prometheus says that it is inactive" == (
        sighting.because
    )
    assert {None} == {sighting.body()[key] for key in ("fired_at_ns", "notified_at_ns")}


def test_an_alert_is_found_among_others():
    """The old one that comes in again goes before it, and is passed over."""
    inbox = Told(view(FAULT_NS + 100))
    for other in OTHERS.values():
        with_alert(inbox, other)
    assert FIRING == awaited(with_alert(inbox, FIRING)).received.alert


def test_where_prometheus_is_unreachable_nothing_is_known():
    """An alert that nobody could look for is not one that did not fire."""
    inbox = Inbox()
    inbox.connect(NOBODY_LISTENS)
    sighting = awaited(inbox)
    assert Truth.UNKNOWN is sighting.truth
    assert sighting.because.startswith("PostgreSQLDown was not notified within 0.2 s: ")
    assert "127.0.0.1:9" in sighting.because


def test_a_notified_alert_needs_no_prometheus():
    """Where only the moment of becoming active is missing, only that is missing."""
    inbox = Inbox()
    inbox.connect(NOBODY_LISTENS)
    sighting = awaited(with_alert(inbox, FIRING))
    assert (Truth.TRUE, None) == (sighting.truth, sighting.active_at_ns)
    assert FIRING == sighting.received.alert


def test_an_alert_that_was_active_before_the_fault_is_not_its_beginning():
    """Only what became active since the fault is taken for the moment, and the last of it."""

    class Late(Told):
        def received(self) -> tuple[Received, ...]:
            is_time = len(self._views) == 1
            return (Received(alert=FIRING, at_ns=FAULT_NS + 900),) if is_time else ()

    views = (view(FAULT_NS - 7), view(FAULT_NS + 100), view(FAULT_NS + 200), None)
    assert FAULT_NS + 200 == awaited(Late(*views), within_s=20).active_at_ns


def test_what_is_pending_at_the_end_is_said_so():
    """The last word of Prometheus stands in the reason."""
    sighting = awaited(Told(view(FAULT_NS + 100, AlertState.PENDING)))
    assert Truth.FALSE is sighting.truth
    assert sighting.because.endswith("Prometheus says that it is pending")


def test_an_inbox_that_is_full_takes_no_more():
    """Nonsense without end does not fill the memory; what was kept stays."""
    inbox = Inbox()
    assert inbox.put((FIRING,) * (RECEIVED_MAX - 1), at_ns=1)
    assert (False, True) == (inbox.put((FIRING, FIRING), at_ns=2), inbox.put((FIRING,), at_ns=3))
    assert (RECEIVED_MAX, 3) == (len(inbox.received()), inbox.received()[-1].at_ns)


def test_an_inbox_without_a_prometheus_knows_of_no_alert():
    """Before the lab is up there is nobody to ask."""
    began_s = time.monotonic()
    assert None is Inbox().ask(NAME, OURS)
    assert time.monotonic() - began_s < 5


def test_an_inbox_asks_prometheus_for_the_alert_of_these_labels():
    """What Prometheus says of another service's alert of that name is not taken for ours."""
    alerts = [
        {"labels": {"alertname": NAME, "service": service}, "state": "pending", "activeAt": active}
        for service, active in (
            ("billing", "2026-11-21T10:00:00Z"),
            ("erp-api", "2026-11-21T11:00:00Z"),
        )
    ]
    body = json.dumps({"status": "success", "data": {"alerts": alerts}}).encode()

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    inbox = Inbox()
    inbox.connect(f"http://127.0.0.1:{server.server_port}")
    views = [inbox.ask(NAME, {"service": name}) for name in ("erp-api", "moon")]
    server.shutdown()
    server.server_close()
    assert (OURS["service"], None) == (views[0].labels["service"], views[1])

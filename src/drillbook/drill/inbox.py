"""Webhook bodies and Prometheus' own word → the alerts of a drill, as its script asks for them."""

import threading
from collections.abc import Mapping

from drillbook.drill.alerting import Received
from drillbook.drill.prometheus import AlertView, PrometheusClient
from drillbook.model.alert import Alert

# A lab raises a handful of alerts; far beyond that something sends us nonsense.
RECEIVED_MAX = 10_000


class Inbox:
    """Alerts as they come in, from any thread; `prometheus_url` is set once the lab is up."""

    def __init__(self) -> None:
        self._received: list[Received] = []
        self._lock = threading.Lock()
        self._prometheus: PrometheusClient | None = None

    def put(self, alerts: tuple[Alert, ...], at_ns: int) -> bool:
        """Keep the alerts; False where there is no room."""
        with self._lock:
            if len(self._received) + len(alerts) > RECEIVED_MAX:
                return False
            self._received.extend(Received(alert=alert, at_ns=at_ns) for alert in alerts)
            return True

    def received(self) -> tuple[Received, ...]:
        """All alerts so far, in the order in which they came."""
        with self._lock:
            return tuple(self._received)

    def connect(self, prometheus_url: str) -> None:
        """Ask this Prometheus from now on."""
        self._prometheus = PrometheusClient(prometheus_url)

    def ask(self, name: str, labels: Mapping[str, str]) -> AlertView | None:
        """What Prometheus says of that alert with these labels. Raises PrometheusUnreachable."""
        return self._prometheus.alert(name, labels) if self._prometheus else None

"""A running lab → observations: whether users are served, whether all is as it should be."""

from collections.abc import Callable
from uuid import uuid4

from drillbook.model.lab import LabError, Observation
from drillbook.model.truth import Truth
from drillbook_labs.erpgo import postgres
from drillbook_labs.erpgo.configs import SERVERS
from drillbook_labs.erpgo.fetch import NotUnderstoodError, UnreachableError, fetch
from drillbook_labs.erpgo.layout import Layout
from drillbook_labs.erpgo.supervision import Supervision

PROBE_S_MAX = 3.0
HEALTH_PATHS = {
    "orders-api": "/health/live",
    "postgres-exporter": "/",
    "prometheus": "/-/ready",
    "alertmanager": "/-/ready",
}
# The jobs of prometheus.yml; fewer targets than these means that it has not looked yet.
JOBS = frozenset({"postgres", "orders-api"})


def _so(because: str) -> Observation:
    return Observation(truth=Truth.TRUE, because=because)


def _not_so(because: str) -> Observation:
    return Observation(truth=Truth.FALSE, because=because)


def _unknown(because: str) -> Observation:
    return Observation(truth=Truth.UNKNOWN, because=because)


def answers(layout: Layout, process: str) -> bool:
    """Tell whether that server answers on its port. Raises LabError for one that has none."""
    if process == "postgresql":
        return postgres.answers(layout)
    if process not in HEALTH_PATHS:
        known = ", ".join(SERVERS)
        raise LabError(f"{process} has no port in the lab erpgo; those that have: {known}")
    try:
        url = layout.url(process) + HEALTH_PATHS[process]
        return fetch(url, timeout_s=PROBE_S_MAX).status == 200
    except UnreachableError:
        return False


def serves(layout: Layout) -> Observation:
    """Observe whether users are served: one order written and read back through the API."""
    url, reference = layout.url("orders-api") + "/orders", str(uuid4())
    order = {"reference": reference, "amount": "1.00"}
    try:
        written = fetch(url, timeout_s=PROBE_S_MAX, send=order)
        if written.status != 201:
            return _not_so(f"the API answers {written.status} to a write")
        read = fetch(f"{url}/{reference}", timeout_s=PROBE_S_MAX)
    except UnreachableError as error:
        return _not_so(f"the API does not answer: {error}")
    if read.status != 200:
        return _not_so(f"the API answers {read.status} to a read")
    if reference.encode() not in read.body:
        return _not_so("the API answers a read with another order")
    return _so("an order was written and read back")


def steady(layout: Layout, supervision: Supervision) -> Observation:
    """Observe whether everything serves and nothing alerts; the first that does not is named."""
    looks: tuple[tuple[str, Callable[[], Observation]], ...] = (
        ("supervisord", lambda: _processes(supervision)),
        ("orders-api", lambda: serves(layout)),
        ("postgres-exporter", lambda: _database_seen(layout)),
        ("prometheus", lambda: _ready(layout, "prometheus")),
        ("prometheus", lambda: _targets(layout)),
        ("prometheus", lambda: _no_alert_pending(layout)),
        ("alertmanager", lambda: _ready(layout, "alertmanager")),
        ("alertmanager", lambda: _no_alert_active(layout)),
    )
    for process, look in looks:
        observation = _looked(process, look)
        if observation.truth is not Truth.TRUE:
            return observation
    return _so("every process runs, orders are served, everything is watched, nothing alerts")


def _looked(process: str, look: Callable[[], Observation]) -> Observation:
    try:
        return look()
    except UnreachableError as error:
        return _not_so(f"{process} does not answer: {error}")
    except (NotUnderstoodError, KeyError, TypeError, ValueError) as error:
        return _unknown(f"{process} answers what was not understood: {error}")


def _processes(supervision: Supervision) -> Observation:
    try:
        processes = supervision.processes()
    except LabError as error:
        return _not_so(str(error))
    for name in SERVERS:
        process = processes[name]
        if process.state != "RUNNING":
            return _not_so(f"{name} is {process.state.lower()} ({process.description})")
    return _so("every process runs")


def _database_seen(layout: Layout) -> Observation:
    """Ask the exporter itself: what Prometheus holds may be one interval old."""
    reply = fetch(layout.url("postgres-exporter") + "/metrics", timeout_s=PROBE_S_MAX)
    values = [line.split()[-1] for line in reply.body.decode().splitlines() if _is_pg_up(line)]
    if not values:
        return _unknown("the exporter shows no pg_up")
    if any(float(value) != 1 for value in values):
        return _not_so(f"the exporter says pg_up {values[0]}")
    return _so("pg_up is 1")


def _is_pg_up(line: str) -> bool:
    return line.startswith(("pg_up ", "pg_up{"))


def _ready(layout: Layout, process: str) -> Observation:
    reply = fetch(layout.url(process) + "/-/ready", timeout_s=PROBE_S_MAX)
    if reply.status != 200:
        return _not_so(f"{process} is not ready: it answers {reply.status}")
    return _so(f"{process} is ready")


def _prometheus_data(layout: Layout, path: str) -> dict[str, object]:
    reply = fetch(f"{layout.url('prometheus')}/api/v1/{path}", timeout_s=PROBE_S_MAX).json()
    if not isinstance(reply, dict) or not isinstance(reply.get("data"), dict):
        raise NotUnderstoodError(f"Prometheus's {path}")
    data: dict[str, object] = reply["data"]
    return data


def _targets(layout: Layout) -> Observation:
    rows = _prometheus_data(layout, "targets?state=active")["activeTargets"]
    assert isinstance(rows, list)
    health = {str(row["labels"]["job"]): str(row["health"]) for row in rows}
    for job in sorted(JOBS):
        state = health.get(job, "unknown")
        if state == "unknown":
            return _unknown(f"Prometheus has not scraped {job} yet")
        if state != "up":
            return _not_so(f"Prometheus says {job} is {state}")
    return _so("every target is up")


def _no_alert_pending(layout: Layout) -> Observation:
    rows = _prometheus_data(layout, "alerts")["alerts"]
    assert isinstance(rows, list)
    for row in rows:
        return _not_so(f"Prometheus's alert {row['labels']['alertname']} is {row['state']}")
    return _so("no alert is pending or firing")


def _no_alert_active(layout: Layout) -> Observation:
    rows = fetch(f"{layout.url('alertmanager')}/api/v2/alerts", timeout_s=PROBE_S_MAX).json()
    if not isinstance(rows, list):
        return _unknown("Alertmanager's alerts were not understood")
    for row in rows:
        return _not_so(f"Alertmanager's alert {row['labels']['alertname']} is active")
    return _so("Alertmanager has no active alert")

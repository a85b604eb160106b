"""The journal entries of one `incident/…` stream → the Incident that they tell of.

| kind | body |
|---|---|
| `incident-opened` | `alerts` (bodies), `runbook`, `matched_by`, `because`, `is_drill` |
| `alert-received` | `alert` (a body) |
| `incident-acknowledged` | `by` |
| `run-linked` | `run` |
| `incident-mitigated`, `incident-resolved` | `at_ns`, else the entry's own time holds |
| `incident-escalated` | `because` |

Nothing in a stream makes the reading fail: an entry of an unknown kind, or a body that lacks what
its kind should have, adds nothing. A state only moves forward (`_ORDER`), so that an
acknowledgement that arrives after the resolution does not open the incident again; its time is
kept all the same. The first acknowledgement counts, and the last mitigation and resolution,
because a later one corrects an earlier one that did not hold.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from drillbook.model.alert import Alert, AlertStatus
from drillbook.model.incident import Incident, IncidentState
from drillbook.model.journal import Entry

STREAM_PREFIX = "incident/"

_ORDER = (
    IncidentState.TRIGGERED,
    IncidentState.ACKNOWLEDGED,
    # Before mitigated: whom an incident is escalated to may still mitigate it.
    IncidentState.ESCALATED,
    IncidentState.MITIGATED,
    IncidentState.RESOLVED,
)


def fold_incident(entries: Iterable[Entry]) -> Incident | None:
    """The incident as the entries tell it, in their order; None where there are none."""
    incident: Incident | None = None
    for entry in entries:
        if incident is None:
            incident = _begin(entry)
        tell = _TELL.get(entry.kind)
        incident = incident if tell is None else tell(incident, entry)
    return incident


def alert_body(alert: Alert) -> dict[str, Any]:
    """The alert as plain values that JSON can hold."""
    return {
        "name": alert.name,
        "status": alert.status.value,
        "labels": dict(alert.labels),
        "annotations": dict(alert.annotations),
        "starts_at_ns": alert.starts_at_ns,
        "ends_at_ns": alert.ends_at_ns,
        "fingerprint": alert.fingerprint,
        "group_key": alert.group_key,
        "receiver": alert.receiver,
    }


def alert_from_body(body: Mapping[str, Any]) -> Alert:
    """The alert that `alert_body` was given. Raises ValueError where the body is of none."""
    ends_at_ns = body.get("ends_at_ns")
    return Alert(
        name=_text(body, "name"),
        status=AlertStatus(_text(body, "status")),
        labels=_texts(body, "labels"),
        annotations=_texts(body, "annotations"),
        starts_at_ns=_time(body.get("starts_at_ns"), 0),
        ends_at_ns=None if ends_at_ns is None else _time(ends_at_ns, 0),
        fingerprint=_text(body, "fingerprint", ""),
        group_key=_text(body, "group_key", ""),
        receiver=_text(body, "receiver", ""),
    )


def _begin(entry: Entry) -> Incident:
    return Incident(
        id=entry.stream.removeprefix(STREAM_PREFIX),
        state=IncidentState.TRIGGERED,
        alerts=(),
        opened_at_ns=entry.at_ns,
    )


def _opened(incident: Incident, entry: Entry) -> Incident:
    runbook = entry.body.get("runbook")
    opened = replace(
        incident,
        runbook=runbook if isinstance(runbook, str) else incident.runbook,
        is_drill=entry.body.get("is_drill") is True,
        opened_at_ns=entry.at_ns,
    )
    bodies = entry.body.get("alerts")
    for body in bodies if isinstance(bodies, list | tuple) else ():
        opened = _with_alert(opened, body)
    return opened


def _received(incident: Incident, entry: Entry) -> Incident:
    return _with_alert(incident, entry.body.get("alert"))


def _acknowledged(incident: Incident, entry: Entry) -> Incident:
    moved = _moved(incident, IncidentState.ACKNOWLEDGED)
    if moved.acknowledged_at_ns is not None:
        return moved
    return replace(moved, acknowledged_at_ns=entry.at_ns)


def _linked(incident: Incident, entry: Entry) -> Incident:
    run = entry.body.get("run")
    if not isinstance(run, str) or run in incident.runs:
        return incident
    return replace(incident, runs=(*incident.runs, run))


def _mitigated(incident: Incident, entry: Entry) -> Incident:
    at_ns = _time(entry.body.get("at_ns"), entry.at_ns)
    return replace(_moved(incident, IncidentState.MITIGATED), mitigated_at_ns=at_ns)


def _resolved(incident: Incident, entry: Entry) -> Incident:
    at_ns = _time(entry.body.get("at_ns"), entry.at_ns)
    return replace(_moved(incident, IncidentState.RESOLVED), resolved_at_ns=at_ns)


def _escalated(incident: Incident, entry: Entry) -> Incident:
    del entry
    return _moved(incident, IncidentState.ESCALATED)


_TELL: dict[str, Callable[[Incident, Entry], Incident]] = {
    "incident-opened": _opened,
    "alert-received": _received,
    "incident-acknowledged": _acknowledged,
    "run-linked": _linked,
    "incident-mitigated": _mitigated,
    "incident-resolved": _resolved,
    "incident-escalated": _escalated,
}


def _moved(incident: Incident, state: IncidentState) -> Incident:
    return replace(incident, state=max(incident.state, state, key=_ORDER.index))


def _with_alert(incident: Incident, body: Any) -> Incident:
    """Add the alert, in the place of what was known of the same one."""
    try:
        alert = alert_from_body(body if isinstance(body, Mapping) else {})
    except ValueError:
        return incident
    same = [_identity(known) == _identity(alert) for known in incident.alerts]
    if not any(same):
        return replace(incident, alerts=(*incident.alerts, alert))
    alerts = zip(same, incident.alerts, strict=True)
    return replace(incident, alerts=tuple(alert if is_it else known for is_it, known in alerts))


def _identity(alert: Alert) -> tuple[str, ...]:
    """The sender's fingerprint, else the label set itself."""
    if alert.fingerprint:
        return (alert.fingerprint,)
    return (alert.name, *(f"{name}={value}" for name, value in sorted(alert.labels.items())))


def _time(value: Any, default: int) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else default


def _text(body: Mapping[str, Any], key: str, default: str | None = None) -> str:
    value = body.get(key, default)
    if not isinstance(value, str):
        raise ValueError(f"the alert's {key} is no text")  # noqa: TRY004
    return value


def _texts(body: Mapping[str, Any], key: str) -> dict[str, str]:
    values = body.get(key, {})
    if not isinstance(values, Mapping):
        raise ValueError(f"the alert's {key} are no mapping")  # noqa: TRY004
    return {str(name): str(value) for name, value in values.items()}

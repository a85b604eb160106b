"""Alerts, runs and people around one trouble."""

from dataclasses import dataclass
from enum import Enum

from drillbook.model.alert import Alert


class IncidentState(Enum):
    """Where an incident stands."""

    TRIGGERED = "triggered"
    ACKNOWLEDGED = "acknowledged"
    MITIGATED = "mitigated"
    RESOLVED = "resolved"
    ESCALATED = "escalated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """An incident as its journal tells it; times in nanoseconds since the Unix epoch."""

    id: str
    state: IncidentState
    alerts: tuple[Alert, ...]
    runbook: str | None = None
    runs: tuple[str, ...] = ()
    is_drill: bool = False
    opened_at_ns: int = 0
    acknowledged_at_ns: int | None = None
    mitigated_at_ns: int | None = None
    resolved_at_ns: int | None = None


class MatchedBy(Enum):
    """How an alert found its runbook."""

    RUNBOOK_URL = "runbook_url"
    ALERTS_LIST = "alerts list"
    NOTHING = "nothing"

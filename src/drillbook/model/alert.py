"""One firing of a Rule, as a webhook brought it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum


class AlertStatus(Enum):
    """Whether the alert begins or ends."""

    FIRING = "firing"
    RESOLVED = "resolved"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """Times are nanoseconds since the Unix epoch; `ends_at_ns` is None while it fires.

    `fingerprint` is the sender's identity of the label set; everything here is hostile text.
    """

    name: str
    status: AlertStatus
    labels: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)
    starts_at_ns: int = 0
    ends_at_ns: int | None = None
    fingerprint: str = ""
    group_key: str = ""
    receiver: str = ""

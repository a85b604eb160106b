"""What a drill says of its runbook: passed, failed or unknown, why, and how long it took."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum


class VerdictState(Enum):
    """Unknown is never passed."""

    PASSED = "passed"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """One thing that had to be so: `name` is what, `because` the evidence in a sentence."""

    name: str
    state: VerdictState
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """The moments that are kept, in nanoseconds since the Unix epoch; None: did not happen."""

    fault_at: int | None = None
    impact_at: int | None = None
    alert_active_at: int | None = None
    alert_fired_at: int | None = None
    notified_at: int | None = None
    acked_at: int | None = None
    diagnosed_at: int | None = None
    mitigated_at: int | None = None
    resolved_at: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Detection:
    """How detection is made up, in seconds, and the range that arithmetic allows.

    `minimum_s` and `maximum_s` are for the lab as it ran, `full_minimum_s` and
    `full_maximum_s` for the rules and intervals at full length.
    """

    measured_s: float | None
    scrape_and_evaluation_s: float | None
    for_s: float
    grouping_s: float | None
    minimum_s: float
    maximum_s: float
    full_minimum_s: float
    full_maximum_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseSpan:
    """One phase of a drill and when it ran; `end_ns` is None where it never ended."""

    name: str
    begin_ns: int
    end_ns: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The worst of its rulings.

    `overhead_s` is time in which no wait, probe or step was outstanding. Every duration is
    derived from the times.
    """

    drill: str
    runbook: str
    stream: str
    state: VerdictState
    rulings: tuple[Ruling, ...]
    times: Times = field(default_factory=Times)
    durations_s: Mapping[str, float | None] = field(default_factory=dict)
    objectives_s: Mapping[str, float | None] = field(default_factory=dict)
    detection: Detection | None = None
    compression: float = 1.0
    phases: tuple[PhaseSpan, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    overhead_s: float | None = None
    total_s: float | None = None
    hashes: Mapping[str, str] = field(default_factory=dict)

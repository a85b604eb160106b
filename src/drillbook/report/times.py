"""Verdict → the rows of its table of times, and times in words. Pure."""

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from drillbook.model.verdict import Times, Verdict

NS_PER_S = 1_000_000_000
# Thirty years: a longer time is a mistake, and must not break a table.
SHOWN_S_MAX = 1e9
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)

# In the order in which they happen; what a judge adds beyond these follows by its own name.
DURATIONS = {
    "detect": "from the fault until the alert fires",
    "acknowledge": "until the incident is acknowledged",
    "diagnose": "until an option is chosen",
    "mitigate": "until the option has been carried out",
    "recover": "from the fault until the lasting recovery begins",
    "resolve": "from acknowledged to resolved",
}

MOMENTS = {
    "fault_at": "fault",
    "impact_at": "impact",
    "alert_active_at": "alert active",
    "alert_fired_at": "alert fired",
    "notified_at": "notified",
    "acked_at": "acknowledged",
    "diagnosed_at": "diagnosed",
    "mitigated_at": "mitigated",
    "resolved_at": "resolved",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeRow:
    """One duration beside its objective, in seconds; None: not measured, none promised.

    `is_met` is None where one of the two is missing, or where the run was compressed: then
    the rulings say what holds at full length.
    """

    name: str
    meaning: str
    measured_s: float | None
    objective_s: float | None
    is_met: bool | None


def time_rows(verdict: Verdict) -> tuple[TimeRow, ...]:
    """Every duration that was measured or promised."""
    known = [
        name
        for name in DURATIONS
        if name in verdict.durations_s or verdict.objectives_s.get(name) is not None
    ]
    others = sorted({*verdict.durations_s, *verdict.objectives_s} - set(DURATIONS))
    return tuple(_row(verdict, name) for name in (*known, *others))


def moments(times: Times) -> tuple[tuple[str, int], ...]:
    """The moments that happened, by their words, in the order in which they happened."""
    happened = [
        (word, at_ns)
        for name, word in MOMENTS.items()
        if (at_ns := getattr(times, name)) is not None
    ]
    return tuple(sorted(happened, key=lambda moment: moment[1]))


def missing_moments(times: Times) -> tuple[str, ...]:
    """The words of the moments that never happened."""
    return tuple(word for name, word in MOMENTS.items() if getattr(times, name) is None)


def finite(value: float | None) -> float | None:
    """What is no number, or without end, was not measured."""
    return value if value is not None and math.isfinite(value) else None


def seconds(value_s: float | None) -> str:
    """`12.3 s`, or a dash for what was not measured."""
    if finite(value_s) is None or value_s is None:
        return "—"
    return f"{value_s:.1f} s" if abs(value_s) < SHOWN_S_MAX else f"{value_s:.3g} s"


def between_ns(begin_ns: int, end_ns: int) -> float:
    """The duration in seconds."""
    return (end_ns - begin_ns) / NS_PER_S


def utc(at_ns: int) -> str:
    """ISO 8601 in UTC, to the nanosecond."""
    whole_s, rest_ns = divmod(at_ns, NS_PER_S)
    moment = _BEGINNING + timedelta(seconds=whole_s)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{rest_ns:09d}Z"


def _row(verdict: Verdict, name: str) -> TimeRow:
    measured_s = finite(verdict.durations_s.get(name))
    objective_s = finite(verdict.objectives_s.get(name))
    is_comparable = verdict.compression == 1 and None not in (measured_s, objective_s)
    is_met = (measured_s or 0.0) <= (objective_s or 0.0) if is_comparable else None
    return TimeRow(
        name=name,
        meaning=DURATIONS.get(name, ""),
        measured_s=measured_s,
        objective_s=objective_s,
        is_met=is_met,
    )

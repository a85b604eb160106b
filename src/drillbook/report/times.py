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
# The label tells the seeds' own measure, `resolve`, from our `recover`.
DURATIONS = {
    "detect": ("detect", "from the fault until the alert fires"),
    "detect_from_injection": ("detect, from injection", "from the injection's beginning on"),
    "notify": ("notify", "from firing until Drillbook is told"),
    "acknowledge": ("acknowledge", "from told until someone is on it"),
    "diagnose": ("diagnose", "from acknowledged until an option is chosen"),
    "mitigate": ("mitigate", "from the choice until the recovery begins"),
    "recover": ("recover", "from the fault until the lasting recovery begins"),
    "resolve": ("time to resolve", "from acknowledged until resolved"),
}
AT_FULL_LENGTH = "_at_full_length"

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

    `full_s` is what it comes to at full length, None where the run had that length.
    `is_met` compares what holds at full length; it is None where there is nothing to compare.
    """

    name: str
    label: str
    meaning: str
    measured_s: float | None
    full_s: float | None
    objective_s: float | None
    is_met: bool | None


def time_rows(verdict: Verdict) -> tuple[TimeRow, ...]:
    """Every duration that was measured or promised."""
    there = {
        *(name for name in verdict.durations_s if not name.endswith(AT_FULL_LENGTH)),
        *(name for name, objective_s in verdict.objectives_s.items() if objective_s is not None),
    }
    known = [name for name in DURATIONS if name in there]
    return tuple(_row(verdict, name) for name in (*known, *sorted(there - set(DURATIONS))))


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
    label, meaning = DURATIONS.get(name, (name, ""))
    measured_s = finite(verdict.durations_s.get(name))
    is_compressed = verdict.compression != 1
    full_s = finite(verdict.durations_s.get(f"{name}{AT_FULL_LENGTH}")) if is_compressed else None
    objective_s = finite(verdict.objectives_s.get(name))
    return TimeRow(
        name=name,
        label=label,
        meaning=meaning,
        measured_s=measured_s,
        full_s=full_s,
        objective_s=objective_s,
        is_met=_is_met(full_s if is_compressed else measured_s, objective_s),
    )


def _is_met(took_s: float | None, objective_s: float | None) -> bool | None:
    return None if took_s is None or objective_s is None else took_s <= objective_s

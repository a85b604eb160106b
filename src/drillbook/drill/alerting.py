"""A fault that holds → the alert that it raised, as it was notified, or why there is none."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from drillbook.drill.deadline import wait_until
from drillbook.drill.prometheus import AlertView, PrometheusUnreachable
from drillbook.model.alert import Alert, AlertStatus
from drillbook.model.clock import Clock
from drillbook.model.lab import Observation
from drillbook.model.truth import Truth

POLL_EVERY_S = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """An alert as the drill's own webhook got it, and when."""

    alert: Alert
    at_ns: int


class AlertSource(Protocol):
    """The alerts that came in, and what Prometheus says of one."""

    def received(self) -> tuple[Received, ...]: ...

    def ask(self, name: str, labels: Mapping[str, str]) -> AlertView | None:
        """The active alert with at least these labels. Raises PrometheusUnreachable."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """Which alert a fault must raise: its name, the labels that make it ours, and since when."""

    name: str
    since_ns: int
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """The alert and its moments, or none and why; UNKNOWN where nobody could look."""

    truth: Truth
    because: str
    received: Received | None = None
    active_at_ns: int | None = None

    def body(self) -> Mapping[str, Any]:
        """What the journal keeps of it."""
        alert = self.received.alert if self.received else None
        return {
            "truth": self.truth.value,
            "because": self.because,
            "active_at_ns": self.active_at_ns,
            "fired_at_ns": alert.starts_at_ns if alert else None,
            "notified_at_ns": self.received.at_ns if self.received else None,
            "labels": dict(alert.labels) if alert else {},
        }


def await_alert(
    source: AlertSource, expected: Expected, *, within_s: float, clock: Clock
) -> Sighting:
    """Wait until the alert was notified that began to fire after `expected.since_ns`."""
    name, since_ns = expected.name, expected.since_ns
    active_at_ns: list[int] = []
    unreachable: list[str] = []

    def look() -> Observation:
        for received in source.received():
            if _is_it(received.alert, expected):
                return Observation(truth=Truth.TRUE, because="it was notified")
        try:
            view = source.ask(name, expected.labels)
        except PrometheusUnreachable as error:
            unreachable.append(str(error))
            return Observation(truth=Truth.UNKNOWN, because=str(error))
        if view is not None and view.active_at_ns is not None and view.active_at_ns >= since_ns:
            active_at_ns[:] = [view.active_at_ns]
        state = view.state.value if view else "inactive"
        return Observation(truth=Truth.FALSE, because=f"Prometheus says that it is {state}")

    seen = wait_until(look, within_s=within_s, every_s=POLL_EVERY_S, clock=clock)
    if seen.truth is not Truth.TRUE:
        because = f"{name} was not notified within {within_s:.1f} s: {seen.because}"
        return Sighting(truth=seen.truth, because=because)
    received = next(each for each in source.received() if _is_it(each.alert, expected))
    return Sighting(
        truth=Truth.TRUE,
        because=f"{name} was notified",
        received=received,
        active_at_ns=_active_at(source, expected, active_at_ns, unreachable),
    )


def _is_it(alert: Alert, expected: Expected) -> bool:
    is_new = alert.starts_at_ns >= expected.since_ns
    is_ours = alert.name == expected.name and expected.labels.items() <= alert.labels.items()
    return is_ours and alert.status is AlertStatus.FIRING and is_new


def _active_at(
    source: AlertSource, expected: Expected, seen: list[int], unreachable: list[str]
) -> int | None:
    """When it became active; asked once more where it fired before we looked."""
    if seen:
        return seen[0]
    try:
        view = source.ask(expected.name, expected.labels)
    except PrometheusUnreachable as error:
        unreachable.append(str(error))
        return None
    return view.active_at_ns if view else None

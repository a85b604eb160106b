"""The script of a drill: its phases one after the other, every fact of them journaled.

lab up → steady → CONTROL: inject, alert, nobody acts → revert → steady → inject → alert →
respond → stays → count → revert → lab down. What it all means is `drillbook.drill.judging`'s
to say, from the journal alone; here is only decided whether it makes sense to go on.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from drillbook.drill.alerting import AlertSource, Expected, Sighting, await_alert
from drillbook.drill.deadline import wait_until
from drillbook.drill.recorder import Recorder
from drillbook.model.alert import Alert
from drillbook.model.clock import Clock
from drillbook.model.drill import ControlKind, Drill
from drillbook.model.fault import FaultKind
from drillbook.model.journal import Entry
from drillbook.model.lab import Lab, LabError, LabOrder, LabView, Observation
from drillbook.model.truth import Truth

STEADY_WITHIN_S = 90.0
SERVES_EVERY_S = 0.5
# Long enough for the client to have written something that a fault could lose.
CLIENT_WARMS_UP_S = 1.0
# Beyond what arithmetic allows for detection and grouping: a busy machine's delay.
LATE_FACTOR, LATE_S = 1.5, 15.0


class AbandonedError(Exception):
    """The drill cannot go on; the journal says why, and the lab is taken down."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranges:
    """Seconds from the fault to the firing alert, least and most: as run, and at full length."""

    minimum_s: float
    maximum_s: float
    full_minimum_s: float
    full_maximum_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """What a drill plays on.

    `respond` follows the runbook for an alert and gives the body of the entry `responded`.
    `ranges` is when the alert may fire after the fault, as arithmetic says.
    `facts` is the body of the entry `drill-started`: all that the judge must know of the drill.
    """

    drill: Drill
    lab: Lab
    order: LabOrder
    fault: FaultKind
    alerts: Callable[[LabView], AlertSource]
    respond: Callable[[Alert, LabView], Mapping[str, Any]]
    ranges: Callable[[LabView], Ranges]
    recorder: Recorder
    clock: Clock
    facts: Mapping[str, Any] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)


def play(stage: Stage) -> None:
    """Play the drill and clean up, whatever happens; the journal holds all of it."""
    tell = stage.recorder.tell
    tell("drill-started", stage.facts)
    tell("environment", stage.environment)
    try:
        _play(stage)
    except (AbandonedError, LabError) as trouble:
        tell("abandoned", {"because": str(trouble)})
    except KeyboardInterrupt:
        tell("interrupted", {"because": "a person stopped the drill"})
        raise
    finally:
        clean_up(stage.lab, stage.fault, stage.drill, stage.recorder)
        tell("drill-ended", {})


def _play(stage: Stage) -> None:
    with stage.recorder.during("lab up"):
        view = _lab_up(stage)
        alerts = stage.alerts(view)
        _steady(stage)
        _start_client(stage)
    with stage.recorder.during("control"):
        _control(stage, view, alerts)
    with stage.recorder.during("steady again"):
        revert(stage.lab, stage.fault, stage.drill, stage.recorder)
        _steady(stage)
    with stage.recorder.during("drill"):
        _drill(stage, view, alerts)
    with stage.recorder.during("aftermath"):
        _stays(stage)
        _count(stage)


def _lab_up(stage: Stage) -> LabView:
    order = stage.order
    intent = {"lab": stage.drill.lab.name, "folder": str(order.folder)}
    stage.recorder.tell("lab-ordered", intent)
    with stage.recorder.activity("starting the lab's servers"):
        view = stage.lab.up(order)
    body = {
        "pacing": asdict(view.pacing),
        "full_pacing": asdict(view.full_pacing),
        "targets": [target.name for target in view.targets],
        "detection": asdict(stage.ranges(view)),
    }
    stage.recorder.tell("lab-up", body)
    return view


def _steady(stage: Stage) -> None:
    with stage.recorder.activity("waiting until everything is steady and no alert is active"):
        seen = wait_until(
            stage.lab.steady, within_s=STEADY_WITHIN_S, every_s=0.25, clock=stage.clock
        )
    _tell_observation(stage, "steady", seen)
    if seen.truth is not Truth.TRUE:
        raise AbandonedError(f"the lab is not steady: {seen.because}")


def _start_client(stage: Stage) -> None:
    with stage.recorder.activity("starting the client that writes and counts"):
        stage.lab.start_client()
        stage.clock.sleep(CLIENT_WARMS_UP_S)


def _control(stage: Stage, view: LabView, alerts: AlertSource) -> None:
    """Nobody acts: the alert must fire, and the system must do what the drill says it does."""
    control = stage.drill.control
    _inject(stage)
    if control.kind is ControlKind.HEALS_WITHIN:
        _tell_observation(stage, "control-held", _heals(stage, control.heals_within_s or 0.0))
        return
    sighting = _await_alert(stage, view, alerts)
    if sighting.truth is not Truth.TRUE:
        raise AbandonedError(sighting.because)
    seen = _stays_broken(stage, control.hold_s + _until_latest_alert_s(stage, view))
    _tell_observation(stage, "control-held", seen)
    if seen.truth is not Truth.TRUE:
        raise AbandonedError(f"the control run proves nothing for the runbook: {seen.because}")


def _until_latest_alert_s(stage: Stage, view: LabView) -> float:
    """How long the alert may still take in the drill itself, whose length the control must have."""
    since_s = (stage.clock.now_ns() - _last(stage, "fault-effective").at_ns) / 1e9
    latest_s = stage.ranges(view).maximum_s + view.pacing.group_wait_s
    return max(0.0, latest_s - since_s)


def _drill(stage: Stage, view: LabView, alerts: AlertSource) -> None:
    _inject(stage)
    sighting = _await_alert(stage, view, alerts)
    if sighting.received is None:
        raise AbandonedError(sighting.because)
    stage.recorder.tell("responding", {"alert": sighting.received.alert.name})
    body = stage.respond(sighting.received.alert, view)
    stage.recorder.tell("responded", body)
    if _last(stage, "impact").body["at_ns"] is None:
        # The alert was earlier than what users felt of it, as a good one may be.
        _tell_impact(stage)


def _inject(stage: Stage) -> None:
    """The intent to revert is journaled before the fault is, so that a crash leaves a trace."""
    use, tell = stage.drill.fault, stage.recorder.tell
    intended = tell("fault-intended", {"fault": use.kind, "then": "revert"})
    with stage.recorder.activity(f"injecting the fault: {use.kind}"):
        stage.fault.inject(stage.lab, use.settings, timeout_s=use.timeout_s)
        tell("fault-injected", {})

        def effective() -> Observation:
            return stage.fault.is_effective(stage.lab, use.settings, timeout_s=use.timeout_s)

        seen = wait_until(effective, within_s=use.timeout_s, every_s=0.02, clock=stage.clock)
    body = {"truth": seen.truth.value, "because": seen.because, "intended_at_ns": intended.at_ns}
    tell("fault-effective", body)
    if seen.truth is not Truth.TRUE:
        raise AbandonedError(f"the fault did not become effective: {seen.because}")


def _await_alert(stage: Stage, view: LabView, alerts: AlertSource) -> Sighting:
    name = stage.drill.alert
    ranges, grouping_s = stage.ranges(view), view.pacing.group_wait_s
    since_ns = _last(stage, "fault-intended").at_ns
    expected_s = (ranges.minimum_s + grouping_s, ranges.maximum_s + grouping_s)
    with stage.recorder.activity(f"waiting for the alert {name}", expected_s=expected_s):
        sighting = await_alert(
            alerts,
            Expected(name=name, labels=stage.drill.labels, since_ns=since_ns),
            within_s=expected_s[1] * LATE_FACTOR + LATE_S,
            clock=stage.clock,
        )
    stage.recorder.tell("alert", sighting.body())
    _tell_impact(stage)
    return sighting


def _tell_impact(stage: Stage) -> None:
    """Journal when users first felt the fault, None where they have not yet."""
    since_ns = _last(stage, "fault-intended").at_ns
    at_ns = stage.lab.first_failure_ns(since_ns=since_ns)
    stage.recorder.tell("impact", {"at_ns": at_ns})


def _stays_broken(stage: Stage, hold_s: float) -> Observation:
    """TRUE where users were not served once while nobody acted for `hold_s`.

    A look that nobody could take may have missed the healing, so then it is UNKNOWN.
    """
    unseen: list[Observation] = []

    def heals() -> Observation:
        seen = _serves(stage)
        if seen.truth is Truth.UNKNOWN:
            unseen.append(seen)
        return seen

    with stage.recorder.activity("nobody acts: does it stay broken?", expected_s=(hold_s, hold_s)):
        seen = wait_until(heals, within_s=hold_s, every_s=SERVES_EVERY_S, clock=stage.clock)
    if seen.truth is Truth.TRUE:
        return Observation(truth=Truth.FALSE, because="it healed by itself")
    if unseen:
        return unseen[0]
    because = f"it stayed broken for {hold_s:.1f} s while nobody acted ({seen.because})"
    return Observation(truth=Truth.TRUE, because=because)


def _heals(stage: Stage, within_s: float) -> Observation:
    with stage.recorder.activity("nobody acts: does it heal?", expected_s=(0.0, within_s)):
        return wait_until(
            stage.lab.serves, within_s=within_s, every_s=SERVES_EVERY_S, clock=stage.clock
        )


def _stays(stage: Stage) -> None:
    """Watch the system after the operator has left: it must stay recovered, without a break."""
    stays_s = stage.drill.stays_s
    breaks: list[Observation] = []

    def breaks_again() -> Observation:
        seen = _serves(stage)
        if seen.truth is Truth.TRUE:
            return Observation(truth=Truth.FALSE, because=seen.because)
        breaks.append(seen)
        return Observation(truth=Truth.TRUE, because=seen.because)

    with stage.recorder.activity("does it stay recovered?", expected_s=(stays_s, stays_s)):
        wait_until(breaks_again, within_s=stays_s, every_s=SERVES_EVERY_S, clock=stage.clock)
    if breaks:
        _tell_observation(stage, "stayed", _negated(breaks[0]))
        return
    because = f"users were served for {stays_s:g} s after the operator left"
    _tell_observation(stage, "stayed", Observation(truth=Truth.TRUE, because=because))


def _serves(stage: Stage) -> Observation:
    """Whether users are served; UNKNOWN where the lab cannot look."""
    try:
        return stage.lab.serves()
    except LabError as error:
        return Observation(truth=Truth.UNKNOWN, because=str(error))


def _negated(broken: Observation) -> Observation:
    truth = Truth.UNKNOWN if broken.truth is Truth.UNKNOWN else Truth.FALSE
    return Observation(truth=truth, because=broken.because)


def _count(stage: Stage) -> None:
    with stage.recorder.activity("counting what was acknowledged and what can be read"):
        count = stage.lab.stop_client()
    body = {
        "acknowledged": count.acknowledged,
        "readable": count.readable,
        "twice": count.twice,
        "lost": len(count.lost_at_ns),
        "lost_at_ns": list(count.lost_at_ns[:1000]),
        "failures": count.failures,
    }
    stage.recorder.tell("counted", body)


def revert(lab: Lab, fault: FaultKind, drill: Drill, recorder: Recorder) -> None:
    """Revert the fault and journal whether it is gone. Raises LabError where it cannot."""
    use = drill.fault
    with recorder.activity(f"reverting the fault: {use.kind}"):
        fault.revert(lab, use.settings, timeout_s=use.timeout_s)
        seen = fault.is_reverted(lab, use.settings, timeout_s=use.timeout_s)
    recorder.tell("fault-reverted", {"truth": seen.truth.value, "because": seen.because})


def clean_up(lab: Lab, fault: FaultKind, drill: Drill, recorder: Recorder) -> None:
    """Revert what is not reverted and take the lab down; never raises over the lab.

    Whatever else is raised, by the journal above all, goes through when the lab is down.
    """
    is_tried = False
    try:
        with recorder.during("lab down"):
            if _is_injected(recorder):
                _revert_at_last(lab, fault, drill, recorder)
            with recorder.activity("taking the lab down"):
                is_tried = True
                left = _taken_down(lab)
            recorder.tell("lab-down", {"left": left})
    finally:
        if not is_tried:
            _taken_down(lab)


def _revert_at_last(lab: Lab, fault: FaultKind, drill: Drill, recorder: Recorder) -> None:
    try:
        revert(lab, fault, drill, recorder)
    except LabError as trouble:
        body = {"truth": Truth.FALSE.value, "because": str(trouble)}
        recorder.tell("fault-reverted", body)


def _taken_down(lab: Lab) -> list[str]:
    """What was left behind; where the lab cannot say it, what it says instead."""
    try:
        return list(lab.down())
    except LabError as trouble:
        return [str(trouble)]


def _is_injected(recorder: Recorder) -> bool:
    """Whether a fault was meant to be injected and not reverted since."""
    is_injected = False
    for entry in recorder.journal.entries(recorder.stream):
        if entry.kind == "fault-intended":
            is_injected = True
        elif entry.kind == "fault-reverted" and entry.body["truth"] == Truth.TRUE.value:
            is_injected = False
    return is_injected


def _last(stage: Stage, kind: str) -> Entry:
    entries = stage.recorder.journal.entries(stage.recorder.stream)
    return next(entry for entry in reversed(entries) if entry.kind == kind)


def _tell_observation(stage: Stage, kind: str, seen: Observation) -> None:
    stage.recorder.tell(kind, {"truth": seen.truth.value, "because": seen.because})

"""The story of a drill → its moments, and every duration derived from them, in seconds.

detect = alert fired - fault; recover = start of the sustained recovery - fault; resolve =
resolved - acknowledged. At full length, what was compressed is computed: the most that
detection takes by arithmetic, the full grouping, and the response as it was measured.
"""

from collections.abc import Mapping

from drillbook.drill.story import Story
from drillbook.model.verdict import Detection, Times

DRILL = "drill"
Seconds = Mapping[str, float | None]


def times(story: Story) -> Times:
    """The moments of the drill phase, None where they did not come."""
    effective = story.last("fault-effective", DRILL)
    alert = story.body("alert", DRILL)
    responded = story.body("responded", DRILL)
    is_effective = effective is not None and effective.body["truth"] == "true"
    return Times(
        fault_at=effective.at_ns if effective is not None and is_effective else None,
        impact_at=story.body("impact", DRILL).get("at_ns"),
        alert_active_at=alert.get("active_at_ns"),
        alert_fired_at=alert.get("fired_at_ns"),
        notified_at=alert.get("notified_at_ns"),
        acked_at=responded.get("acked_at_ns"),
        diagnosed_at=responded.get("diagnosed_at_ns"),
        mitigated_at=responded.get("mitigated_at_ns"),
        resolved_at=responded.get("resolved_at_ns"),
    )


def durations_s(story: Story) -> Seconds:
    """Every duration by its name; None where one of its ends is missing."""
    at = times(story)
    injected = story.body("fault-effective", DRILL).get("intended_at_ns")
    return {
        "detect": _between(at.fault_at, at.alert_fired_at),
        "detect_from_injection": _between(injected, at.alert_fired_at),
        "notify": _between(at.alert_fired_at, at.notified_at),
        "acknowledge": _between(at.notified_at, at.acked_at),
        "diagnose": _between(at.acked_at, at.diagnosed_at),
        "mitigate": _between(at.diagnosed_at, at.mitigated_at),
        "recover": _between(at.fault_at, at.mitigated_at),
        "resolve": _between(at.acked_at, at.resolved_at),
        "detect_at_full_length": _detect_at_full_length(story),
        "recover_at_full_length": _recover_at_full_length(story),
    }


def objectives_s(story: Story) -> Seconds:
    """What the runbook promises."""
    objectives: Seconds = story.facts.get("objectives", {})
    return objectives


def detection(story: Story) -> Detection | None:
    """How detection is made up; None where the lab never came up."""
    ranges = story.body("lab-up").get("detection")
    if ranges is None:
        return None
    at = times(story)
    return Detection(
        measured_s=_between(at.fault_at, at.alert_fired_at),
        scrape_and_evaluation_s=_between(at.fault_at, at.alert_active_at),
        for_s=_between(at.alert_active_at, at.alert_fired_at) or 0.0,
        grouping_s=_between(at.alert_fired_at, at.notified_at),
        **ranges,
    )


def _detect_at_full_length(story: Story) -> float | None:
    at = times(story)
    measured_s = _between(at.fault_at, at.alert_fired_at)
    if measured_s is None or story.facts["compression"] == 1:
        return measured_s
    made_of = detection(story)
    return made_of.full_maximum_s if made_of else None


def _recover_at_full_length(story: Story) -> float | None:
    at = times(story)
    if story.facts["compression"] == 1:
        return _between(at.fault_at, at.mitigated_at)
    detect_s = _detect_at_full_length(story)
    response_s = _between(at.notified_at, at.mitigated_at)
    if detect_s is None or response_s is None:
        return None
    full_pacing = story.body("lab-up")["full_pacing"]
    return detect_s + float(full_pacing["group_wait_s"]) + response_s


def _between(begin_ns: int | None, end_ns: int | None) -> float | None:
    if begin_ns is None or end_ns is None:
        return None
    return (end_ns - begin_ns) / 1e9

"""Moments and durations of a drill."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drillbook.drill.story import Story
from drillbook.drill.times import detection, durations_s, objectives_s, times
from stories import SECOND_NS, changed, cut_before, entries, passed


def story(told):
    return Story(entries(told))


GOOD = story(passed())


def test_every_moment_is_that_of_the_drill_and_not_of_the_control():
    """In nanoseconds since the epoch, each from the entry that knows it."""
    at = times(GOOD)
    assert [141, 141.2, 160, 220, 230, 231, 233, 236, 248] == [
        moment / SECOND_NS
        for moment in (
            at.fault_at, at.impact_at, at.alert_active_at, at.alert_fired_at, at.notified_at,
            at.acked_at, at.diagnosed_at, at.mitigated_at, at.resolved_at,
        )
    ]  # fmt: skip


def test_every_duration_is_the_difference_of_its_two_moments():
    """Seconds; what the seeds call time to resolve is beside recover."""
    assert {
        "detect": 79, "detect_from_injection": 80, "notify": 10, "acknowledge": 1, "diagnose": 2,
        "mitigate": 3, "recover": 95, "resolve": 17, "detect_at_full_length": 79,
        "recover_at_full_length": 95,
    } == durations_s(GOOD)  # fmt: skip


@pytest.mark.parametrize("truth", ["false", "unknown"])
def test_a_fault_that_was_not_effective_has_no_moment(truth):
    """Nothing is measured from a fault that did nothing."""
    other = story(changed("fault-effective", phase="drill", truth=truth))
    took = durations_s(other)
    assert (None, None, None) == (times(other).fault_at, took["detect"], took["recover"])
    assert 10 == took["notify"], "what has both of its ends is kept"


@pytest.mark.parametrize(
    ("field", "gone"),
    [
        ("acked_at_ns", {"acknowledge", "diagnose", "resolve"}),
        ("diagnosed_at_ns", {"diagnose", "mitigate"}),
        ("mitigated_at_ns", {"mitigate", "recover", "recover_at_full_length"}),
        ("resolved_at_ns", {"resolve"}),
    ],
)
def test_a_moment_that_did_not_come_leaves_its_durations_open(field, gone):
    """None, and not nought: an objective is not met by what never happened."""
    took = durations_s(story(changed("responded", **{field: None})))
    assert gone == {name for name, duration_s in took.items() if duration_s is None}


def test_an_empty_story_has_no_times():
    """A journal of one entry is asked everything."""
    begun = story(passed()[:1])
    assert {None} == set(durations_s(begun).values())
    assert None is detection(begun)


def test_a_cut_story_has_the_times_up_to_its_cut():
    """What was measured before the tool died stays measured."""
    took = durations_s(story(cut_before("responded")))
    assert (79, None) == (took["detect"], took["recover"])


def test_objectives_are_those_that_the_runbook_promises():
    """And none where it promises none."""
    assert {"detect": 120.0, "recover": 300.0} == objectives_s(GOOD)
    assert {} == objectives_s(story([(0, "drill-started", {})]))


def test_detection_is_made_of_its_three_parts():
    """They add up from the fault to the notification."""
    parts = detection(GOOD)
    assert (19, 60, 10) == (parts.scrape_and_evaluation_s, parts.for_s, parts.grouping_s)
    assert parts.measured_s == parts.scrape_and_evaluation_s + parts.for_s
    assert (60, 101) == (parts.minimum_s, parts.maximum_s)


@pytest.mark.parametrize("compression", [2, 10, 100, 1.5])
def test_a_compressed_drill_is_held_to_the_most_that_detection_takes(compression):
    """Full length is computed from the range, never by multiplying what was measured."""
    told = changed("drill-started", compression=compression)
    took = durations_s(story(told))
    assert 101 == took["detect_at_full_length"]
    # The response as measured (notified to mitigated: 6 s), the full grouping of 10 s before it.
    assert 101 + 10 + 6 == took["recover_at_full_length"]
    assert 79 == took["detect"], "what was measured stays beside it"


def test_a_compressed_drill_without_a_lab_has_no_full_length():
    """What cannot be computed is not replaced by what was measured."""
    told = [each for each in changed("drill-started", compression=10) if each[1] != "lab-up"]
    took = durations_s(story(told))
    assert (None, None) == (took["detect_at_full_length"], took["recover_at_full_length"])


def test_a_compressed_drill_in_which_nothing_fired_has_no_full_length():
    """Arithmetic alone detects nothing."""
    told = [
        (at_s, kind, {**body, **({"compression": 10} if kind == "drill-started" else {})})
        for at_s, kind, body in passed()
        if (kind, body.get("phase")) != ("alert", "drill")
    ]
    assert None is durations_s(story(told))["detect_at_full_length"]


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_a_clock_that_was_set_back_shows(fired_s, notified_s):
    """A negative duration is shown as one: it is not made up to nought."""
    told = changed(
        "alert",
        phase="drill",
        fired_at_ns=fired_s * SECOND_NS,
        notified_at_ns=notified_s * SECOND_NS,
    )
    assert notified_s - fired_s == pytest.approx(durations_s(story(told))["notify"])

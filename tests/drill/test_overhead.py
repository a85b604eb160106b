"""The tool's own time is what neither a wait nor a probe nor a step covers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drillbook.drill.overhead import overhead_s
from stories import SECOND_NS, entries


def drill(*spans, end_s=100):
    """A drill from 0 to `end_s` with activities from one second to another."""
    marks = [(begin_s, index, "activity-began") for index, (begin_s, _) in enumerate(spans)]
    marks += [(end_s, index, "activity-ended") for index, (_, end_s) in enumerate(spans)]
    # An activity of no length begins before it ends.
    marks.sort(key=lambda mark: (mark[0], mark[2] == "activity-ended"))
    told, numbers = [(0, "drill-started", {})], {}
    for at_s, index, kind in marks:
        if kind == "activity-began":
            numbers[index] = len(told) + 1
        told.append((at_s, kind, {"began": numbers[index]} if kind == "activity-ended" else {}))
    return entries([*told, (end_s, "drill-ended", {})])


def run(*steps):
    """A run with steps (begin, end, seconds waited before)."""
    told = []
    for attempt, (begin_s, end_s, waited_s) in enumerate(steps, 1):
        told.append((begin_s, "step-started", {"attempt": attempt, "waited_s": waited_s}))
        told.append((end_s, "step-finished", {"attempt": attempt}))
    return entries(told, "run/r")


@pytest.mark.parametrize(
    ("spans", "steps", "own_s"),
    [
        ((), (), 100),
        (((0, 100),), (), 0),
        (((10, 20), (30, 40)), (), 80),
        (((10, 40), (20, 30)), (), 70),
        (((10, 30), (20, 40)), (), 70),
        (((10, 20), (20, 30)), (), 80),
        (((10, 20), (10, 20)), (), 90),
        (((50, 50),), (), 100),
        ((), ((10, 20, 0),), 90),
        ((), ((10, 20, 4),), 86),
        (((0, 50),), ((40, 60, 10),), 40),
    ],
)
def test_time_that_is_covered_counts_once(spans, steps, own_s):
    """However waits, probes and steps lie beside, in and over each other."""
    assert own_s == pytest.approx(overhead_s(drill(*spans), run(*steps)))


@pytest.mark.parametrize("length", [0, 1])
def test_a_drill_of_less_than_two_entries_has_no_time(length):
    """Nothing is not nought."""
    assert None is overhead_s(drill()[:length], [])


def test_an_activity_that_never_ended_is_the_tools_own_time():
    """What was not told to have ended is not taken off: the figure is never flattered."""
    told = [(0, "drill-started", {}), (10, "activity-began", {}), (50, "abandoned", {})]
    assert 50 == overhead_s(entries(told), [])


def test_a_step_that_never_finished_is_the_tools_own_time():
    """As with a run that was cut off."""
    assert 100 == overhead_s(drill(), run((10, 20, 0))[:1])


def test_an_outcome_without_an_intent_covers_nothing():
    """A journal that lost its intent explains no time."""
    assert 100 == overhead_s(drill(), run((10, 20, 0))[1:])


SPANS = st.lists(
    st.tuples(st.integers(0, 100), st.integers(0, 100)).map(lambda pair: tuple(sorted(pair))),
    max_size=8,
)


@given(SPANS, SPANS)
def test_it_is_never_less_than_none_nor_more_than_all(activities, steps):
    """And it is what is left of the seconds that nothing covers."""
    performed = run(*((begin_s, end_s, 0) for begin_s, end_s in steps))
    covered = {
        second for begin_s, end_s in (*activities, *steps) for second in range(begin_s, end_s)
    }
    own_s = overhead_s(drill(*activities), performed)
    assert 100 - len(covered) == pytest.approx(own_s)
    assert 0 <= own_s <= 100


def test_nanoseconds_become_seconds():
    """A drill of a year keeps its tenths."""
    told = [(0, "drill-started", {}), (31_536_000.1, "drill-ended", {})]
    assert int(31_536_000.1 * SECOND_NS) / SECOND_NS == overhead_s(entries(told), [])

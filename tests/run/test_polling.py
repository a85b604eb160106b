"""When a polled sentence has come true, and when it is late."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drillbook.model.run import StepResult
from drillbook.run.polling import Window, after, hole_ns_max, verdict
from nouns import expectation

MET, NOT_MET, UNKNOWN = StepResult.MET, StepResult.NOT_MET, StepResult.UNKNOWN
S = 1_000_000_000
HOLE = hole_ns_max(1.0, 5.0)


def played(polls, sentence):
    """The verdict after polls of one second each, given as (begin second, result)."""
    window, said = Window(), None
    for begin_s, result in polls:
        assert said is None, "polled on after the verdict"
        window = after(
            window,
            result=result,
            started_ns=int(begin_s * S),
            ended_ns=int((begin_s + 0.5) * S),
            hole_ns_max=HOLE,
        )
        said = verdict(window, result, sentence)
    return said, window


@pytest.mark.parametrize("result", list(StepResult))
def test_without_for_and_within_the_first_poll_decides(result):
    """A plain sentence is looked at once."""
    assert result is played([(0, result)], expectation())[0]


def test_within_polls_until_it_holds():
    """`within 10 s`: failures before are no failures."""
    polls = [(0, NOT_MET), (1, UNKNOWN), (2, MET)]
    assert MET is played(polls, expectation(within_s=10))[0]


def test_within_fails_when_its_time_is_over():
    """After the limit what has not come true is not met."""
    polls = [(second, NOT_MET) for second in range(4)]
    assert NOT_MET is played(polls, expectation(within_s=3))[0]


def test_late_and_unknown_is_unknown():
    """If even the last look said nothing, nobody knows."""
    polls = [(0, NOT_MET), (4, UNKNOWN)]
    assert UNKNOWN is played(polls, expectation(within_s=3))[0]


def test_for_asks_for_an_unbroken_streak():
    """One bad poll begins the streak anew; its beginning is the start of the recovery."""
    polls = [(0, MET), (1, NOT_MET), (2, MET), (3, MET), (4, MET)]
    said, window = played(polls, expectation(for_s=2, within_s=60))
    assert (said, window.streak_began_ns) == (MET, 2 * S)


def test_for_without_within_ends_at_the_first_bad_poll():
    """`for 10 s` alone means from now on."""
    assert NOT_MET is played([(0, MET), (1, NOT_MET)], expectation(for_s=10))[0]


def test_a_hole_in_a_streak_begins_it_anew():
    """What nobody looked at, during a crash, is not held."""
    said, window = played([(0, MET), (1, MET), (40, MET)], expectation(for_s=30, within_s=90))
    assert (said, window.streak_began_ns) == (None, 40 * S)


@given(
    st.lists(st.sampled_from(list(StepResult)), min_size=1, max_size=40),
    st.integers(0, 10),
    st.integers(1, 30),
)
def test_met_only_after_a_streak_that_long_and_in_time(results, for_s, within_s):
    """Whatever the polls say, `met` means: good from then on, for that long, by then."""
    sentence = expectation(for_s=float(for_s), within_s=float(within_s))
    window = Window()
    for second, result in enumerate(results):
        begin_ns = second * S
        window = after(
            window, result=result, started_ns=begin_ns, ended_ns=begin_ns + S, hole_ns_max=HOLE
        )
        said = verdict(window, result, sentence)
        if said is MET:
            streak = results[second - (for_s or 1) + 1 : second + 1]
            assert {MET} == set(streak)
            assert second + 1 <= within_s
        if said is not None:
            break

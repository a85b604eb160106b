"""Polls with a hole between them, in which nobody looked."""

from drillbook.model.place import Place
from drillbook.model.run import StepResult
from drillbook.model.sentence import Expectation
from drillbook.run.polling import Window, after, hole_ns_max, verdict

SECOND_NS = 1_000_000_000
HOLE_NS_MAX = hole_ns_max(1.0, 5.0)


def window_of(*polls):
    """The window after polls of (result, started in s, ended in s)."""
    window = Window()
    for result, started_s, ended_s in polls:
        window = after(
            window,
            result=result,
            started_ns=int(started_s * SECOND_NS),
            ended_ns=int(ended_s * SECOND_NS),
            hole_ns_max=HOLE_NS_MAX,
        )
    return window


def comes_to(window, result, *, within_s=60.0):
    """What a sentence of 10 s within a minute comes to."""
    expectation = Expectation(
        place=Place(path="a.md"), text="", terms=(), for_s=10.0, within_s=within_s
    )
    return verdict(window, result, expectation)


MET, NOT_MET = StepResult.MET, StepResult.NOT_MET


def test_a_run_resumed_an_hour_later_has_not_failed():
    """The first poll after the hole begins a new window: a drastic Option must not follow."""
    window = window_of((NOT_MET, 1_000, 1_001), (MET, 4_600, 4_601))
    assert comes_to(window, MET) is None


def test_the_window_after_a_hole_has_its_whole_length_and_an_end():
    """Not met for a minute after the hole is not met."""
    polls = [(NOT_MET, at_s, at_s + 1) for at_s in range(4_600, 4_664, 2)]
    window = window_of((NOT_MET, 1_000, 1_001), *polls)
    assert NOT_MET is comes_to(window, NOT_MET)


def test_a_clock_set_back_between_polls_begins_the_window_anew():
    """Else the wait would last until the clock comes round again."""
    polls = [(NOT_MET, at_s, at_s + 1) for at_s in range(1_000, 1_064, 2)]
    window = window_of((NOT_MET, 4_600, 4_601), *polls)
    assert NOT_MET is comes_to(window, NOT_MET)


def test_a_clock_set_back_during_a_poll_begins_the_window_anew():
    """A poll that ended before it began proves no streak and moves no end."""
    polls = [(NOT_MET, at_s, at_s + 1) for at_s in range(1_000, 1_064, 2)]
    window = window_of((MET, 4_600, 999), *polls)
    assert (999 * SECOND_NS, NOT_MET) == (window.began_ns, comes_to(window, NOT_MET))

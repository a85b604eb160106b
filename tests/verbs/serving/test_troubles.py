"""What keeps runs from going on: said once for each reason, and told to whoever asks."""

import threading

import pytest

from drillbook.model.clock import SystemClock
from drillbook.verbs.serving.troubles import RECENT_S, RUNS_MAX, Troubles

DENIED = "the journal cannot be written: permission denied; let the owner run `store roles`"


class Turned(SystemClock):
    """A clock that a test turns."""

    def __init__(self):
        self.now_s = 0.0

    def monotonic_s(self):
        return self.now_s


@pytest.fixture
def clock():
    return Turned()


@pytest.fixture
def said():
    return []


@pytest.fixture
def troubles(clock, said):
    return Troubles(clock, said.append)


def test_a_reason_is_said_once_however_often_it_is_met(troubles, said):
    """Every two seconds for a night would fill a disk, and hide what else is said."""
    for _ in range(50):
        troubles.met("r-1", DENIED)
    assert [f"run r-1 cannot go on, and is tried again and again: {DENIED}"] == said


def test_an_outage_that_hundreds_meet_is_one_line(troubles, said):
    """It says nothing new of each."""
    for number in range(300):
        troubles.met(f"r-{number}", DENIED)
    assert 1 == len(said)
    [line] = troubles.lines()
    assert f"and {RUNS_MAX - 1} others cannot go on: {DENIED}" in line


@pytest.mark.parametrize(
    ("runs", "expected"),
    [
        (("a",), "run a cannot go on: why"),
        (("a", "b"), "run a and 1 other cannot go on: why"),
        (("a", "b", "c"), "run a and 2 others cannot go on: why"),
    ],
)
def test_a_line_names_one_run_and_counts_the_others(troubles, runs, expected):
    """So that somebody can look at it."""
    for run in runs:
        troubles.met(run, "why")
    assert (expected,) == troubles.lines()


def test_every_reason_has_its_line(troubles, said):
    """In the order in which they were met first."""
    troubles.met("a", "one")
    troubles.met("b", "two")
    assert ("run a cannot go on: one", "run b cannot go on: two") == troubles.lines()
    assert 2 == len(said)


def test_a_run_that_goes_on_is_no_trouble_any_more(troubles, said):
    """When it comes to a stop later, that is news."""
    troubles.met("a", "why")
    troubles.over("a")
    troubles.over("never-met")
    assert () == troubles.lines()
    troubles.met("a", "why")
    assert 2 == len(said)


def test_a_run_that_meets_something_else_is_said_again(troubles, said):
    """The last reason is the one that counts."""
    troubles.met("a", "one")
    troubles.met("a", "two")
    assert (2, ("run a cannot go on: two",)) == (len(said), troubles.lines())


def test_what_was_not_met_for_long_has_passed(troubles, clock, said):
    """Another machine may have the run by now."""
    troubles.met("a", "why")
    clock.now_s = RECENT_S
    assert 1 == len(troubles.lines())
    clock.now_s = RECENT_S + 1
    assert () == troubles.lines()
    troubles.met("b", "why")
    assert 2 == len(said)


def test_many_threads_say_it_once(troubles, said):
    """Each worker has one."""
    barrier = threading.Barrier(8)

    def meet(number):
        barrier.wait(30)
        for _ in range(50):
            troubles.met(f"r-{number}", "why")

    threads = [threading.Thread(target=meet, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (1, ("run r-",)) == (len(said), tuple(line[:6] for line in troubles.lines()))


def test_by_itself_it_speaks_on_standard_error(clock, capsys):
    """Where whoever keeps the log of a service looks."""
    Troubles(clock).met("a", "why")
    assert "drillbook: run a cannot go on" in capsys.readouterr().err

"""A question and a time limit → the answer when it became true, or the last one at the end."""

from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drillbook.drill.deadline import wait_until
from drillbook.model.clock import SystemClock
from drillbook.model.lab import LabError, Observation
from drillbook.model.truth import Truth


class Minutes:
    """A clock that passes only while somebody sleeps, and a little with every look at it."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def now_ns(self) -> int:
        return round(self.now_s * 1e9)

    def monotonic_s(self) -> float:
        return self.now_s

    def sleep(self, duration_s: float) -> None:
        self.now_s += duration_s


def asked(*truths: Truth | str) -> Callable[[], Observation]:
    """A question with these answers, the last for ever; a text is raised as a LabError."""
    answers: Iterator[Truth | str] = iter(truths)
    last: list[Truth | str] = []

    def ask() -> Observation:
        last[:] = [next(answers, last[0] if last else Truth.FALSE)]
        if isinstance(last[0], str):
            raise LabError(last[0])
        return Observation(truth=last[0], because=last[0].value)

    return ask


def waited(ask: Callable[[], Observation], within_s: float = 10.0) -> tuple[Observation, float]:
    """The answer and how many seconds it took."""
    clock = Minutes()
    return wait_until(ask, within_s=within_s, every_s=3.0, clock=clock), clock.now_s


def test_the_wait_ends_with_the_first_true() -> None:
    """Neither FALSE nor UNKNOWN nor an unreachable lab ends it."""
    answer, took_s = waited(asked(Truth.FALSE, Truth.UNKNOWN, "no route", Truth.TRUE))
    assert (Truth.TRUE, 9.0) == (answer.truth, took_s)


def test_the_last_answer_is_given_at_the_deadline() -> None:
    """The deadline itself is asked once more, and never slept past."""
    answer, took_s = waited(asked(Truth.UNKNOWN, Truth.FALSE))
    assert (Truth.FALSE, 10.0) == (answer.truth, took_s)


def test_what_cannot_be_asked_is_unknown_in_its_own_words() -> None:
    """An unreachable lab is no FALSE."""
    answer, _ = waited(asked("the lab is gone: start it again"))
    assert Observation(truth=Truth.UNKNOWN, because="the lab is gone: start it again") == answer


@pytest.mark.parametrize("within_s", [0.0, -5.0])
def test_without_time_it_is_asked_once(within_s: float) -> None:
    """A deadline that has passed still gets an answer, without sleeping."""
    answer, took_s = waited(asked(Truth.FALSE, Truth.TRUE), within_s)
    assert (Truth.FALSE, 0.0) == (answer.truth, took_s)


def test_another_error_is_not_swallowed() -> None:
    """A bug is not an UNKNOWN."""

    def ask() -> Observation:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        waited(ask)


def test_the_machines_clock_will_do() -> None:
    """The real clock's wait ends, too."""
    answer = wait_until(asked(Truth.FALSE), within_s=0.02, every_s=0.005, clock=SystemClock())
    assert answer.truth is Truth.FALSE


@given(
    within_s=st.floats(0, 1e4),
    every_s=st.floats(0.5, 1e3),
    truths=st.lists(st.sampled_from(Truth), max_size=20),
)
def test_no_wait_is_longer_than_it_may_be(
    within_s: float, every_s: float, truths: list[Truth]
) -> None:
    """Whatever is answered, the time is kept, and TRUE is given if it was ever heard."""
    clock = Minutes()
    answer = wait_until(asked(*truths), within_s=within_s, every_s=every_s, clock=clock)
    assert clock.now_s <= within_s * (1 + 1e-9)
    assert answer.truth is Truth.TRUE or clock.now_s >= within_s * (1 - 1e-9)

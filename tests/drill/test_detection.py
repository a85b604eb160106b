"""A Rule and the lab's intervals → the range its detection must lie in."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drillbook.drill.detection import JITTER_S, detection_range, window_s
from drillbook.model.lab import Pacing
from drillbook.model.place import Place
from drillbook.model.rule import Rule

FULL = Pacing(scrape_s=15, evaluation_s=15, group_wait_s=10, group_interval_s=60)
FAST = Pacing(scrape_s=1, evaluation_s=1, group_wait_s=0, group_interval_s=1)


def rule(for_s: float = 0.0, expr: str = "pg_up == 0", interval_s: float | None = None) -> Rule:
    """A rule of which only what counts is set."""
    here = Place(path="rules.yml")
    return Rule(
        place=here,
        name="A",
        group="g",
        expr=expr,
        expr_place=here,
        for_s=for_s,
        interval_s=interval_s,
    )


@pytest.mark.parametrize(
    ("one", "pacing", "expected"),
    [
        (rule(), FAST, (0.0, 1 + 1 + 1 + JITTER_S)),
        (rule(for_s=60), FULL, (60.0, 15 + 10 + 15 + 60 + JITTER_S)),
        (rule(for_s=61), FULL, (75.0, 15 + 10 + 15 + 75 + JITTER_S)),
        (rule(for_s=20, interval_s=60), FULL, (60.0, 15 + 10 + 60 + 60 + JITTER_S)),
        (rule(expr="rate(x[5m]) > 0"), FAST, (0.0, 3 + 300 + JITTER_S)),
        (rule(expr="x > 0 offset 5m"), FAST, (0.0, 3 + 300 + JITTER_S)),
    ],
)
def test_the_range_is_the_sum_of_what_may_be_waited_for(
    one: Rule, pacing: Pacing, expected: tuple[float, float]
) -> None:
    """Scrape, its duration, evaluation, `for` in whole evaluations, window, jitter."""
    assert expected == detection_range(one, pacing)


def test_rounding_up_does_not_trip_over_binary_fractions() -> None:
    """1.1 s in steps of 0.1 s are eleven steps, although 1.1 / 0.1 is above 11."""
    pacing = Pacing(scrape_s=0.1, evaluation_s=0.1, group_wait_s=0, group_interval_s=1)
    assert 1.1 == detection_range(rule(for_s=1.1), pacing)[0]


@given(
    for_ms=st.integers(0, 10**7),
    evaluation_ms=st.integers(1, 10**6),
    scrape_ms=st.integers(1, 10**6),
)
def test_every_possible_course_lies_in_the_range(
    for_ms: int, evaluation_ms: int, scrape_ms: int
) -> None:
    """The quickest and the slowest course, played evaluation by evaluation, are inside."""
    pacing = Pacing(
        scrape_s=scrape_ms / 1e3,
        evaluation_s=evaluation_ms / 1e3,
        group_wait_s=0,
        group_interval_s=1,
    )
    minimum_s, maximum_s = detection_range(rule(for_s=for_ms / 1e3), pacing)
    evaluations = math.ceil(for_ms / evaluation_ms)
    for first_ms in (0, scrape_ms + evaluation_ms):
        fired_s = (first_ms + evaluations * evaluation_ms) / 1e3
        assert minimum_s <= fired_s <= maximum_s


@pytest.mark.parametrize(
    ("expr", "expected"),
    [
        ("up == 0", 0.0),
        ("rate(x[1m]) / rate(y[5m])", 300.0),
        ("max_over_time(rate(x[5m])[1h:1m])", 3900.0),
        ("x offset 1m or y offset 2m", 120.0),
        ('x{a="[5m]"}', 0.0),
        ("time() - x > 1h", 0.0),
    ],
)
def test_the_window_is_as_far_as_the_expression_looks_back(expr: str, expected: float) -> None:
    """The longest selector counts, within the longest subquery; a number does not."""
    assert expected == window_s(expr)

"""Durations beside their objectives, and times in words."""

import math

import pytest

from drillbook.model.verdict import Times, Verdict, VerdictState
from drillbook.report.times import (
    DURATIONS,
    between_ns,
    missing_moments,
    moments,
    seconds,
    time_rows,
    utc,
)


def verdict(
    durations_s: dict[str, float | None],
    objectives_s: dict[str, float | None],
    compression: float = 1.0,
) -> Verdict:
    """A Verdict with nothing but its times."""
    return Verdict(
        drill="d",
        runbook="r",
        stream="s",
        state=VerdictState.PASSED,
        rulings=(),
        durations_s=durations_s,
        objectives_s=objectives_s,
        compression=compression,
    )


def test_rows_stand_in_the_order_in_which_things_happen() -> None:
    """What is known stands in its order, what a judge adds follows by name."""
    rows = time_rows(verdict({"zeal": 1, "resolve": 1, "detect": 1, "calm": 1, "recover": 1}, {}))
    assert ["detect", "recover", "resolve", "calm", "zeal"] == [row.name for row in rows]


def test_an_objective_without_a_measure_has_a_row() -> None:
    """What was promised and never measured is seen."""
    (row,) = time_rows(verdict({}, {"recover": 300.0, "detect": None}))
    assert ("recover", None, 300.0, None) == (
        row.name,
        row.measured_s,
        row.objective_s,
        row.is_met,
    )


@pytest.mark.parametrize(
    ("measured_s", "objective_s", "is_met"),
    [
        (9.9, 10.0, True),
        (10.0, 10.0, True),
        (10.1, 10.0, False),
        (None, 10.0, None),
        (9.0, None, None),
    ],
)
def test_an_objective_is_met_up_to_its_bound(
    measured_s: float | None, objective_s: float | None, is_met: bool | None
) -> None:
    """As long as promised is in time; what is missing is neither met nor missed."""
    (row,) = time_rows(verdict({"detect": measured_s}, {"detect": objective_s}))
    assert is_met is row.is_met


@pytest.mark.parametrize(
    ("full_s", "is_met"), [(119.0, True), (121.0, False), (None, None), (math.nan, None)]
)
def test_a_compressed_run_is_held_to_what_holds_at_full_length(
    full_s: float | None, is_met: bool | None
) -> None:
    """A detection that was made ten times as fast meets no objective by itself."""
    durations_s = {"detect": 3.0, "detect_at_full_length": full_s}
    (row,) = time_rows(verdict(durations_s, {"detect": 120.0}, compression=10.0))
    assert is_met is row.is_met
    assert 3.0 == row.measured_s


def test_a_run_at_full_length_has_no_other_length() -> None:
    """What was measured is what holds, and is not said twice."""
    durations_s: dict[str, float | None] = {"detect": 90.0, "detect_at_full_length": 90.0}
    (row,) = time_rows(verdict(durations_s, {"detect": 120.0}))
    assert (None, True) == (row.full_s, row.is_met)


def test_every_name_that_we_know_has_a_label_and_a_meaning() -> None:
    """A reader is never left to guess from what to what a duration was taken."""
    durations_s: dict[str, float | None] = dict.fromkeys(DURATIONS, 1.0)
    rows = time_rows(verdict(durations_s, {}))
    assert list(DURATIONS) == [row.name for row in rows]
    assert all(row.label and row.meaning for row in rows)


def test_what_is_no_number_was_not_measured() -> None:
    """Neither NaN nor infinity is taken for a time."""
    rows = time_rows(verdict({"detect": math.nan, "recover": math.inf}, {"detect": 1.0}))
    assert [None, None] == [row.measured_s for row in rows]


@pytest.mark.parametrize(
    ("value_s", "expected"),
    [(0.04, "0.0 s"), (12.34, "12.3 s"), (None, "—"), (math.nan, "—"), (1e300, "1e+300 s")],
)
def test_seconds_in_words(value_s: float | None, expected: str) -> None:
    """One digit after the point, a dash for nothing, and never a line full of digits."""
    assert expected == seconds(value_s)


def test_utc_is_exact() -> None:
    """No nanosecond is lost on the way through a floating point number."""
    assert "2026-11-21T10:00:00.123456789Z" == utc(1_795_255_200_123_456_789)
    assert "1969-12-31T23:59:59.999999999Z" == utc(-1)


def test_between_is_in_seconds() -> None:
    """Nanoseconds in, seconds out."""
    assert 1.5 == between_ns(500_000_000, 2_000_000_000)


def test_moments_in_the_order_in_which_they_happened() -> None:
    """A moment that came early stands early; one that never came is named apart."""
    times = Times(fault_at=10, alert_fired_at=30, impact_at=5)
    assert (("impact", 5), ("fault", 10), ("alert fired", 30)) == moments(times)
    assert ("alert active", "notified", "acknowledged", "diagnosed", "mitigated", "resolved") == (
        missing_moments(times)
    )

"""Durations, ours and those of Prometheus."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drillbook.read.sentences.duration import (
    DURATION_S_MAX,
    read_duration,
    read_prometheus_duration,
)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("10 s", 10),
        ("10s", 10),
        ("5m", 300),
        ("1h30m", 5_400),
        ("1 h 30 min", 5_400),
        ("500ms", 0.5),
        ("2 minutes", 120),
        ("1.5 H", 5_400),
        (" 1d ", 86_400),
        ("0s", 0),
        ("10", None),
        ("", None),
        ("s", None),
        ("5s 1h", None),
        ("5s5s", None),
        ("-5s", None),
        ("5 parsecs", None),
        ("99999 w", None),
        ("1e3s", None),
        ("٣ s", None),
    ],
)
def test_read_duration(text: str, seconds: float | None) -> None:
    """A number always has its unit; units fall; ten years are the most."""
    assert seconds == read_duration(text)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1h30m", 5_400),
        ("1d", 86_400),
        ("2w", 1_209_600),
        ("1y", 31_536_000),
        ("0", 0),
        ("15s", 15),
        ("250ms", 0.25),
        ("5 m", None),
        ("1m1h", None),
        ("1.5h", None),
        ("", None),
        ("9999999y", None),
    ],
)
def test_read_prometheus_duration(text: str, seconds: float | None) -> None:
    """What Prometheus takes, and nothing else."""
    assert seconds == read_prometheus_duration(text)


@given(st.text(max_size=80))
def test_any_text_is_a_bounded_duration_or_none(text: str) -> None:
    """Nothing raises, and no wait is longer than ten years."""
    for seconds in (read_duration(text), read_prometheus_duration(text)):
        assert seconds is None or 0 <= seconds <= DURATION_S_MAX


@given(hours=st.integers(1, 99), minutes=st.integers(0, 59), millis=st.integers(0, 999))
def test_parts_add_up(hours: int, minutes: int, millis: int) -> None:
    """The parts of a duration are added."""
    expected = hours * 3_600 + minutes * 60 + millis / 1_000
    assert expected == pytest.approx(read_duration(f"{hours}h{minutes}m{millis}ms"))

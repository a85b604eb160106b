"""A PromQL expression → its duration literals, each with its place and its meaning."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drillbook.drill.durations import Use, duration_ms, duration_text, literals


def found(expr: str) -> list[tuple[str, Use]]:
    """The literals as they are written, with their use."""
    return [(expr[one.start : one.end], one.use) for one in literals(expr)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5m", 300_000),
        ("1h30m", 5_400_000),
        ("1d", 86_400_000),
        ("1w", 604_800_000),
        ("1y", 31_536_000_000),
        ("1500ms", 1_500),
        ("1m30s", 90_000),
        ("0", 0),
        ("0s", 0),
    ],
)
def test_durations_are_read_as_prometheus_reads_them(text: str, expected: int) -> None:
    """Days, weeks and years have 24 hours, 7 days and 365 days."""
    assert expected == duration_ms(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "5",
        "m",
        "1.5m",
        "-5m",
        "30s1m",
        "5m5m",
        "five",
        "5M",
        "\u0665m",
        "5m ",
        "9" * 9999 + "m",
    ],
)
def test_what_prometheus_refuses_is_no_duration(text: str) -> None:
    """Fractions, a wrong order and doubled units are none."""
    assert duration_ms(text) is None


@given(milliseconds=st.integers(min_value=1, max_value=10**12))
def test_a_written_duration_reads_the_same(milliseconds: int) -> None:
    """What is written for Prometheus means what was meant."""
    assert milliseconds == duration_ms(duration_text(milliseconds))


@pytest.mark.parametrize(
    ("expr", "expected"),
    [
        ("rate(x[5m])", [("5m", Use.RANGE)]),
        ("rate(x[ 5m ])", [("5m", Use.RANGE)]),
        ("max_over_time(x[1h:5m])", [("1h", Use.SUBQUERY), ("5m", Use.RESOLUTION)]),
        ("max_over_time(x[1h:])", [("1h", Use.SUBQUERY)]),
        ("x offset 5m > 1", [("5m", Use.OFFSET)]),
        ("x OFFSET - 5m", [("5m", Use.OFFSET)]),
        ("x offset # so\n 5m", [("5m", Use.OFFSET)]),
        ("rate(x[300])", [("300", Use.RANGE)]),
        ("rate(x[5m * 2])", [("5m", Use.RANGE)]),
        ("time() - x > 1h", [("1h", Use.NUMBER)]),
        ("rate(x[1h30m] offset 1d)", [("1h30m", Use.RANGE), ("1d", Use.OFFSET)]),
        (
            "avg_over_time(rate(x[5m])[1h:1m])",
            [("5m", Use.RANGE), ("1h", Use.SUBQUERY), ("1m", Use.RESOLUTION)],
        ),
        ("x{a=\"[5m] offset 5m\", b='\\'[5m]', c=`[5m]\\`} > 0", []),
        ("x # rate(x[5m])\n + y", []),
        ("job:errors:rate5m > 5", []),
        ("x offset y", []),
        ("x > 1e5 + 0x5 + 5.5", []),
        ("x @ 1609746000 offset 5m", [("5m", Use.OFFSET)]),
        ('x{y="unclosed [5m]', []),
        ("x[5m", [("5m", Use.RANGE)]),
        ("x[[5m]]", [("5m", Use.RANGE)]),
    ],
)
def test_literals_are_told_from_what_looks_like_them(
    expr: str, expected: list[tuple[str, Use]]
) -> None:
    """Strings, comments, names and plain numbers hold no durations."""
    assert expected == found(expr)


PIECES = ["[", "]", "5m", "1h", ":", "offset", " ", "-", '"', "'", "`", "\\", "#", "\n", "x", "0x"]


@given(expr=st.lists(st.sampled_from(PIECES)).map("".join) | st.text())
def test_no_expression_raises_and_literals_stand_in_order(expr: str) -> None:
    """Whatever the text, literals lie inside it and never overlap."""
    ends = [0] + [place for one in literals(expr) for place in (one.start, one.end)]
    assert sorted(ends) == ends
    assert ends[-1] <= len(expr)


@pytest.mark.parametrize("piece", ['"\\', "[", "offset ", "#", "'", "[5m:", "5m", "a:"])
def test_a_long_hostile_expression_takes_linear_time(piece: str) -> None:
    """Fifty thousand repetitions are read in seconds, not hours."""
    begun_s = time.monotonic()
    list(literals(piece * 50_000))
    assert time.monotonic() - begun_s < 20

"""Rates that the text counts by another time."""

import pytest

from drillbook.lint.rule.rate_called_per_minute import LINT
from lint_rules import annotated, rule_of, said


@pytest.mark.parametrize(
    ("expr", "text"),
    [
        ("rate(a_total[5m]) > 10", "more than 10 per minute"),
        ("sum(rate(a_total[5m])) > 10", "more than 10 failed logins per minute"),
        ("10 < irate(a_total[5m])", "10/min"),
        ("rate(a_total[5m]) > 7200", "7200 an hour"),
        ("rate(a_total[5m]) > 2", "{{ $value }} logins per minute"),
        ("rate(a_total[5m]) > 2", '{{ printf "%.1f" $value }}/min'),
    ],
)
def test_a_rate_per_second_is_not_one_per_minute(expr: str, text: str) -> None:
    """The same number, or the value itself, said to be by another time."""
    assert 1 == len(said(LINT, rule_of(expr, more=annotated(summary=text))))


@pytest.mark.parametrize(
    ("expr", "text"),
    [
        ("rate(a_total[5m]) > 10", "more than 10 per second"),
        ("rate(a_total[5m]) > 10", "more than 600 per minute"),
        ("rate(a_total[5m]) * 60 > 10", "more than 10 per minute"),
        ("increase(a_total[1m]) > 10", "more than 10 per minute"),
        ("rate(a_total[5m]) > 10 and rate(b_total[5m]) > 5", "more than 10 per minute"),
        ("rate(a_total[5m]) > 10", "happens about once per minute"),
        ("a >", "10 per minute"),
    ],
)
def test_what_may_be_right_is_not_flagged(expr: str, text: str) -> None:
    """Another number, another unit, several conditions."""
    assert [] == said(LINT, rule_of(expr, more=annotated(summary=text)))


def test_the_cure_is_told_by_the_time_that_the_text_means() -> None:
    """An hour has 3600 seconds; the place is that of the expression."""
    rule = rule_of("rate(a_total[5m]) > 7200", more=annotated(description="7200 per hour"))
    [flaw] = said(LINT, rule)
    assert flaw.help.startswith("write > 7200 / 3600")
    assert rule.expr_place == flaw.place
    assert "description" in flaw.message

"""Texts that say another figure than the rule."""

import pytest

from drillbook.lint.rule.annotation_differs_from_rule import LINT
from lint_rules import annotated, rule_of, said


@pytest.mark.parametrize(
    ("expr", "for_", "text"),
    [
        ("used / total > 0.85", "5m", "above 90%"),
        ("used_percent > 85", "5m", "above 90%"),
        ("used / total > 0.9", "5m", "{{ $labels.x }} is above 80%"),
        ("latency > 2", "5m", "p95 above 500 ms"),
        ("up == 0", "5m", "down for 2 minutes"),
        ("rate(a_total[5m]) > 3", "10m", "failed for more than 1 hour"),
        ("rate(a_total[5m]) > 3", "10m", "more than 5 per second"),
    ],
)
def test_another_figure_is_flagged(expr: str, for_: str, text: str) -> None:
    """Thresholds, durations and rates."""
    assert 1 == len(said(LINT, rule_of(expr, for_=for_, more=annotated(summary=text))))


@pytest.mark.parametrize(
    ("expr", "for_", "text"),
    [
        ("used / total > 0.9", "5m", "above 90%"),
        ("free / total < 0.1", "5m", "above 90% used"),
        ("free_percent < 10", "5m", "above 90% used"),
        ("latency > 0.5", "5m", "above 500 ms"),
        ("latency_ms > 500", "5m", "above 500 ms"),
        ("up == 0", "5m", "down for more than 5 minutes"),
        ("rate(a_total[15m]) > 3", "5m", "for 20 minutes"),
        ("time() - a > 3600", "5m", "not for 1 hour"),
        ("up == 0", "0s", "down for 5 minutes"),
        ("used / total > 0.9 and a < 3", "5m", "above 80%"),
        ("rate(a_total[5m]) > 10", "5m", "more than 600 per minute"),
        ("used / total > 0.9", "5m", "it is above {{ $labels.limit }}%"),
        ("used_bytes > 1000000", "5m", "above 80%"),
        ("used >", "5m", "above 80% for 1 hour"),
    ],
)
def test_the_same_in_other_words_is_not_flagged(expr: str, for_: str, text: str) -> None:
    """Fractions, what is left, look-backs, and all that is not certain."""
    assert [] == said(LINT, rule_of(expr, for_=for_, more=annotated(summary=text)))


def test_both_figures_are_told() -> None:
    """What the text says, and what the rule does."""
    rule = rule_of("used / total > 0.85", more=annotated(description="usage above 90%"))
    [flaw] = said(LINT, rule)
    assert 'the description says "above 90%", and the rule compares with > 0.85' == flaw.message

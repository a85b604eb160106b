"""Ratios that divide a series by itself."""

import pytest

from drillbook.lint.rule.unaggregated_ratio import LINT
from lint_rules import rule_of, said


@pytest.mark.parametrize(
    ("expr", "word"),
    [
        ('rate(a{s=~"5.."}[5m]) / rate(a[5m]) > 0.05', "always 1"),
        ('rate(a{s="ok"}[1h]) / rate(a[1h]) < 0.95', "always 1"),
        ('1 - (rate(a{s="ok"}[1h]) / rate(a[1h])) > 0.1', "always 1"),
        ('sum(rate(a{s="ok"}[1h]) / rate(a[1h])) < 1', "always 1"),
        ('a{s="ok"} / a < 1', "always 1"),
        ('rate(a{s="ok"}[1h]) / rate(a{s="bad"}[1h]) < 1', "always empty"),
    ],
)
def test_one_metric_chosen_differently_is_divided_by_itself(expr: str, word: str) -> None:
    """Wherever the ratio stands; the message says what comes of it."""
    [flaw] = said(LINT, rule_of(expr))
    assert word in flaw.message


@pytest.mark.parametrize(
    "expr",
    [
        'sum(rate(a{s="ok"}[5m])) / sum(rate(a[5m])) < 1',
        'rate(a{s="ok"}[5m]) / on(job) group_left rate(a[5m]) < 1',
        'rate(a{s="ok"}[5m]) / ignoring(s) group_left rate(a[5m]) < 1',
        'rate(a{s="ok"}[5m]) / rate(b[5m]) < 1',
        'rate(a{s="ok"}[5m]) / rate(a{s="ok"}[1h]) < 1',
        'rate(a{s="ok"}[5m]) / rate(a[1h]) < 1',
        'a{s="ok"} / a offset 1d < 1',
        'a{s="ok"} - a < 1',
        "a /",
    ],
)
def test_ratios_that_say_something_are_not_flagged(expr: str) -> None:
    """Summed, matched, of two metrics, over two times, or of two moments."""
    assert [] == said(LINT, rule_of(expr))

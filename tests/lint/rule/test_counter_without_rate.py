"""Counters that are compared as they are."""

import pytest

from drillbook.lint.rule.counter_without_rate import LINT
from lint_rules import rule_of, said


@pytest.mark.parametrize(
    "expr",
    ["a_errors_total > 3", "sum by (x) (a_failures_total) >= 1", "3 < a_failed_uploads_total"],
)
def test_a_counter_of_failures_never_falls(expr: str) -> None:
    """Alone or summed up."""
    [flaw] = said(LINT, rule_of(expr))
    assert "increase(" in flaw.help


@pytest.mark.parametrize(
    "expr",
    [
        "increase(a_errors_total[5m]) > 3",
        "a_errors_total - a_errors_total offset 5m > 3",
        "nodes_total > 3",
        "a_errors_total < 3",
        "a_errors_total == 0",
        "a_errors > 3",
        "a_errors_total >",
    ],
)
def test_what_may_be_meant_is_not_flagged(expr: str) -> None:
    """Growth, what is called total and is none, comparisons that end."""
    assert [] == said(LINT, rule_of(expr))

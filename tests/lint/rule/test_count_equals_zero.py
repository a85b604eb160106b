"""Counts of nothing."""

import pytest

from drillbook.lint.rule.count_equals_zero import LINT
from lint_rules import rule_of, said


@pytest.mark.parametrize(
    "expr",
    [
        "count(up == 1) == 0",
        "0 == count(up == 1)",
        "count by (job) (up == 1) < 1",
        "(count(up)) <= 0",
        "count_over_time(a[5m]) == 0",
        "count(up) == 0 and b > 1",
    ],
)
def test_a_count_is_never_zero(expr: str) -> None:
    """Empty is not 0."""
    [flaw] = said(LINT, rule_of(expr))
    assert "absent" in flaw.help


@pytest.mark.parametrize(
    "expr",
    [
        "count(up) < 3",
        "count(up) > 0",
        "(count(up) or vector(0)) == 0",
        "absent(up)",
        "count(up) == 0 or absent(up)",
        "sum(up) == 0",
        "count(up",
    ],
)
def test_counts_that_can_be_so_are_not_flagged(expr: str) -> None:
    """Another number, a zero that was added, an alert that asks for absence as well."""
    assert [] == said(LINT, rule_of(expr))

"""Events per second that are called a share."""

import pytest

from drillbook.lint.rule.rate_called_percent import LINT
from lint_rules import annotated, rule_of, said


@pytest.mark.parametrize(
    ("expr", "text"),
    [
        ("rate(s3_errors[5m]) > 0.05", "error rate above 5%"),
        ("sum(rate(s3_errors[5m])) > 5", "error rate above 5 percent"),
        ("rate(s3_errors[5m]) > 0.05", "{{ $value | humanizePercentage }} fail"),
        ("rate(s3_errors[5m]) > 0.05", "{{ $value }}% fail"),
    ],
)
def test_a_rate_is_no_share(expr: str, text: str) -> None:
    """The same number, as a fraction or as it is."""
    [flaw] = said(LINT, rule_of(expr, more=annotated(summary=text)))
    assert "s3_errors" in flaw.message


@pytest.mark.parametrize(
    ("expr", "text"),
    [
        ("rate(s3_errors[5m]) / rate(s3_requests[5m]) > 0.05", "above 5%"),
        ("rate(cpu_seconds_total[5m]) > 0.8", "busy for 80%"),
        ("rate(node_cpu[5m]) > 0.8", "busy for 80%"),
        ("rate(s3_errors[5m]) > 0.05", "above 20% of what is usual"),
        ("rate(s3_errors[5m]) > 3", "{{ $value }} errors per second"),
        ("s3_error_share > 0.05", "above 5%"),
    ],
)
def test_shares_and_times_are_not_flagged(expr: str, text: str) -> None:
    """The rate of seconds is a share of the time."""
    assert [] == said(LINT, rule_of(expr, more=annotated(summary=text)))

"""Alerts that nothing can route."""

import pytest

from drillbook.lint.rule.alert_without_severity import LINT
from lint_rules import rule_of, said


def test_an_alert_without_severity_is_flagged() -> None:
    """Other labels do not say how bad it is."""
    [flaw] = said(LINT, rule_of("a > 1", more="labels:\n  team: x\n"))
    assert "DiskFull" in flaw.message


@pytest.mark.parametrize("label", ["severity", "Severity", "priority", "level"])
def test_teams_call_it_differently(label: str) -> None:
    """Any word for it counts."""
    assert [] == said(LINT, rule_of("a > 1", more=f"labels:\n  {label}: x\n"))

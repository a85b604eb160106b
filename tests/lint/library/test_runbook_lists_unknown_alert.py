"""Alerts that no rule defines."""

from drillbook.lint.library.runbook_lists_unknown_alert import LINT
from lint_trees import book, of_rule, told


def test_an_unknown_alert_is_told_with_the_one_that_was_meant() -> None:
    """At its place in the list."""
    files = {"r.yaml": of_rule(), "runbooks/disk.md": book("alerts: [DiskFull, DiskFul]")}
    [flaw] = told(LINT, files)
    assert ("no rule defines the alert DiskFul", "did you mean DiskFull?") == (
        flaw.message,
        flaw.help,
    )
    assert (2, 20) == (flaw.place.line, flaw.place.column)


def test_rules_that_lie_elsewhere_are_not_missed() -> None:
    """Where no listed alert is known, this is not the tree of the rules."""
    assert [] == told(LINT, {"r.yaml": of_rule(), "runbooks/disk.md": book("alerts: [ApiDown]")})
    assert [] == told(LINT, {"runbooks/disk.md": book("alerts: [ApiDown]")})

"""Alerts that two runbooks list."""

from drillbook.lint.library.alert_listed_by_two_runbooks import LINT
from lint_trees import book, told


def test_the_second_is_told_of_the_first() -> None:
    """At the name in its list."""
    files = {
        "runbooks/a.md": book("alerts: [DiskFull]"),
        "runbooks/b.md": book("alerts: [DiskSlow, DiskFull]"),
    }
    [flaw] = told(LINT, files)
    assert ("runbooks/b.md", 2, 20) == (flaw.place.path, flaw.place.line, flaw.place.column)
    assert "runbooks/a.md lists DiskFull as well" in flaw.message


def test_one_runbook_is_not_flagged() -> None:
    """Also where it lists several."""
    assert [] == told(LINT, {"runbooks/a.md": book("alerts: [DiskFull, DiskSlow]")})

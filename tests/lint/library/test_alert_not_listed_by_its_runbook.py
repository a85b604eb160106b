"""Alerts that their runbook does not know."""

import pytest

from drillbook.lint.library.alert_not_listed_by_its_runbook import LINT
from lint_trees import book, of_rule, told, url


def test_an_alert_must_be_in_the_list_of_its_runbook() -> None:
    """Either the URL or the list is old."""
    files = {"r.yaml": of_rule(more=url("disk")), "runbooks/disk.md": book("alerts: [DiskSlow]")}
    [flaw] = told(LINT, files)
    assert "runbooks/disk.md does not list DiskFull, which leads to it" == flaw.message


@pytest.mark.parametrize("front", ["alerts: [DiskSlow, DiskFull]", "owner: x"])
def test_listed_and_without_a_list_are_not_flagged(front: str) -> None:
    """A runbook that lists nothing says nothing wrong."""
    assert [] == told(LINT, {"r.yaml": of_rule(more=url("disk")), "runbooks/disk.md": book(front)})

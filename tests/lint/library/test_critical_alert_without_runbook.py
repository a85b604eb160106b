"""Alerts that wake somebody and lead nowhere."""

import pytest

from drillbook.lint.library.critical_alert_without_runbook import LINT
from lint_trees import book, of_rule, told, url


@pytest.mark.parametrize("severity", ["critical", "page", "P1", "sev1"])
def test_who_is_woken_needs_a_runbook(severity: str) -> None:
    """Whatever the word for it."""
    [flaw] = told(LINT, {"r.yaml": of_rule(more=f"labels:\n  severity: {severity}\n")})
    assert "alerts: [DiskFull]" in flaw.help


@pytest.mark.parametrize(
    "more",
    [
        "labels:\n  severity: warning\n",
        "labels:\n  severity: critical\nannotations:\n  runbook: x\n",
        "labels:\n  severity: critical\n" + url("disk"),
        "labels:\n  severity: '{{ $labels.severity }}'\n",
        "",
    ],
)
def test_others_are_not_flagged(more: str) -> None:
    """Not woken, or led somewhere, by whatever annotation."""
    assert [] == told(LINT, {"r.yaml": of_rule(more=more)})


def test_a_runbook_that_lists_the_alert_is_enough() -> None:
    """The alert finds it by its list."""
    files = {
        "r.yaml": of_rule(more="labels:\n  severity: critical\n"),
        "runbooks/disk.md": book("alerts: [DiskFull]"),
    }
    assert [] == told(LINT, files)


def test_a_document_named_in_the_text_is_told_to_belong_into_the_url() -> None:
    """No machine reads a description."""
    more = "labels:\n  severity: critical\nannotations:\n  description: See docs/disk.md first.\n"
    [flaw] = told(LINT, {"r.yaml": of_rule(more=more)})
    assert 'put "docs/disk.md", which its description names, into runbook_url' == flaw.help


def test_an_alert_that_always_fires_needs_no_runbook() -> None:
    """It shows that alerts arrive."""
    files = {"r.yaml": of_rule("vector(1)", more="labels:\n  severity: critical\n")}
    assert [] == told(LINT, files)

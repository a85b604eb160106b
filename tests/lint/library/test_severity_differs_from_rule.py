"""Runbooks that are more or less alarmed than their alerts."""

import pytest

from drillbook.lint.library.severity_differs_from_rule import LINT
from lint_trees import book, of_rule, rules, told, url


def said(severity: str, *labels: str) -> list[str]:
    texts = [of_rule(more=url("disk") + f"labels:\n  severity: {label}\n") for label in labels]
    files = {"r.yaml": rules(*texts), "runbooks/disk.md": book(f"severity: {severity}")}
    return [flaw.message for flaw in told(LINT, files)]


def test_another_severity_is_flagged() -> None:
    """Both words are told."""
    assert ["the runbook is critical, and DiskFull is warning"] == said("critical", "warning")


@pytest.mark.parametrize(
    ("severity", "labels"),
    [
        ("critical", ["critical"]),
        ("critical", ["page"]),
        ("critical", ["warning", "critical"]),
        ("critical", ["blue"]),
        ("blue", ["warning"]),
    ],
)
def test_the_same_in_other_words_is_not_flagged(severity: str, labels: list[str]) -> None:
    """Nor words that are not ranked; the runbook of several alerts has one of theirs."""
    assert [] == said(severity, *labels)

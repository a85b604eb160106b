"""Documents that say another figure than the rule."""

import pytest

from drillbook.lint.library.runbook_differs_from_rule import LINT
from lint_trees import book, of_rule, rules, told


def said(sentence: str, rule: str) -> list[str]:
    text = book("alerts: [DiskFull]", f"# Disk\n\n## Meaning\n{sentence}\n\n## Diagnosis\n")
    return [flaw.message for flaw in told(LINT, {"r.yaml": rule, "runbooks/disk.md": text})]


@pytest.mark.parametrize(
    ("sentence", "rule", "message"),
    [
        (
            "Fires above 80 %.",
            of_rule("disk_used_ratio > 0.9"),
            'DiskFull: here "above 80 %", and the rule compares with > 0.9',
        ),
        (
            "Fires when it lasts for 10 minutes.",
            of_rule(for_="5m"),
            'DiskFull: here "for 10 minutes", and the rule waits for 5m',
        ),
        (
            "Fires at 10 failed writes per minute.",
            of_rule("rate(writes_failed_total[5m]) > 10"),
            'DiskFull: here "10 failed writes per minute", and the rule fires at 10 per second',
        ),
    ],
)
def test_another_figure_is_told_with_both(sentence: str, rule: str, message: str) -> None:
    """Thresholds, durations, rates."""
    assert [message] == said(sentence, rule)


@pytest.mark.parametrize(
    ("sentence", "rule"),
    [
        ("Fires above 90 %.", of_rule("disk_used_ratio > 0.9")),
        ("Fires below 10 % free.", of_rule("disk_used_ratio > 0.9")),
        ("Fires when it lasts for 5 minutes.", of_rule(for_="5m")),
        ("Fires at 600 per minute.", of_rule("rate(writes_failed_total[5m]) > 10")),
        ("Fires above 80 %.", of_rule("disk_used_ratio >")),
        ("Fires above 80 %.", of_rule(name="DiskSlow")),
    ],
)
def test_the_same_in_other_words_is_not_flagged(sentence: str, rule: str) -> None:
    """Nor what cannot be compared."""
    assert [] == said(sentence, rule)


def test_one_of_several_rules_of_an_alert_is_enough() -> None:
    """A warning at 80 % and a critical at 90 % are both this alert."""
    both = rules(of_rule("disk_used_ratio > 0.9"), of_rule("disk_used_ratio > 0.8"))
    assert [] == said("Fires above 80 %.", both)
    assert 1 == len(said("Fires above 70 %.", both))

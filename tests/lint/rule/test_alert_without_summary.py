"""Alerts that say nothing."""

import pytest

from drillbook.lint.rule.alert_without_summary import LINT
from lint_rules import annotated, rule_of, said


def test_a_link_alone_says_nothing() -> None:
    """A sentence is asked for."""
    assert 1 == len(said(LINT, rule_of("a > 1", more=annotated(runbook_url="https://a.dev"))))


@pytest.mark.parametrize("key", ["summary", "description", "message", "Title"])
def test_any_sentence_counts(key: str) -> None:
    """Whatever the annotation is called."""
    assert [] == said(LINT, rule_of("a > 1", more=annotated(**{key: "x"})))

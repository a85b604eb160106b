"""Expressions that are not understood."""

import pytest

from drillbook.lint.rule.promql_not_checked import LINT
from lint_rules import rule_of, said


@pytest.mark.parametrize("expr", ["a >", "$a > 1", "-" * 500 + "a"])
def test_what_is_not_understood_is_said_to_be_unchecked(expr: str) -> None:
    """A note, and never an error."""
    [flaw] = said(LINT, rule_of(expr))
    assert "not checked" in flaw.message
    assert "note" == LINT.severity.value


def test_what_is_understood_is_not_flagged() -> None:
    """Also with a comment in it."""
    assert [] == said(LINT, rule_of("a > 1 # so many"))

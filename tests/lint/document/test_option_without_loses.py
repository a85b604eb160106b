"""A disruptive or destructive option that does not say what is lost."""

import pytest

from drillbook.lint.document.option_without_loses import LINT
from told import FRONT, findings, option, told

HEAD = f"{FRONT}# It\n\n## Resolution\n"


@pytest.mark.parametrize("risk", ["disruptive", "destructive"])
def test_the_risk_is_underlined(risk):
    """It is what the loss is asked for."""
    text = HEAD + option("Start", f"**Risk:** {risk}. Clients reconnect.")
    assert [f"9: {risk}"] == told(LINT, text)
    assert f'the option "Start" is {risk}' in findings(LINT, text)[0].message


@pytest.mark.parametrize("loses", ["nothing", "at most the last 30 s of writes", "a few orders"])
def test_anything_said_is_enough(loses):
    """What is outside the grammar is told by another lint."""
    text = HEAD + option("Start", "**Risk:** disruptive.", f"**Loses:** {loses}.")
    assert [] == told(LINT, text)


def test_an_option_without_a_risk_loses_nothing():
    """And one that does not say its risk is told that first."""
    assert [] == told(LINT, HEAD + option("Start", "**Risk:** none."))
    assert [] == told(LINT, HEAD + option("Start", "Words."))


def test_a_risk_that_was_not_understood_is_told_once():
    """By the lint of the sentence."""
    assert [] == told(LINT, HEAD + option("Start", "**Risk:** medium."))

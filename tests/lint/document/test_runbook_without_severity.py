"""A runbook that does not say how bad its trouble is."""

import pytest

from drillbook.lint.document.runbook_without_severity import LINT
from told import PLAIN, WHOLE, severities, told

WITHOUT = WHOLE.replace("severity: critical", "service: orders")


def test_the_title_is_underlined():
    """Nobody knows whether to get up for it."""
    assert ["5: # The disk is full"] == told(LINT, WITHOUT)
    assert ["warning"] == severities(LINT, WITHOUT)


def test_a_severity_of_any_scale_is_enough():
    """Teams have their own."""
    assert [] == told(LINT, WHOLE)
    assert [] == told(LINT, WHOLE.replace("critical", "P1"))


def test_a_procedure_has_none():
    """Nobody is woken by it."""
    assert [] == told(LINT, WITHOUT.replace("---\n", "---\nkind: procedure\n", 1))


@pytest.mark.parametrize("said", ["Severity: high", "This is a P1.", "A SEV-2", "It is urgent."])
def test_plain_markdown_that_may_have_said_it_is_left_alone(said):
    """Prose says it in many ways."""
    assert [] == told(LINT, f"{PLAIN}\n{said}\n")
    assert ["note"] == severities(LINT, f"{PLAIN}\nAn alert leads here.\n")


@pytest.mark.parametrize("said", ["Schweregrad: kritisch", "Severidad: alta", "Priorité: haute"])
def test_other_languages_say_it_as_well(said):
    """Their alarms have a severity in their words."""
    assert [] == told(LINT, f"{PLAIN}\nAn alarm. {said}\n")


def test_plain_markdown_without_an_alert_may_be_a_procedure():
    """Nobody is woken in order to scale something down."""
    assert [] == told(LINT, PLAIN)

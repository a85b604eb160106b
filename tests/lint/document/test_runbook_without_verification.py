"""A runbook that does not say how to see that the trouble is over."""

import pytest

from drillbook.lint.document.runbook_without_verification import LINT
from told import FRONT, PLAIN, WHOLE, findings, severities, told

WITHOUT = "# It\n\n## Diagnosis\nLook.\n\n## Resolution\nDelete.\n"
STEP = "```sh\ncurl localhost\n```\n"


def test_a_missing_section_is_told_at_the_title():
    """There is no place where it would stand."""
    assert ["5: # It"] == told(LINT, FRONT + WITHOUT)


def test_a_section_without_a_step_is_told_where_it_stands():
    """No run could ever end as recovered."""
    assert ["16: ## Verification"] == told(LINT, WHOLE)
    assert "has no step" in findings(LINT, WHOLE)[0].message


def test_a_section_with_a_step_is_fine():
    """What the step must show is another lint's."""
    assert [] == told(LINT, WHOLE + STEP)


def test_plain_markdown_may_verify_in_words():
    """It has nothing that a machine could look at anyway."""
    assert [] == told(LINT, PLAIN)


@pytest.mark.parametrize("title", ["Confirm it is gone", "How to test", "Post checks"])
def test_any_title_that_may_mean_it_keeps_plain_markdown_from_being_flagged(title):
    """The words of people are more than our synonyms."""
    assert [] == told(LINT, f"{WITHOUT}\n## {title}\nLook.\n")
    assert ["5: # It"] == told(LINT, f"{FRONT}{WITHOUT}\n## {title}\nLook.\n")


def test_a_recovery_below_a_resolution_may_tell_how_to_see_it():
    """People write there until when they watch."""
    watched = "\n## Recovery\nWatch until all are ready.\n"
    assert [] == told(LINT, WITHOUT + watched)
    assert ["1: # It"] == told(LINT, WITHOUT.replace("Resolution", "Recovery"))


def test_plain_markdown_is_told_in_a_note():
    """It never said that it wants to be run."""
    assert ["note"] == severities(LINT, WITHOUT)


def test_plain_markdown_that_does_nothing_has_nothing_to_verify():
    """What it lacks first is a resolution."""
    assert [] == told(LINT, "# It\n\n## Symptoms\nIt fails.\n\n## Diagnosis\nLook.\n")

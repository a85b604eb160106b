"""A runbook that does not say when it was last reviewed."""

from drillbook.lint.document.runbook_without_review import LINT
from drillbook.model.lint import LintSettings
from told import PLAIN, WHOLE, severities, told


def test_the_title_is_underlined_in_a_note():
    """Nothing is wrong yet."""
    assert ["5: # The disk is full"] == told(LINT, WHOLE)
    assert ["note"] == severities(LINT, WHOLE)


def test_a_review_in_the_front_matter_or_in_prose_is_enough():
    """How old it may be is another lint's."""
    assert [] == told(LINT, WHOLE.replace("---\n# ", "reviewed: 2020-01-01\n---\n# "))
    assert [] == told(LINT, f"{WHOLE}Last reviewed: 2020-01-01\n")


def test_plain_markdown_is_not_asked():
    """It says it in its own way, or in its history."""
    assert [] == told(LINT, PLAIN)


def test_a_kind_whose_reviews_hold_for_ever_is_not_asked():
    """The settings say so."""
    assert [] == told(LINT, WHOLE, settings=LintSettings(review_days={"alert": 0}))

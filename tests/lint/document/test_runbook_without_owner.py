"""A runbook that names no owner."""

import pytest

from drillbook.lint.document.runbook_without_owner import LINT
from told import PLAIN, WHOLE, severities, told


def test_the_title_is_underlined():
    """Nobody is asked when it is wrong."""
    text = WHOLE.replace("owner: storage", "service: orders")
    assert ["5: # The disk is full"] == told(LINT, text)
    assert ["warning"] == severities(LINT, text)


def test_an_owner_in_the_front_matter_is_enough():
    """It is what the tool asks."""
    assert [] == told(LINT, WHOLE)


@pytest.mark.parametrize("said", ["Owner: Storage", "Ask the DBA team.", "Wake the on-call."])
def test_plain_markdown_that_may_have_said_it_is_left_alone(said):
    """Prose names its owner in many ways."""
    assert [] == told(LINT, f"{PLAIN}\n{said}\n")
    assert ["note"] == severities(LINT, PLAIN)


def test_words_are_not_enough_where_our_format_is_used():
    """The front matter is what is read."""
    text = WHOLE.replace("owner: storage", "service: orders") + "\nOwner: Storage\n"
    assert ["warning"] == severities(LINT, text)


def test_the_owner_of_the_file_is_that_of_all_its_runbooks():
    """Each may have its own."""
    head = "---\n{}runbooks:\n  one: {{severity: critical}}\n  two: {{owner: b}}\n---\n"
    both = "## One\n### Diagnosis\nLook.\n## Two\n### Diagnosis\nLook.\n"
    assert [] == told(LINT, head.format("owner: a\n") + both)
    assert ["6: ## One"] == told(LINT, head.format("") + both)

"""A section that stands before the one that it follows from."""

import pytest

from drillbook.lint.document.section_out_of_order import LINT
from told import FRONT, WHOLE, findings, severities, told


def sections(*titles: str) -> str:
    """One after the other, each with a word in it."""
    return "# It\n" + "".join(f"\n## {title}\nWords.\n" for title in titles)


@pytest.mark.parametrize(
    ("titles", "underlined"),
    [
        (("Resolution", "Diagnosis"), "7: ## Resolution"),
        (("Diagnosis", "Verification", "Resolution"), "10: ## Verification"),
        (("Diagnosis", "Symptoms", "Resolution"), "7: ## Diagnosis"),
    ],
)
def test_the_section_that_stands_too_early_is_underlined(titles, underlined):
    """It is the one to move."""
    assert [underlined] == told(LINT, FRONT + sections(*titles))


def test_the_message_says_where_the_other_one_stands():
    """So that one sees how far it has to go."""
    (found,) = findings(LINT, FRONT + sections("Resolution", "Diagnosis"))
    assert '"Resolution" stands before "Diagnosis" (line 10)' in found.message
    assert 'move "Resolution" below "Diagnosis"' == found.help


def test_the_usual_order_is_fine():
    """Also with other sections in between."""
    assert [] == told(LINT, WHOLE)
    assert [] == told(LINT, FRONT + sections("Symptoms", "Words", "Diagnosis", "Resolution"))


def test_plain_markdown_may_mitigate_first():
    """To stop the bleeding before one looks for its cause is a school of its own."""
    assert [] == told(LINT, sections("Mitigation", "Diagnosis"))
    assert [] == told(LINT, sections("Validate", "Diagnosis", "Resolution"))


def test_plain_markdown_whose_titles_mean_nothing_else_is_told_in_a_note():
    """What is resolved before it is diagnosed stands in the wrong place in any file."""
    assert ["note"] == severities(LINT, sections("Resolution", "Diagnosis"))

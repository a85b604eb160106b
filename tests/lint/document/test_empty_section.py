"""A heading with nothing below it."""

import pytest

from drillbook.lint.document.empty_section import LINT
from told import WHOLE, findings, severities, told

HEAD = "# It\n\n## Symptoms\nIt fails.\n\n"


@pytest.mark.parametrize(
    "nothing",
    ["", "\n\n", "<!-- what\ngoes here? -->\n", "---\n", "* * *\n", '<a id="x"></a>\n'],
)
def test_what_nobody_sees_is_nothing(nothing):
    """Comments, anchors and lines that only part."""
    text = f"{HEAD}## Diagnosis\n{nothing}\n## Resolution\nAct.\n"
    assert ["6: ## Diagnosis"] == told(LINT, text)


@pytest.mark.parametrize(
    "something", ["Look.", "- Look", "```sh\ndf\n```", "![a](b.png)", "<b>Look</b>", "| a |"]
)
def test_anything_that_is_seen_is_something(something):
    """Whatever it is worth."""
    assert [] == told(LINT, f"{HEAD}## Diagnosis\n{something}\n\n## Resolution\nAct.\n")


def test_a_heading_that_holds_others_is_not_empty():
    """And one without words below it may say all there is to say."""
    assert [] == told(LINT, f"{HEAD}## Diagnosis\n### One\nLook.\n### Restart the pod\n")


def test_the_sections_that_are_followed_are_warned_of():
    """What stands beside them is worth a note."""
    assert ["warning"] == severities(LINT, f"{HEAD}## Diagnosis\n\n## Related\nNothing.\n")
    assert ["note"] == severities(LINT, f"{WHOLE}\n## Prevention\n\n## Related\nNothing.\n")


def test_an_escalation_is_left_to_its_own_lint():
    """One flaw is told once."""
    assert [] == told(LINT, f"{WHOLE}\n## Escalation\n")


def test_a_title_alone_is_no_section():
    """A file that holds only its title has said nothing yet."""
    assert [] == told(LINT, "---\nowner: storage\n---\n# It\n")


def test_the_last_heading_of_a_file_may_be_empty_too():
    """There is no next one that ends it."""
    (found,) = findings(LINT, f"{WHOLE}\n## Prevention\n")
    assert 'nothing stands below "Prevention"' == found.message

"""An option that can be chosen, but has nothing to run."""

from drillbook.lint.document.option_without_steps import LINT
from told import FRONT, findings, option, told

HEAD = f"{FRONT}# It\n\n## Diagnosis\n```sh {{ name=one }}\ndf\n```\n\n## Resolution\n"
WHEN = "**When:** `one` is unhealthy."


def test_its_heading_is_underlined():
    """A run that chooses it has done nothing."""
    text = f"{HEAD}### Wait\n{WHEN}\n\nIt passes.\n"
    assert ["13: ### Wait"] == told(LINT, text)
    assert 'the option "Wait" can be chosen, but has no step' == findings(LINT, text)[0].message


def test_a_step_is_enough():
    """Whatever it does."""
    assert [] == told(LINT, HEAD + option("Wait", WHEN))


def test_a_heading_without_a_when_is_read_by_people():
    """Nothing chooses it."""
    assert [] == told(LINT, f"{HEAD}### Ask for a larger disk\nThe storage team has some.\n")


def test_a_fence_that_only_shows_something_is_no_step():
    """Nothing of it is run."""
    assert ["13: ### Wait"] == told(LINT, f"{HEAD}### Wait\n{WHEN}\n```text\nok\n```\n")

"""A check or verification of which nothing says what it should show."""

import pytest

from drillbook.lint.document.step_without_expectation import LINT
from told import FRONT, findings, severities, told

CHECK = "# It\n\n## Diagnosis\n```sh { name=look }\ndf\n```\n"
SEE = "# It\n\n## Verification\n```sh { name=see }\ndf\n```\n"
RESOLVE = "# It\n\n## Resolution\n### Start\n```sh { name=start }\ntrue\n```\n"


@pytest.mark.parametrize(("text", "cure"), [(CHECK, "**Healthy:**"), (SEE, "**Recovered:**")])
def test_the_fence_is_underlined_and_the_sentence_said(text, cure):
    """What is to be added stands below the fence."""
    (found,) = findings(LINT, FRONT + text)
    assert (8, cure in found.help) == (found.place.line, True)
    assert ["warning"] == severities(LINT, FRONT + text)


@pytest.mark.parametrize(
    "sentence",
    [
        "**Healthy:** exit code is 0.",
        "**Unhealthy:** exit code is 1.",
        "**Capture:** `used` is number.",
    ],
)
def test_one_sentence_is_enough(sentence):
    """A step that only takes a value needs no other."""
    assert [] == told(LINT, FRONT + CHECK + sentence)


def test_the_steps_of_an_option_need_none():
    """Exit code 0 is expected of them."""
    assert [] == told(LINT, FRONT + RESOLVE)


def test_a_sentence_that_was_not_understood_is_told_once():
    """By the lint of the sentence, which knows the nearest form."""
    assert [] == told(LINT, FRONT + CHECK + "**Healthy:** the disk is fine, more or less.")


def test_the_sentence_of_the_next_step_is_not_that_of_this_one():
    """Each is asked by itself."""
    text = FRONT + CHECK + "\n```sh { name=two }\ndf\n```\n**Healthy:** it is fine, I think.\n"
    assert ["8: ```sh { name=look }"] == told(LINT, text)


def test_plain_markdown_is_told_once():
    """All its steps lack it."""
    plain = "# It\n\n## Diagnosis\n" + "```sh\ndf\n```\nWords.\n" * 3
    assert ["4: ```sh"] == told(LINT, plain)
    assert ["note"] == severities(LINT, plain)

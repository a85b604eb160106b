"""What a document says, and where."""

import pytest

from drillbook.lint.said import (
    fence_lines,
    has_sections,
    is_all_understood,
    prose_of,
    says_any,
    section_of,
    small_letters,
    steps_of,
    without_code,
)
from drillbook.read.markdown.runbook import read_document
from told import PATH, WHOLE, option

STEP = "```sh {{ name={} }}\ntrue\n```\n"
ACTING = (
    "# It\n## Diagnosis\n"
    + STEP.format("look")
    + "## Resolution\n### Start\n"
    + STEP.format("start")
    + "#### Undo\n"
    + STEP.format("stop")
    + "## Verification\n"
    + STEP.format("see")
)


@pytest.mark.parametrize(
    ("bare", "text"),
    [
        ("a     b", "a `x` b"),
        ("a       b", "a ``x`` b"),
        ("a ` b", "a ` b"),
        ("  \n   c", "`x\n y`c"),
        ("none", "none"),
    ],
)
def test_code_is_blanked_so_that_columns_stay(bare, text):
    """Lines stay as well."""
    assert bare == without_code(text)
    assert len(text) == len(bare)


def test_a_long_row_of_backticks_takes_no_time():
    """The time grows with the length alone."""
    text = "`" * 200_000 + "a" + "`" * 199_999
    assert len(text) == len(without_code(text))


def test_prose_has_the_number_of_each_of_its_lines():
    """Headings too; fences do not count."""
    document = read_document("# It\n\nOne `x`\ntwo\n\n```sh\nls\n```\n- three\n", PATH)
    assert [(1, "It"), (3, "One    "), (4, "two"), (9, "three")] == list(prose_of(document))


def test_the_lines_of_a_fence_are_numbered():
    """As they stand in the file."""
    (fence,) = read_document("# It\n\n```sh\nls\ndf\n```\n", PATH).fences
    assert [(4, "ls"), (5, "df"), (6, "")] == list(fence_lines(fence))


def test_steps_come_in_the_order_of_their_sections():
    """Those that undo belong to their Option."""
    (runbook,) = read_document(ACTING, PATH).runbooks
    assert ["look", "start", "stop", "see"] == [step.name for step in steps_of(runbook)]


def test_words_are_looked_for_in_small_letters():
    """Whatever the case of the text."""
    document = read_document("# It\n\nThe TEAM knows.\n", PATH)
    assert "# it\n\nthe team knows.\n" == small_letters(document)
    assert says_any(document, ("nobody", "team"))
    assert not says_any(document, ("nobody",))


def test_sections_are_found_by_what_they_are():
    """A title that is none of ours leaves it open what the section is."""
    (runbook,) = read_document(WHOLE, PATH).runbooks
    resolution = section_of(runbook, "resolution")
    assert resolution is not None
    assert "Resolution" == resolution.title
    assert section_of(runbook, "prevention") is None
    assert has_sections(runbook)
    assert is_all_understood(runbook)
    (other,) = read_document(WHOLE + "\n## Words\nMore.\n", PATH).runbooks
    assert not is_all_understood(other)
    (bare,) = read_document("# It\n" + option("Start"), PATH).runbooks
    assert not has_sections(bare)

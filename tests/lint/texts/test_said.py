"""What a document says, and where."""

import pytest

from drillbook.lint.texts.said import (
    fence_lines,
    has_sections,
    is_all_understood,
    is_sentence_broken,
    once_in_plain,
    prose_of,
    says_any,
    section_of,
    steps_of,
    whole_text,
    without_code,
    without_comments,
    words_of,
)
from drillbook.model.lint import Flaw
from drillbook.model.place import Place
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
    document = read_document("# It\n\nThe TEAM knows: on-call, größe.\n", PATH)
    assert "# It\n\nThe TEAM knows: on-call, größe.\n" == whole_text(document)
    assert says_any(document, words_of("nobody team"))
    assert says_any(document, words_of("call"))
    assert says_any(document, words_of("größe"))
    assert not says_any(document, words_of("nobody oncall"))


@pytest.mark.parametrize(
    ("seen", "text"),
    [
        ("ab", "a<!-- x -->b"),
        ("a", "a<!-- x"),
        ("abc", "a<!-- -->b<!--\n-->c"),
        ("a--> b", "a--> b"),
    ],
)
def test_comments_are_not_seen(seen, text):
    """One that never ends hides the rest."""
    assert seen == without_comments(text)


def test_many_comments_that_never_end_take_no_time():
    """The time grows with the length alone."""
    assert "-->" == without_comments("-->" + "<!--" * 200_000)


def test_what_all_steps_of_plain_markdown_lack_is_said_once():
    """A file that uses our format is told of each."""
    flaw = Flaw(place=Place(path=PATH), message="a", help="b")
    assert [flaw] == list(once_in_plain(read_document("# It\n", PATH), [flaw, flaw]))
    assert [flaw, flaw] == list(once_in_plain(read_document(WHOLE, PATH), [flaw, flaw]))


def test_a_sentence_that_was_not_understood_is_found_by_its_step():
    """Up to the next fence or heading."""
    text = (
        "# It\n## Diagnosis\n" + STEP.format("one") + STEP.format("two") + "**Healthy:** so so.\n"
    )
    document = read_document(text, PATH)
    one, two = (check.step for check in document.runbooks[0].checks)
    assert (False, True) == (is_sentence_broken(document, one), is_sentence_broken(document, two))


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

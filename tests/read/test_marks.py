"""Comments that silence lints → Marks."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drillbook.read.markdown.runbook import read_document
from drillbook.read.marks import NOT_UNDERSTOOD, marks_of_document, marks_of_yaml


def of_markdown(text: str):
    return marks_of_document(read_document(text, "a.md"))


def test_a_comment_silences_its_line_and_the_next():
    """Blank lines between are a matter of taste."""
    (mark,), flaws = of_markdown("# A\n<!-- drillbook: ignore dead-link -->\n\nText\n")
    assert () == flaws
    assert (("dead-link",), 2, 4) == (mark.names, mark.place.line, mark.next_line)
    assert (False, None) == (mark.is_of_file, mark.until)


def test_the_place_of_a_comment_is_exact():
    """It can be underlined."""
    (mark,), _ = of_markdown("Text <!-- drillbook: ignore a-b --> more\n")
    assert (1, 6, 36) == (mark.place.line, mark.place.column, mark.place.end_column)


@pytest.mark.parametrize("said", ["a-b c-d", "a-b, c-d", "a-b,c-d", " a-b  c-d "])
def test_several_names(said):
    """Joined by blanks or commas."""
    (mark,), _ = of_markdown(f"<!-- drillbook: ignore {said} -->\n")
    assert ("a-b", "c-d") == mark.names


def test_a_whole_file():
    """Wherever the comment stands."""
    (mark,), _ = of_markdown("# A\n\nText\n\n<!-- drillbook: ignore-file a-b -->\n")
    assert mark.is_of_file


def test_until_a_date():
    """The day on which it is heard again."""
    (mark,), _ = of_markdown("<!-- drillbook: snooze a-b until 2026-12-31 -->\n")
    assert date(2026, 12, 31) == mark.until


def test_a_reason_is_for_people():
    """What stands behind `because` is not read."""
    (mark,), flaws = of_markdown("<!-- drillbook: ignore a-b because it is known -->\n")
    assert ((), ("a-b",)) == (flaws, mark.names)
    (mark,), flaws = of_markdown("<!-- drillbook: snooze a-b until 2026-12-31 because x -->\n")
    assert ((), date(2026, 12, 31)) == (flaws, mark.until)


def test_comments_of_programs_and_of_the_front_matter():
    """There a comment begins with `#`."""
    text = (
        "---\n# drillbook: ignore a-b\nowner: x\n---\n# A\n"
        "```sh\nrm x # drillbook: ignore c-d\n# drillbook: ignore e-f\n```\n"
    )
    marks, _ = of_markdown(text)
    assert [("a-b",), ("c-d",), ("e-f",)] == [mark.names for mark in marks]


@pytest.mark.parametrize(
    "text",
    [
        "# drillbook: ignore a-b\n",
        "```markdown\n<!-- drillbook: ignore a-b -->\n```\n",
        "```text\n# drillbook: ignore a-b\n```\n",
        "Write `<!-- drillbook: ignore a-b -->` above it.\n",
        "drillbook: ignore a-b\n",
        "See drillbook:x.\n",
    ],
)
def test_what_only_speaks_of_comments_is_none(text):
    """A page about linting silences nothing."""
    assert ((), ()) == of_markdown(text)


@pytest.mark.parametrize(
    "said",
    [
        "ignore",
        "ignoer a-b",
        "snooze a-b",
        "snooze a-b until",
        "snooze a-b until tomorrow",
        "snooze a-b until 2026-02-30",
        "ignore a-b until 2026-12-31",
        "ignore A-B!",
        "",
    ],
)
def test_a_comment_that_is_not_understood_is_flagged(said):
    """Its author believes that it does something."""
    marks, (flaw,) = of_markdown(f"<!-- drillbook: {said} -->\n")
    assert ((), NOT_UNDERSTOOD) == (marks, flaw.lint)
    assert "ignore NAME" in flaw.help


def test_yaml():
    """At the end of a line or on its own; a text with the words is none."""
    text = (
        'a: 1 # drillbook: ignore a-b\nb: "drillbook: ignore c-d"\n# drillbook: ignore-file e-f\n'
    )
    marks, flaws = marks_of_yaml(text, "r.yaml")
    assert [("a-b",), ("e-f",)] == [mark.names for mark in marks]
    assert () == flaws
    assert ((), ()) == marks_of_yaml("a: 1\n", "r.yaml")


@given(st.text(max_size=300))
def test_whatever_is_said_nothing_raises(text):
    """A comment is text from outside."""
    of_markdown(f"<!-- drillbook: {text} -->\n")
    marks_of_yaml(f"# drillbook: {text}", "r.yaml")

"""Rows: what the index keeps of a line is read again as it was."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drillbook.search.rows import CODE, PROSE, TITLE, Row, grouped, read_row, written
from drillbook.search.words import terms

SAID = st.text(max_size=40)


@given(SAID, SAID, st.integers(1, 10**6), st.integers(-1, 999))
def test_a_row_is_read_as_it_was_written(section, text, line, block):
    """Whatever the text; only its white space is made even."""
    row = Row(line=line, section=section, kind=PROSE, text=text, terms=("a", "b"), block=block)
    again = read_row(written([row]))
    assert (line, PROSE, block, ("a", "b")) == (again.line, again.kind, again.block, again.terms)
    assert (section.split(), text.split()) == (again.section.split(), again.text.split())


@given(st.lists(SAID, max_size=6))
def test_each_row_is_one_line(texts):
    """So that a line of the index is a line of the runbook."""
    rows = [
        Row(line=1, section="", kind=PROSE, text=text, terms=tuple(terms(text))) for text in texts
    ]
    assert len(rows) == len(written(rows).split("\n")) if rows else written(rows) == ""


@pytest.mark.parametrize("line", ["", "1\tp", "x\tp\t0\ta\t\t", "1\tp\t0\ta\tb\tc\td"])
def test_what_is_no_row_is_refused(line):
    """A broken index is told from an empty one."""
    with pytest.raises(ValueError, match=r"unpack|invalid literal"):
        read_row(line)


def test_lines_of_a_paragraph_are_grouped():
    """What stands in no paragraph is one of its own; a fence's log lines are not its commands."""

    def row(kind, block, *said):
        return Row(line=1, section="", kind=kind, text="", terms=said, block=block)

    rows = [row(TITLE, -1, "a"), row(TITLE, -1, "b"), row(PROSE, 0, "c", "d"), row(PROSE, 0, "e")]
    rows += [row(CODE, 1, "f"), row(PROSE, 2, "g")]
    said = ["t\t0\t1\ta", "t\t1\t1\tb", "p\t2\t2\tc d e", "c\t4\t1\tf", "p\t5\t1\tg"]
    assert said == grouped(rows).split("\n")
    assert "" == grouped([])

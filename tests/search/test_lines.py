"""Lines: which line of a runbook answers a question, and how well."""

import pytest

from drillbook.search.lines import SAYS_MUCH, Asked, passage_of, shown_row
from drillbook.search.question import ask
from drillbook.search.rows import (
    CODE,
    PATH,
    PROSE,
    RULE,
    SYMPTOMS,
    TITLE,
    Row,
    grouped,
    written,
)
from drillbook.search.words import terms


def rows(*said):
    """Rows `(kind, block, text)`, each in a line of its own."""
    return [
        Row(line=line, section="", kind=kind, text=text, terms=tuple(terms(text)), block=block)
        for line, (kind, block, text) in enumerate(said, start=1)
    ]


def passage(rows, asked):
    """How well they fit."""
    return passage_of(grouped(rows), asked)


def shown(rows, asked):
    """The row that is shown of them."""
    return shown_row(written(rows), passage(rows, asked), asked)


def asked(text):
    """A question in which every word is worth the same."""
    question = ask(text)
    return Asked(question, dict.fromkeys(question.weights, 2.0))


def test_the_line_with_most_of_the_question_is_shown():
    """Not the first that has a word of it."""
    text = rows((TITLE, -1, "Disk"), (PROSE, 1, "the disk"), (PROSE, 2, "a disk full of slots"))
    question = asked("disk full slots")
    row = shown(text, question)
    assert (3, "a disk full of slots") == (row.line, row.text)
    assert set(terms("disk full slots")) == passage(text, question).terms


def test_a_sentence_is_shown_rather_than_a_title_or_a_command():
    """Where they have the same words: it says more."""
    text = rows((TITLE, -1, "disk full"), (CODE, 1, "disk full"), (SYMPTOMS, 2, "disk full"))
    assert SYMPTOMS == shown(text, asked("disk full")).kind


def test_words_that_stand_together_in_both_fit_better():
    """Also across the lines of one paragraph, but not from one paragraph to the next."""
    question = asked("replication slot")
    near = passage(rows((PROSE, 1, "a replication"), (PROSE, 1, "slot")), question)
    far = passage(rows((PROSE, 1, "a replication"), (PROSE, 2, "slot")), question)
    assert near.score > far.score


def test_a_short_paragraph_about_it_fits_better_than_a_long_one():
    """The long one is about other things too."""
    question = asked("disk full")
    short = passage(rows((PROSE, 1, "full, the disk")), question)
    long = passage(rows((PROSE, 1, "full, the disk, " + "and more words " * 20)), question)
    assert short.score > long.score


@pytest.mark.parametrize(("said", "part"), [("node disk", 0.5), ("node exporter", 1.0), ("lag", 0)])
def test_a_question_that_names_the_folder_is_about_it(said, part):
    """By how much of the folder's name it has."""
    text = rows((TITLE, -1, "Disk"), (PATH, -1, "node exporter"))
    assert part == passage(text, asked(said)).subject


def test_what_only_a_rule_says_is_shown():
    """The runbook itself says nothing of it."""
    text = rows((TITLE, -1, "Queue"), (RULE, -1, "LagGrows behind"))
    assert (RULE, "LagGrows behind") == (
        shown(text, asked("behind")).kind,
        shown(text, asked("behind")).text,
    )


def test_what_a_line_of_the_runbook_says_too_is_not_the_rules():
    """Then the line is shown."""
    text = rows((TITLE, -1, "Queue"), (RULE, -1, "LagGrows behind"), (PROSE, 1, "it is behind"))
    row = shown(text, asked("behind"))
    assert (PROSE, 3) == (row.kind, row.line)


def test_a_runbook_without_any_of_it_shows_its_first_line():
    """So that there is always one to show."""
    text, question = rows((TITLE, -1, "Disk"), (PROSE, 1, "full")), asked("lag")
    found = passage(text, question)
    assert (1, set(), 0) == (shown(text, question).line, found.terms, found.score)


def test_what_a_runbook_says_first_counts_when_much_is_asked():
    """A line of a log is compared with it; a few words are not."""
    first = rows((SYMPTOMS, 1, "disk full"), (SYMPTOMS, 2, "pods lag"))
    last = rows((SYMPTOMS, 1, "pods lag"), (SYMPTOMS, 2, "disk full"))
    much = "disk full slots replication primary standby archive checkpoint"
    few, many = asked("disk full"), asked(much)
    assert len(few.worth) < SAYS_MUCH <= len(many.worth)
    assert passage(first, few).score == passage(last, few).score
    assert passage(first, many).score > passage(last, many).score


def test_the_line_is_found_in_its_paragraph():
    """Whichever of its lines it is."""
    text = rows(
        (PROSE, 1, "pods"), (PROSE, 1, "a full disk"), (PROSE, 1, "disk"), (PROSE, 2, "lag")
    )
    assert 2 == shown(text, asked("disk full")).line
    assert 4 == shown(text, asked("lag")).line


@pytest.mark.parametrize("text", ["", "x", "p\t0\t1", "p\tx\t1\tdisk"])
def test_what_are_no_rows_is_refused(text):
    """A damaged index is told from an empty one."""
    with pytest.raises(ValueError, match=r"unpack|invalid literal"):
        passage_of(text, asked("disk"))

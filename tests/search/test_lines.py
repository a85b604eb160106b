"""Lines: which line of a runbook answers a question, and how well."""

import pytest

from drillbook.search.lines import Asked, passage_of
from drillbook.search.question import ask
from drillbook.search.rows import CODE, PATH, PROSE, RULE, SYMPTOMS, TITLE, Row, written
from drillbook.search.words import terms


def rows(*said):
    """Rows `(kind, block, text)`, each in a line of its own."""
    return written(
        Row(line=line, section="", kind=kind, text=text, terms=tuple(terms(text)), block=block)
        for line, (kind, block, text) in enumerate(said, start=1)
    )


def asked(text):
    """A question in which every word is worth the same."""
    question = ask(text)
    return Asked(question, dict.fromkeys(question.weights, 2.0))


def test_the_line_with_most_of_the_question_is_shown():
    """Not the first that has a word of it."""
    text = rows((TITLE, -1, "Disk"), (PROSE, 1, "the disk"), (PROSE, 2, "a disk full of slots"))
    found = passage_of(text, asked("disk full slots"))
    assert (3, "a disk full of slots") == (found.row.line, found.row.text)
    assert set(terms("disk full slots")) == set(found.terms)


def test_a_sentence_is_shown_rather_than_a_title_or_a_command():
    """Where they have the same words: it says more."""
    text = rows((TITLE, -1, "disk full"), (CODE, 1, "disk full"), (SYMPTOMS, 2, "disk full"))
    assert SYMPTOMS == passage_of(text, asked("disk full")).row.kind


def test_words_that_stand_together_in_both_fit_better():
    """Also across the lines of one paragraph, but not from one paragraph to the next."""
    question = asked("replication slot")
    near = passage_of(rows((PROSE, 1, "a replication"), (PROSE, 1, "slot")), question)
    far = passage_of(rows((PROSE, 1, "a replication"), (PROSE, 2, "slot")), question)
    assert near.score > far.score


def test_a_short_paragraph_about_it_fits_better_than_a_long_one():
    """The long one is about other things too."""
    question = asked("disk full")
    short = passage_of(rows((PROSE, 1, "full, the disk")), question)
    long = passage_of(rows((PROSE, 1, "full, the disk, " + "and more words " * 20)), question)
    assert short.score > long.score


@pytest.mark.parametrize(("said", "part"), [("node disk", 0.5), ("node exporter", 1.0), ("lag", 0)])
def test_a_question_that_names_the_folder_is_about_it(said, part):
    """By how much of the folder's name it has."""
    text = rows((TITLE, -1, "Disk"), (PATH, -1, "node exporter"))
    assert part == passage_of(text, asked(said)).subject


def test_what_only_a_rule_says_is_shown_with_its_alert():
    """The runbook itself says nothing of it."""
    found = passage_of(rows((TITLE, -1, "Queue"), (RULE, -1, "LagGrows behind")), asked("behind"))
    assert "LagGrows" == found.alert


def test_what_a_line_of_the_runbook_says_too_is_not_the_rules():
    """Then the line is shown."""
    text = rows((TITLE, -1, "Queue"), (RULE, -1, "LagGrows behind"), (PROSE, 1, "it is behind"))
    assert ("", 3) == (
        passage_of(text, asked("behind")).alert,
        passage_of(text, asked("behind")).row.line,
    )


def test_a_runbook_without_any_of_it_shows_its_first_line():
    """So that there is always one to show."""
    found = passage_of(rows((TITLE, -1, "Disk"), (PROSE, 1, "full")), asked("lag"))
    assert (1, (), 0) == (found.row.line, found.terms, found.score)


@pytest.mark.parametrize("text", ["", "x", "1\tp\t0"])
def test_what_are_no_rows_is_refused(text):
    """A damaged index is told from an empty one."""
    with pytest.raises(ValueError, match="unpack"):
        passage_of(text, asked("disk"))

"""The table of what commands do → rows that are whole and can be reached."""

import re

import pytest

from drillbook.lint.shell.destructive import COMMANDS, LIKE, STATEMENTS, VALUE_OPTIONS, WORDS
from drillbook.model.sentence import Risk


@pytest.mark.parametrize("row", COMMANDS, ids=lambda row: f"{row.programs}-{row.words}-{row.risk}")
def test_a_row_is_whole(row):
    """Its patterns are patterns, and it says in a few words what happens."""
    for word in row.words.split():
        re.compile(word if word != "*" else ".+")
    re.compile(row.needs)
    re.compile(row.unless)
    assert row.programs
    assert 5 < len(row.does) < 60
    assert not row.does.endswith(".")
    assert row.risk in Risk


@pytest.mark.parametrize("row", COMMANDS, ids=lambda row: f"{row.programs}-{row.words}-{row.risk}")
def test_a_row_can_be_reached(row):
    """A text with its program is read: one of the words is in the list that decides it."""
    own = [*re.findall(r"[a-z_][a-z0-9_]*", row.programs.casefold())]
    own += re.findall(r"[a-z_][a-z0-9_]*", row.words.casefold())
    assert WORDS & set(own), row


def test_statements_are_found_whatever_their_case():
    """SQL has no case."""
    for row in STATEMENTS:
        assert row.pattern.flags & re.IGNORECASE


def test_aliases_lead_to_a_program_of_the_table():
    """`oc` is called like kubectl."""
    programs = {name for row in COMMANDS for name in row.programs.split()}
    assert set(LIKE.values()) <= programs
    assert VALUE_OPTIONS.keys() <= programs

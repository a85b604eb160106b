"""Postings: which runbooks have a term, through any changes."""

import sqlite3
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drillbook.search.cache import open_cache
from drillbook.search.postings import (
    Postings,
    change,
    postings_of,
    read_postings,
    terms_that_begin,
)

WEIGHTS = st.dictionaries(st.sampled_from("disk pod node etcd".split()), st.just(0.5), max_size=4)


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    """An index in memory."""
    opened = open_cache(None)
    yield opened
    opened.close()


def numbers(connection, term):
    return sorted(postings_of(connection, term).ids)


def test_postings_are_read_as_they_were_written():
    """Numbers whole, weights as far as four bytes hold them."""
    postings = Postings()
    postings.add(3, 0.5)
    postings.add(70_000, 0.25)
    again = read_postings(postings.written())
    assert ([3, 70_000], [0.5, 0.25]) == (list(again.ids), list(again.weights))


@pytest.mark.parametrize("data", [b"1", b"1234567", b"123456789"])
def test_cut_postings_are_refused(data):
    """A broken index is told from an empty one."""
    with pytest.raises(ValueError, match="cut off"):
        read_postings(data)


def test_an_unknown_term_is_nowhere(connection):
    """And that is no error."""
    assert [] == numbers(connection, "nothing")


def test_what_begins_as_asked_is_found_in_order(connection):
    """No more than asked for; the beginning itself may be a term."""
    change(connection, {}, {1: {"replica": 1.0, "replicas": 1.0, "repl": 1.0, "reset": 1.0}})
    assert ["repl", "replica", "replicas"] == terms_that_begin(connection, "repl", 9)
    assert ["repl"] == terms_that_begin(connection, "repl", 1)


def test_a_term_that_nobody_has_any_more_is_gone(connection):
    """The index does not grow by what was."""
    change(connection, {}, {1: {"disk": 1.0}})
    change(connection, {1: "disk never-there"}, {})
    assert 0 == connection.execute("SELECT count(*) FROM posting").fetchone()[0]


@given(st.lists(st.tuples(st.integers(0, 5), WEIGHTS), max_size=12))
def test_changes_in_any_order_leave_what_is_there(changes):
    """A model of it: a dictionary."""
    connection = open_cache(None)
    model: dict[int, dict[str, float]] = {}
    for number, weights in changes:
        gone = {number: " ".join(model[number])} if number in model else {}
        change(connection, gone, {number: weights})
        model[number] = weights
    for term in "disk pod node etcd".split():
        assert sorted(n for n, has in model.items() if term in has) == numbers(connection, term)
    connection.close()

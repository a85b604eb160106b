"""Weights: how strongly a term speaks for its runbook."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drillbook.search.rows import CODE, FIRST, HEADING, PROSE, SYMPTOMS, TITLE, Entry, Row
from drillbook.search.weights import FIELDS, rarity, weights_of


def entry(*said, is_runbook=True):
    """An entry of rows, each `(kind, "its terms")`."""
    rows = [Row(line=1, section="", kind=kind, text="", terms=tuple(t.split())) for kind, t in said]
    return Entry(path="a.md", anchor="", title="A", rows=tuple(rows), is_runbook=is_runbook)


@pytest.mark.parametrize(("more", "less"), [(TITLE, SYMPTOMS), (SYMPTOMS, PROSE)])
def test_where_a_term_stands_counts(more, less):
    """A title says more of a runbook than a sentence in it."""
    rest = (PROSE, "other words")
    assert (
        weights_of(entry((more, "disk"), rest))["disk"]
        > weights_of(entry((less, "disk"), rest))["disk"]
    )


def test_the_same_word_again_adds_less_each_time():
    """A hundred times is not a hundred times as much."""
    once, twice, often = (
        weights_of(entry((SYMPTOMS, "disk " * count)))["disk"] for count in (1, 2, 200)
    )
    assert once < twice < 2 * once
    assert often < 1


def test_a_word_of_a_long_runbook_says_less():
    """Long ones have every word somewhere."""
    short = weights_of(entry((PROSE, "disk and some other words")))
    long = weights_of(entry((PROSE, "disk " + "and some other words " * 300)))
    assert short["disk"] > 2 * long["disk"]


def test_very_short_runbooks_have_no_advantage_over_each_other():
    """Or a page of one line would win by being empty."""
    one = weights_of(entry((SYMPTOMS, "disk")))
    two = weights_of(entry((SYMPTOMS, "disk full")))
    assert one["disk"] == two["disk"]


def test_what_stands_first_counts_a_little_more():
    """It says what the runbook is about."""
    plain = weights_of(entry((SYMPTOMS, "disk")))
    first = weights_of(entry((SYMPTOMS, "disk"), (FIRST, "disk")))
    assert plain["disk"] < first["disk"] < 1.5 * plain["disk"]


def test_other_markdown_counts_less():
    """A README knows it too, but seldom better."""
    said = (PROSE, "disk full")
    assert weights_of(entry(said))["disk"] > weights_of(entry(said, is_runbook=False))["disk"]


def test_a_row_without_terms_adds_none():
    """The title of a file may be signs alone."""
    row = Row(line=1, section="", kind=TITLE, text="!", terms=("",))
    assert {} == weights_of(Entry(path="a.md", anchor="", title="!", rows=(row,)))


@given(
    st.lists(
        st.tuples(st.sampled_from(list(FIELDS)), st.sampled_from(["a", "a b", "b c d", "d " * 50])),
        max_size=8,
    )
)
def test_weights_stay_between_nothing_and_all(said):
    """Whatever stands where."""
    assert all(0 < weight < 1 for weight in weights_of(entry(*said)).values())


@given(st.integers(1, 5_000), st.integers(0, 5_000))
def test_what_fewer_have_is_worth_more(having, others):
    """And everything is worth something, also what all have."""
    count = having + others
    assert rarity(having, count) > 0
    assert rarity(having, count + 1) > rarity(having + 1, count + 1)


def test_every_kind_of_row_has_a_weight():
    """A kind that is added needs one."""
    assert {TITLE, HEADING, PROSE, CODE} < set(FIELDS)
    assert all(field.weight > 0 <= field.damping <= 1 for field in FIELDS.values())

"""Titles become the anchors of GitHub, each once."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drillbook.read.markdown.anchors import TITLE_CHARS_MAX, Anchors, slug


@pytest.mark.parametrize(
    ("title", "anchor"),
    [
        ("  Spaces around  ", "spaces-around"),
        ("two  spaces", "two--spaces"),
        ("a - b", "a---b"),
        ("C++ & Go", "c--go"),
        ("50% / 90%", "50--90"),
        ("under_score", "under_score"),
        ("__init__", "init"),
        ("`__init__`", "__init__"),
        ("_emphasis_ here", "emphasis-here"),
        ("[PostgreSQL](https://x/y) down", "postgresql-down"),
        ("![icon](a.png) Down", "icon-down"),
        ("[a](b) and [c](d)", "a-and-c"),
        ("日本語 タイトル", "日本語-タイトル"),
        ("ÄÖÜ", "äöü"),
        ("🔥 Fire", "-fire"),
        ("What's up?", "whats-up"),
        ("1.2.3", "123"),
        ("<namespace> full", "namespace-full"),
        ("-", "-"),
        ("", ""),
    ],
)
def test_a_title_becomes_the_anchor_that_github_makes(title: str, anchor: str) -> None:
    """A link that works on the page works here."""
    assert anchor == slug(title)


def test_the_same_title_counts_up_from_one() -> None:
    """Also one that leaves nothing."""
    anchors = Anchors()
    assert ["a", "a-1", "a-2", "", "-1", "-2"] == [anchors.take(t) for t in "AAA???"]


def test_a_title_that_looks_like_a_counted_one_is_moved_on() -> None:
    """`A 1` before the second `A` keeps its anchor, and the second `A` is `a-2`."""
    anchors = Anchors()
    assert ["a", "a-1", "a-2"] == [anchors.take(title) for title in ("A", "A 1", "A")]


def test_titles_that_differ_in_signs_only_do_not_share_an_anchor() -> None:
    """`Start!` and `start` are two Options."""
    anchors = Anchors()
    assert ["start", "start-1", "start-2"] == [
        anchors.take(t) for t in ("Start!", "start", "START?")
    ]


def test_a_title_of_a_megabyte_is_cut() -> None:
    """Nobody links to more than this."""
    assert "a" * TITLE_CHARS_MAX == slug("A" * 1_000_000)


@pytest.mark.parametrize("piece", ["[", "](", "_", "![a](", "[a](b"])
def test_a_hostile_title_takes_no_time(piece: str) -> None:
    """Openings that nothing closes do not make the pattern search again and again."""
    began_s = time.monotonic()
    assert TITLE_CHARS_MAX >= len(slug(piece * 100_000))
    assert time.monotonic() - began_s < 5


@given(st.lists(st.sampled_from(["A", "a", "A 1", "a-1", "A-1-1", "", "!", "1"]), max_size=30))
def test_no_two_headings_of_a_file_share_an_anchor(titles: list[str]) -> None:
    """Whatever people call them."""
    anchors = Anchors()
    taken = [anchors.take(title) for title in titles]
    assert sorted(set(taken)) == sorted(taken)


@given(st.text(max_size=60))
def test_an_anchor_can_stand_in_a_url(title: str) -> None:
    """No space, no bracket, no sign that ends a link."""
    assert not set(slug(title)) & set(" \n\t()[]<>\"'#?/&%")

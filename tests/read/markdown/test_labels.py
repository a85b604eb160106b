"""Labelled sentences are found in a paragraph, with the place of each."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drillbook.model.document import Prose
from drillbook.read.markdown.blocks import read_blocks, text_lines
from drillbook.read.markdown.labels import LABELS, Label, labels_of


def found(text: str) -> list[Label]:
    """The labels of a text that is one paragraph at the file's beginning."""
    return labels_of(Prose(text=text, line=1), text.split("\n"), "a.md")


@pytest.mark.parametrize("name", LABELS)
@pytest.mark.parametrize(
    "written", ["**{}:** x", "**{}**: x", "__{}:__ x", "** {} : ** x", "**{} **: x", "**{}:**x"]
)
def test_a_label_is_bold_with_its_colon_inside_or_outside(name: str, written: str) -> None:
    """Both ways are common; a person sees no difference."""
    (label,) = found(written.format(name.lower()))
    assert (name, "x") == (label.name, label.text.strip())


@pytest.mark.parametrize(
    "text",
    [
        "Healthy: exit code is 0",
        "*Healthy:* exit code is 0",
        "**Healthy** exit code is 0",
        "**Healthy - ** : x",
        "**Not Healthy:** exit code is 0",
        "**Healthy check:** exit code is 0",
        "**Healthyish:** x",
        "**Hea\nlthy:** x",
        "`**Healthy:** exit code is 0`",
        "```\n**Healthy:** exit code is 0\n```",
        "&#42;&#42;Healthy:&#42;&#42; x",
    ],
)
def test_what_only_looks_like_one_is_prose(text: str) -> None:
    """Nothing becomes a condition that a reader would not take for one."""
    assert [] == found(text)


def test_a_sentence_ends_where_the_next_label_begins() -> None:
    """Whatever stands between them belongs to the first."""
    assert [("Risk", " none. Really. "), ("Loses", " nothing.")] == [
        (label.name, label.text) for label in found("**Risk:** none. Really. **Loses:** nothing.")
    ]


def test_a_label_inside_of_a_sentences_code_is_text() -> None:
    """An output may well contain what looks like a label."""
    (label,) = found("**Healthy:** output contains `**Risk:** none`.")
    assert " output contains `**Risk:** none`." == label.text


def test_a_backtick_that_nothing_closes_hides_nothing() -> None:
    """One stray sign does not make a Risk invisible."""
    assert ["Risk"] == [label.name for label in found("a ` stray **Risk:** none")]


def test_two_ticks_are_not_closed_by_one() -> None:
    """As CommonMark pairs them."""
    assert [] == found("``a ` **Risk:** none``")
    assert ["Risk"] == [label.name for label in found("``a` **Risk:** none")]


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("**Risk:** none", 1, 1),
        ("words **Risk:** none", 1, 7),
        ("words\n**Risk:** none", 2, 1),
        ("- words\n  **Risk:** none", 2, 3),
        ("> - **Risk:** none", 1, 5),
        ("1. a\n\n   b\n   **Risk:** none", 4, 4),
        ("é\té **Risk:** none", 1, 5),
        ("\n\n\n**Risk:** none", 4, 1),
    ],
)
def test_a_place_is_where_an_editor_shows_it(text: str, line: int, column: int) -> None:
    """Line and column count from 1, in characters, through lists and quotes."""
    lines = text_lines(text)
    labels = [
        label
        for block in read_blocks(lines)
        if isinstance(block, Prose)
        for label in labels_of(block, lines, "a.md")
    ]
    assert [(line, column)] == [(label.place.line, label.place.column) for label in labels]
    assert lines[line - 1][column - 1 :].startswith("**Risk:**")


def test_a_place_ends_with_the_words_and_not_with_the_space_after_them() -> None:
    """What is underlined is what was read."""
    (label,) = found("**Risk:** none.   \n  ")
    assert (1, 16) == (label.place.end_line, label.place.end_column)


@pytest.mark.parametrize("piece", ["`", "``` ", "**Risk:** ", "**", "`a` ", "**Risk", "__When:__ "])
def test_a_long_paragraph_takes_time_that_grows_with_its_length(piece: str) -> None:
    """A hundred thousand openings are read while one waits."""
    began_s = time.monotonic()
    labels = found(piece * 50_000)
    assert len(labels) in (0, 50_000)
    assert time.monotonic() - began_s < 30


@given(st.lists(st.sampled_from([*LABELS, "words", "`", "`**Risk:**`", "\n"]), max_size=12))
def test_every_label_outside_of_code_is_found_in_order(words: list[str]) -> None:
    """None is lost, none is found twice, and places never go back."""
    text = " ".join(f"**{word}:**" if word in LABELS else word for word in words)
    labels = found(text)
    if "`" not in words:
        assert [word for word in words if word in LABELS] == [label.name for label in labels]
    places = [(label.place.line, label.place.column) for label in labels]
    assert sorted(set(places)) == places

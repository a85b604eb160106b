"""What a fix does to a text, and what it leaves alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drillbook.lint.mending.fixing import fixed
from drillbook.model.finding import Finding, Fix
from drillbook.model.place import Place
from findings import finding_at, place_at


def fix_at(line: int, column: int, end_column: int, text: str, end_line: int = 0) -> Finding:
    """A Finding whose fix replaces this."""
    place = Place(
        path="a.md", line=line, column=column, end_line=end_line or line, end_column=end_column
    )
    return finding_at(place, fix=Fix(place=place, text=text))


@pytest.mark.parametrize(
    ("text", "fix", "expected"),
    [
        ("one two\n", (1, 5, 8, "2"), "one 2\n"),
        ("one two\n", (1, 5, 5, "and "), "one and two\n"),
        ("one two\n", (1, 4, 8, ""), "one\n"),
        ("one\r\ntwo\r\n", (2, 1, 4, "2"), "one\r\n2\r\n"),
        ("one\rtwo\r", (2, 1, 4, "2"), "one\r2\r"),
        ("\ufeffone\n", (1, 1, 4, "1"), "\ufeff1\n"),
        ("one\ntwo", (2, 1, 4, "2"), "one\n2"),
        ("one\ntwo", (2, 4, 4, "!"), "one\ntwo!"),
        ("one\r\ntwo", (1, 1, 1, "new\n"), "new\r\none\r\ntwo"),
        ("one\r\ntwo", (2, 4, 4, "\nnew"), "one\r\ntwo\r\nnew"),
        ("one", (1, 4, 4, "\nnew"), "one\nnew"),
        ("🚑é two\n", (1, 4, 7, "2"), "🚑é 2\n"),
        ("a\u2028b\x0cc\n", (1, 5, 6, "C"), "a\u2028b\x0cC\n"),
    ],
)
def test_what_stands_at_the_place_is_replaced(
    text: str, fix: tuple[int, int, int, str], expected: str
) -> None:
    """And nothing else: line endings, a byte order mark and a missing end stay."""
    result = fixed(text, [fix_at(*fix)])
    assert expected == result.text
    assert 1 == len(result.done)


def test_a_fix_may_span_lines() -> None:
    """Their ends inside go with them."""
    assert "one four\r\n" == fixed("one\r\ntwo\r\nthree four\r\n", [fix_at(1, 4, 6, "", 3)]).text


def test_fixes_of_one_line_do_not_move_each_other() -> None:
    """Whatever order they come in."""
    findings = [fix_at(1, 9, 14, "3"), fix_at(1, 1, 4, "eins"), fix_at(1, 5, 8, "")]
    assert "eins  3\n" == fixed("one two three\n", findings).text


@pytest.mark.parametrize(
    "other", [(1, 5, 8, "x"), (1, 6, 7, "x"), (1, 7, 9, "x"), (1, 5, 5, "x"), (1, 6, 6, "x")]
)
def test_of_two_that_overlap_the_first_wins(other: tuple[int, int, int, str]) -> None:
    """The other is told as left."""
    first, second = fix_at(1, 5, 8, "2"), fix_at(*other)
    result = fixed("one two three\n", [first, second])
    winner, loser = sorted((first, second), key=lambda each: each.place)
    assert (winner,) == result.done
    assert (loser,) == result.left


def test_fixes_that_touch_do_not_overlap() -> None:
    """One ends where the other begins."""
    result = fixed("onetwo\n", [fix_at(1, 1, 4, "1"), fix_at(1, 4, 7, "2")])
    assert "12\n" == result.text


@pytest.mark.parametrize(
    "place",
    [
        (3, 1, 2),
        (1, 9, 10),
        (1, 3, 9),
        (1, 3, 2),
        (0, 1, 1),
        (1, 0, 1),
    ],
)
def test_a_place_that_is_not_there_is_left(place: tuple[int, int, int]) -> None:
    """The text is as it was."""
    finding = fix_at(*place, "x")
    result = fixed("one\n", [finding])
    assert ("one\n", (finding,)) == (result.text, result.left)


def test_without_an_end_there_is_no_fix() -> None:
    """Nobody knows what would be replaced."""
    place = place_at("a.md", 1, 1)
    assert "one" == fixed("one", [finding_at(place, fix=Fix(place=place, text="x"))]).text


def test_a_finding_without_fix_is_left() -> None:
    """A person has to mend it."""
    finding = finding_at(place_at("a.md", 1, 1, 4))
    assert (finding,) == fixed("one", [finding]).left


TEXTS = st.text(st.sampled_from("ab\n\r \ufeff\u2028é🚑\x0b"), max_size=60)
SPANS = st.lists(
    st.tuples(st.integers(1, 6), st.integers(1, 12), st.integers(1, 6), st.integers(1, 12), TEXTS),
    max_size=6,
)


@given(TEXTS, SPANS)
def test_nothing_but_the_places_is_touched(
    text: str, spans: list[tuple[int, int, int, int, str]]
) -> None:
    """Taking out what was put in, and putting back what was taken, gives the text again."""
    findings = [
        fix_at(line, column, end_column, new, end_line)
        for line, column, end_line, end_column, new in spans
    ]
    result = fixed(text, findings)
    assert sorted(map(repr, findings)) == sorted(map(repr, (*result.done, *result.left)))
    marked = fixed(text, [marking(each) for each in result.done])
    assert len(result.done) == len(marked.done)
    kept = "".join(piece.split(">")[-1] for piece in marked.text.split("<"))
    assert kept == without(text, result.done)


def marking(finding: Finding) -> Finding:
    """The same place, replaced by a mark that no text holds."""
    assert finding.fix is not None
    return finding_at(finding.place, fix=Fix(place=finding.fix.place, text="<>"))


def without(text: str, findings: tuple[Finding, ...]) -> str:
    """The text with the places cut out, counted by hand."""
    bare = text.removeprefix("\ufeff")
    starts = [0]
    for index, character in enumerate(bare):
        if character == "\n" or (character == "\r" and bare[index + 1 : index + 2] != "\n"):
            starts.append(index + 1)
    kept = list(bare)
    for finding in findings:
        place = finding.place
        begin = starts[place.line - 1] + place.column - 1
        end = starts[place.end_line - 1] + place.end_column - 1
        kept[begin:end] = [""] * (end - begin)
    return text[: len(text) - len(bare)] + "".join(kept)


@given(TEXTS)
def test_without_fixes_the_text_stays(text: str) -> None:
    """Whatever it is."""
    assert text == fixed(text, []).text

"""The line of source as a terminal shows it, and the marks below its place."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from drillbook.report.plain import plain
from drillbook.report.underline import CUT, MARK, cells_of, underlined, wrapped

LINES = st.text(
    st.one_of(
        st.sampled_from("ab \t日本e\u0301\u200d\ufe0f☀🚑\x1b\x00\u202e…"),
        st.characters(codec=None, exclude_categories=()),
    ),
    max_size=200,
)


@pytest.mark.parametrize(
    ("line", "place", "shown", "marks"),
    [
        ("# The disk is full", (3, 11), "# The disk is full", "  ^^^^^^^^"),
        ("\tdf --output", (2, 4), "    df --output", "    ^^"),
        ("a\tb", (3, 4), "a   b", "    ^"),
        ("日本語 の テスト", (5, 6), "日本語 の テスト", "       ^^"),
        ("e\u0301te\u0301 X", (7, 8), "e\u0301te\u0301 X", "    ^"),
        ("☀\ufe0f bad", (4, 7), "☀\ufe0f bad", "   ^^^"),
        ("x\x1b[31mred", (2, 3), "x\\x1b[31mred", " ^^^^"),
        ("a \u202eb", (3, 4), "a \\u202eb", "  ^^^^^^"),
    ],
    ids=["words", "tab", "tab-inside", "wide", "combining", "picture", "escape", "direction"],
)
def test_the_marks_stand_below_the_place(
    line: str, place: tuple[int, int], shown: str, marks: str
) -> None:
    """Whatever the characters before it take of the terminal."""
    assert (shown, marks) == underlined(line, *place, 60)


@pytest.mark.parametrize(
    ("line", "column", "marks"),
    [("owner: nobody", 1, "^^^^^^"), ("owner: nobody", 8, "       ^^^^^^"), ("a", 2, " ^")],
)
def test_without_an_end_the_word_is_marked(line: str, column: int, marks: str) -> None:
    """A place of which only the beginning is known."""
    assert marks == underlined(line, column, 0, 60)[1]


@pytest.mark.parametrize(("column", "end"), [(6, 6), (6, 9), (40, 50)])
def test_a_place_behind_the_line_is_marked_at_its_end(column: int, end: int) -> None:
    """Something is to be put there, or the file has changed since."""
    assert ("short", "     ^") == underlined("short", column, end, 40)


@pytest.mark.parametrize("before", [0, 5, 30, 100, 5_000])
@pytest.mark.parametrize("after", [0, 5, 30, 100, 5_000])
@pytest.mark.parametrize("width", [24, 40, 71])
def test_a_long_line_is_cut_around_the_place(before: int, after: int, width: int) -> None:
    """The place is whole, `…` stands where something is missing, and nothing is too wide."""
    line = "x" * before + "NEEDLE" + "y" * after
    shown, marks = underlined(line, before + 1, before + 7, width)
    assert "NEEDLE" == shown[marks.index(MARK) :][: len(marks.strip())]
    assert cells_of(shown) <= width
    assert (shown != line) == (CUT in shown)
    assert (len(line) > width) == (CUT in shown)


def test_a_place_that_is_too_long_is_marked_as_far_as_it_is_shown() -> None:
    """From its beginning."""
    assert ("N" * 39 + CUT, MARK * 39) == underlined("N" * 300, 1, 301, 40)


@given(
    line=LINES, column=st.integers(1, 210), length=st.integers(0, 210), width=st.integers(20, 90)
)
@example(line="\u0301" * 200, column=100, length=1, width=20)
@example(line="日" * 200, column=100, length=3, width=21)
def test_nothing_is_too_wide_or_obeyed(line: str, column: int, length: int, width: int) -> None:
    """Whatever stands on the line, and whatever the place is."""
    line = line.replace("\n", " ")
    shown, marks = underlined(line, column, column + length, width)
    assert plain(shown) == shown
    assert "\t" not in shown
    assert cells_of(shown) <= width + len("\\U00000000")
    assert 1 <= marks.count(MARK)
    assert marks == " " * marks.count(" ") + MARK * marks.count(MARK)
    assert len(marks) <= width + 1


@given(st.text("ab日\t🚑", min_size=1, max_size=30), st.data())
def test_where_all_is_shown_the_marks_count_cells(line: str, data: st.DataObject) -> None:
    """As many before the place as the characters there take."""
    column = data.draw(st.integers(1, len(line)))
    _, marks = underlined(line, column, column + 1, 200)
    cells = 0
    for character in line[: column - 1]:
        cells += 4 - cells % 4 if character == "\t" else cells_of(character)
    assert cells == marks.count(" ")


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", []),
        ("one two", ["one two"]),
        ("one two three four", ["one two", "  three", "  four"]),
        ("abcdefghijklm", ["abcdefgh", "  ijklm"]),
        ("日本語日本語", ["日本語日", "  本語"]),
        ("a abcdefghijklm", ["a", "  abcdef", "  ghijkl", "  m"]),
    ],
)
def test_words_are_wrapped_by_cells(text: str, lines: list[str]) -> None:
    """A word that is too long is broken, for a terminal would break the lines' indent."""
    assert lines == wrapped(text, 8, "  ")


@given(st.text(max_size=80), st.integers(8, 40))
def test_wrapping_loses_nothing(text: str, width: int) -> None:
    """But spaces."""
    lines = wrapped(text, width, "  ")
    assert "".join(text.split()) == "".join("".join(lines).split())

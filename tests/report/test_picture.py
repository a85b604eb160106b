"""Spans and moments find their places."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drillbook.report.picture import LABEL_CHARACTERS_MAX, TICKS_MAX, WIDTH_MIN, Item, draw

S = 1_000_000_000
MOMENTS_NS = st.integers(0, 10**6 * S)


def bar(begin_s: float, end_s: float, label: str = "x") -> Item:
    """An item from one second to another."""
    return Item(label=label, look="phase", begin_ns=round(begin_s * S), end_ns=round(end_s * S))


def test_nothing_to_draw_is_no_picture() -> None:
    """A drill without phases has no empty frame."""
    assert None is draw([])


def test_bars_lie_where_they_ran() -> None:
    """Per cent of the whole, from the first beginning to the last end."""
    picture = draw([bar(10, 20), bar(20, 50)])
    assert picture
    assert [(0.0, 25.0), (25.0, 75.0)] == [(row.left, row.width) for row in picture.rows]


def test_a_label_stands_where_there_is_most_room() -> None:
    """Right of an early bar, left of a late one, upon one that fills the picture."""
    picture = draw([bar(0, 10), bar(90, 100), bar(1, 99)])
    assert picture
    expected = [(10.0, "start", False), (90.0, "end", False), (1.0, "start", True)]
    assert expected == [(row.text.at, row.text.anchor, row.text.is_upon) for row in picture.rows]


def test_what_took_no_time_is_seen() -> None:
    """A mark is a mark, and a bar of a millisecond is still a bar."""
    picture = draw([bar(0, 100), bar(50, 50), bar(50, 50.001)])
    assert picture
    assert [False, True, False] == [row.is_mark for row in picture.rows]
    assert WIDTH_MIN == picture.rows[2].width


def test_a_long_label_is_cut() -> None:
    """A hostile name does not push its neighbours away."""
    picture = draw([bar(0, 1, label="x" * 500)])
    assert picture
    assert "x" * (LABEL_CHARACTERS_MAX - 1) + "…" == picture.rows[0].label


def test_the_axis_counts_from_the_beginning() -> None:
    """Round seconds, from nought on."""
    picture = draw([bar(7, 32)])
    assert picture
    assert [("0 s", 0.0), ("5 s", 20.0), ("10 s", 40.0)] == [
        (tick.label, tick.at) for tick in picture.ticks[:3]
    ]


def test_grounds_lie_behind_their_stretch() -> None:
    """The control's ground begins and ends with it."""
    picture = draw([bar(0, 100)], bands=[bar(25, 50)])
    assert picture
    assert [(25.0, 25.0)] == [(band.left, band.width) for band in picture.bands]


@given(st.lists(st.tuples(MOMENTS_NS, MOMENTS_NS), min_size=1, max_size=12))
def test_nothing_leaves_the_picture_and_no_rows_overlap(spans: list[tuple[int, int]]) -> None:
    """Whatever times a journal holds: all is inside, each item in a row of its own."""
    items = [Item(label="x", look="phase", begin_ns=min(s), end_ns=max(s)) for s in spans]
    picture = draw(items)
    assert picture
    assert all(0 <= row.left <= 100 and 0 <= row.text.at <= 100 for row in picture.rows)
    tops = [row.top_px for row in picture.rows]
    assert all(later - earlier >= 20 for earlier, later in pairwise(tops))
    assert picture.height_px > max(tops)
    assert all(0 <= tick.at <= 100 for tick in picture.ticks)
    assert len(picture.ticks) <= TICKS_MAX + 1


@pytest.mark.parametrize("total_s", [1, 59, 61, 3_599, 7_200, 18_001, 86_400, 864_000, 10**8])
def test_the_axis_reaches_from_end_to_end_however_long_the_drill(total_s: int) -> None:
    """No label stands upon another, and none of the picture is without a line near it."""
    picture = draw([bar(0, total_s)])
    assert picture
    places = [tick.at for tick in picture.ticks]
    assert all(later - earlier > 15 for earlier, later in pairwise(places))
    assert places[-1] > 50

"""`linked=100%`, and who misses it."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drillbook.cover.figures import NAMES
from drillbook.cover.minimum import Minimum, NoMinimumError, missed, read_minimum
from drillbook.model.coverage import Figure


def figure(count: int, total: int, name: str = "linked") -> Figure:
    """A figure with this share."""
    nothing = "no runbook was found"
    return Figure(name=name, title=name, count=count, total=total, definition="…", nothing=nothing)


@pytest.mark.parametrize(
    ("text", "minimum"),
    [
        ("linked=100%", Minimum(name="linked", percent=100)),
        ("proven=80", Minimum(name="proven", percent=80)),
        (" covered = 99.5 % ", Minimum(name="covered", percent=99.5)),
        ("accuracy=0%", Minimum(name="accuracy", percent=0)),
    ],
)
def test_how_a_minimum_is_written(text, minimum):
    """With or without the sign."""
    assert minimum == read_minimum(text)


@pytest.mark.parametrize(
    ("text", "because"),
    [
        ("linked", "'linked' is no minimum; write one such as linked=100%"),
        ("linkd=1%", "no figure is called 'linkd'; did you mean linked?"),
        ("moon=1%", f"no figure is called 'moon'; there are {', '.join(NAMES)}"),
        ("linked=101%", "'101%' is no share from 0% to 100%; write linked=80%"),
        ("linked=-1%", "'-1%' is no share from 0% to 100%; write linked=80%"),
        ("linked=nan", "'nan' is no share from 0% to 100%; write linked=80%"),
        ("linked=1e2", "'1e2' is no share from 0% to 100%; write linked=80%"),
        ("linked=", "'' is no share from 0% to 100%; write linked=80%"),
    ],
)
def test_what_is_none_is_told_with_the_cure(text, because):
    """In one line."""
    with pytest.raises(NoMinimumError) as caught:
        read_minimum(text)
    assert because == str(caught.value)


@given(st.text(max_size=40))
def test_no_text_does_anything_else(text):
    """It is a minimum, or it is told why not."""
    with suppress(NoMinimumError):
        assert read_minimum(text).name in NAMES


@pytest.mark.parametrize(
    ("count", "total", "percent", "is_missed"),
    [(2, 3, 66.7, True), (2, 3, 66, False), (3, 3, 100, False), (1999, 2000, 100, True)],
)
def test_whole_things_are_compared(count, total, percent, is_missed):
    """Not what they were rounded to."""
    lines = list(missed([figure(count, total)], [Minimum(name="linked", percent=percent)]))
    assert is_missed is bool(lines)


def test_who_misses_it_is_told_what_there_is():
    """The share, the count, and what was asked for."""
    minima = [Minimum(name="linked", percent=100), Minimum(name="proven", percent=80)]
    figures = [figure(2, 3), figure(4, 5, "proven")]
    assert ["linked: 66.6 % (2 of 3), and 100 % are asked for"] == list(missed(figures, minima))


def test_nothing_reaches_nothing():
    """Where there is no runbook, none is proven; also 0 % of nothing is not there."""
    minima = [Minimum(name="linked", percent=0)]
    expected = ["linked: no runbook was found, and 0 % are asked for"]
    assert expected == list(missed([figure(0, 0)], minima))

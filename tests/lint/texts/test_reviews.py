"""What a document says of its reviews."""

from datetime import date

import pytest

from drillbook.lint.texts.reviews import date_in, reviews_of
from drillbook.read.markdown.runbook import read_document
from told import PATH, WHOLE


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (date(2025, 1, 31), "2025-01-31"),
        (date(2025, 1, 31), "2025/1/31 by Ann"),
        (date(2025, 1, 31), "January 31st, 2025"),
        (date(2025, 1, 31), "31. Jan 2025"),
        (date(2025, 1, 31), "31-Jan-2025"),
        (date(2025, 9, 28), "Sept. 2025"),
        (None, "2025-13-01"),
        (None, "01/02/2025"),
        (None, "soon"),
        (None, ""),
    ],
)
def test_a_day_is_read_in_the_forms_that_mean_one(day, text):
    """Of a month alone the 28th counts; of 01/02 nobody knows which is the month."""
    assert day == date_in(text)


def test_front_matter_and_prose_are_read():
    """In this order, each with its place."""
    text = WHOLE.replace("---\n# ", "reviewed: 2025-01-31\n---\n# ") + "\nNext review: 2025-06-30\n"
    ours, prose = reviews_of(read_document(text, PATH))
    assert (4, True, False) == (ours.place.line, ours.is_ours, ours.is_next)
    assert (20, False, True) == (prose.place.line, prose.is_ours, prose.is_next)
    assert date(2025, 6, 30) == prose.date


def test_a_review_of_the_front_matter_that_is_no_day_is_kept():
    """So that it can be told."""
    text = WHOLE.replace("---\n# ", "reviewed: soon\n---\n# ")
    (review,) = reviews_of(read_document(text, PATH))
    assert (None, "soon") == (review.date, review.text)

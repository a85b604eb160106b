"""A review on a day that does not exist or has not come yet."""

import pytest

from drillbook.lint.document.review_date_wrong import LINT
from told import PLAIN, WHOLE, findings, told


def reviewed(day: str) -> str:
    """A whole runbook, reviewed on this day."""
    return WHOLE.replace("---\n# ", f"reviewed: {day}\n---\n# ")


@pytest.mark.parametrize(
    ("day", "message"),
    [
        ("last spring", "is no date"),
        ("2026-02-30", "is no date"),
        ("YYYY-MM-DD", "is no date"),
        ("2062-11-21", "has not come yet"),
    ],
)
def test_the_day_is_underlined(day, message):
    """Nobody knows when the review was."""
    assert [f"4: {day}"] == told(LINT, reviewed(day))
    assert message in findings(LINT, reviewed(day))[0].message


@pytest.mark.parametrize("day", ["2020-01-01", "2026-11-21", "Nov 2026", "1 December 2026"])
def test_a_day_that_may_have_been_is_fine(day):
    """A month alone, and whoever is some days ahead of us."""
    assert [] == told(LINT, reviewed(day))


def test_prose_is_judged_only_where_it_is_understood():
    """A year of two thousand and sixty is a slip in any file."""
    assert ["14: 2062-01-01"] == told(LINT, f"{PLAIN}Last reviewed: 2062-01-01\n")
    assert [] == told(LINT, f"{PLAIN}Last reviewed: by Ann\n")
    assert [] == told(LINT, f"{PLAIN}Next review: 2062-01-01\n")

"""A runbook that was last looked at too long ago."""

import pytest

from drillbook.lint.document.review_overdue import LINT
from drillbook.model.lint import LintSettings
from told import PLAIN, WHOLE, findings, severities, told


def reviewed(day: str) -> str:
    """A whole runbook, reviewed on this day."""
    return WHOLE.replace("---\n# ", f"reviewed: {day}\n---\n# ")


def test_the_day_is_underlined_and_the_delay_said():
    """180 days hold by default; the day is 2026-11-21."""
    text = reviewed("2026-05-24")
    assert ["4: 2026-05-24"] == told(LINT, text)
    (found,) = findings(LINT, text)
    assert "it was last looked at 181 days ago, 1 more than a review holds" == found.message
    assert 'read it again, drill it, and write "2026-11-21"' == found.help


def test_the_last_day_still_holds():
    """And any later one."""
    assert [] == told(LINT, reviewed("2026-05-25"))
    assert [] == told(LINT, reviewed("2026-11-21"))


@pytest.mark.parametrize(("days", "flagged"), [(30, True), (365, False), (0, False)])
def test_how_long_a_review_holds_is_set(days, flagged):
    """For each kind of runbook; 0 is for ever."""
    settings = LintSettings(review_days={"alert": days})
    assert flagged is bool(told(LINT, reviewed("2026-06-01"), settings=settings))


def test_each_kind_has_its_own():
    """A kind without a figure is never overdue."""
    text = reviewed("2020-01-01").replace("---\n", "---\nkind: procedure\n", 1)
    assert [] == told(LINT, text, settings=LintSettings(review_days={"alert": 30}))
    assert ["5: 2020-01-01"] == told(LINT, text)


@pytest.mark.parametrize(
    ("line", "underlined"),
    [
        ("Last reviewed: 2024-03-05", "2024-03-05"),
        ("**Last Updated**: March 5, 2024", "March 5, 2024"),
        ("- Last review date: 5th Mar 2024", "5th Mar 2024"),
        ("*Last tested:* Mar 2024", "Mar 2024"),
        ("_Last verified on: 2024/03/05_", "2024/03/05"),
        ("Next review: 2026-11-01", "2026-11-01"),
    ],
)
def test_a_line_of_prose_can_say_it(line, underlined):
    """In the forms that people write."""
    assert [f"14: {underlined}"] == told(LINT, f"{PLAIN}{line}\n")
    assert ["note"] == severities(LINT, f"{PLAIN}{line}\n")


@pytest.mark.parametrize(
    "line",
    [
        "Last reviewed: 2026-10-01",
        "Last reviewed: 03/04/2024",
        "Last reviewed by Ann.",
        "The last updated pod is shown first: 2024-03-05",
        "Next review: 2027-01-01",
        "Last reviewed: [date]",
    ],
)
def test_other_lines_are_fine(line):
    """What is not understood is not judged: 03/04 is two days."""
    assert [] == told(LINT, f"{PLAIN}{line}\n")

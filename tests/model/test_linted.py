"""What became of linting, and which of it fails."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drillbook.model.finding import Severity
from drillbook.model.linted import Linted, Showing
from findings import finding_at, place_at

EVERY = tuple(
    finding_at(place_at("a.md", line, 1), severity=severity)
    for line, severity in enumerate(Severity, 1)
)


@pytest.mark.parametrize(
    ("fail_on", "count"),
    [(Severity.ERROR, 1), (Severity.WARNING, 2), (Severity.NOTE, 3), (None, 0)],
)
def test_as_grave_as_asked_or_graver_fails(fail_on: Severity | None, count: int) -> None:
    """In their order."""
    assert EVERY[:count] == Linted(findings=EVERY, fail_on=fail_on).failing


def test_errors_fail_unless_somebody_says_otherwise() -> None:
    """A first run on an old tree does not end with hundreds of warnings that fail."""
    assert EVERY[:1] == Linted(findings=EVERY).failing


@given(st.sampled_from(Severity), st.sampled_from(Severity))
def test_being_as_grave_is_an_order(left: Severity, right: Severity) -> None:
    """Of two, one is as grave as the other; both are where they are the same."""
    assert left.is_at_least(right) or right.is_at_least(left)
    assert (left is right) == (left.is_at_least(right) and right.is_at_least(left))


def test_without_sources_lines_are_empty() -> None:
    """A form of output is shown nothing rather than something wrong."""
    assert "" == Showing().line_of("a.md", 1)

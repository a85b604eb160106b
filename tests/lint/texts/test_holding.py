"""Whether a rule holds the figure that a text says."""

import pytest

from drillbook.lint.texts.figures import figures_in
from drillbook.lint.texts.holding import Held, holds
from lint_rules import rule_of


def held(expr: str, sentence: str, for_: str = "10m") -> Held:
    [figure] = figures_in(sentence)
    return holds(rule_of(expr, for_=for_), figure)


@pytest.mark.parametrize(
    ("expr", "sentence"),
    [
        ("a == 0", "above 5 %"),
        ("a > 1 or b > 2", "above 5 %"),
        ("a >", "above 5 %"),
        ("increase(a[5m]) > 3", "10 per minute"),
        ("used_bytes > 1e9", "above 5 %"),
        ("a >", "for 5 minutes"),
    ],
)
def test_what_cannot_be_compared_is_not_certain(expr: str, sentence: str) -> None:
    """Then nothing is said."""
    assert not held(expr, sentence).is_certain


@pytest.mark.parametrize(
    ("for_", "shown"), [("90s", "90s"), ("2h", "2h"), ("1d", "1d"), ("90m", "90m")]
)
def test_durations_are_told_in_their_largest_whole_unit(for_: str, shown: str) -> None:
    """As people write them."""
    assert f"waits for {shown}" == held("up == 0", "for 7 minutes", for_).instead


def test_numbers_need_not_be_equal_to_the_last_bit() -> None:
    """0.1 + 0.2 is 0.3 to everybody."""
    assert held("a > 0.1 + 0.2", "above 30 %").is_so

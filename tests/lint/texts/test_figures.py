"""The figures of a sentence."""

import pytest

from drillbook.lint.texts.figures import Figure, figures_in, may_hold_figure
from drillbook.model.library import ClaimKind


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        (
            "above 5 % for 10 minutes",
            [
                Figure(ClaimKind.FOR, 600.0, "for 10 minutes", 10),
                Figure(ClaimKind.THRESHOLD, 0.05, "above 5 %", 0, is_percent=True),
            ],
        ),
        ("over 10/s", [Figure(ClaimKind.RATE, 10.0, "10/s", 5, per_s=1.0)]),
        ("10 an hour", [Figure(ClaimKind.RATE, 10.0, "10 an hour", 0, per_s=3600.0)]),
        (">= 0.5", [Figure(ClaimKind.THRESHOLD, 0.5, ">= 0.5", 0)]),
        ("more than 3", []),
        ("> 50 MB/s", []),
        ("> 5 minutes", []),
        ("above 2 GiB per second", []),
        ("> 5/s", [Figure(ClaimKind.RATE, 5.0, "5/s", 2, per_s=1.0)]),
        ("-> 5", []),
        ("above 1.2.3%", []),
        ("for the last 5 minutes", []),
    ],
)
def test_figures_are_as_a_rule_would_hold_them(sentence: str, expected: list[Figure]) -> None:
    """Fractions and seconds; an arrow, a version and a look-back are none."""
    assert expected == list(figures_in(sentence))


@pytest.mark.parametrize("text", ["above 5 %", "for 5m", "10/min", "> `5", "| 5m |"])
def test_the_cheap_look_overlooks_nothing(text: str) -> None:
    """It may say yes too often, never no."""
    assert may_hold_figure(text)


def test_most_sentences_hold_none() -> None:
    """They cost one look."""
    assert not may_hold_figure("The disk is full.")

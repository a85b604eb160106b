"""A severity that is a slip of a usual one."""

import pytest

from drillbook.lint.document.unknown_severity import LINT, USUAL
from told import WHOLE, findings, told


def with_severity(said: str) -> str:
    """The whole runbook, but for this."""
    return WHOLE.replace("severity: critical", f"severity: {said}")


@pytest.mark.parametrize(
    ("slip", "meant"),
    [("critcal", "critical"), ("Warnning", "warning"), ("meduim", "medium")],
)
def test_a_slip_is_underlined_and_the_word_said(slip, meant):
    """It stands in the front matter."""
    assert [f"3: {slip}"] == told(LINT, with_severity(slip))
    assert f'write "{meant}"' == findings(LINT, with_severity(slip))[0].help


@pytest.mark.parametrize("own", [*USUAL, "P1", "sev-2", "SEV1", "tier1", "business", "Critical"])
def test_a_scale_of_ones_own_is_none(own):
    """A word far from any usual one was chosen."""
    assert [] == told(LINT, with_severity(own))


def test_the_title_is_underlined_where_the_word_cannot_be_found():
    """YAML can say the same word in other letters."""
    assert ["5: # The disk is full"] == told(LINT, with_severity('"crit\\x63al"'))

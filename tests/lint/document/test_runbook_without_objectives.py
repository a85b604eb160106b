"""A runbook that promises no times."""

import pytest

from drillbook.lint.document.runbook_without_objectives import LINT
from told import PLAIN, WHOLE, findings, severities, told


def promising(objectives: str) -> str:
    """The whole runbook, and this."""
    return WHOLE.replace("---\n# ", f"objectives: {objectives}\n---\n# ")


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        (WHOLE, "detect or recover"),
        (promising("{detect: 2m}"), "recover"),
        (promising("{recover: 5m}"), "detect"),
    ],
)
def test_what_is_missing_is_said(text, missing):
    """A drill can only pass what was promised."""
    (found,) = findings(LINT, text)
    assert f"a time to {missing}, so" in found.message
    assert ["warning"] == severities(LINT, text)


def test_the_objectives_are_underlined_where_they_stand():
    """Else the title."""
    assert ["4: objectives: {detect: 2m}"] == told(LINT, promising("{detect: 2m}"))
    assert ["5: # The disk is full"] == told(LINT, WHOLE)


def test_both_times_are_enough():
    """Whether they can be kept is for the drill to say."""
    assert [] == told(LINT, promising("{detect: 2m, recover: 15m}"))


def test_plain_markdown_and_procedures_promise_nothing():
    """Nothing detects a procedure."""
    assert [] == told(LINT, PLAIN)
    assert [] == told(LINT, WHOLE.replace("---\n", "---\nkind: procedure\n", 1))

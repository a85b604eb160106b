"""The Verdict as plain lines."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drillbook.model.verdict import Ruling, Verdict, VerdictState
from drillbook.report.terminal import verdict_lines

VerdictOf = Callable[[str], Verdict]
STORIES = Path(__file__).parent / "stories"
CONTROLS = set(map(chr, (*range(32), *range(127, 160))))
ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()), max_size=60)


@pytest.mark.parametrize("name", ["passed", "failed", "unknown", "hostile"])
def test_stories(tell: Callable[[Path], Any], verdict_of: VerdictOf, name: str) -> None:
    """Each state, and a Verdict made of hostile text, as the terminal shows it."""
    tell(STORIES / f"{name}.txt").expect("terminal", "\n".join(verdict_lines(verdict_of(name))))


def test_the_last_line_is_the_verdict(verdict_of: VerdictOf) -> None:
    """A script finds the conclusion in the last line, whole however narrow the terminal."""
    expected = (
        "VERDICT: passed — drill postgresql-down proves runbook runbooks/database-connectivity.md"
    )
    assert expected == verdict_lines(verdict_of("passed"), width=40)[-1]


@pytest.mark.parametrize("width", [40, 60, 80, 120])
@pytest.mark.parametrize("name", ["passed", "failed", "unknown"])
def test_no_other_line_is_too_wide(verdict_of: VerdictOf, name: str, width: int) -> None:
    """Nothing runs over the edge of a narrow terminal but the table, which needs 64."""
    lines = verdict_lines(verdict_of(name), width=width)[:-1]
    assert [] == [line for line in lines if len(line) > max(width, 64)]


@given(ANY_TEXT, ANY_TEXT, st.integers(-5, 200))
def test_no_text_breaks_a_line(name: str, because: str, width: int) -> None:
    """Whatever stands in a ruling, no line holds a control character or a second line."""
    ruling = Ruling(name=name, state=VerdictState.FAILED, because=because)
    verdict = Verdict(
        drill=name, runbook=because, stream=name, state=VerdictState.FAILED, rulings=(ruling,)
    )
    lines = verdict_lines(verdict, width=width)
    assert [] == [line for line in lines if len(line.splitlines()) > 1]
    assert [] == [line for line in lines if set(line) & CONTROLS]
    assert lines[-1].startswith("VERDICT: failed")

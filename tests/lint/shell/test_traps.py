"""The table of traps → rows that are whole."""

import re

import pytest

from drillbook.lint.shell.traps import TRAPS, Kind


@pytest.mark.parametrize("trap", TRAPS, ids=lambda trap: trap.name)
def test_a_row_is_whole(trap):
    """It has words that lead to it, a cause, a cure, and a source that can be looked up."""
    assert trap.hints
    assert all(re.fullmatch(r"[a-z_][a-z0-9_]*", hint) for hint in trap.hints)
    assert not trap.cause.endswith(".")
    assert not trap.cure.endswith(".")
    assert trap.source
    assert isinstance(trap.kind, Kind)


def test_names_are_their_own():
    """A row is spoken of by its name."""
    names = [trap.name for trap in TRAPS]
    assert sorted(set(names)) == sorted(names)

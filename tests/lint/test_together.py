"""In which worlds two Conditions hold."""

import pytest

from drillbook.lint.together import atoms_of, holds, outcomes
from drillbook.model.sentence import (
    And,
    CaptureCompares,
    CheckIs,
    CheckStatus,
    Comparison,
    Formula,
    Not,
    Or,
)

A_BAD = CheckIs(check="a", status=CheckStatus.UNHEALTHY)
A_GOOD = CheckIs(check="a", status=CheckStatus.HEALTHY)
B_BAD = CheckIs(check="b", status=CheckStatus.UNHEALTHY)
A_UNKNOWN = CheckIs(check="a", status=CheckStatus.UNKNOWN)


def lag(comparison: Comparison, bound: float | str) -> CaptureCompares:
    """A captured value beside a bound."""
    return CaptureCompares(capture="lag", comparison=comparison, bound=bound)


@pytest.mark.parametrize(
    ("both", "first", "second"),
    [
        (True, A_BAD, B_BAD),
        (False, A_BAD, A_GOOD),
        (False, A_BAD, A_UNKNOWN),
        (False, A_UNKNOWN, Not(item=A_GOOD)),
        (True, A_BAD, Not(item=A_GOOD)),
        (True, lag(Comparison.AT_LEAST, 3), lag(Comparison.AT_MOST, 3)),
        (False, lag(Comparison.ABOVE, 3), lag(Comparison.AT_MOST, 3)),
        (True, lag(Comparison.ABOVE, 3), lag(Comparison.BELOW, 3.4)),
        (False, lag(Comparison.IS, 3), lag(Comparison.BELOW, 3)),
        (False, lag(Comparison.IS, "x"), lag(Comparison.IS, "y")),
    ],
)
def test_whether_both_can_hold_at_once(both: bool, first: Formula, second: Formula) -> None:
    """A bound is tried from both of its sides."""
    assert both is ((True, True) in outcomes(first, second))
    assert both is ((True, True) in outcomes(second, first))


def test_what_is_narrower_never_holds_alone():
    """So one can tell a rarer case."""
    found = outcomes(And(items=(A_BAD, B_BAD)), A_BAD)
    assert (True, False) not in found
    assert {(True, True), (False, True), (False, False)} == found


def test_unknown_is_neither_true_nor_false():
    """An Option is chosen only where its When is true."""
    world = {"check a": CheckStatus.UNKNOWN, "check b": CheckStatus.UNHEALTHY}
    assert holds(A_BAD, world) is None
    assert holds(Not(item=A_BAD), world) is None
    assert holds(Or(items=(A_BAD, B_BAD)), world) is True
    assert holds(And(items=(A_BAD, Not(item=B_BAD))), world) is False
    assert holds(A_UNKNOWN, world) is True


def test_a_text_is_not_compared_with_a_number():
    """What was captured is one or the other."""
    assert holds(lag(Comparison.ABOVE, 3), {"capture lag": "x"}) is None
    assert holds(lag(Comparison.IS, "x"), {"capture lag": 3.0}) is None


def test_too_many_worlds_are_not_tried():
    """Nobody reads conditions of so many checks; nothing is said of them."""
    many = And(items=tuple(CheckIs(check=str(n), status=CheckStatus.HEALTHY) for n in range(30)))
    assert frozenset() == outcomes(many, A_BAD)


def test_the_atoms_come_in_the_order_of_the_text():
    """Whatever they are wrapped in."""
    formula = Or(items=(And(items=(A_BAD, Not(item=B_BAD))), A_UNKNOWN))
    assert [A_BAD, B_BAD, A_UNKNOWN] == list(atoms_of(formula))

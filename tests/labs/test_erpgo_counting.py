"""What was acknowledged is compared with what can be read back."""

import pytest

from drillbook.model.lab import ClientCount, LabError
from drillbook_labs.erpgo.counting import count, settle
from drillbook_labs.erpgo.layout import Layout
from drillbook_labs.erpgo.ledger import Tally


def test_all_that_was_acknowledged_is_readable() -> None:
    """Nothing is lost where every reference is found; more may be stored than acknowledged."""
    counted = settle(Tally(acknowledged_at_ns={"a": 1, "b": 2}), {"a", "b", "c"}, twice=0)
    assert ClientCount(acknowledged=2, readable=2, twice=0) == counted


def test_a_lost_order_is_told_with_when_it_was_acknowledged() -> None:
    """Times of lost acknowledgements come in order, for Loses may allow the latest."""
    noted = Tally(acknowledged_at_ns={"a": 30, "b": 20, "c": 10}, refused=4)
    expected = ClientCount(acknowledged=3, readable=1, twice=2, lost_at_ns=(10, 30), failures=4)
    assert expected == settle(noted, {"b"}, twice=2)


def test_an_api_that_does_not_answer_cannot_be_counted(layout: Layout) -> None:
    """Where nobody listens the count is an error, never "nothing readable"."""
    with pytest.raises(LabError, match="the orders cannot be read back"):
        count(layout)

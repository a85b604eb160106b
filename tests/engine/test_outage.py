"""A store that goes away is said once, and once when it is back."""

from drillbook.engine.changes import Changes
from drillbook.engine.outage import PAUSE_MAX_S, Outage
from drillbook.model.engine import EngineError


class Now:
    """A clock that a test moves."""

    def __init__(self):
        self.at_s = 100.0

    def monotonic_s(self):
        """Where it stands."""
        return self.at_s


def test_it_is_said_once_and_for_how_long_it_was():
    """However many threads find it away."""
    said, now = [], Now()
    outage = Outage(clock=now, say=said.append)
    outage.is_back()
    for _ in range(5):
        outage.is_away(EngineError("the disk is full"))
    now.at_s += 31
    for _ in range(3):
        outage.is_back()
    assert [
        "the disk is full; the worker goes on as soon as it can",
        "the engine's store is back after 31 s",
    ] == said


def test_it_is_asked_less_and_less_often_up_to_a_bound():
    """And often again with the next outage."""
    outage = Outage(clock=Now(), say=lambda _line: None)
    pauses = [outage.is_away(EngineError("away")) for _ in range(8)]
    assert [0.1, 0.2, 0.4, 0.8, 1.6, PAUSE_MAX_S, PAUSE_MAX_S, PAUSE_MAX_S] == pauses
    outage.is_back()
    assert 0.1 == outage.is_away(EngineError("away"))


def test_a_change_between_the_look_and_the_wait_is_not_lost():
    """Whoever marks first and looks then waits for nothing that has happened."""
    changes = Changes()
    mark = changes.mark()
    assert False is changes.wait(mark, 0.0)
    changes.add()
    assert True is changes.wait(mark, 60.0)
    assert False is changes.wait(changes.mark(), 0.0)

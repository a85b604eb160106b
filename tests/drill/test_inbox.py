"""Alerts come in from any thread, are kept in order, and never without bound."""

import threading

from drillbook.drill.inbox import RECEIVED_MAX, Inbox
from drillbook.model.alert import Alert, AlertStatus


def alert(name: str) -> Alert:
    """An alert of that name."""
    return Alert(name=name, status=AlertStatus.FIRING)


def test_alerts_are_kept_in_the_order_in_which_they_came() -> None:
    """Each with the moment of its message, also where a message brings several."""
    inbox = Inbox()
    assert inbox.put((alert("a"), alert("b")), 5)
    assert inbox.put((), 6)
    assert inbox.put((alert("a"),), 7)
    assert [("a", 5), ("b", 5), ("a", 7)] == [
        (each.alert.name, each.at_ns) for each in inbox.received()
    ]


def test_what_was_handed_out_does_not_change() -> None:
    """Who looks twice sees two things, not one that grows in their hand."""
    inbox = Inbox()
    before = inbox.received()
    inbox.put((alert("a"),), 1)
    assert ((), 1) == (before, len(inbox.received()))


def test_a_flood_is_refused_whole_and_what_came_before_is_kept() -> None:
    """A message that does not fit is not kept in part; a smaller one may still fit."""
    inbox = Inbox()
    assert inbox.put((alert("a"),) * (RECEIVED_MAX - 1), 1)
    assert not inbox.put((alert("b"),) * 2, 2)
    assert inbox.put((alert("c"),), 3)
    assert not inbox.put((alert("d"),), 4)
    assert inbox.put((), 5), "nothing always fits"
    names = [each.alert.name for each in inbox.received()]
    assert (RECEIVED_MAX, {"a", "c"}, "c") == (len(names), set(names), names[-1])


def test_threads_lose_nothing_and_never_go_over_the_bound() -> None:
    """Eight senders at once, more of them than there is room for."""
    inbox, taken = Inbox(), []

    def send(sender: int) -> None:
        taken.append(sum(inbox.put((alert(f"{sender}"),) * 7, 1) for _ in range(250)))

    threads = [threading.Thread(target=send, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sum(taken) * 7 == len(inbox.received())
    assert RECEIVED_MAX - 7 < len(inbox.received()) <= RECEIVED_MAX


def test_before_the_lab_is_up_prometheus_says_nothing() -> None:
    """Nobody is asked who is not there yet."""
    assert None is Inbox().ask("Down", {})

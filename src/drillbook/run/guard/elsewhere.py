"""A step that is carried elsewhere → its end as it is told from there, or what is known of it.

Part of the guardian: the standard library only, and only cheap modules of it.

The step is begun over there only when we have heard that all is ready and have said so (see
`drillbook.run.transports`). So what failed before has begun nothing, and what was begun and did
not tell its end is lost: nobody here can say whether it happened.
"""

import time
from collections.abc import Callable

from drillbook.run.guard.channel import Channel
from drillbook.run.guard.step import Order
from drillbook.run.guard.watch import Watch, end

# How long the program that carries the step may take to leave when all is told.
_LEAVE_S = 0.5
# Beyond the time of grace over there: until it is told that the tree has ended.
_ANSWER_S = 15.0
_WORDS_MAX = 300


def follow_elsewhere(
    order: Order, watch: Watch, channel: Channel, facts: dict[str, object]
) -> None:
    """Wait for the step's end over there, or make it; then leave nothing of the way here."""
    deadline = time.monotonic() + order.timeout_s
    while not watch.is_cancelled and deadline > time.monotonic() and not _is_done(watch, channel):
        watch.turn(deadline - time.monotonic())
    if _is_done(watch, channel):
        watch.drain()
        facts.update(_as_told(watch, channel))
    else:
        facts.update(_as_asked(order, watch, channel))
    watch.feed.close()
    _wait(watch, _LEAVE_S, lambda: watch.is_childless)
    facts["ended_at_ns"] = time.time_ns()
    end(watch, watch.whole_tree, grace_s=order.grace_s)


def _is_done(watch: Watch, channel: Channel) -> bool:
    return channel.is_told or watch.status is not None


def _as_told(watch: Watch, channel: Channel) -> dict[str, object]:
    if channel.is_over:
        return _records(watch, channel)
    if channel.refusal:
        because = b"it could not begin over there: " + channel.refusal
    elif not channel.is_ready:
        because = b"it did not begin: " + (_last_line(channel.noise) or b"the way ended at once")
    else:
        because = b"the way to it broke before it told how it ended"
        return {"ending": "lost", "because": because.decode()}
    return {"ending": "not-started", "because": because.decode("utf-8", "replace")}


def _as_asked(order: Order, watch: Watch, channel: Channel) -> dict[str, object]:
    """It is to end: the end of its standard input says so over there, and it tells when it has."""
    watch.feed.close()
    if watch.is_cancelled:
        ending, because = "cancelled", "it was cancelled"
    else:
        ending, because = "timed-out", f"its time limit of {order.timeout_s:g} s was reached"
    if not channel.is_ready:
        return {"ending": ending, "because": f"{because} before it had begun over there"}
    _wait(watch, order.grace_s + _ANSWER_S, lambda: _is_done(watch, channel))
    watch.drain()
    if not channel.is_over:
        because += "; whether its processes over there have ended is not known"
        return {"ending": ending, "because": because}
    _records(watch, channel)
    return {"ending": ending, "because": because}


def _records(watch: Watch, channel: Channel) -> dict[str, object]:
    """How it ended: what is told is taken over into the watch, and what is left into the facts."""
    facts: dict[str, object] = {"ending": "lost", "because": "what it told cannot be understood"}
    for record in channel.records:
        kind, _, text = record.partition(b" ")
        if kind == b"exit" and text.isdigit():
            facts = {"ending": "exited", "exit_code": int(text), "because": ""}
        elif kind == b"signal" and text.isdigit():
            facts = {"ending": "signalled", "signal": int(text), "because": ""}
        elif kind == b"missing":
            watch.note(text)
        elif kind == b"export":
            watch.note(b"/" + text)
        elif kind == b"survivor":
            watch.survivors.append(text)
    return facts


def _last_line(noise: bytes) -> bytes:
    lines = [line.strip() for line in noise.splitlines() if line.strip()]
    return lines[-1][:_WORDS_MAX] if lines else b""


def _wait(watch: Watch, within_s: float, holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + within_s
    while not holds() and (left_s := deadline - time.monotonic()) > 0:
        watch.turn(left_s)

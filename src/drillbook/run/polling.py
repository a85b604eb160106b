"""Polls of one step, one after the other → whether its sentence holds by now.

`for D` asks for a streak of good polls that spans D, `within D` that the whole sentence comes
true within D of the first poll; with `for` alone the first poll that is not good ends it. A
streak is as long as from the beginning of its first poll to the end of its last.
"""

from dataclasses import dataclass

from drillbook.model.run import StepResult
from drillbook.model.sentence import Expectation

EVERY_S_DEFAULT = 1.0
# Between two polls nobody looked: a longer hole (a crash, a suspended laptop, a clock that was set)
# proves nothing, neither that it held nor that it came too late, so the window begins anew. Three
# intervals plus the step's own time limit are ordinary.
HOLE_INTERVALS_MAX = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """What the polls so far come to; times in nanoseconds since the Unix epoch."""

    polls: int = 0
    began_ns: int = 0
    streak_began_ns: int | None = None
    last_ended_ns: int = 0


def after(
    window: Window, *, result: StepResult, started_ns: int, ended_ns: int, hole_ns_max: int
) -> Window:
    """The window with one more poll."""
    is_hole = not 0 <= started_ns - window.last_ended_ns <= hole_ns_max
    began_ns = started_ns if is_hole or not window.polls else window.began_ns
    streak = None if is_hole else window.streak_began_ns
    if ended_ns < started_ns:
        # The clock was set back while it ran; how long it took is not known.
        began_ns = started_ns = ended_ns
        streak = None
    if result is not StepResult.MET:
        streak = None
    elif streak is None:
        streak = started_ns
    return Window(
        polls=window.polls + 1,
        began_ns=began_ns,
        streak_began_ns=streak,
        last_ended_ns=ended_ns,
    )


def verdict(
    window: Window, result: StepResult, expectation: Expectation | None
) -> StepResult | None:
    """What the step comes to after this poll, or None where it is polled again."""
    if expectation is None or (expectation.for_s is None and expectation.within_s is None):
        return result
    for_ns = int((expectation.for_s or 0.0) * 1e9)
    elapsed_ns = window.last_ended_ns - window.began_ns
    is_late = expectation.within_s is not None and elapsed_ns > expectation.within_s * 1e9
    if is_late:
        return StepResult.UNKNOWN if result is StepResult.UNKNOWN else StepResult.NOT_MET
    if window.streak_began_ns is None:
        return result if expectation.within_s is None else None
    return StepResult.MET if window.last_ended_ns - window.streak_began_ns >= for_ns else None


def hole_ns_max(every_s: float | None, timeout_s: float) -> int:
    """The longest pause between two polls of one streak, in nanoseconds."""
    return int((HOLE_INTERVALS_MAX * (every_s or EVERY_S_DEFAULT) + timeout_s) * 1e9)

"""A question and a time limit → the answer when it became true, or the last one at the end."""

from collections.abc import Callable

from drillbook.model.clock import Clock
from drillbook.model.lab import LabError, Observation
from drillbook.model.truth import Truth


def wait_until(
    ask: Callable[[], Observation], *, within_s: float, every_s: float, clock: Clock
) -> Observation:
    """Ask every `every_s` seconds until the answer is TRUE, at most for `within_s`.

    Asks at least once, and once more when the time is over. UNKNOWN is asked again, and a
    question that ends in a LabError counts as UNKNOWN with its words.
    """
    until_s = clock.monotonic_s() + within_s
    while True:
        answer = _answer(ask)
        left_s = until_s - clock.monotonic_s()
        if answer.truth is Truth.TRUE or left_s <= 0:
            return answer
        clock.sleep(min(every_s, left_s))


def _answer(ask: Callable[[], Observation]) -> Observation:
    try:
        return ask()
    except LabError as error:
        return Observation(truth=Truth.UNKNOWN, because=str(error))

"""Timings of two ways in turn → a Figure: ours beside its peer, from one run."""

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One line of the table; `added` and `aim` are in the same unit, or empty."""

    what: str
    unit: str
    ours: float
    peer: float
    peer_name: str
    samples: int
    aim: str = ""

    @property
    def ratio(self) -> float:
        """Ours divided by the peer's."""
        return self.ours / self.peer


def timed_ms(act: Callable[[], object]) -> float:
    """How long one act takes, in milliseconds."""
    begin = time.perf_counter()
    act()
    return (time.perf_counter() - begin) * 1000


def in_turn_ms(
    ours: Callable[[], object], peer: Callable[[], object], *, times: int
) -> tuple[list[float], list[float]]:
    """Both ways so many times, each pair next to each other: what else runs here meets both."""
    pairs = [(timed_ms(ours), timed_ms(peer)) for _ in range(times)]
    return [mine for mine, _ in pairs], [theirs for _, theirs in pairs]


def median(values: Sequence[float]) -> float:
    """The middle one: a few disturbed samples do not move it."""
    return statistics.median(values)

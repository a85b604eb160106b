"""Runs that a store keeps from going on → a line in the log for each reason, and who asks hears it.

They are tried again every few seconds, which mends an outage. What does not pass (a right that is
missing, a text that was altered) would go on like that for ever, and nobody would know.
"""

import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass

from drillbook.model.clock import Clock

# Tried again every few seconds, each time for as long as the journal waits for its server: what
# was not met for so long has passed, or another machine has the run.
RECENT_S = 180.0
RUNS_MAX = 200


def tell(line: str) -> None:
    """A line on standard error."""
    sys.stderr.write(f"drillbook: {line}\n")
    sys.stderr.flush()


@dataclass(frozen=True, slots=True)
class _Met:
    why: str
    at_s: float


class Troubles:
    """What keeps runs from going on in this process; for many threads."""

    def __init__(self, clock: Clock, say: Callable[[str], None] = tell) -> None:
        self._clock = clock
        self._say = say
        self._turn = threading.Lock()
        self._met: dict[str, _Met] = {}

    def met(self, run: str, why: str) -> None:
        """Take note; said where nothing that was met lately has the same reason."""
        with self._turn:
            self._forget()
            is_known = any(each.why == why for each in self._met.values())
            self._met.pop(run, None)
            self._met[run] = _Met(why, self._clock.monotonic_s())
            while len(self._met) > RUNS_MAX:
                self._met.pop(next(iter(self._met)))
        if not is_known:
            self._say(f"run {run} cannot go on, and is tried again and again: {why}")

    def over(self, run: str) -> None:
        """It goes on."""
        with self._turn:
            self._met.pop(run, None)

    def lines(self) -> tuple[str, ...]:
        """One line for each reason, with a run that meets it and how many others do."""
        with self._turn:
            self._forget()
            runs: dict[str, list[str]] = {}
            for run, met in self._met.items():
                runs.setdefault(met.why, []).append(run)
        return tuple(f"{_named(names)}: {why}" for why, names in runs.items())

    def _forget(self) -> None:
        since_s = self._clock.monotonic_s() - RECENT_S
        self._met = {run: met for run, met in self._met.items() if met.at_s >= since_s}


def _named(runs: list[str]) -> str:
    others = len(runs) - 1
    more = f" and {others} other{'s' if others > 1 else ''}" if others else ""
    return f"run {runs[0]}{more} cannot go on"

"""A store that goes away → one line when it does, one when it is back, and nothing between."""

import threading
from collections.abc import Callable

from drillbook.model.clock import Clock
from drillbook.model.engine import EngineError

PAUSE_FIRST_S = 0.1
PAUSE_MAX_S = 2.0

Say = Callable[[str], None]


class Outage:
    """Whether the store can be reached, as the threads of one worker found it."""

    def __init__(self, *, clock: Clock, say: Say) -> None:
        self._clock = clock
        self._say = say
        self._turn = threading.Lock()
        self._since_s: float | None = None
        self._pause_s = PAUSE_FIRST_S

    def is_away(self, error: EngineError) -> float:
        """The store did not answer; the seconds after which it should be asked again."""
        with self._turn:
            if self._since_s is None:
                self._since_s, self._pause_s = self._clock.monotonic_s(), PAUSE_FIRST_S
                self._say(f"{error}; the worker goes on as soon as it can")
            pause_s, self._pause_s = self._pause_s, min(PAUSE_MAX_S, 2 * self._pause_s)
            return pause_s

    def is_back(self) -> None:
        """The store answered."""
        if self._since_s is None:
            return
        with self._turn:
            if self._since_s is not None:
                for_s = self._clock.monotonic_s() - self._since_s
                self._since_s = None
                self._say(f"the engine's store is back after {for_s:.0f} s")

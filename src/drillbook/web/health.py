"""The stores and the workers → whether this process lives, and whether it can do its work."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from drillbook.model.clock import Clock
from drillbook.model.engine import Engine, EngineError
from drillbook.model.journal import Journal, JournalError

HOLD_S = 1.0
LOOK_WITHIN_S = 2.0
# One small blob, always the same: whether it can be written says whether anything can.
PROBE = b"drillbook: is the journal writable?\n"

Working = Callable[[], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """Why this process cannot do its work now; empty: it can."""

    because: tuple[str, ...] = ()


class Health:
    """Looks after journal, engine and workers, at most once in `HOLD_S`: whoever asks is many."""

    def __init__(
        self, journal: Journal, engine: Engine, works: Working | None, *, clock: Clock
    ) -> None:
        self._journal = journal
        self._engine = engine
        self._works = works
        self._clock = clock
        self._turn = threading.Lock()
        self._held: tuple[float, Readiness] | None = None
        self.is_stopping = False

    def ready(self) -> Readiness:
        """Whether the journal takes entries, the engine answers and the workers work."""
        if not self._turn.acquire(timeout=LOOK_WITHIN_S):
            # Somebody has been looking for long: a store does not even say that it is away.
            return Readiness(because=("journal or engine do not answer in time",))
        try:
            now_s = self._clock.monotonic_s()
            if self._held is None or now_s - self._held[0] >= HOLD_S or self.is_stopping:
                self._held = now_s, Readiness(because=tuple(self._look()))
            return self._held[1]
        finally:
            self._turn.release()

    def _look(self) -> Sequence[str]:
        found = []
        if self.is_stopping:
            found.append("this process is being stopped")
        try:
            self._journal.put_blob(PROBE)
        except JournalError as error:
            found.append(f"the journal: {error}")
        try:
            self._engine.workers()
        except EngineError as error:
            found.append(f"the engine: {error}")
        if self._works is not None and not self._works():
            found.append("the workers have ended")
        return found

"""The stores and the workers → whether this process lives, and whether it can do its work."""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from drillbook.model.clock import Clock
from drillbook.model.engine import Engine, EngineError
from drillbook.model.journal import Journal, JournalError

HOLD_S = 1.0
LOOK_WITHIN_S = 2.0
# One small blob, always the same: whether it can be written says whether anything can.
PROBE = b"drillbook: is the journal writable?\n"

Working = Callable[[], bool]
Troubles = Callable[[], tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """Why this process cannot do its work now; empty: it can.

    `troubles` keep single runs from going on, which is no reason to ask another server.
    """

    because: tuple[str, ...] = ()
    troubles: tuple[str, ...] = ()


def _none() -> tuple[str, ...]:
    return ()


class Health:
    """Looks after journal, engine and workers, at most once in `HOLD_S`: whoever asks is many.

    `works` says of each part whether it works, under the words for the case that it does not.
    """

    def __init__(
        self,
        journal: Journal,
        engine: Engine,
        works: Mapping[str, Working],
        *,
        clock: Clock,
        troubles: Troubles = _none,
    ) -> None:
        self._journal = journal
        self._engine = engine
        self._works = works
        self._troubles = troubles
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
                found = Readiness(because=tuple(self._look()), troubles=self._troubles())
                self._held = now_s, found
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
        found += [words for words, is_working in self._works.items() if not is_working()]
        return found

"""A Store, sites and something that performs jobs → the jobs performed, until told to stop.

Every engine's workers are this loop. One thread (the caller's) is alive, asks who is dead
and takes jobs; others perform them. What a worker holds it holds by a ticket, so that one
that was taken for dead and comes back harms nobody: its finishing is refused.
"""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial

from drillbook.engine.outage import Outage, Say
from drillbook.engine.store import Store, Taken, one_line
from drillbook.model.clock import Clock
from drillbook.model.engine import EngineError, Perform

# How soon a stop is seen.
WAIT_MAX_S = 0.25
BEATS_PER_DEATH = 6
# Who has not seen the store for this part of the time after which others are dead cannot tell
# the dead from those that could not reach it either.
SETTLED_AFTER = 0.5


class Shift:
    """One call of `work`; `is_masked` takes secrets out of what is kept of an error."""

    def __init__(
        self,
        store: Store,
        sites: Sequence[str],
        perform: Perform,
        *,
        slots: int,
        stop: threading.Event,
        name: str,
        dead_after_s: float,
        clock: Clock,
        say: Say,
        mask: Callable[[str], str],
    ) -> None:
        self._store = store
        self._sites = tuple(sites)
        self._perform = perform
        self._slots = slots
        self._stop = stop
        self._name = name
        self._dead_after_s = dead_after_s
        self._beat_every_s = dead_after_s / BEATS_PER_DEATH
        # Longer, and every beat would be late.
        self._idle_s = min(WAIT_MAX_S, self._beat_every_s / 2)
        self._clock = clock
        self._say = say
        self._mask = mask
        self._outage = Outage(clock=clock, say=say)
        self._turn = threading.Lock()
        self._busy = 0
        self._worker = ""
        # What `mark` was when there was nothing to take.
        self._seen = -1
        now_s = clock.monotonic_s()
        self._seen_since_s = self._beat_at_s = self._look_at_s = self._poll_at_s = now_s

    def run(self) -> None:
        """Returns when `stop` is set and what is at work has ended."""
        with ThreadPoolExecutor(self._slots, thread_name_prefix="job") as pool:
            while not self._stop.is_set() or self._busy:
                mark = self._store.mark()
                try:
                    self._be_alive()
                    self._look_for_dead()
                    wait_s = self._take_all(pool, mark)
                except EngineError as error:
                    wait_s = self._outage.is_away(error)
                    self._clock.sleep(wait_s)
                else:
                    self._outage.is_back()
                    self._store.wait(mark, wait_s)
        self._leave()

    def _be_alive(self) -> None:
        now_s = self._clock.monotonic_s()
        if not self._worker:
            self._worker = self._store.enrol(self._name, self._sites)
            self._seen_since_s = now_s
        elif now_s < self._beat_at_s:
            return None
        elif not self._store.beat(self._worker):
            self._say(
                f"worker {self._name} was silent for over {self._dead_after_s:g} s and was taken "
                "for dead: what it had at work was handed on; it goes on as a new one"
            )
            self._worker = ""
            return self._be_alive()
        # Late by several beats: we were stopped, or the store was away.
        if now_s - self._beat_at_s > 2 * self._beat_every_s:
            self._seen_since_s = now_s
        self._beat_at_s = now_s + self._beat_every_s
        return None

    def _look_for_dead(self) -> None:
        now_s = self._clock.monotonic_s()
        if now_s < self._look_at_s:
            return
        is_settled = now_s - self._seen_since_s >= SETTLED_AFTER * self._dead_after_s
        count = self._store.hand_on(self._dead_after_s, is_settled=is_settled)
        if count:
            self._say(f"{count} {'jobs' if count > 1 else 'job'} of a dead worker handed on")
        self._look_at_s = now_s + self._store.looks_every_s(self._dead_after_s)

    def _take_all(self, pool: ThreadPoolExecutor, mark: int) -> float:
        """Take what there is room for; the seconds that may be waited before the next look."""
        if self._seen == mark and self._clock.monotonic_s() < self._poll_at_s:
            return self._wait_s()
        while not self._stop.is_set() and self._busy < self._slots:
            taken = self._store.take(self._worker, self._sites)
            if taken is None:
                due_in_s = self._store.due_in_s(self._sites)
                poll_s = self._store.polls_every_s()
                poll_s = poll_s if due_in_s is None else min(poll_s, due_in_s)
                self._seen, self._poll_at_s = mark, self._clock.monotonic_s() + poll_s
                return self._wait_s()
            self._begin(pool, taken)
            # A long queue must not keep a worker from being alive.
            if self._clock.monotonic_s() >= self._beat_at_s:
                return 0.0
        # Whose end makes room again will say so.
        return self._idle_s

    def _wait_s(self) -> float:
        return max(0.0, min(self._idle_s, self._poll_at_s - self._clock.monotonic_s()))

    def _begin(self, pool: ThreadPoolExecutor, taken: Taken) -> None:
        with self._turn:
            self._busy += 1
        future = pool.submit(self._perform, taken.job)
        future.add_done_callback(partial(self._end, taken))

    def _end(self, taken: Taken, future: Future[None]) -> None:
        """In the thread that performed the job, whatever came of it."""
        try:
            error = future.exception()
            if error is None:
                is_ours = self._insist(partial(self._store.finish, taken))
            else:
                because = one_line(self._mask(f"{type(error).__name__}: {error}"))
                self._say(f"job {taken.job.key} failed: {because}")
                is_ours = self._insist(partial(self._store.fail, taken, because))
            if not is_ours:
                self._say(f"job {taken.job.key} is not this worker's any more; it was handed on")
        finally:
            with self._turn:
                self._busy -= 1
            self._store.nudge()

    def _insist(self, act: Callable[[], bool]) -> bool:
        """Write what came of a job, as soon as the store can be written.

        Told to stop, a worker does not wait for it longer than until it counts as dead: then
        the job is handed on, which harms nobody.
        """
        begun_s = self._clock.monotonic_s()
        while True:
            try:
                result = act()
            except EngineError as error:
                waited_s = self._clock.monotonic_s() - begun_s
                if self._stop.is_set() and waited_s > self._dead_after_s:
                    return False
                self._clock.sleep(self._outage.is_away(error))
            else:
                self._outage.is_back()
                return result

    def _leave(self) -> None:
        try:
            if self._worker:
                self._store.leave(self._worker)
        except EngineError as error:
            self._say(f"{error}; the worker ends without saying so")

"""Sites + a Shop → workers that perform their jobs, in threads of this process, until stopped."""

import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from drillbook.model.engine import EngineError, Job
from drillbook.model.journal import JournalError, Watch
from drillbook.model.settings import Settings
from drillbook.verbs.serve import Shop, open_shop, store_of
from drillbook.verbs.serving.opening import submit_open, try_failed_again
from drillbook.verbs.serving.work import Hand, perform

# How often the journal is asked for work that no job stands for any more.
SWEEP_EVERY_S = 30.0
# A sweep that takes longer than a store is waited for hangs.
SWEEP_LATE_S = 300.0


class Crew:
    """The workers of one process."""

    def __init__(
        self, shop: Shop, sites: tuple[str, ...], slots: int, *, config: Path | None = None
    ) -> None:
        self._shop = shop
        self.sites = sites
        self.slots = slots
        name = f"{socket.gethostname()}/{os.getpid()}"
        self._hand = Hand(shop=shop, name=name, config=config)
        self._workers = threading.Thread(target=self._work, name="workers", daemon=True)

    def start(self) -> None:
        """Begin to work."""
        self._workers.start()

    def is_working(self) -> bool:
        """Whether the workers work."""
        return self._workers.is_alive()

    def troubles(self) -> tuple[str, ...]:
        """What keeps runs from going on here, a line for each reason."""
        return self._hand.troubles.lines()

    def stop(self, within_s: float) -> bool:
        """Take no more, leave what runs to its guardians; whether all has ended in time."""
        self._hand.stop.set()
        until_s = time.monotonic() + within_s
        if self._shop.place.attendance is not None:
            self._shop.place.attendance.leave()
        if self._workers.ident is not None:
            self._workers.join(max(0.0, until_s - time.monotonic()))
        return not self._workers.is_alive()

    def _work(self) -> None:
        def performed(job: Job) -> None:
            perform(self._hand, job)

        stop, name = self._hand.stop, self._hand.name
        self._shop.engine.work(self.sites, performed, slots=self.slots, stop=stop, name=name)


class Sweeper:
    """Looks in the journal, which is the truth, for work that no job stands for.

    A process may have died between the journal and the engine, or the jobs may be lost.
    """

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._sweep, name="sweeper", daemon=True)
        self._swept_at_s = time.monotonic()

    def start(self) -> None:
        """Sweep once, now, and then again and again. Raises JournalError and EngineError."""
        submit_open(self._shop)
        self._swept_at_s = time.monotonic()
        self._thread.start()

    def is_working(self) -> bool:
        """Whether it looks again and again: else lost work stays lost, and no tick is submitted."""
        is_late = time.monotonic() - self._swept_at_s > SWEEP_LATE_S
        return self._thread.is_alive() and not is_late

    def stop(self) -> None:
        """Returns when it has ended."""
        self._stop.set()
        if self._thread.ident is not None:
            self._thread.join()

    def _sweep(self) -> None:
        while not self._stop.wait(SWEEP_EVERY_S):
            # The workers say that a store is away; the next sweep makes it good.
            with suppress(JournalError, EngineError):
                submit_open(self._shop, has_begun=True)
            self._swept_at_s = time.monotonic()


@dataclass(frozen=True, slots=True, kw_only=True)
class Runner:
    """A process that performs the runs of one site."""

    shop: Shop
    crew: Crew

    def lines(self) -> list[str]:
        """What somebody who starts it wants to know."""
        return [
            f"performs the runs of {', '.join(self.crew.sites)}, {self.crew.slots} at once",
            f"journal and jobs in {store_of(self.shop.place.settings)}",
            f"{len(self.shop.place.settings.targets)} targets",
        ]


@contextmanager
def start_runner(
    settings: Settings,
    site: str,
    slots: int | None,
    *,
    watches: tuple[Watch, ...] = (),
    config: Path | None = None,
) -> Iterator[Runner]:
    """Raises SetupError, JournalError, EngineError, each in one line."""
    with open_shop(settings, watches) as shop:
        crew = Crew(shop, (site,), slots or settings.server.slots, config=config)
        try_failed_again(shop, crew.sites)
        crew.start()
        try:
            yield Runner(shop=shop, crew=crew)
        finally:
            crew.stop(settings.server.stop_within_s)

"""Engines of both kinds for tests: opened, with workers in threads and in processes."""

import json
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from drillbook.engine.open import open_engine
from drillbook.model.clock import SystemClock
from drillbook.model.engine import SITE, Engine, Job, Perform
from drillbook.model.settings import Server, Settings, Store

ENDS_WITHIN_S = 60.0
CHILD = Path(__file__).with_name("engine_child.py")


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """Where an engine keeps its jobs: PostgreSQL at `url`, else files below `state`."""

    state: str
    url: str = ""
    password: str = ""
    dead_after_s: float = 60.0

    def settings(self) -> Settings:
        """The Settings that mean this."""
        return Settings(
            folder=Path(self.state),
            state=Path(self.state),
            store=Store(url=self.url, password_secret="password"),
            server=Server(dead_after_s=self.dead_after_s),
        )

    @property
    def secrets(self) -> dict[str, str]:
        """What the settings name as the store's password."""
        return {"password": self.password}

    def dying_after(self, dead_after_s: float) -> "Home":
        """The same, whose workers are dead so soon."""
        return replace(self, dead_after_s=dead_after_s)

    def at_once_on_this_machine(self, dead_after_s: float) -> "Home":
        """The same, where the embedded engine must see a death long before the time is over."""
        return self.dying_after(dead_after_s) if self.url else self


@contextmanager
def opened(home: Home, said: list[str] | None = None) -> Iterator[Engine]:
    """The engine; what its workers say goes to `said`."""
    lines: list[str] = [] if said is None else said
    engine = open_engine(
        home.settings(), clock=SystemClock(), secrets=home.secrets, say=lines.append
    )
    try:
        yield engine
    finally:
        engine.close()


@contextmanager
def working(
    engine: Engine,
    perform: Perform,
    *,
    slots: int = 4,
    sites: Sequence[str] = (SITE,),
    name: str = "",
) -> Iterator[threading.Event]:
    """A worker in a thread, stopped afterwards; gives what stops it."""
    stop = threading.Event()
    thread = threading.Thread(
        target=engine.work,
        args=(sites, perform),
        kwargs={"slots": slots, "stop": stop, "name": name},
    )
    thread.start()
    try:
        yield stop
    finally:
        stop.set()
        thread.join(ENDS_WITHIN_S)
        assert not thread.is_alive()


@dataclass(frozen=True, slots=True, kw_only=True)
class Child:
    """A worker in a process of its own, and the folder in which it writes what it does."""

    home: Home
    folder: str
    name: str = "child"
    slots: int = 4
    sites: tuple[str, ...] = (SITE,)

    @contextmanager
    def running(self) -> Iterator[subprocess.Popen[bytes]]:
        """Started, and gone afterwards however it stands."""
        process = self.start()
        try:
            yield process
        finally:
            process.send_signal(signal.SIGCONT)
            process.kill()
            process.wait(ENDS_WITHIN_S)

    def start(self) -> subprocess.Popen[bytes]:
        """Started; what it says on standard error goes to a file of its name."""
        with Path(self.folder, f"{self.name}.said").open("ab") as said:
            return subprocess.Popen(
                [sys.executable, str(CHILD), json.dumps(asdict(self))],
                stdin=subprocess.DEVNULL,
                stderr=said,
            )


class Performed:
    """What a worker of this process performed, in order, and how many at a time."""

    def __init__(self, act: Callable[[Job], None] = lambda _job: None) -> None:
        self.jobs: list[Job] = []
        self.most_at_once = 0
        self.at_once_per_key = 0
        self._act = act
        self._at_work: list[str] = []
        self._turn = threading.Lock()

    def __call__(self, job: Job) -> None:
        with self._turn:
            self.jobs.append(job)
            self._at_work.append(job.key)
            self.most_at_once = max(self.most_at_once, len(self._at_work))
            self.at_once_per_key = max(self.at_once_per_key, self._at_work.count(job.key))
        try:
            self._act(job)
        finally:
            with self._turn:
                self._at_work.remove(job.key)

    @property
    def keys(self) -> list[str]:
        """The keys in the order in which they were begun."""
        return [job.key for job in self.jobs]

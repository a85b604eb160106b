"""The journal on PostgreSQL beside SQLite, and how reading grows with what is in it."""

import json
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy.engine import make_url

from bench.figures import Figure, in_turn_ms, median
from drillbook.journal.links import Head, chained
from drillbook.journal.open import open_journal
from drillbook.journal.sqlite import SqliteJournal
from drillbook.model.clock import SystemClock
from drillbook.model.journal import Journal
from drillbook.model.settings import Settings, Store
from servers import postgresql

PASSWORD = "bench"
FEW, MANY, MANY_QUICKLY = 1_000, 1_000_000, 5_000
ENTRIES_PER_RUN = 10
OPEN_RUNS = 50
WRITERS, WRITERS_QUICKLY = 8, 2
WARM_UP = 20
BODY = {
    "step": "start-server",
    "part": "option",
    "attempt": 7,
    "command": "supervisorctl start postgresql",
    "result": "met",
    "because": "exit code is 0",
    "output": "postgresql: started\n" * 10,
}
COLUMNS = "stream, seq, kind, at_ns, body, previous, hash"
# What a disk gets: an entry is on it when the append returns.
DURABLE = ("fsync=on", "shared_buffers=256MB", "max_wal_size=4GB")

WRITER = """
import sys, json, time
from pathlib import Path
from drillbook.journal.open import open_journal
from drillbook.model.clock import SystemClock
from drillbook.model.settings import Settings, Store
said = json.loads(sys.argv[1])
state = Path(said["state"])
store = Store(url=said["url"], password_secret="store" if said["url"] else "")
settings = Settings(folder=state, state=state, store=store)
journal = open_journal(settings, clock=SystemClock(), secrets={"store": said["password"]})
stream = f"run/writer-{said['writer']}"
journal.append(stream, "run-started", {})
print("ready", flush=True)
sys.stdin.readline()
began_s = time.monotonic()
for number in range(said["entries"]):
    journal.append(stream, "step-finished", {"n": number, "output": "x" * 200})
print(began_s, time.monotonic())
"""


def measure(folder: Path, *, is_quick: bool) -> list[Figure]:
    """One server for all; the large journal is built once and put into both stores."""
    rows = list(made_rows(MANY_QUICKLY if is_quick else MANY))
    with postgresql(PASSWORD, *DURABLE) as url:
        bench = Bench(folder, url, is_quick=is_quick)
        bench.fill(rows)
        with closing(bench.open("few")) as few, closing(bench.open("many")) as many:
            on_sqlite = bench.reading("SQLite", few, many)
        with closing(bench.open("few", "few")) as few, closing(bench.open("many", "many")) as many:
            on_postgresql = bench.reading("PostgreSQL", few, many)
            latency = bench.latency(few)
        return [latency, bench.throughput(), *on_sqlite, *on_postgresql]


class Bench:
    """Two journals of either kind, few and many entries."""

    def __init__(self, folder: Path, url: str, *, is_quick: bool) -> None:
        self._folder = folder
        self._url = url
        self._times = 50 if is_quick else 400
        self._entries = 50 if is_quick else 150
        self._writers = WRITERS_QUICKLY if is_quick else WRITERS

    def fill(self, rows: list[tuple[Any, ...]]) -> None:
        """The same entries into both stores."""
        self._entries_there = len(rows)
        for name, kept in (("few", rows[:FEW]), ("many", rows)):
            self.open(name).close()
            fill_sqlite(self._state(name) / "journal.db", kept)
            with self._raw("postgres") as owner:
                owner.execute(f"CREATE DATABASE {name}")
            self.open(name, name).close()
            with self._raw(name) as raw:
                fill_postgresql(raw, kept)

    def open(self, name: str, database: str = "") -> Journal:
        """The journal of that name; in that database, or in a file."""
        settings = self._settings(name, database)
        return open_journal(settings, clock=SystemClock(), secrets={"store": PASSWORD})

    def latency(self, there: Journal) -> Figure:
        """One entry by each in turn, each on the disk before the next."""
        with closing(self.open("latency")) as here:
            ours, peer = appender(there), appender(here)
            in_turn_ms(ours, peer, times=WARM_UP)
            ours_ms, peer_ms = in_turn_ms(ours, peer, times=self._times)
        return Figure(
            what="an entry appended on PostgreSQL, on its disk",
            unit="ms",
            ours=median(ours_ms),
            peer=median(peer_ms),
            peer_name="the same on SQLite",
            samples=len(ours_ms),
        )

    def throughput(self) -> Figure:
        """So many processes at once, each on a run of its own; both stores one after the other."""
        return Figure(
            what=f"entries appended by {self._writers} processes at once on PostgreSQL",
            unit="entries/s",
            ours=self._written_per_s("few"),
            peer=self._written_per_s(""),
            peer_name="the same on SQLite",
            samples=self._writers * self._entries,
            aim="300 entries/s",
        )

    def reading(self, store: str, few: Journal, many: Journal) -> list[Figure]:
        """What it costs in a large journal, beside the same in a small one."""
        run = f"run/{FEW // ENTRIES_PER_RUN // 2:08d}"
        acts: dict[str, tuple[Callable[[Journal], object], str]] = {
            "the timeline of one run": (lambda journal: journal.entries(run), "under 20 ms"),
            "the head of one run": (lambda journal: journal.head(run), "under 1 ms"),
            f"the {OPEN_RUNS} open runs": (
                lambda journal: journal.unended("run/", "run-ended"),
                "under 50 ms",
            ),
        }
        return [
            self._read(f"{what} on {store}", few, many, act, aim)
            for what, (act, aim) in acts.items()
        ]

    def _read(
        self, what: str, few: Journal, many: Journal, act: Callable[[Journal], object], aim: str
    ) -> Figure:
        in_turn_ms(lambda: act(many), lambda: act(few), times=WARM_UP)
        many_ms, few_ms = in_turn_ms(lambda: act(many), lambda: act(few), times=self._times)
        return Figure(
            what=f"{what}, {self._entries_there:,} entries",
            unit="ms",
            ours=median(many_ms),
            peer=median(few_ms),
            peer_name=f"the same among {FEW:,} entries",
            samples=len(many_ms),
            aim=aim,
        )

    def _written_per_s(self, database: str) -> float:
        settings = self._settings("throughput", database)
        open_journal(settings, clock=SystemClock(), secrets={"store": PASSWORD}).close()
        given = {
            "state": str(settings.state),
            "url": settings.store.url,
            "password": PASSWORD,
            "entries": self._entries,
        }
        processes = [
            subprocess.Popen(
                [sys.executable, "-c", WRITER, json.dumps({**given, "writer": number})],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
            )
            for number in range(self._writers)
        ]
        for process in processes:
            assert process.stdout
            assert process.stdout.readline() == b"ready\n"
        for process in processes:
            assert process.stdin
            process.stdin.write(b"go\n")
            process.stdin.flush()
        said = [process.communicate(timeout=600)[0].split() for process in processes]
        began_s = min(float(began) for began, _ in said)
        return self._writers * self._entries / (max(float(ended) for _, ended in said) - began_s)

    def _state(self, name: str) -> Path:
        return self._folder / name

    def _settings(self, name: str, database: str) -> Settings:
        state = self._state(name)
        state.mkdir(exist_ok=True)
        url = make_url(self._url).set(database=database).render_as_string(hide_password=False)
        store = Store(url=url, password_secret="store") if database else Store()
        return Settings(folder=state, state=state, store=store)

    def _raw(self, database: str) -> psycopg.Connection[Any]:
        address = make_url(self._url)
        return psycopg.connect(
            f"host={address.host} port={address.port} user=postgres dbname={database} "
            f"password={PASSWORD}",
            autocommit=True,
        )


def appender(journal: Journal) -> Callable[[], object]:
    """One entry more."""
    return lambda: journal.append("run/x", "note", BODY)


def made_rows(count: int) -> Iterator[tuple[Any, ...]]:
    """So many entries of runs of ten, hashed and chained; fifty runs have not ended."""
    runs = count // ENTRIES_PER_RUN
    # The small journal is the beginning of the large one, and holds the open runs.
    for run in range(runs):
        head = Head()
        for seq in range(1, ENTRIES_PER_RUN + 1):
            is_end = seq == ENTRIES_PER_RUN and run >= OPEN_RUNS
            kind = "run-started" if seq == 1 else "run-ended" if is_end else "step-finished"
            link = chained(f"run/{run:08d}", head, (kind, BODY), clock=SystemClock())
            head = Head(link.entry.seq, link.entry.hash)
            yield link.row


def fill_sqlite(path: Path, rows: list[tuple[Any, ...]]) -> None:
    """All in one transaction."""
    SqliteJournal(path, clock=SystemClock()).close()
    with closing(sqlite3.connect(path, isolation_level=None)) as file:
        file.execute("BEGIN")
        file.executemany(f"INSERT INTO entries ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
        file.execute("COMMIT")


def fill_postgresql(raw: psycopg.Connection[Any], rows: list[tuple[Any, ...]]) -> None:
    """By COPY; and what an idle server's autovacuum would have done by then."""
    raw.execute("SET search_path = drillbook")
    with raw.cursor() as cursor, cursor.copy(f"COPY entries ({COLUMNS}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
    raw.execute("VACUUM ANALYZE entries")
    raw.execute("VACUUM ANALYZE open_streams")

"""Runs of ten steps, asked for by the API and performed by a server or by runners, beside a loop.

The bare loop starts the same programs one after another, and asks and remembers nothing.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self
from urllib.request import Request, urlopen

from bench.figures import Figure, median, timed_ms
from drillbook.journal.open import open_journal
from drillbook.model.clock import SystemClock
from drillbook.model.journal import Journal
from drillbook.model.settings import Settings, Store
from servers import free_port, postgresql, wait_until

PASSWORD = "only-measured"
STEPS = 10
RUNNERS, RUNNERS_QUICKLY = (1, 2, 4, 8), (1, 2)
WARM_UP = 2
DONE_WITHIN_S = 300.0
PEER = "`bash -c true` in a bare loop"
STEP = "```sh {{ name={name} timeout=60s }}\n{command}\n```\n"
RUNBOOK = f"""---
severity: info
service: bench
owner: platform
---
# A bench

## Symptoms
- It is slow.

## Diagnosis

### Is it well?

{STEP.format(name="look", command="true")}**Unhealthy:** exit code is 0.
**Healthy:** exit code is 1.

## Resolution

### Act

**When:** `look` is unhealthy.
**Risk:** none.
**Loses:** nothing.

{"".join(STEP.format(name=f"act-{number}", command="true") for number in range(STEPS - 2))}
## Verification

{STEP.format(name="verify", command="true")}**Recovered:** exit code is 0.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How many runs are waiting at once, and how many one after another."""

    burst: int
    single: int


def measure(folder: Path, *, is_quick: bool) -> list[Figure]:
    """A server on SQLite performs them itself; on PostgreSQL, more and more runners do."""
    size = Size(burst=6, single=3) if is_quick else Size(burst=100, single=100)
    figures = []
    with Site(folder / "sqlite", url="") as site:
        figures += [*_latency(site, "on SQLite", size), _throughput(site, "on SQLite", size)]
    # An entry is on its disk when the append returns, as SQLite's is.
    with (
        postgresql(PASSWORD, "fsync=on", "max_connections=300") as url,
        Site(folder / "postgresql", url=url) as site,
    ):
        for count in RUNNERS_QUICKLY if is_quick else RUNNERS:
            site.run_runners(count)
            who = f"by {count} runner{'s' if count > 1 else ''} on PostgreSQL"
            if count == 1:
                figures += _latency(site, who, size)
            figures.append(_throughput(site, who, size))
    return figures


def _latency(site: "Site", who: str, size: Size) -> list[Figure]:
    """One run at a time and the bare loop in turn."""
    for _ in range(WARM_UP):
        site.performed_ms([site.request()])
    ours_ms, peer_ms = [], []
    for _ in range(size.single):
        ours_ms += site.performed_ms([site.request()])
        peer_ms.append(timed_ms(_bare_run))
    return [
        Figure(
            what=f"a run of {STEPS} steps {who}, from request to end, {which}",
            unit="ms",
            ours=of(ours_ms),
            peer=of(peer_ms),
            peer_name=PEER,
            samples=size.single,
        )
        for which, of in (("median", median), ("99th percentile", _p99))
    ]


def _throughput(site: "Site", who: str, size: Size) -> Figure:
    """All asked for at once, until the last has ended; then as many steps in the bare loop."""
    began_ns = time.time_ns()
    asked = [site.request() for _ in range(size.burst)]
    ours_s = (max(site.ended_ns(asked)) - began_ns) / 1e9
    peer_s = sum(timed_ms(_bare_run) for _ in range(size.burst)) / 1000
    steps = size.burst * STEPS
    return Figure(
        what=f"steps of {size.burst} runs waiting at once {who}",
        unit="steps/s",
        ours=steps / ours_s,
        peer=steps / peer_s,
        peer_name=PEER,
        samples=steps,
    )


def _bare_run() -> None:
    for _ in range(STEPS):
        subprocess.run(["bash", "-c", "true"], check=True)


def _p99(values: list[float]) -> float:
    return sorted(values)[int(len(values) * 0.99)]


@dataclass(frozen=True, slots=True)
class Asked:
    """A run that was asked for, and when."""

    stream: str
    at_ns: int


@dataclass(slots=True)
class Site:
    """A server with its API, and as many runners as were started beside it; one settings file."""

    folder: Path
    url: str
    port: int = field(default_factory=free_port)
    token: str = ""
    runners: int = 0
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._write()
        if self.url:
            self._drillbook("store", "migrate")
        made = self._drillbook("token", "create", "alice", "--format", "json")
        self.token = str(json.loads(made)["token"])
        # On PostgreSQL the runners alone perform what is asked for.
        self._start("serve", "--listen", f"127.0.0.1:{self.port}", *self._workers())
        wait_until(self._is_ready, "the server is ready")
        return self

    def __exit__(self, *_: object) -> None:
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            process.wait(DONE_WITHIN_S)

    def run_runners(self, count: int) -> None:
        """Have so many, and wait until each has reported."""
        while self.runners < count:
            self.runners += 1
            self._start("runner", "--site", "main")
        wait_until(self._has_runners, f"{count} runners work")

    def request(self) -> Asked:
        """Ask for one run."""
        at_ns = time.time_ns()
        said = self._call("runs", json.dumps({"runbook": "pack/runbooks/bench.md"}).encode())
        return Asked(f"run/{said['run']}", at_ns)

    def performed_ms(self, asked: list[Asked]) -> list[float]:
        """How long each took from being asked for to its end, in milliseconds."""
        ended = zip(asked, self.ended_ns(asked), strict=True)
        return [(ended_ns - each.at_ns) / 1e6 for each, ended_ns in ended]

    def ended_ns(self, asked: list[Asked]) -> list[int]:
        """When each ended, as the journal says; waits for it."""
        with self._journal() as journal:
            until_s = time.monotonic() + DONE_WITHIN_S
            while journal.unended("run/", "run-ended"):
                assert time.monotonic() < until_s, f"runs end within {DONE_WITHIN_S} s"
                time.sleep(0.01)
            return [self._end_of(journal, each) for each in asked]

    def _workers(self) -> list[str]:
        return ["--no-workers"] if self.url else []

    def _end_of(self, journal: Journal, asked: Asked) -> int:
        ended = next(each for each in journal.entries(asked.stream) if each.kind == "run-ended")
        assert ended.body["state"] == "recovered", ended.body
        return ended.at_ns

    @contextmanager
    def _journal(self) -> Iterator[Journal]:
        store = Store(url=self.url, password_secret="store" if self.url else "")
        # A server's journal is its own on SQLite, and everybody's on PostgreSQL.
        settings = Settings(folder=self.folder, state=self.folder / "state", store=store)
        secrets = {"store": PASSWORD}
        with closing(open_journal(settings, clock=SystemClock(), secrets=secrets)) as journal:
            yield journal

    def _write(self) -> None:
        pack = self.folder / "pack"
        (pack / "runbooks").mkdir(parents=True)
        (pack / "pack.yaml").write_text("name: pack\n", encoding="utf-8")
        (pack / "runbooks" / "bench.md").write_text(RUNBOOK, encoding="utf-8")
        store = f'[store]\nurl = {json.dumps(self.url)}\npassword_secret = "store"\n'
        self._config.write_text(
            f"""packs = ["pack"]
state = "state"

{store if self.url else ""}
[[secrets]]
name = "store"
env = "STORE_PASSWORD"

[people.alice]
roles = ["admin", "oncall"]

[[policy]]
risks = ["none"]
""",
            encoding="utf-8",
        )

    @property
    def _config(self) -> Path:
        return self.folder / "drillbook.toml"

    def _command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "drillbook", *arguments, "--config", str(self._config)]

    def _drillbook(self, *arguments: str) -> str:
        command = self._command(*arguments)
        done = subprocess.run(
            command, env=_env(), capture_output=True, text=True, timeout=60, check=False
        )
        assert done.returncode == 0, f"{arguments}: {done.stdout}{done.stderr}"
        return done.stdout

    def _start(self, *arguments: str) -> None:
        with (self.folder / "log.txt").open("ab") as log:
            self.processes.append(
                subprocess.Popen(
                    self._command(*arguments),
                    env=_env(),
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                )
            )

    def _is_ready(self) -> bool:
        try:
            with urlopen(f"http://127.0.0.1:{self.port}/health/ready", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def _has_runners(self) -> bool:
        found = self._call("workers")["workers"]
        return self.runners == sum(not each["is_dead"] for each in found)

    def _call(self, what: str, body: bytes | None = None) -> Any:
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        url = f"http://127.0.0.1:{self.port}/api/v1/{what}"
        with urlopen(Request(url, data=body, headers=headers), timeout=60) as answer:
            return json.loads(answer.read())


def _env() -> Mapping[str, str]:
    return {**os.environ, "STORE_PASSWORD": PASSWORD}

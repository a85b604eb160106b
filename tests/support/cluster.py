"""Servers and runners on one PostgreSQL as real processes, people at the API, and a storm."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from proxy import Proxy, proxied
from servers import free_port, postgresql

PASSWORD = "a-storm-is-coming"
RESTART_AFTER_S = 0.3
ASK_WITHIN_S = 10.0
# A step of these runbooks takes far less: whoever asks later can be answered by what it wrote.
STEP_SURELY_OVER_S = 3.0
STEPS = 10

_STEP = """```sh {{ name={name} timeout=20s{flags} }}
printf '%s %s\\n' "$TAG" {name} >> "$LOG"
sleep 0.0$((RANDOM % 5))
```
"""


def runbook(risk: str) -> str:
    """Ten steps: two Checks, six of an Option (every other one idempotent), two to verify."""
    checks = "\n".join(
        f"### Is part {number} well?\n\n"
        f"```sh {{ name=look-{number} timeout=20s }}\nexit 1\n```\n**Unhealthy:** exit code is 1.\n"
        for number in (1, 2)
    )
    steps = "\n".join(
        _STEP.format(name=f"act-{number}", flags=" idempotent=yes" if number % 2 else "")
        for number in range(1, 7)
    )
    verifications = "\n".join(
        f"```sh {{ name=verify-{number} timeout=20s }}\ntrue\n```\n**Recovered:** exit code is 0.\n"
        for number in (1, 2)
    )
    return f"""---
severity: critical
service: storm
owner: platform
inputs:
  tag: {{pattern: '[a-z0-9-]+'}}
  log: {{from: target.ledger.path_of_log}}
---
# A storm

## Symptoms
- It blows.

## Diagnosis

{checks}
## Resolution

### Act

**When:** `look-1` is unhealthy.
**Risk:** {risk}. Something is written down.
**Loses:** nothing.

{steps}
## Verification

{verifications}
"""


@dataclass(slots=True)
class Member:
    """One process of the cluster, started again whenever it was killed."""

    name: str
    command: list[str]
    env: Mapping[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = None
    starts: int = 0
    kills: int = 0

    def start(self) -> None:
        """Start the process; what it says goes to its log."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command, env=dict(self.env), stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        self.starts += 1

    def kill(self) -> None:
        """End it as a power cut would; its steps' guardians live on."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()
        self.kills += 1

    def stop(self) -> int:
        """Ask it to end."""
        assert self.process is not None
        self.process.terminate()
        try:
            return self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise


@dataclass(slots=True)
class Cluster:
    """What a storm plays with."""

    folder: Path
    proxy: Proxy
    env: dict[str, str]
    members: list[Member] = field(default_factory=list)
    tokens: dict[str, str] = field(default_factory=dict)
    urls: list[str] = field(default_factory=list)
    tags: dict[str, str] = field(default_factory=dict)

    @property
    def ledger(self) -> Path:
        """Where every step that acts writes a line."""
        return self.folder / "ledger.txt"

    def drillbook(self, *arguments: str, name: str = "desk") -> str:
        """Run a command; what it prints."""
        config = self.configure(name, through=None)
        command = [sys.executable, "-m", "drillbook", *arguments, "--config", str(config)]
        done = subprocess.run(
            command, env=self.env, capture_output=True, text=True, timeout=300, check=False
        )
        assert done.returncode == 0, f"{arguments}: {done.stdout}{done.stderr}"
        return done.stdout

    def configure(self, name: str, *, through: Proxy | None, slots: int = 8) -> Path:
        """The settings of one machine, with a state folder of its own."""
        store = self.env["STORE_URL"]
        if through is not None:
            store = store.replace(f":{urlsplit(store).port}/", f":{through.port}/")
        home = self.folder / name
        home.mkdir(exist_ok=True)
        config = home / "drillbook.toml"
        config.write_text(
            f"""packs = [{json.dumps(str(self.folder / "pack"))}]

[store]
url = {json.dumps(store)}
password_secret = "store"

[[secrets]]
name = "store"
env = "STORE_PASSWORD"

[server]
slots = {slots}
dead_after = "5s"

[targets.ledger]
path_of_log = {json.dumps(str(self.ledger))}

[people.alice]
roles = ["admin", "oncall"]

[people.bob]
roles = ["oncall"]

[[policy]]
risks = ["none", "disruptive"]

[[policy]]
risks = ["destructive"]
approvals = 1
""",
            encoding="utf-8",
        )
        return config

    def add(self, kind: str, name: str) -> None:
        """Start a server, or a runner that reaches the database by the proxy."""
        through = self.proxy if kind == "runner" else None
        command = [sys.executable, "-m", "drillbook", kind]
        if kind == "serve":
            port = free_port()
            command += ["--listen", f"127.0.0.1:{port}", "--no-workers"]
            self.urls.append(f"http://127.0.0.1:{port}")
        else:
            command += ["--site", "main"]
        command += ["--config", str(self.configure(name, through=through))]
        member = Member(name, command, self.env, self.folder / f"{name}.log")
        member.start()
        self.members.append(member)

    def call(
        self, who: str, method: str, path: str, body: object = None, **headers: str
    ) -> tuple[int, Any]:
        """Ask whichever server answers; the status and what it said."""
        until_s = time.monotonic() + 120
        while True:
            for url in self.urls:
                with suppress(OSError, ValueError):
                    return _ask(f"{url}{path}", method, body, self.tokens[who], headers)
            assert time.monotonic() < until_s, f"no server answers {method} {path}"
            time.sleep(0.2)

    def request(self, tag: str, book: str) -> None:
        """Ask for one run, however often the servers die over it."""
        body = {"runbook": f"pack/runbooks/{book}", "inputs": {"tag": tag}}
        key = {"Idempotency-Key": f"storm-{tag}"}
        while True:
            status, said = self.call("alice", "POST", "/api/v1/runs", body, **key)
            if status < 300:
                self.tags[str(said["run"])] = tag
                return
            assert status >= 500, (status, said)
            time.sleep(0.2)

    def state_of(self, run: str) -> str:
        """Where the run stands, as the API says it."""
        status, said = self.call("bob", "GET", f"/api/v1/runs/{run}")
        assert status == 200, said
        return str(said["state"])

    def timeline(self, run: str) -> Any:
        """Every entry of the run."""
        return self.call("bob", "GET", f"/api/v1/runs/{run}/timeline")[1]

    def jobs(self) -> list[dict[str, Any]]:
        """What the engine still holds."""
        status, said = self.call("bob", "GET", "/api/v1/jobs")
        return list(said["jobs"]) if status == 200 else [said]

    def story(self) -> str:
        """What is wrong, where something is: open runs, jobs, and the ends of the logs."""
        _, open_runs = self.call("bob", "GET", "/api/v1/runs?open=true&limit=5")
        logs = (f"{m.name}: {m.log.read_text()[-1500:]}" for m in self.members)
        return "\n".join([str(open_runs), str(self.jobs()[:5]), *logs])

    def stop(self) -> None:
        """End every process in order."""
        for member in self.members:
            member.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for member in self.members:
            if member.process is not None:
                member.process.kill()
                member.process.wait()


@contextmanager
def cluster(folder: Path) -> Iterator[Cluster]:
    """A database with its tables, a pack of two runbooks, and two people; nobody works yet."""
    pack = folder / "pack"
    (pack / "runbooks").mkdir(parents=True)
    (pack / "pack.yaml").write_text("name: pack\n", encoding="utf-8")
    for risk in ("disruptive", "destructive"):
        (pack / "runbooks" / f"{risk}.md").write_text(runbook(risk), encoding="utf-8")
    with postgresql(PASSWORD) as url:
        address = urlsplit(url)
        assert address.hostname is not None
        assert address.port is not None
        env = {**os.environ, "STORE_URL": url, "STORE_PASSWORD": PASSWORD}
        with (
            proxied(address.hostname, address.port) as proxy,
            Cluster(folder, proxy, env) as place,
        ):
            place.ledger.touch()
            place.drillbook("store", "migrate")
            for person in ("alice", "bob"):
                made = place.drillbook("token", "create", person, "--format", "json")
                place.tokens[person] = json.loads(made)["token"]
                place.env.setdefault("DRILLBOOK_TOKEN", place.tokens[person])
            yield place


def _ask(
    url: str, method: str, body: object, token: str, headers: Mapping[str, str]
) -> tuple[int, Any]:
    data = None if body is None else json.dumps(body).encode()
    request = Request(
        url,
        data=data,
        method=method,
        headers={
            "Authorization": f"Bearer {token}",
            "Content-Type": "application/json",
            **headers,
        },
    )
    try:
        with urlopen(request, timeout=ASK_WITHIN_S) as answer:
            return int(answer.status), json.loads(answer.read())
    except OSError as error:
        status = getattr(error, "code", None)
        if status is None:
            raise
        return int(status), json.loads(error.read())  # type: ignore[attr-defined]

"""`drillbook serve` and `drillbook runner` as real processes, and people who talk to them."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from flagsite import Site
from talking import client_of
from terminal import environment

WITHIN_S = 90.0
LOOK_S = 0.1


class Process:
    """A command that goes on until it is told to stop."""

    def __init__(self, *arguments: str, **env: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "drillbook", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env=environment(env),
            text=True,
        )

    def line(self) -> str:
        """The next line that it says."""
        assert self.process.stderr is not None
        line = self.process.stderr.readline()
        assert line, f"it ended with {self.process.wait(WITHIN_S)}"
        return line

    def kill(self) -> None:
        """As `kill -9` does it."""
        self.process.kill()
        self.process.communicate()

    def stop(self) -> tuple[int, str]:
        """As SIGTERM does it: its exit code, and what it said since."""
        self.process.send_signal(signal.SIGTERM)
        _, said = self.process.communicate(timeout=WITHIN_S)
        return self.process.returncode, said


class Served(Process):
    """A server, which is ready when this is made."""

    def __init__(self, site: Site, *arguments: str, **env: str) -> None:
        listen = () if "--listen" in arguments else ("--listen", "127.0.0.1:0")
        super().__init__("serve", "--config", str(site.config), *listen, *arguments, **env)
        self.site = site
        first = self.line()
        assert "serves http" in first, first + self.process.communicate()[1]
        self.url = first.split()[2].removesuffix("/api/v1")
        self.said = [first, *(self.line() for _ in range(3))]
        self._clients: dict[str, httpx.Client] = {}

    def as_person(self, name: str) -> httpx.Client:
        """A client with this person's token."""
        if name not in self._clients:
            self._clients[name] = client_of(self.url, self.site.tokens[name])
        return self._clients[name]

    def request(self, name: str, book: str = "flags/runbooks/flag.md", **more: Any) -> str:
        """Have this person ask for a run; its name."""
        answer = self.as_person(name).post("/api/v1/runs", json={"runbook": book, **more})
        assert 202 == answer.status_code, answer.text
        return str(answer.json()["run"])

    def run(self, run: str) -> dict[str, Any]:
        """Where the run stands."""
        found: dict[str, Any] = self.as_person("alice").get(f"/api/v1/runs/{run}").json()
        return found

    def kinds(self, run: str) -> list[str]:
        """The kinds of the run's entries, in order."""
        answer = self.as_person("alice").get(f"/api/v1/runs/{run}/timeline").json()
        return [entry["kind"] for entry in answer["entries"]]

    def ended(self, run: str) -> dict[str, Any]:
        """Where the run stands when it has ended."""
        return self.until(run, lambda found: found["state"] != "open")

    def until(self, run: str, holds: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
        """Where the run stands once this holds of it."""
        until_s = time.monotonic() + WITHIN_S
        while not holds(found := self.run(run)):
            jobs = self.as_person("alice").get("/api/v1/jobs").json()
            assert time.monotonic() < until_s, (found, self.kinds(run), jobs)
            time.sleep(LOOK_S)
        return found

    def close(self) -> None:
        """End it, and the clients."""
        for client in self._clients.values():
            client.close()
        if self.process.poll() is None:
            self.stop()


@contextmanager
def served(site: Site, *arguments: str, **env: str) -> Iterator[Served]:
    """A server that is stopped afterwards."""
    server = Served(site, *arguments, **env)
    try:
        yield server
    finally:
        server.close()

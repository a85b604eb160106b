"""A cluster + kills and cuts at random moments → whether every run ended, once, and is told."""

import threading
import time
from collections import Counter, defaultdict
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random
from typing import Any

from cluster import RESTART_AFTER_S, STEP_SURELY_OVER_S, Cluster

PERSON_LOOKS_EVERY_S = 0.5


@dataclass(slots=True)
class Person:
    """Bob at the API: approves what waits, and says of a lost step what the ledger shows."""

    cluster: Cluster
    stop: threading.Event = field(default_factory=threading.Event)
    did: Counter[str] = field(default_factory=Counter)
    first_seen: dict[tuple[str, str], float] = field(default_factory=dict)

    def live(self) -> None:
        """Look and answer until the storm is over."""
        while not self.stop.wait(PERSON_LOOKS_EVERY_S):
            with suppress(AssertionError):  # no server was up for two minutes: the test will say so
                self.look()

    def look(self) -> None:
        """Approve what waits, and settle each step that is surely over."""
        _, said = self.cluster.call("bob", "GET", "/api/v1/approvals")
        for waiting in said.get("approvals", []):
            body = {"hash": waiting["hash"], "decision": "approve"}
            self.post(waiting["run"], "approvals", body, "approved")
        _, said = self.cluster.call("bob", "GET", "/api/v1/runs?open=true&limit=200")
        for run in said.get("runs", []):
            if run["waits_for"]:
                self.settle(run["run"])

    def settle(self, run: str) -> None:
        """Say of a lost step what the ledger shows."""
        _, told = self.cluster.call("bob", "GET", f"/api/v1/runs/{run}")
        asks = told.get("asks")
        if not asks or "happened" not in asks["choices"]:
            return
        since = self.first_seen.setdefault((run, str(asks["question"])), time.monotonic())
        if time.monotonic() - since < STEP_SURELY_OVER_S:
            return
        line = f"{self.cluster.tags[run]} {asks['about']}"
        happened = line in self.cluster.ledger.read_text(encoding="utf-8").splitlines()
        answer = {"question": asks["question"], "answer": "happened" if happened else "again"}
        self.post(run, "answers", answer, f"settled: {answer['answer']}")

    def post(self, run: str, what: str, body: dict[str, Any], did: str) -> None:
        """Say it; a run that has gone on meanwhile refuses it, which is fine."""
        status, said = self.cluster.call("bob", "POST", f"/api/v1/runs/{run}/{what}", body)
        assert status in (200, 201, 202, 404, 409, 500, 503), (status, said)
        self.did[did if status < 300 else f"{did}: refused"] += 1


def kill_at_random(cluster: Cluster, kills: int, random: Random, over_s: float) -> None:
    """Kill and start again, `kills` times within about `over_s` seconds."""
    for _ in range(kills):
        time.sleep(random.uniform(0.2, 1.8) * over_s / kills)
        member = random.choice(cluster.members)
        member.kill()
        time.sleep(RESTART_AFTER_S)
        member.start()


def repeated(cluster: Cluster) -> list[str]:
    """Lines that a step which must not be repeated wrote twice."""
    lines = cluster.ledger.read_text(encoding="utf-8").splitlines()
    counts = Counter(lines)
    return [line for line, count in counts.items() if count > 1 and _is_once(line)]


def missing(cluster: Cluster, tags: list[str]) -> list[str]:
    """Steps that a run which recovered should have done and did not."""
    done = defaultdict(set)
    for line in cluster.ledger.read_text(encoding="utf-8").splitlines():
        tag, _, step = line.partition(" ")
        done[tag].add(step)
    wanted = {f"act-{number}" for number in range(1, 7)}
    return [f"{tag} {step}" for tag in tags for step in sorted(wanted - done[tag])]


def _is_once(line: str) -> bool:
    """Whether the step of this line is one of those that are not idempotent."""
    return int(line.rpartition("-")[2]) % 2 == 0

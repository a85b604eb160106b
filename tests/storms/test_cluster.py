"""Two servers and three runners on one PostgreSQL, killed at random: nothing lost or repeated."""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest

from cluster import Cluster, cluster
from cluster_storm import Person, kill_at_random, missing, repeated
from servers import wait_until

pytestmark = [pytest.mark.lab]

CUT_S = float(os.environ.get("DRILLBOOK_STORM_CUT_S", "30"))
JOBS_GONE_WITHIN_S = 60.0
SEED = int(os.environ.get("DRILLBOOK_STORM_SEED", "2026"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How many runs, of which every tenth must be approved, and how many kills."""

    runs: int
    kills: int
    over_s: float
    ends_within_s: float


SMALL = Size(runs=20, kills=5, over_s=10, ends_within_s=120)
KILLS = int(os.environ.get("DRILLBOOK_STORM_KILLS", "50"))
WHOLE = Size(
    runs=int(os.environ.get("DRILLBOOK_STORM_RUNS", "1000")),
    kills=KILLS,
    over_s=5 * KILLS,
    ends_within_s=1_800,
)


@pytest.fixture(name="place")
def _place(tmp_path: Path) -> Iterator[Cluster]:
    with cluster(tmp_path) as place:
        for number in (1, 2):
            place.add("serve", f"server-{number}")
        for number in (1, 2, 3):
            place.add("runner", f"runner-{number}")
        yield place


@contextmanager
def attended(place: Cluster) -> Iterator[Person]:
    """Somebody who answers what waits."""
    person = Person(place)
    thread = threading.Thread(target=person.live)
    thread.start()
    try:
        yield person
    finally:
        person.stop.set()
        thread.join()


def request_all(place: Cluster, size: Size) -> None:
    """Ask for every run; of ten, one must be approved."""
    for number in range(size.runs):
        place.request(f"t{number}", "destructive.md" if number % 10 == 9 else "disruptive.md")


def all_ended(place: Cluster) -> bool:
    """Whether no run is open any more."""
    status, said = place.call("bob", "GET", "/api/v1/runs?open=true&limit=1")
    return status == 200 and not said["runs"]


def wait_for_the_end(place: Cluster, size: Size) -> None:
    """Wait until every run has ended."""
    until_s = time.monotonic() + size.ends_within_s
    while not all_ended(place):
        assert time.monotonic() < until_s, place.story()
        time.sleep(1.0)


def settle(place: Cluster, size: Size) -> None:
    """What must hold after every storm."""
    assert [] == repeated(place)
    assert size.runs == len(place.tags), "two requests were answered with one run"
    states = {name: place.state_of(name) for name in place.tags}
    others = [name for name, state in states.items() if state != "recovered"]
    assert [] == others, [place.timeline(name) for name in others[:2]]
    assert [] == missing(place, list(place.tags.values()))
    assert ", 0 flaws" in place.drillbook("journal", "verify")
    # What a worker that was cut off says too late is forgotten by the next sweep.
    until_s = time.monotonic() + JOBS_GONE_WITHIN_S
    while jobs := place.jobs():
        assert time.monotonic() < until_s, jobs
        time.sleep(1.0)


@pytest.mark.parametrize(
    "size", [SMALL, pytest.param(WHOLE, marks=pytest.mark.soak)], ids=["small", "whole"]
)
def test_kills(place: Cluster, size: Size) -> None:
    """Every run ends recovered, no step that may not be repeated is, the chains are whole."""
    random = Random(SEED)
    with attended(place) as person:
        killer = threading.Thread(
            target=kill_at_random, args=(place, size.kills, random, size.over_s)
        )
        killer.start()
        request_all(place, size)
        killer.join()
        wait_for_the_end(place, size)
    settle(place, size)
    assert size.kills == sum(member.kills for member in place.members)
    assert person.did["approved"] >= size.runs // 10
    print(f"{size.runs} runs, {size.kills} kills, {dict(person.did)}")  # noqa: T201 -- figures


@pytest.mark.soak
def test_a_network_that_is_cut(place: Cluster) -> None:
    """Runners that cannot reach the database for a while come back to it, and act as one."""
    size = Size(runs=100, kills=0, over_s=0, ends_within_s=600)
    with attended(place) as person:
        asked = threading.Thread(target=request_all, args=(place, size))
        asked.start()
        wait_until(lambda: place.ledger.exists() and place.ledger.stat().st_size > 0, "it acts")
        place.proxy.cut()
        time.sleep(CUT_S)
        place.proxy.restore()
        asked.join()
        wait_for_the_end(place, size)
    settle(place, size)
    print(f"{size.runs} runs, {size.kills} kills, {dict(person.did)}")  # noqa: T201 -- figures

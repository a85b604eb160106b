"""Kills at chosen and at random moments → what became of the run, told by ledger and journal."""

import multiprocessing
import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.context import ForkServerProcess
from multiprocessing.forkserver import ensure_running
from pathlib import Path
from random import Random

from drillbook.journal.sqlite import SqliteJournal
from drillbook.model.clock import SystemClock
from drillbook.model.journal import Entry
from drillbook.run.guard.step import MARKER as ATTEMPT_MARKER
from storm_child import MARKER, Weather, ledger, live, weather_plan

ENDS_WITHIN_S = 60.0
KILLED = -signal.SIGKILL

# Forked from a process that has imported everything (pytest too, which is what multiprocessing
# takes for the main module): a start costs milliseconds, and a killed one takes nothing along.
_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["pytest", "storm_child"])


@dataclass(slots=True, kw_only=True)
class Tally:
    """What storms did: kills by whom they hit, runs, and what the journals say of attempts."""

    kills: Counter[str] = field(default_factory=Counter)
    runs: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    endings: Counter[str] = field(default_factory=Counter)
    answers: Counter[str] = field(default_factory=Counter)

    def add(self, entries: tuple[Entry, ...]) -> None:
        """Count one run's entries."""
        self.runs += 1
        self.kinds.update(entry.kind for entry in entries)
        finished = (entry for entry in entries if entry.kind == "step-finished")
        self.endings.update(entry.body["ending"] for entry in finished)
        answered = (entry for entry in entries if entry.kind == "answered")
        self.answers.update(entry.body["answer"] for entry in answered)


def begin(weather: Weather) -> ForkServerProcess:
    """Start the tool; it is killed or ends by itself."""
    with _import_path():
        ensure_running()
    process = _CONTEXT.Process(target=live, args=(weather,))
    process.start()
    return process


@contextmanager
def _import_path() -> Iterator[None]:
    """Give the fork server our import path, which Python 3.11 forgets to: its preload is silent."""
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join(sys.path)
    try:
        yield
    finally:
        del os.environ["PYTHONPATH"]
        if before is not None:
            os.environ["PYTHONPATH"] = before


def ended(process: ForkServerProcess) -> int:
    """Wait for the tool's end; its exit code, KILLED where it was killed."""
    process.join(ENDS_WITHIN_S)
    code = process.exitcode
    assert code is not None, f"the tool did not end within {ENDS_WITHIN_S} s"
    process.close()
    return code


def live_out(weather: Weather) -> int:
    """Start the tool and wait for its end."""
    return ended(begin(weather))


def entries_of(folder: Path) -> tuple[Entry, ...]:
    """The entries of the folder's only run; the journal's chain must be whole."""
    journal = SqliteJournal(folder / "journal.db", clock=SystemClock())
    try:
        assert [] == list(journal.verify())
        streams = journal.streams("run/")
        assert len(streams) <= 1
        return tuple(journal.entries(streams[0])) if streams else ()
    finally:
        journal.close()


def is_over(folder: Path) -> bool:
    """Whether the folder's run has ended."""
    return any(entry.kind == "run-ended" for entry in entries_of(folder))


def storm(weather: Weather, random: Random, *, kills_max: int, tally: Tally) -> None:
    """One run under at most so many kills, gone on with until it ends."""
    kills_left = kills_max
    while True:
        process = begin(weather)
        while kills_left and process.is_alive():
            process.join(random.uniform(0, random.choice((0.1, 0.4, 1.0))))
            hit = _strike(process, weather.folder, random)
            if hit:
                tally.kills[hit] += 1
                kills_left -= 1
        code = ended(process)
        assert code in (0, KILLED)
        if code == 0:
            return


def _strike(process: ForkServerProcess, folder: Path, random: Random) -> str:
    """Kill the tool, the supervisor or both; which were there to be hit."""
    acts: dict[str, Callable[[], bool]] = {
        "tool": lambda: _kill_tool(process),
        "supervisor": lambda: _kill_supervisor(folder, random),
    }
    # Both of them in this order or in that, or one.
    chosen = random.sample(sorted(acts), random.randint(1, 2))
    hits = [whom for whom in chosen if acts[whom]()]
    return "both" if len(hits) == 2 else "".join(hits)


def _kill_tool(process: ForkServerProcess) -> bool:
    if not process.is_alive():
        return False
    process.kill()
    return True


def _kill_supervisor(folder: Path, random: Random) -> bool:
    """Kill the fork server, some guardians, or all of them; False where there is none."""
    there = supervisors(folder)
    chosen = random.sample(there, random.randint(1, len(there))) if there else []
    hits = [kill(pid) for pid in chosen]
    return any(hits)


def supervisors(folder: Path) -> list[int]:
    """The fork servers and guardians of this storm, those without an order included."""
    marker = f"{MARKER}={folder}".encode()
    return [pid for pid in _carrying(marker) if not _is_understudy(pid)]


def left_running(folder: Path, *, within_s: float = 20.0) -> list[int]:
    """What is still there of this folder's steps and supervisors after a generous wait."""
    markers = (f"{MARKER}={folder}".encode(), f"{ATTEMPT_MARKER}={folder}/".encode())
    deadline = time.monotonic() + within_s
    while found := [pid for marker in markers for pid in _carrying(marker)]:
        if time.monotonic() > deadline:
            return found
        time.sleep(0.02)
    return []


def kill(pid: int) -> bool:
    """`kill -9`; False where it is gone."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True


def _carrying(marker: bytes) -> list[int]:
    return [
        int(path.name)
        for path in Path("/proc").iterdir()
        if path.name.isdigit() and _carries(path, marker)
    ]


def _carries(process: Path, marker: bytes) -> bool:
    try:
        variables = (process / "environ").read_bytes().split(b"\0")
    except OSError:
        return False
    whole = marker.endswith(b"/")
    return any(each.startswith(marker) if whole else each == marker for each in variables)


def _is_understudy(pid: int) -> bool:
    """The process that is to become the step: it writes to the guardian's pipe already."""
    try:
        return str(Path(f"/proc/{pid}/fd/1").readlink()).startswith("pipe:")
    except OSError:
        return False


def flaws_of(weather: Weather) -> list[str]:
    """What must never be: told by the ledger beside the journal; none is right."""
    entries = entries_of(weather.folder)
    idempotent = {
        name: each.step.is_idempotent for name, each in weather_plan(weather).steps.items()
    }
    lines = ledger(weather.folder)
    found = [
        f"{name} attempt {attempt} wrote {count} lines"
        for (name, attempt), count in Counter((name, attempt) for name, attempt, _ in lines).items()
        if count > 1
    ]
    again = Counter(
        entry.body["about"]
        for entry in entries
        if entry.kind == "answered" and entry.body["answer"] == "again"
    )
    counts = Counter(name for name, _, _ in lines)
    for name, count in counts.items():
        if not idempotent[name] and count > 1 + again[name]:
            found.append(f"{name} was done {count} times; a person said again {again[name]} times")
    return found + _after_end(entries, lines) + _unwritten(entries, counts)


def _after_end(entries: tuple[Entry, ...], lines: list[tuple[str, int, float]]) -> list[str]:
    """Lines of a step that came after its `step-finished`."""
    ends = {
        entry.body["step"]: entry.at_ns / 1e9 for entry in entries if entry.kind == "step-finished"
    }
    # A float holds the time of day to about a microsecond.
    return [
        f"{name} attempt {attempt} wrote after it had finished"
        for name, attempt, at in lines
        if name in ends and at > ends[name] + 1e-5
    ]


def _unwritten(entries: tuple[Entry, ...], counts: Counter[str]) -> list[str]:
    """Steps that count as done and wrote nothing."""
    done = [
        entry.body["step"]
        for entry in entries
        if entry.kind == "step-finished" and entry.body["result"] == "met"
    ]
    return [
        f"{name} wrote nothing" for name in done if name.startswith("step-") and not counts[name]
    ]

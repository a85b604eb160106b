"""A worker in a process of its own → a line for each job that it begins and ends.

Of a job `hold`, the file `go` in the folder is waited for between the two. Who finds the lock
of a key taken writes `overlap`: a lock ends with its process, so nobody who is dead holds one.
"""

import fcntl
import hashlib
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from drillbook.model.engine import Job
from engines import Home, opened

HOLDS_MAX_S = 60.0


def main() -> None:
    """What to do comes as JSON."""
    said = json.loads(sys.argv[1])
    folder, stop = Path(said["folder"]), threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())

    def perform(job: Job) -> None:
        held = engine.slot("held", 1) if job.kind == "slot" else nullcontext()
        with alone(folder, job.key) as is_alone, held:
            write(folder, "begin" if is_alone else "overlap", job, said["name"])
            if job.kind in {"hold", "slot"}:
                wait_for(folder / "go")
            elif job.kind == "slow":
                time.sleep(0.01)
            write(folder, "end", job, said["name"])

    lines = Lines()
    with opened(Home(**said["home"]), lines) as engine:
        engine.work(said["sites"], perform, slots=said["slots"], stop=stop, name=said["name"])


class Lines(list[str]):
    """A list whose lines are written to standard error as they come."""

    def append(self, line: str) -> None:
        """Write it."""
        sys.stderr.write(f"{line}\n")
        sys.stderr.flush()


@contextmanager
def alone(folder: Path, key: str) -> Iterator[bool]:
    """Whether nobody else performs a job of this key."""
    name = hashlib.sha256(key.encode()).hexdigest()[:16]
    descriptor = os.open(folder / f"{name}.alone", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        yield False
    else:
        yield True
    finally:
        os.close(descriptor)


def write(folder: Path, what: str, job: Job, name: str) -> None:
    """One line at the end of the log, whole."""
    line = f"{what} {job.key} {job.args.get('number', '')} {name}\n"
    descriptor = os.open(folder / "log", os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC)
    try:
        os.write(descriptor, line.encode())
    finally:
        os.close(descriptor)


def wait_for(path: Path) -> None:
    """Wait for a file, with an end."""
    until_s = time.monotonic() + HOLDS_MAX_S
    while not path.exists() and time.monotonic() < until_s:
        time.sleep(0.01)


if __name__ == "__main__":
    main()

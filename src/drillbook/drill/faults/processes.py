"""A process id → what /proc says of it and its descendants, and signals that hit no other.

A process id is used again some time after its process has ended. Who is meant is therefore
held by a pidfd while its start time is compared; a signal goes to the pidfd.
"""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")
_ENDED = frozenset("ZXx")
_STOPPED = frozenset("Tt")


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """One process; `started` is in clock ticks since boot and tells it from a later one."""

    pid: int
    parent: int
    state: str
    started: int

    @property
    def is_alive(self) -> bool:
        return self.state not in _ENDED

    @property
    def is_stopped(self) -> bool:
        return self.state in _STOPPED


def find_process(pid: int) -> Process | None:
    """What runs under that process id, or None; a zombie is no running process."""
    try:
        stat = (_PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    # The name stands in brackets and may itself hold blanks and brackets.
    fields = stat.rpartition(")")[2].split()
    found = Process(pid=pid, parent=int(fields[1]), state=fields[0], started=int(fields[19]))
    return found if found.is_alive else None


def tree(root: Process) -> list[Process]:
    """The process and all its descendants, parents before their children."""
    children: dict[int, list[Process]] = {}
    for one in _all():
        children.setdefault(one.parent, []).append(one)
    found, position = [root], 0
    while position < len(found):
        found += [one for one in children.get(found[position].pid, ()) if one not in found]
        position += 1
    return found


def with_variable(name: str, value: str) -> list[Process]:
    """The processes that were started with this environment variable, wherever they went."""
    wanted = f"{name}={value}".encode()
    return [one for one in _all() if wanted in _environment(one.pid)]


def send(one: Process, number: signal.Signals) -> bool:
    """Send the signal to this very process; False where it is gone."""
    with _held(one.pid) as pidfd:
        now = find_process(one.pid)
        if pidfd is None or now is None or now.started != one.started:
            return False
        try:
            signal.pidfd_send_signal(pidfd, number)
        except ProcessLookupError:
            return False
    return True


@contextmanager
def _held(pid: int) -> Iterator[int | None]:
    try:
        pidfd = os.pidfd_open(pid)
    except ProcessLookupError:
        yield None
        return
    try:
        yield pidfd
    finally:
        os.close(pidfd)


def _all() -> Iterator[Process]:
    for folder in _PROC.iterdir():
        found = find_process(int(folder.name)) if folder.name.isdigit() else None
        if found is not None:
            yield found


def _environment(pid: int) -> list[bytes]:
    try:
        return (_PROC / str(pid) / "environ").read_bytes().split(b"\0")
    except OSError:
        return []

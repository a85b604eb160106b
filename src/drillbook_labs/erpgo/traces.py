"""A lab's folders → the processes that belong to it, from /proc; and ending them for good."""

import ctypes
import os
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from drillbook_labs.erpgo.configs import MARKER
from drillbook_labs.erpgo.layout import Layout

PROC = Path("/proc")
GONE_S_MAX = 10.0
POLL_S = 0.02
IPC_RMID = 0


def is_alive(pid: int) -> bool:
    """Tell whether the process runs; one that has ended and was not waited for does not."""
    try:
        stat = (PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] not in {"Z", "X"}


def marked(folder: Path) -> list[int]:
    """Answer the processes that were started for the lab in `folder`, ourselves left out."""
    sign = f"{MARKER}={folder}".encode()
    return [pid for pid in _pids() if sign in _read(pid, "environ").split(b"\0")]


def serving_from(data: Path) -> list[int]:
    """Answer the PostgreSQL processes that work in `data`.

    A backend writes its title over its environment, so its folder is what tells whose it is.
    """
    return [pid for pid in _pids() if _link(pid, "cwd") == str(data) and _is_postgres(pid)]


def _is_postgres(pid: int) -> bool:
    return _read(pid, "comm").strip() == b"postgres"


def _pids() -> Iterator[int]:
    me = os.getpid()
    for entry in PROC.iterdir():
        if entry.name.isdecimal() and int(entry.name) != me:
            yield int(entry.name)


def _read(pid: int, name: str) -> bytes:
    try:
        return (PROC / str(pid) / name).read_bytes()
    except OSError:
        return b""


def _link(pid: int, name: str) -> str:
    try:
        return str((PROC / str(pid) / name).readlink())
    except OSError:
        return ""


def of_lab(folder: Path, layout: Layout | None) -> list[int]:
    """Answer every process of the lab that still lives."""
    found = set(marked(folder))
    if layout is not None:
        found |= set(serving_from(layout.data))
    return sorted(pid for pid in found if is_alive(pid))


def wait_gone(folder: Path, layout: Layout | None, *, within_s: float) -> list[int]:
    """Wait until no process of the lab lives; answer those that still do."""
    deadline = time.monotonic() + within_s
    while (left := of_lab(folder, layout)) and time.monotonic() < deadline:
        time.sleep(POLL_S)
    return left


def end_all(folder: Path, layout: Layout | None) -> list[int]:
    """Kill every process of the lab; answer those that outlived it."""
    deadline = time.monotonic() + GONE_S_MAX
    while (left := of_lab(folder, layout)) and time.monotonic() < deadline:
        for pid in left:
            _signal(pid, signal.SIGKILL)
        time.sleep(POLL_S)
    return left


def wake(folder: Path, layout: Layout | None) -> None:
    """Continue every process of the lab that a fault has stopped, so that it can end in order."""
    for pid in of_lab(folder, layout):
        _signal(pid, signal.SIGCONT)


def _signal(pid: int, number: signal.Signals) -> None:
    """Send a signal; one that is not ours to end is named among what was left behind."""
    with suppress(ProcessLookupError, PermissionError):
        os.kill(pid, number)


def remove_shared_memory(data: Path) -> None:
    """Remove the small shared memory segment of a PostgreSQL that was killed, if it is unused.

    Its id is in the lock file, which a server that stops in order takes away itself.
    """
    try:
        lock = (data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        key, segment = (int(word) for word in lock[6].split())
    except (OSError, ValueError, IndexError):
        return
    if _is_unused(key, segment):
        ctypes.CDLL(None).shmctl(segment, IPC_RMID, None)


def _is_unused(key: int, segment: int) -> bool:
    """Tell whether the segment exists under that key and nobody has it attached."""
    try:
        rows = (PROC / "sysvipc/shm").read_text(encoding="ascii").splitlines()[1:]
    except OSError:
        return False
    for row in rows:
        row_key, row_segment, _, _, _, _, attached = (int(word) for word in row.split()[:7])
        # The kernel prints the key as a signed number, PostgreSQL as an unsigned one.
        if row_segment == segment and (row_key - key) % 2**32 == 0:
            return attached == 0
    return False

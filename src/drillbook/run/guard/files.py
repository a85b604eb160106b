"""An attempt's folder → its lock, its exit: the traces that outlive a crash.

Part of the guardian: the standard library only, and only cheap modules of it.
"""

# pathlib would double the start-up time of the fork server.
# ruff: noqa: PTH102, PTH104, PTH108, PTH112
import fcntl
import json
import os
import time

LOCK = "lock"
OUT = "out"
TAIL = "tail"
EXIT = "exit"
MISSING = "missing"
CANCEL = "cancel"


def claim(folder: str) -> int | None:
    """Make the folder and its lock; the lock's descriptor, or None where there is one already.

    The lock is taken under another name, so that it is held from the moment it can be seen:
    nobody who tests it can find it free, or take it first. Raises OSError where the folder
    cannot be written, or lies in none: that of a run goes when the run has ended, and a guardian
    that comes so late must not make it, and do its step, again.
    """
    if not os.path.isdir(folder):
        _make(folder)
    fresh = f"{folder}/{LOCK}.{os.getpid()}.{time.monotonic_ns()}"
    lock = os.open(fresh, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        os.write(lock, b"%d\n" % os.getpid())
        os.link(fresh, f"{folder}/{LOCK}")
    except OSError as error:
        os.close(lock)
        if isinstance(error, FileExistsError):
            return None
        raise
    finally:
        os.unlink(fresh)
    return lock


def _make(folder: str) -> None:
    try:
        os.mkdir(folder, 0o700)
    except FileExistsError:
        return  # somebody else was quicker, or the next call says what is wrong with it


def write_whole(path: str, *parts: bytes) -> None:
    """Replace a file in one go: whoever reads it sees all of the old or all of the new.

    Not fsynced: a trace counts only on the boot that made it, and what a killed process has
    written stays in the page cache. An fsync costs 0.2 ms on a disk with a fast cache, several
    on one without, for every step, and would only help after a crash of the machine, where
    traces are not looked at.
    """
    fresh = f"{path}.new"
    file = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        for part in parts:
            write_all(file, part)
    finally:
        os.close(file)
    os.rename(fresh, path)


def write_all(file: int, data: bytes | memoryview) -> None:
    """Write every byte. Raises OSError where the disk takes no more."""
    view = memoryview(data)
    while view:
        view = view[os.write(file, view) :]


def write_exit(folder: str, facts: dict[str, object]) -> None:
    """Write how an attempt ended."""
    write_whole(f"{folder}/{EXIT}", json.dumps(facts).encode("ascii"))

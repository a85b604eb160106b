"""Files and folders → whether any of them changed since they were indexed; nothing is opened.

A folder's time tells of files that came or went, a file's time and size of what was written.
"""

import os
from collections.abc import Iterable
from pathlib import Path

# What was changed so shortly before it was read could change again without showing: file systems
# count time in steps of up to two seconds.
SETTLED_NS = 2_000_000_000
UNSETTLED = "unsettled"
_MISSING = "missing"
_GAP = "\t"


def stamp_of(path: str | Path) -> str:
    """What tells one state of a file or folder from another."""
    try:
        found = Path(path).stat()
    except (OSError, ValueError):
        return _MISSING
    return f"{found.st_ctime_ns} {found.st_mtime_ns} {found.st_size}"


def settled(stamp: str, now_ns: int) -> str:
    """The stamp, or one that never fits, where the change is too fresh to rely on it."""
    time, _, _ = stamp.partition(" ")  # the later of its two times
    is_settled = not time.isdigit() or int(time) < now_ns - SETTLED_NS
    return stamp if is_settled else UNSETTLED


def watch(stamps: Iterable[tuple[str, str]]) -> str:
    """Paths with their stamps → what `is_unchanged` is asked about later."""
    return "\n".join(f"{stamp}{_GAP}{path}" for path, stamp in stamps)


def is_unchanged(watched: str) -> bool:
    """Whether everything is as it was; false where nothing was ever watched."""
    if not watched:
        return False
    stat = os.stat
    try:
        for line in watched.split("\n"):
            stamp, path = line.split(_GAP, 1)
            try:
                found = stat(path)
            except OSError:
                if stamp != _MISSING:
                    return False
                continue
            if stamp != f"{found.st_ctime_ns} {found.st_mtime_ns} {found.st_size}":
                return False
    except ValueError:
        return False
    return True

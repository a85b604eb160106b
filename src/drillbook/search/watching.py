"""Files and folders → whether any of them changed since they were indexed; nothing is opened.

A folder's time tells of files that came or went, a file's time and size of what was written. The
time is that of the last change of any kind, which no program can set back.
"""

import os
from collections.abc import Iterable
from pathlib import Path

# What was changed so shortly before it was read could change again without showing: file systems
# count time in steps of up to two seconds.
SETTLED_NS = 2_000_000_000
UNSETTLED = "unsettled"
MISSING = "missing"
_BREAK = "\n"
_PART = "\n\n"


def stamp_of(path: str | Path) -> str:
    """What tells one state of a file or folder from another."""
    try:
        found = Path(path).stat()
    except (OSError, ValueError):
        return MISSING
    return f"{found.st_ctime_ns} {found.st_size}"


def settled(stamp: str, now_ns: int) -> str:
    """The stamp, or one that never fits, where the change is too fresh to rely on it."""
    time, _, _ = stamp.partition(" ")
    is_settled = not time.isdigit() or int(time) < now_ns - SETTLED_NS
    return stamp if is_settled else UNSETTLED


def watch(stamps: Iterable[tuple[str, str]]) -> str:
    """Paths with their stamps → what `is_unchanged` is asked about later.

    What is not there is left out: if it comes, its folder changes.
    """
    stamps = [(path, stamp) for path, stamp in stamps if stamp != MISSING]
    paths = _BREAK.join(path for path, _ in stamps)
    return f"{paths}{_PART}{_BREAK.join(stamp for _, stamp in stamps)}"


def is_unchanged(watched: str) -> bool:
    """Whether everything is as it was; false where nothing was ever watched.

    Everything is looked at in one go and compared as one text: this is asked before every answer.
    """
    paths, _, stamps = watched.partition(_PART)
    if not paths:
        return False
    try:
        found = [f"{one.st_ctime_ns} {one.st_size}" for one in map(os.stat, paths.split(_BREAK))]
    except (OSError, ValueError):
        return False
    return stamps == _BREAK.join(found)

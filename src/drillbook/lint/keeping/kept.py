"""What linting found the last time, by file and by what the file looked like → what is still so.

One SQLite file. A broken one, or one that another program wrote, is made anew; one that cannot be
written is done without. It only ever saves time, so nothing here raises over it.
"""

import hashlib
import os
import sqlite3
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from drillbook.model.inspected import Inspected

FOLDER = "lint"
# Other settings, flags and versions have files of their own; as many are left lying.
FILES_MAX = 4
# What was changed a moment before it was read may be changed again without its times showing it.
FRESH_NS = 2_000_000_000
BUSY_S = 2.0
_FILE = "path text primary key, stamp text, hash blob, loud blob, quiet_count integer"
_TABLES = (
    f"create table if not exists file ({_FILE}, has_marks integer, version blob) without rowid",
    "create table if not exists rest (path text primary key, quiet blob, known blob)",
    "create table if not exists whole (key blob primary key, said blob, asked blob)",
)


@dataclass(slots=True)
class Row:
    """One file: `loud` are its errors and warnings, `quiet` its notes, `known` all the rest.

    `stamp` says how it looked, empty where its times say too little; `hash` is that of its text.
    `version` changes with `known`. `quiet` and `known` are None where they were not asked for.
    `inspected` is what `known` says, where this process has made it just now.
    """

    path: str
    stamp: str
    hash: bytes
    loud: bytes
    quiet_count: int
    has_marks: int
    version: bytes
    quiet: bytes | None = None
    known: bytes | None = None
    inspected: Inspected | None = None


def stamp_of(path: str) -> str:
    """How a file looks from outside; empty where that says too little, or nothing."""
    try:
        found = os.stat(path)  # noqa: PTH116 - a Path for each of thousands of files costs more
    except OSError:
        return ""
    latest = max(found.st_mtime_ns, found.st_ctime_ns)
    if latest + FRESH_NS > time.time_ns():
        return ""
    return f"{found.st_size}.{found.st_mtime_ns}.{found.st_ctime_ns}.{found.st_ino}"


def hash_of(data: bytes) -> bytes:
    """Short, and long enough that no two texts have the same."""
    return hashlib.blake2b(data, digest_size=16).digest()


class Kept:
    """The file, open. `key` stands for everything but the files that findings depend on."""

    def __init__(self, folder: Path, key: str) -> None:
        self._folder = folder / FOLDER
        self._path = self._folder / f"{hash_of(key.encode()).hex()}.db"
        self._base = self._opened()

    def rows(self) -> dict[str, Row]:
        """All rows, by path, without `quiet` and `known`."""
        select = "select path, stamp, hash, loud, quiet_count, has_marks, version from file"
        return {row[0]: Row(*row) for row in self._all(select)}

    def rest(self, path: str) -> tuple[bytes, bytes] | None:
        """`quiet` and `known` of one file."""
        return next(iter(self._all("select quiet, known from rest where path = ?", path)), None)

    def whole(self, key: bytes) -> tuple[bytes, bytes] | None:
        """What was said of all files together, and what was asked of others for it."""
        return next(iter(self._all("select said, asked from whole where key = ?", key)), None)

    def keep(
        self, rows: Sequence[Row], gone: Iterable[str], whole: tuple[bytes, bytes, bytes] | None
    ) -> None:
        """Write what is new. Where another process writes for too long, it is left to that one."""
        if self._base is None:
            return
        with suppress(sqlite3.Error), self._base as base:
            base.execute("begin immediate")
            base.executemany("insert or replace into file values (?,?,?,?,?,?,?)", map(_file, rows))
            rest = ((row.path, row.quiet, row.known) for row in rows if row.known is not None)
            base.executemany("insert or replace into rest values (?,?,?)", rest)
            for path in gone:
                base.execute("delete from file where path = ?", (path,))
                base.execute("delete from rest where path = ?", (path,))
            if whole is not None:
                base.execute("delete from whole")
                base.execute("insert into whole values (?,?,?)", whole)

    def forget(self) -> None:
        """What lies there is broken: the next time it is made anew."""
        self.close()
        self._base = None
        with suppress(OSError):
            self._path.unlink()

    def close(self) -> None:
        """Let it go."""
        if self._base is not None:
            self._base.close()

    def _opened(self) -> sqlite3.Connection | None:
        with suppress(OSError):
            _make(self._folder)
            try:
                return self._connected()
            except sqlite3.OperationalError:
                # Locked, or nothing can be written there.
                return None
            except sqlite3.DatabaseError:
                return self._anew()
        return None

    def _connected(self) -> sqlite3.Connection:
        """Raises sqlite3.Error."""
        base = sqlite3.connect(self._path, timeout=BUSY_S, isolation_level=None)
        try:
            base.execute("pragma synchronous = off")
            for table in _TABLES:
                base.execute(table)
        except sqlite3.Error:
            base.close()
            raise
        return base

    def _anew(self) -> sqlite3.Connection | None:
        """Whatever lies there is none of ours, or broken. Raises OSError."""
        for path in (self._path, self._path.with_suffix(".db-journal")):
            path.unlink(missing_ok=True)
        try:
            return self._connected()
        except sqlite3.Error:
            return None

    def _all(self, select: str, *values: object) -> list[Any]:
        """The rows; none where the file cannot be read."""
        if self._base is None:
            return []
        try:
            return self._base.execute(select, values).fetchall()
        except sqlite3.Error:
            return []


def _file(row: Row) -> tuple[object, ...]:
    return (row.path, row.stamp, row.hash, row.loud, row.quiet_count, row.has_marks, row.version)


def _make(folder: Path) -> None:
    """The folder, which no version control looks into, without files that are not used any more.

    Raises OSError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    ignored = folder / ".gitignore"
    if not ignored.exists():
        ignored.write_text("*\n", encoding="utf-8")
    old = sorted(folder.glob("*.db"), key=lambda path: path.stat().st_mtime_ns)[:-FILES_MAX]
    for path in old:
        path.unlink(missing_ok=True)

"""A store → which it is, in which version, how many entries and how large; nothing is changed."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from drillbook.journal.sqlite_file import explained


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreStatus:
    """`version` 0: no journal is there yet. `size_bytes` is with indices and logs."""

    kind: str
    place: str
    version: int
    newest: int
    entries: int
    streams: int
    open_streams: int
    blobs: int
    size_bytes: int


# Quick ones: what is counted is counted in indices.
COUNTS = {
    "entries": "SELECT count(*) FROM entries",
    "streams": "SELECT count(*) FROM entries WHERE seq = 1",
    "blobs": "SELECT count(*) FROM blobs",
    "open_streams": "SELECT count(*) FROM open_streams",
}
NOTHING = dict.fromkeys(COUNTS, 0)


def sqlite_status(path: Path, *, newest: int) -> StoreStatus:
    """Of the file, which is not made where it is not there. Raises JournalError."""
    files = [path.with_name(path.name + end) for end in ("", "-wal", "-shm")]
    size_bytes = sum(file.stat().st_size for file in files if file.is_file())
    version, counts = 0, NOTHING
    if path.is_file():
        with explained(path, "read"), closing(_read_only(path)) as file:
            version = int(file.execute("PRAGMA user_version").fetchone()[0])
            counts = _counted(file, version)
    return StoreStatus(
        kind="sqlite",
        place=str(path),
        version=version,
        newest=newest,
        size_bytes=size_bytes,
        **counts,
    )


def _read_only(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)


def _counted(file: sqlite3.Connection, version: int) -> dict[str, int]:
    """The first version had no table of open streams, an empty file has none at all."""
    if not version:
        return NOTHING
    known = {name: sql for name, sql in COUNTS.items() if version > 1 or name != "open_streams"}
    return {**NOTHING, **{name: file.execute(sql).fetchone()[0] for name, sql in known.items()}}

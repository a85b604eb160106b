"""Files as they are now → the index brought up to date: what changed is read, nothing else."""

import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count

from drillbook.search.cache import COUNT, say, storable
from drillbook.search.postings import change
from drillbook.search.rows import FIRST, Entry, grouped, written
from drillbook.search.weights import weights_of

# Runbooks that are taken into the postings together: so much is held in memory.
AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What the index knows of a file: its state, its hash, and what was made of it.

    `key` differs where the file must be indexed again; `kept` is what others have to know of it.
    """

    stamp: str
    hash: str
    key: str = ""
    kept: str = ""


def files_kept(connection: sqlite3.Connection) -> dict[str, Kept]:
    """By path."""
    rows = connection.execute("SELECT path, stamp, hash, key, kept FROM file")
    return {
        os.fsdecode(path): Kept(stamp=stamp, hash=digest, key=key, kept=kept)
        for path, stamp, digest, key, kept in rows
    }


def keep_files(
    connection: sqlite3.Connection, before: Mapping[str, Kept], now: Mapping[str, Kept]
) -> None:
    """Note what changed among the files; those that are gone are forgotten with their entries."""
    connection.executemany(
        "DELETE FROM file WHERE path = ?",
        [(storable(path),) for path in before.keys() - now.keys()],
    )
    connection.executemany(
        "INSERT OR REPLACE INTO file VALUES (?, ?, ?, ?, ?)",
        [
            (storable(path), file.stamp, file.hash, file.key, file.kept)
            for path, file in now.items()
            if before.get(path) != file
        ],
    )


@dataclass(frozen=True, slots=True)
class Made:
    """What the index keeps of an entry, and the weight of each of its terms."""

    path: str
    anchor: str
    title: str
    weights: Mapping[str, float]
    groups: str
    rows: str


def made_of(entry: Entry) -> Made:
    """All that takes time of an entry is done here."""
    rows = [row for row in entry.rows if row.kind != FIRST]
    return Made(
        entry.path, entry.anchor, entry.title, weights_of(entry), grouped(rows), written(rows)
    )


def replace_entries(
    connection: sqlite3.Connection,
    gone: Iterable[str],
    changed: Iterable[str],
    entries_of: Callable[[str], Iterable[Entry]],
) -> None:
    """Forget what stood in files that are gone or changed, and index the changed ones."""
    changed = list(changed)
    made = ([made_of(entry) for entry in entries_of(path)] for path in changed)
    replace_made(connection, [*gone, *changed], made)


def replace_made(
    connection: sqlite3.Connection, gone: Iterable[str], files: Iterable[Iterable[Made]]
) -> None:
    """Forget what stood in these files, and keep what was made of others or of them anew."""
    removed: dict[int, str] = {}
    for path in gone:
        there = (storable(path),)
        rows = connection.execute("SELECT id, terms FROM entry WHERE path = ?", there)
        removed |= dict(rows.fetchall())
        connection.execute("DELETE FROM entry WHERE path = ?", there)
    change(connection, removed, {})
    free = _free_ids(connection)
    come: dict[int, Mapping[str, float]] = {}
    for file in files:
        for made in file:
            come[number := next(free)] = made.weights
            _keep(connection, number, made)
        if len(come) >= AT_ONCE:
            change(connection, {}, come)
            come = {}
    change(connection, {}, come)
    (entries,) = connection.execute("SELECT count(*) FROM entry").fetchone()
    say(connection, [(COUNT, str(entries))])


def _keep(connection: sqlite3.Connection, number: int, made: Made) -> None:
    values = (number, storable(made.path), made.anchor, made.title, " ".join(made.weights))
    connection.execute(
        "INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?)", (*values, made.groups, made.rows)
    )


def _free_ids(connection: sqlite3.Connection) -> Iterator[int]:
    """Numbers that no entry has; small, because scores are kept in a list."""
    taken = {number for (number,) in connection.execute("SELECT id FROM entry")}
    return (number for number in count() if number not in taken)

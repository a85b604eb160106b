"""Words, a log line or a stack trace → the runbooks that they are about, best first.

What is imported here is imported at every question: what only indexing needs is in `index_tree`,
which the caller loads when the index is out of date.
"""

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from zlib import crc32

from drillbook.model.search import Hit
from drillbook.search.cache import (
    SCOPE,
    WATCHED,
    BrokenError,
    made_anew,
    open_cache,
    said,
    told_apart,
)
from drillbook.search.question import Question, ask
from drillbook.search.ranking import count_of, ranked
from drillbook.search.watching import is_unchanged

CACHE_NAME = "find"
Refresh = Callable[[sqlite3.Connection], None]


class NothingAskedError(Exception):
    """Nothing is left of the question without numbers, ids, times and paths."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Where is looked: `paths` below `root`, or what the settings name where there are none."""

    root: Path
    state: Path
    settings_file: Path | None = None
    paths: tuple[str, ...] = ()

    @property
    def said(self) -> str:
        """What tells it from another scope that has the same cache."""
        return "\0".join((os.path.realpath(self.root), str(self.settings_file), *self.paths))

    @property
    def cache(self) -> Path:
        """Where its index is kept."""
        paths = "\0".join(self.paths).encode("utf-8", "surrogatepass")
        mark = f"-{crc32(paths):08x}" if self.paths else ""
        return self.state / f"{CACHE_NAME}{mark}.db"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The answer; `count` is how many runbooks there are to be found."""

    hits: tuple[Hit, ...]
    count: int


def find(text: str, scope: Scope, limit: int, *, here: Path, refresh: Refresh) -> Found:
    """Paths in the answer count from `here`. `refresh` is called where something has changed.

    Raises NothingAskedError.
    """
    question = ask(text)
    if not question.weights:
        raise NothingAskedError
    found = _from_cache(question, scope, limit, refresh)
    hits = tuple(replace(hit, path=_shown(scope.root, hit.path, here)) for hit in found.hits)
    return replace(found, hits=hits)


def _from_cache(question: Question, scope: Scope, limit: int, refresh: Refresh) -> Found:
    """A cache that breaks is made anew once; where it cannot be used, there is one in memory.

    One that another process holds for long is left to it.
    """
    for opened in (open_cache, made_anew):
        try:
            with closing(opened(scope.cache)) as connection, told_apart():
                return _answer(question, scope, limit, refresh, connection)
        except BrokenError:
            continue
        except (sqlite3.Error, OSError):
            break
    with closing(open_cache(None)) as connection:
        return _answer(question, scope, limit, refresh, connection)


def _answer(
    question: Question,
    scope: Scope,
    limit: int,
    refresh: Refresh,
    connection: sqlite3.Connection,
) -> Found:
    if not is_current(connection, scope):
        refresh(connection)
    hits = ranked(question, connection, limit)
    return Found(hits=tuple(hits), count=count_of(connection))


def is_current(connection: sqlite3.Connection, scope: Scope) -> bool:
    """Whether the index is of this scope, and nothing in it has changed."""
    return said(connection, SCOPE) == scope.said and is_unchanged(said(connection, WATCHED))


def _shown(root: Path, path: str, here: Path) -> str:
    return os.path.relpath(root / path, here)

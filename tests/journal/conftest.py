"""What the journal's tests share: a journal of its own, and the hand of one who alters it."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from drillbook.journal.sqlite import SqliteJournal
from drillbook.model.clock import SystemClock

Alter = Callable[..., None]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the journal lies; neither file nor folder is there yet."""
    return tmp_path / "state" / "journal.db"


@pytest.fixture
def journal(path: Path) -> Iterator[SqliteJournal]:
    """An empty journal."""
    with closing(SqliteJournal(path, clock=SystemClock())) as opened:
        yield opened


@pytest.fixture
def alter(path: Path) -> Alter:
    """Run one statement on the file past Drillbook, its guards taken away."""

    def act(statement: str, *values: object) -> None:
        with closing(sqlite3.connect(path, isolation_level=None)) as raw:
            guards = raw.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall()
            for (name,) in guards:
                raw.execute(f"DROP TRIGGER {name}")
            raw.execute(statement, values)

    return act

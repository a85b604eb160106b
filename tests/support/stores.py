"""Journals of both kinds for tests: each opened again and again, and altered past Drillbook."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy.engine import make_url

from drillbook.journal.open import open_journal
from drillbook.model.clock import Clock, SystemClock
from drillbook.model.settings import Settings, Store
from servers import postgresql

PASSWORD = "between-you-and-me"
_numbers = count(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Where a journal is kept: SQLite below `state`, or the database of the `url`."""

    state: Path
    url: str = ""
    retry_s: float = 20.0

    @property
    def path(self) -> Path:
        """The file of SQLite."""
        return self.state / "journal.db"

    @property
    def ledger(self) -> Path:
        """What this machine holds of the ledger."""
        return self.state / "journal.ledger"

    def settings(self, **changes: Any) -> Settings:
        """The settings that name it."""
        store = Store(
            **{
                "url": self.url,
                "password_secret": "store" if self.url else "",
                "retry_s": self.retry_s,
                **changes,
            }
        )
        return Settings(folder=self.state.parent, state=self.state, store=store)

    def open(self, clock: Clock | None = None, **changes: Any) -> Any:
        """The journal, through the door that every verb uses."""
        settings = self.settings(**changes)
        return open_journal(settings, clock=clock or SystemClock(), secrets={"store": PASSWORD})

    def alter(self, statement: str, *values: object) -> None:
        """Run one statement on the store past Drillbook, its guards taken away."""
        if self.url:
            with raw(self.url) as connection:
                connection.execute("SET session_replication_role = replica")
                connection.execute("SET search_path = drillbook")
                connection.execute(statement.replace("?", "%s"), values)
            return
        with closing(sqlite3.connect(self.path, isolation_level=None)) as file:
            guards = file.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'")
            for (name,) in guards.fetchall():
                file.execute(f"DROP TRIGGER {name}")
            file.execute(statement, values)

    def told(self) -> str:
        """The same for a process of its own, which calls `opened` with it."""
        return json.dumps({"state": str(self.state), "url": self.url, "retry_s": self.retry_s})


def opened(told: str) -> Any:
    """The journal that another process told of."""
    said = json.loads(told)
    return Kept(state=Path(said.pop("state")), **said).open()


def raw(url: str) -> psycopg.Connection[Any]:
    """The superuser's connection to the database, in autocommit."""
    address = make_url(url)
    return psycopg.connect(
        host=address.host,
        port=address.port,
        user="postgres",
        dbname=address.database,
        password=PASSWORD,
        autocommit=True,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Databases:
    """A server that makes a database with a fresh journal in little time."""

    url: str
    template: str

    @contextmanager
    def fresh(self, *, is_empty: bool = False) -> Iterator[str]:
        """The URL of a database of its own, gone afterwards."""
        name = f"journal_{next(_numbers)}"
        template = "template0" if is_empty else self.template
        with raw(self.url) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        try:
            yield named(self.url, name)
        finally:
            with raw(self.url) as connection:
                connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def named(url: str, database: str) -> str:
    """The URL with another database."""
    return make_url(url).set(database=database).render_as_string(hide_password=False)


@contextmanager
def databases(folder: Path) -> Iterator[Databases]:
    """A PostgreSQL, and in it a journal without entries to copy from."""
    with postgresql(PASSWORD) as url:
        with raw(url) as connection:
            connection.execute("CREATE DATABASE empty_journal")
        Kept(state=folder, url=named(url, "empty_journal")).open().close()
        yield Databases(url=url, template="empty_journal")

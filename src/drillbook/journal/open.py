"""Settings → the journal that they name: SQLite below `state`, or PostgreSQL."""

import sys
from collections.abc import Mapping
from importlib import import_module
from typing import Any

from drillbook.journal.sqlite import SqliteJournal
from drillbook.model.clock import Clock
from drillbook.model.journal import Journal, JournalError
from drillbook.model.settings import Settings

# psycopg is loaded only where the store is PostgreSQL: it takes a tenth of a second.
POSTGRESQL = "drillbook.journal.postgresql"


def open_journal(settings: Settings, *, clock: Clock, secrets: Mapping[str, str]) -> Journal:
    """Open the store. Raises JournalError, in one line, where that cannot be.

    `secrets` are values by name; that of `store.password_secret` is the store's password.
    """
    if not settings.store.url:
        return SqliteJournal(settings.state / "journal.db", clock=clock)
    journal: Journal = postgresql().PostgresqlJournal(
        settings.store,
        password_of(settings, secrets),
        clock=clock,
        ledger_file=settings.state / "journal.ledger",
        say=_say,
    )
    return journal


def password_of(settings: Settings, secrets: Mapping[str, str]) -> str:
    """The store's password, empty where none is named."""
    name = settings.store.password_secret
    if name and name not in secrets:
        raise JournalError(
            f"store.password_secret names {name!r}, and no secret is called so; "
            "add it to [[secrets]] in drillbook.toml"
        )
    return secrets[name] if name else ""


def postgresql(module: str = POSTGRESQL) -> Any:
    """The module. Raises JournalError where psycopg is not installed."""
    try:
        return import_module(module)
    except ImportError as error:
        raise JournalError(
            f"store.url names a PostgreSQL, and psycopg is not installed ({error}); "
            "install drillbook[postgresql]"
        ) from error


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()

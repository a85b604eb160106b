"""Settings → the store's tables made or upgraded, its roles' rights, and how it stands."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from drillbook.journal.open import open_journal, password_of, postgresql
from drillbook.journal.status import StoreStatus, sqlite_status
from drillbook.journal.version import NEWEST_NUMBER
from drillbook.model.clock import SystemClock
from drillbook.model.journal import JournalError
from drillbook.model.settings import Settings
from drillbook.verbs.running.secrets import secrets_of

# Loaded where they are used: they bring a driver of PostgreSQL.
SERVER = "drillbook.journal.postgresql_server"
SCHEMA = "drillbook.journal.postgresql_schema"
STATUS = "drillbook.journal.postgresql_status"
ROLES = "drillbook.journal.roles"
JOBS = "drillbook.engine.tables"
JOBS_ADDRESS = "drillbook.engine.address"


@dataclass(frozen=True, slots=True, kw_only=True)
class Migrated:
    """The journal's version before (0: none) and after; whether tables of jobs were changed."""

    before: int
    after: int
    jobs: bool


def store_status(settings: Settings) -> StoreStatus:
    """Which store it is and how it stands. Raises JournalError, SetupError."""
    if not settings.store.url:
        return sqlite_status(settings.state / "journal.db", newest=NEWEST_NUMBER)
    with _server(settings, secrets_of(settings)) as server:
        found: StoreStatus = postgresql(STATUS).postgresql_status(server, newest=NEWEST_NUMBER)
        return found


def migrate_store(settings: Settings) -> Migrated:
    """Make or upgrade every table. Raises JournalError, EngineError, SetupError."""
    if not settings.store.url:
        before = store_status(settings).version
        open_journal(settings, clock=SystemClock(), secrets={}).close()
        return Migrated(before=before, after=NEWEST_NUMBER, jobs=False)
    secrets = secrets_of(settings)
    with _server(settings, secrets) as server, _explained(server, "upgraded"):
        before_revision, after = postgresql(SCHEMA).migrate(server)
    jobs = _jobs().migrate(_address(settings, secrets))
    return Migrated(before=int(before_revision or 0), after=int(after), jobs=jobs)


def role_statements(settings: Settings, role: str, *, is_runner: bool = False) -> list[str]:
    """The SQL that gives a runner's or server's role its rights. Raises JournalError."""
    _refuse_sqlite(settings)
    # Nothing is asked of the server, so no secret is needed either.
    server = postgresql(SERVER).open_server(settings.store, "")
    granted: list[str] = postgresql(ROLES).journal_grants(server, role, is_runner=is_runner)
    return [*granted, *_jobs().grants(role)]


def apply_roles(settings: Settings, role: str, *, is_runner: bool = False) -> None:
    """Execute what `role_statements` says, all or nothing. Raises JournalError, SetupError."""
    statements = role_statements(settings, role, is_runner=is_runner)
    with _server(settings, secrets_of(settings)) as server:
        postgresql(ROLES).apply_grants(server, role, statements)


@contextmanager
def _server(settings: Settings, secrets: Mapping[str, str]) -> Iterator[Any]:
    server = postgresql(SERVER).open_server(settings.store, password_of(settings, secrets))
    try:
        yield server
    finally:
        server.engine.dispose()


def _explained(server: Any, act: str) -> Any:
    return postgresql(SERVER).explained(server.place, act)


def _refuse_sqlite(settings: Settings) -> None:
    if not settings.store.url:
        raise JournalError(
            "the store is SQLite, whose file has an owner and no roles; roles are for a "
            "PostgreSQL, which [store] url in drillbook.toml names"
        )


def _jobs() -> Any:
    try:
        return import_module(JOBS)
    except ImportError as error:
        raise JournalError(
            f"the tables of jobs need a package that is not installed ({error}); "
            "install drillbook[server]"
        ) from error


def _address(settings: Settings, secrets: Mapping[str, str]) -> Any:
    return import_module(JOBS_ADDRESS).Address(
        url=settings.store.url, password=password_of(settings, secrets)
    )

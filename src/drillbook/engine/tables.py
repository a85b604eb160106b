"""A database → Procrastinate's tables and ours in it, in their version; and who may use them."""

from pathlib import Path

from procrastinate.schema import SchemaManager
from psycopg import Connection, sql
from psycopg.rows import TupleRow

from drillbook.engine.address import SCHEMA, Address
from drillbook.model.engine import EngineError

# Any number will do, as long as all that migrate ask for the same.
LOCK = 0x4462656E

# `applied` are the migrations that Procrastinate's own tables have had.
OURS = """
CREATE TABLE IF NOT EXISTS applied (name text PRIMARY KEY);
CREATE TABLE IF NOT EXISTS named_workers (
    id bigint PRIMARY KEY REFERENCES procrastinate_workers (id) ON DELETE CASCADE,
    name text NOT NULL,
    sites text[] NOT NULL
);
CREATE INDEX IF NOT EXISTS one_key ON procrastinate_jobs (lock);
"""
# By its whole name: PostgreSQL skips a schema that a role may not use, and then knows none.
APPLIED = "SELECT name FROM drillbook_jobs.applied"


def migrate(address: Address) -> bool:
    """Make the tables, or bring them to this version; False where that is done already.

    Its role must own the schema `drillbook_jobs` or be allowed to create it. Raises EngineError.
    """
    with address.connected() as connection:
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (LOCK,))
        if not _has_tables(connection):
            _install(connection)
            return True
        missing = [name for name in known_migrations() if name not in _applied(connection)]
        for name in missing:
            text = _migrations().joinpath(name).read_text(encoding="utf-8")
            connection.execute(text.encode())
            connection.execute("INSERT INTO applied VALUES (%s)", (name,))
        connection.execute(OURS)
    return bool(missing)


def grants(role: str) -> list[str]:
    """The statements that give a server's or runner's role what it needs, and no more."""
    name = sql.Identifier(role).as_string()
    on = "GRANT {} ON " + SCHEMA + ".{} TO " + name
    return [
        f"GRANT USAGE ON SCHEMA {SCHEMA} TO {name}",
        on.format("SELECT, INSERT, UPDATE, DELETE", "procrastinate_jobs"),
        on.format("SELECT, INSERT, UPDATE, DELETE", "procrastinate_workers"),
        on.format("SELECT, INSERT", "named_workers"),
        # What Procrastinate's triggers write when a job changes.
        on.format("INSERT", "procrastinate_events"),
        on.format("SELECT, UPDATE", "procrastinate_periodic_defers"),
        on.format("SELECT", "applied"),
        f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA {SCHEMA} TO {name}",
    ]


def require(address: Address) -> None:
    """Raises EngineError where the tables are not there, or of another version."""
    with address.connected() as connection:
        if not _has_tables(connection):
            raise EngineError(
                f"{address}: this database has no tables of jobs; run `drillbook store migrate`"
            )
        applied = _applied(connection)
    if missing := set(known_migrations()) - applied:
        raise EngineError(
            f"{address}: the tables of jobs are of an older version ({min(missing)} is missing); "
            "run `drillbook store migrate`"
        )
    if applied - set(known_migrations()):
        raise EngineError(
            f"{address}: a newer Drillbook made these tables of jobs; use the newer Drillbook"
        )


def known_migrations() -> list[str]:
    """The names of Procrastinate's migrations, in their order."""
    return sorted(path.name for path in _migrations().glob("*.sql"))


def _migrations() -> Path:
    return Path(SchemaManager.get_migrations_path())


def _has_tables(connection: Connection[TupleRow]) -> bool:
    row = connection.execute(
        "SELECT 1 FROM pg_tables WHERE schemaname = %s AND tablename = 'applied'", (SCHEMA,)
    ).fetchone()
    return row is not None


def _applied(connection: Connection[TupleRow]) -> set[str]:
    return {str(name) for (name,) in connection.execute(APPLIED)}


def _install(connection: Connection[TupleRow]) -> None:
    connection.execute(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}".encode())
    connection.execute(SchemaManager.get_schema())
    connection.execute(OURS)
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO applied VALUES (%s)", [(name,) for name in known_migrations()]
        )

"""A PostgreSQL server → its schema in today's version, or a JournalError that says who may."""

from importlib import import_module

from sqlalchemy import Connection, text

from drillbook.journal.postgresql_server import PostgresqlServer, patient, quoted
from drillbook.journal.version import NEWEST, UPGRADE
from drillbook.model.journal import JournalError

# Whoever makes or upgrades tables in this database waits for the other.
LOCK = text("SELECT pg_advisory_xact_lock(1684170604, 0)")
IS_THERE = text("SELECT to_regclass(:table) IS NOT NULL")
UPGRADE_S_MAX = 3_600


def prepare(server: PostgresqlServer) -> None:
    """Make the tables where there are none. Raises JournalError where they are of another version.

    Tables of an older version are left alone: other machines may be at work on them.
    """
    with server.engine.connect() as reader:
        version = version_of(reader, server)
    if not version:
        migrate(server)
    elif version < NEWEST:
        raise JournalError(
            f"{server.place}: the journal's tables are of version {int(version)}, this Drillbook "
            f"needs {int(NEWEST)}; run `drillbook store migrate` as their owner"
        )


def migrate(server: PostgresqlServer) -> tuple[str, str]:
    """Make or upgrade the tables; the versions before (`""`: none) and after.

    All in one transaction: who is killed in it leaves nothing, who comes second finds it done.
    """
    with server.engine.connect() as connection:
        writer = connection.execution_options(isolation_level="READ COMMITTED")
        with writer.begin(), patient(writer, UPGRADE_S_MAX):
            writer.execute(LOCK)
            version = version_of(writer, server)
            if version < NEWEST:
                if not _has_schema(writer, server.schema):
                    writer.exec_driver_sql(f"CREATE SCHEMA {quoted(server.schema)}")
                import_module(UPGRADE).upgrade(writer, schema=server.schema)
    return version, NEWEST


def version_of(reader: Connection, server: PostgresqlServer) -> str:
    """Alembic's revision, `""` where there are no tables. Raises JournalError for a newer one."""
    table = f"{quoted(server.schema)}.alembic_version"
    if not reader.execute(IS_THERE, {"table": table}).scalar_one():
        return ""
    query = f"SELECT version_num FROM {table}"  # noqa: S608 - the schema's name is quoted
    version = str(reader.exec_driver_sql(query).scalar_one())
    if version > NEWEST:
        raise JournalError(
            f"{server.place}: a newer Drillbook made this journal (version {version.lstrip('0')}, "
            f"this one reads {int(NEWEST)}); use the newer Drillbook"
        )
    return version


def _has_schema(reader: Connection, schema: str) -> bool:
    query = text("SELECT 1 FROM pg_namespace WHERE nspname = :schema")
    return reader.execute(query, {"schema": schema}).first() is not None

"""A PostgreSQL server and a role → the SQL that lets the role keep the journal, and no more."""

from collections.abc import Iterable

from sqlalchemy import text

from drillbook.journal.postgresql_server import PostgresqlServer, explained, quoted
from drillbook.model.journal import JournalError

IS_TOO_MIGHTY = text(
    "SELECT rolsuper OR pg_has_role(oid, (SELECT nspowner FROM pg_namespace "
    "WHERE nspname = :schema), 'USAGE') FROM pg_roles WHERE rolname = :role"
)


# What people say, and what a server was asked for: a runner only performs it.
NEVER_OF_RUNNERS = (
    "token-created",
    "token-revoked",
    "run-requested",
    "run-promised",
    "answered",
    "approved",
    "approval-refused",
    "noted",
)
EVERYBODY = quoted("whoever was granted it")


def journal_grants(server: PostgresqlServer, role: str, *, is_runner: bool = False) -> list[str]:
    """Append and read: no update, no delete, no truncate, no table of its own.

    Which streams are open is kept by a trigger with its owner's rights, so the role needs none.
    A runner's role cannot say what only people and servers say: NEVER_OF_RUNNERS.
    """
    schema, name = quoted(server.schema), quoted(role)
    kinds = ", ".join(f"'{kind}'" for kind in NEVER_OF_RUNNERS)
    words = f"AS RESTRICTIVE FOR INSERT TO {name} WITH CHECK (kind NOT IN ({kinds}))"
    return [
        f"ALTER TABLE {schema}.entries ENABLE ROW LEVEL SECURITY",
        f"DROP POLICY IF EXISTS {EVERYBODY} ON {schema}.entries",
        f"CREATE POLICY {EVERYBODY} ON {schema}.entries USING (true) WITH CHECK (true)",
        f"DROP POLICY IF EXISTS {name} ON {schema}.entries",
        *([f"CREATE POLICY {name} ON {schema}.entries {words}"] if is_runner else []),
        f"REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {name}",
        f"REVOKE ALL ON SCHEMA {schema} FROM {name}",
        f"GRANT USAGE ON SCHEMA {schema} TO {name}",
        f"GRANT SELECT, INSERT ON {schema}.entries, {schema}.ledger, {schema}.blobs TO {name}",
        f"GRANT SELECT ON {schema}.open_streams, {schema}.alembic_version TO {name}",
    ]


def apply_grants(server: PostgresqlServer, role: str, statements: Iterable[str]) -> None:
    """Execute them in one transaction. Raises JournalError where the role is not there.

    And where it is a superuser or owns the tables: such a role has rights that none can take.
    """
    with explained(server.place, "granted"), server.engine.connect() as connection:
        writer = connection.execution_options(isolation_level="READ COMMITTED")
        with writer.begin():
            said = {"role": role, "schema": server.schema}
            is_too_mighty = writer.execute(IS_TOO_MIGHTY, said).scalar_one_or_none()
            if is_too_mighty is None:
                raise JournalError(
                    f"{server.place}: there is no role {role}; create it first, with a password "
                    f"of its own: CREATE ROLE {quoted(role)} LOGIN PASSWORD '…'"
                )
            if is_too_mighty:
                raise JournalError(
                    f"{server.place}: {role} is a superuser or owns the journal's tables, so it "
                    "can do anything with them; name a role made for this work alone"
                )
            for statement in statements:
                writer.exec_driver_sql(statement)

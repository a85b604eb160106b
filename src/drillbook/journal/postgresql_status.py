"""A PostgreSQL server → how its journal stands; nothing is changed."""

from sqlalchemy import text

from drillbook.journal.postgresql_schema import version_of
from drillbook.journal.postgresql_server import PostgresqlServer, explained, patient, quoted
from drillbook.journal.status import COUNTS, NOTHING, StoreStatus

STATUS_S_MAX = 600
SIZE = text(
    "SELECT coalesce(sum(pg_total_relation_size(oid)), 0) FROM pg_class "
    "WHERE relkind = 'r' AND relnamespace = to_regnamespace(:schema)"
)


def postgresql_status(server: PostgresqlServer, *, newest: int) -> StoreStatus:
    """Raises JournalError where the server does not answer, or a newer Drillbook made it."""
    with explained(server.place, "read"), server.engine.connect() as connection:
        reader = connection.execution_options(isolation_level="REPEATABLE READ")
        with patient(reader, STATUS_S_MAX):
            version = version_of(reader, server)
            counts = dict(NOTHING)
            for name, query in COUNTS.items() if version else ():
                counts[name] = reader.exec_driver_sql(query).scalar_one()
            size = reader.execute(SIZE, {"schema": quoted(server.schema)}).scalar_one()
    return StoreStatus(
        kind="postgresql",
        place=server.place,
        version=int(version or 0),
        newest=newest,
        size_bytes=int(size),
        **counts,
    )

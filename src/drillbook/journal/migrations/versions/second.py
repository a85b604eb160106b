"""Open streams are kept apart, and who took a stream over is found without reading it."""

from alembic import op
from sqlalchemy import BigInteger, Column, Integer, Text

revision = "0002"
down_revision = "0001"

NUMBER = BigInteger().with_variant(Integer(), "sqlite")
NAME = Text(collation="C").with_variant(Text(), "sqlite")

# The kind that ends a stream: its name up to the first slash, and `-ended`.
END_ON_SQLITE = "substr({row}.stream, 1, instr({row}.stream, '/') - 1) || '-ended'"
END_ON_POSTGRESQL = "split_part({row}.stream, '/', 1) || '-ended'"
FILL = (
    "INSERT INTO open_streams (stream, position) SELECT entries.stream, entries.position "
    "FROM entries WHERE entries.seq = 1 AND NOT EXISTS (SELECT 1 FROM entries AS ending "
    "WHERE ending.stream = entries.stream AND ending.kind = {end})"
)


def upgrade() -> None:
    """Make the table, fill it with what is open now, and let triggers keep it."""
    op.create_table(
        "open_streams",
        Column("stream", NAME, primary_key=True),
        Column("position", NUMBER, nullable=False),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.execute(
        "CREATE INDEX takings ON entries (stream, seq) WHERE kind IN ('run-started', 'run-resumed')"
    )
    if op.get_context().dialect.name == "sqlite":
        op.execute(FILL.format(end=END_ON_SQLITE.format(row="entries")))
        _keep_on_sqlite()
    else:
        op.execute(FILL.format(end=END_ON_POSTGRESQL.format(row="entries")))
        _keep_on_postgresql()


def _keep_on_sqlite() -> None:
    end = END_ON_SQLITE.format(row="NEW")
    op.execute(
        "CREATE TRIGGER open_streams_begin AFTER INSERT ON entries "  # noqa: S608 - no part from outside
        f"WHEN NEW.seq = 1 AND NEW.kind <> {end} BEGIN "
        "INSERT OR REPLACE INTO open_streams (stream, position) "
        "VALUES (NEW.stream, NEW.position); END"
    )
    op.execute(
        f"CREATE TRIGGER open_streams_end AFTER INSERT ON entries WHEN NEW.kind = {end} BEGIN "  # noqa: S608
        "DELETE FROM open_streams WHERE stream = NEW.stream; END"
    )


def _keep_on_postgresql() -> None:
    schema = op.get_context().opts["version_table_schema"]
    quoted = op.get_context().dialect.identifier_preparer.quote_identifier(schema)
    # With its owner's rights, and names that only the owner could have made.
    op.execute(
        "CREATE FUNCTION keep_open_streams() RETURNS trigger LANGUAGE plpgsql "  # noqa: S608 - quoted
        "SECURITY DEFINER "
        f"SET search_path = {quoted}, pg_temp AS $$ BEGIN "
        f"IF NEW.kind = {END_ON_POSTGRESQL.format(row='NEW')} THEN "
        "DELETE FROM open_streams WHERE stream = NEW.stream; "
        "ELSIF NEW.seq = 1 THEN "
        "INSERT INTO open_streams (stream, position) VALUES (NEW.stream, NEW.position) "
        "ON CONFLICT DO NOTHING; END IF; RETURN NULL; END $$"
    )
    op.execute("REVOKE ALL ON FUNCTION keep_open_streams() FROM PUBLIC")
    op.execute(
        "CREATE TRIGGER entries_keep_open AFTER INSERT ON entries FOR EACH ROW "
        "WHEN (NEW.seq = 1 OR NEW.kind LIKE '%-ended') EXECUTE FUNCTION keep_open_streams()"
    )

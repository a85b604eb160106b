"""Nothing → entries, ledger and blobs, which refuse to be changed."""

from alembic import op
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Identity,
    Integer,
    LargeBinary,
    Text,
    UniqueConstraint,
)

revision = "0001"
down_revision = None

NUMBER = BigInteger().with_variant(Integer(), "sqlite")
# Compared byte by byte, as SQLite does: a prefix is a range of the index.
NAME = Text(collation="C").with_variant(Text(), "sqlite")

GUARDED = (
    ("entries", "update"),
    ("entries", "delete"),
    ("ledger", "update"),
    ("ledger", "delete"),
    ("blobs", "update"),
)


def upgrade() -> None:
    """Make the tables and their guards."""
    _make_tables()
    if op.get_context().dialect.name == "sqlite":
        _guard_sqlite()
    else:
        _guard_postgresql()


def _make_tables() -> None:
    op.create_table(
        "entries",
        Column("position", NUMBER, Identity(always=True), primary_key=True),
        Column("stream", NAME, nullable=False),
        Column("seq", NUMBER, nullable=False),
        Column("kind", Text, nullable=False),
        Column("at_ns", NUMBER, nullable=False),
        Column("body", Text, nullable=False),
        Column("previous", Text, nullable=False),
        Column("hash", Text, nullable=False),
        UniqueConstraint("stream", "seq"),
        CheckConstraint("seq >= 1"),
        sqlite_strict=True,
    )
    op.execute("CREATE INDEX first_entries ON entries (stream) WHERE seq = 1")
    op.create_table(
        "ledger",
        Column("position", NUMBER, primary_key=True, autoincrement=False),
        Column("stream", NAME, nullable=False),
        Column("seq", NUMBER, nullable=False),
        Column("head", Text, nullable=False),
        Column("at_ns", NUMBER, nullable=False),
        Column("previous", Text, nullable=False),
        Column("hash", Text, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "blobs",
        Column("hash", NAME, primary_key=True),
        Column("data", LargeBinary, nullable=False),
        Column("is_zlib", NUMBER, nullable=False),
        Column("at_ns", NUMBER, nullable=False),
        sqlite_strict=True,
    )


def _guard_sqlite() -> None:
    for table, act in GUARDED:
        op.execute(
            f"CREATE TRIGGER {table}_refuse_{act} BEFORE {act.upper()} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )


def _guard_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; "
        "END $$"
    )
    truncated = [("entries", "truncate"), ("ledger", "truncate"), ("blobs", "truncate")]
    for table, act in (*GUARDED, *truncated):
        op.execute(
            f"CREATE TRIGGER {table}_refuse_{act} BEFORE {act.upper()} ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )

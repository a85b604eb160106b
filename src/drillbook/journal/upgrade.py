"""A connection within a transaction → the same, with the journal's tables in today's version.

Alembic is imported only here, and this module only where a version is missing: it takes a
quarter of a second.
"""

import threading
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

# Alembic's `op` and `context` belong to the whole process.
_turn = threading.Lock()


def upgrade(connection: Connection, *, schema: str | None = None, stamped: str = "") -> None:
    """Make what is missing within the caller's transaction, which must have begun.

    `stamped` is the version of tables that were made before Alembic kept count of it.
    """
    config = Config()
    # A per cent sign begins a variable in Alembic's own settings.
    folder = str(Path(__file__).parent / "migrations").replace("%", "%%")
    config.set_main_option("script_location", folder)
    config.set_main_option("path_separator", "os")
    config.attributes.update(connection=connection, schema=schema)
    with _turn:
        if stamped:
            command.stamp(config, stamped)
        command.upgrade(config, "head")

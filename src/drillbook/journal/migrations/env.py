"""A connection within a transaction → the same, with the tables in the wanted version.

Alembic runs this. The transaction is the caller's: all versions are made, or none.
"""

from alembic import context

said = context.config.attributes
context.configure(connection=said["connection"], version_table_schema=said["schema"])
context.run_migrations()

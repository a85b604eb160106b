"""The versions of the journal's tables that this Drillbook knows, each with its migration."""

# By Alembic's revision; read by Alembic from their folder.
VERSIONS = {
    "0001": "drillbook.journal.migrations.versions.first",
    "0002": "drillbook.journal.migrations.versions.second",
}
NEWEST = "0002"
# The same as a number, as SQLite's `user_version` keeps it.
NEWEST_NUMBER = int(NEWEST)
# Not imported at every start: who upgrades imports it.
UPGRADE = "drillbook.journal.upgrade"
ENVIRONMENT = "drillbook.journal.migrations.env"

"""How the journal's tables are made, version by version; run by Alembic."""

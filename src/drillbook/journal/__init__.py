"""The append-only, hash-chained truth, and its store."""

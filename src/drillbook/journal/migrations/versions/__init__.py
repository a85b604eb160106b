"""One module per version of the journal's tables, oldest first."""

"""Files for a tree: new ones, imported ones, and its settings."""

"""Lints of what a document would do: its steps, commands and queries."""

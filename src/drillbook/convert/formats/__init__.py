"""The text of another tool's file → a Converted; one format, one module."""

"""Verdicts and runs as pages and files for people and for CI."""

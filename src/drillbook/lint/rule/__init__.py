"""Lints of one alerting rule."""

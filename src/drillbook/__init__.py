"""Drillbook: a runbook is done when a drill says so."""

__version__ = "0.1.0"

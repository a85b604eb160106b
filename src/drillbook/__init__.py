"""Drillbook: a runbook is done when a drill says so."""

"""Runbook + values + targets → the Plan: what exactly would run."""

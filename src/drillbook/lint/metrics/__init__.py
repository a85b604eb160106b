"""Expressions and expositions → which metrics are asked for, and which there are."""

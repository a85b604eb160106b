"""Findings and cards → what is kept of them between two times."""

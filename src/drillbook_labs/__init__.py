"""The small real systems that packs are drilled on, one folder each, and their registry."""

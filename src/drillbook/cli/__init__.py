"""argv in, text out; no decisions."""

"""A text and its Findings → the mended text."""

"""Text that a user wrote → nouns and Findings. Nothing here raises over what they wrote."""

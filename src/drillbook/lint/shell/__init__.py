"""The text of a fence → what it would do."""

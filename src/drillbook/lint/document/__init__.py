"""Lints of a document as a text: its sections, words, promises."""

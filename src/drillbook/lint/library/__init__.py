"""Lints of what files say of each other."""

"""Lints that ask a program outside; what it says is kept by the hash of what it was asked."""

"""The ways to targets that are not this machine, one module each."""

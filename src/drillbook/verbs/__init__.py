"""One capability a module, a screen each: they wire the rooms and decide nothing else."""

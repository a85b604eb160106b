"""What a run needs around it: its folder, values, locks, whoever follows it."""

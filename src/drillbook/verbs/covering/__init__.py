"""How far a tree stands: what is studied and weighed."""

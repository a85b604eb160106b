"""How a tree is linted: what is looked at, by whom, and what is kept."""

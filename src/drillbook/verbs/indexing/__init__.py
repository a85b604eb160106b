"""How a tree is made findable."""

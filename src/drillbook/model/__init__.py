"""The nouns that every room shares: frozen, typed, standard library only, no behaviour."""

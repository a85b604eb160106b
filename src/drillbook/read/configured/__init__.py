"""The tables of `drillbook.toml`, a module each → the nouns that they mean."""

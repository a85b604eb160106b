"""A passed Verdict → the Proof of it, signed; a Proof → what it is worth now."""

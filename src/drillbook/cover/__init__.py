"""Documents, rules, drills, proofs and what the journal knows → how far all of it stands."""

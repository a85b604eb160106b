"""Documents, rules and all of them together → Findings: a module for each lint."""

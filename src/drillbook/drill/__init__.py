"""Lab x Fault x Runbook x Operator → journal → Verdict."""

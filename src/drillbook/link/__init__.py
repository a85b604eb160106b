"""Alert + Pack → the Runbook to follow, or why there is none."""

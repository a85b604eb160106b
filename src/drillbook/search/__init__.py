"""Documents → an index → the runbook, section and line that a question is about."""

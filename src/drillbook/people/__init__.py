"""Who may do what: tokens in the journal, and a team's policy for one caller and one runbook."""

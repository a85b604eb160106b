"""A Markdown file → its runbooks, their parts and their Findings."""

"""Lints of what a document would do, asked of a text, for tests."""

from datetime import date

from drillbook.lint.ask import of_document
from drillbook.model.finding import Finding
from drillbook.model.lint import Circumstances, Lint
from drillbook.read.markdown.runbook import read_document

AROUND = Circumstances(today=date(2026, 11, 21))


def findings_of(lint: Lint, text: str) -> list[Finding]:
    """What one lint says of a document."""
    return list(of_document(read_document(text, "runbook.md"), (lint,), AROUND))


def marked(lint: Lint, text: str) -> list[str]:
    """What the lint would underline, in the order that it says it."""
    lines = text.split("\n")
    places = [finding.place for finding in findings_of(lint, text)]
    return [lines[place.line - 1][place.column - 1 : place.end_column - 1] for place in places]


def runbook(
    *, check: str = "true", option: str = "true", verify: str = "true", language: str = "sh"
) -> str:
    """A document of our format with a Check, an Option of Risk none, and a Verification."""
    return (
        "---\nseverity: critical\nowner: team\n---\n# It is down\n\n## Diagnosis\n\n### Look\n"
        f"```{language} {{ name=look timeout=5s }}\n{check}\n```\n**Healthy:** exit code is 0.\n\n"
        "## Resolution\n\n### Act\n**When:** `look` is unhealthy.\n**Risk:** none.\n"
        f"```{language} {{ name=act timeout=5s }}\n{option}\n```\n\n## Verification\n"
        f"```{language} {{ name=verify timeout=5s }}\n{verify}\n```\n"
        "**Recovered:** exit code is 0.\n"
    )


def plain(
    command: str, *, section: str = "Diagnosis", language: str = "bash", said: str = ""
) -> str:
    """Markdown that knows nothing of our format."""
    return f"# It is down\n\n## {section}\n\n{said}\n\n```{language}\n{command}\n```\n"

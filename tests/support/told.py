"""A lint of documents + a Markdown text → what it says of it, short enough to compare."""

from datetime import date

from drillbook.lint.ask import of_document
from drillbook.model.finding import Finding
from drillbook.model.lint import Circumstances, DocumentLint, LintSettings
from drillbook.read.markdown.runbook import read_document

PATH = "runbooks/example.md"
TODAY = date(2026, 11, 21)
FRONT = "---\nowner: storage\nseverity: critical\n---\n"
# Front matter of ours, and all sections, so that a test adds only what it is about.
WHOLE = FRONT + (
    "# The disk is full\n\n## Symptoms\nWrites fail.\n\n## Diagnosis\nLook.\n\n"
    "## Resolution\nDelete.\n\n## Verification\nLook again.\n"
)
PLAIN = WHOLE.removeprefix(FRONT)


def findings(
    lint: DocumentLint, text: str, *, path: str = PATH, settings: LintSettings | None = None
) -> list[Finding]:
    """What the lint says of the text, as the one document of a tree, on the day TODAY."""
    around = Circumstances(today=TODAY, settings=settings or LintSettings())
    return list(of_document(read_document(text, path), [lint], around))


def told(
    lint: DocumentLint, text: str, *, path: str = PATH, settings: LintSettings | None = None
) -> list[str]:
    """`LINE: what is underlined`, in the order of the findings."""
    lines = text.split("\n")
    return [
        f"{one.place.line}: {lines[one.place.line - 1][one.place.column - 1 :][: width(one)]}"
        for one in findings(lint, text, path=path, settings=settings)
    ]


def width(finding: Finding) -> int:
    """How many characters are underlined."""
    return finding.place.end_column - finding.place.column


def severities(lint: DocumentLint, text: str, *, path: str = PATH) -> list[str]:
    """How much each finding matters."""
    return [one.severity.value for one in findings(lint, text, path=path)]


def option(title: str, *sentences: str, command: str = "true") -> str:
    """An Option with one step."""
    said = "\n".join(sentences)
    return f"### {title}\n{said}\n```sh\n{command}\n```\n"

"""A severity that is one letter away from a usual one."""

from collections.abc import Iterator
from difflib import get_close_matches

from drillbook.lint.texts.said import heading_place
from drillbook.model.document import Document
from drillbook.model.lint import Circumstances, DocumentLint, Flaw

# Teams have scales of their own; these are only what a slip is measured by.
USUAL = (
    "alert", "critical", "debug", "disaster", "emergency", "error", "fatal", "high", "info",
    "information", "informational", "low", "major", "medium", "minor", "moderate", "none",
    "notice", "page", "ticket", "urgent", "warn", "warning",
)  # fmt: skip
_CHARS_MIN = 5
_LIKENESS_MIN = 0.82


def _check(document: Document, _: Circumstances) -> Iterator[Flaw]:
    for runbook in document.runbooks:
        said = (runbook.severity or "").strip().casefold()
        if not _CHARS_MIN <= len(said) <= 20 or said in USUAL:
            continue
        for meant in get_close_matches(said, USUAL, n=1, cutoff=_LIKENESS_MIN):
            number = _line_of(document, runbook.severity or "")
            yield Flaw(
                place=document.place_of(runbook.severity or "", number)
                if number
                else heading_place(document, runbook.place),
                message=f'the severity "{said}" is none that alerts usually have',
                help=f'write "{meant}"',
            )


def _line_of(document: Document, severity: str) -> int:
    """The line of the front matter that says it; 0 where it is said in another way."""
    for number, line in enumerate(document.lines[: document.front_lines], start=1):
        if "severity" in line and severity in line:
            return number
    return 0


LINT = DocumentLint(
    name="unknown-severity",
    summary="a severity that looks like a slip of a usual one",
    check=_check,
)

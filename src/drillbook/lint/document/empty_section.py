"""A section of a runbook with nothing in it."""

import re
from collections.abc import Iterator
from itertools import pairwise

from drillbook.lint.texts.said import ESCALATION, FOLLOWED, without_comments
from drillbook.model.document import Document, Heading
from drillbook.model.finding import Severity
from drillbook.model.lint import Circumstances, DocumentLint, Flaw

# What nobody sees, besides comments: anchors, and the lines that only part.
_INVISIBLE = re.compile(r"<a\s[^<>]*>\s*</a>|^[ \t]*(?:[-*_][ \t]*){3,}$", re.MULTILINE)


def _check(document: Document, _: Circumstances) -> Iterator[Flaw]:
    headings = [block for block in document.blocks if isinstance(block, Heading)]
    for heading, end in _followed_by_none(document, headings[1:]):
        if not _is_empty(document, heading, end):
            continue
        role = _role(document, heading)
        # Another title may say all there is to say; an escalation has a lint of its own.
        if role in (None, ESCALATION):
            continue
        yield Flaw(
            place=document.place_of("", heading.line),
            message=f'nothing stands below "{heading.title}"',
            help="write what belongs there, or delete the heading",
            severity=None if role in FOLLOWED else Severity.NOTE,
        )


def _role(document: Document, heading: Heading) -> str | None:
    sections = (one for runbook in document.runbooks for one in runbook.sections)
    return next((one.role for one in sections if one.place.line == heading.line), None)


def _followed_by_none(document: Document, headings: list[Heading]) -> Iterator[tuple[Heading, int]]:
    """The headings that hold no other one, each with the line after what it holds."""
    for heading, after in pairwise(headings):
        if after.level <= heading.level:
            yield heading, after.line
    if headings:
        yield headings[-1], len(document.lines) + 1


def _is_empty(document: Document, heading: Heading, end: int) -> bool:
    lines = document.lines[heading.end_line - 1 : end - 1]
    first = next((line for line in lines if line.strip()), "")
    if first and first.lstrip()[0] not in "<-*_":
        return False
    return not _INVISIBLE.sub("", without_comments("\n".join(lines))).strip()


LINT = DocumentLint(
    name="empty-section",
    summary="a section of a runbook with nothing in it",
    check=_check,
)

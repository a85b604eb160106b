"""A text that says it is complete, above a row of a table that says "Not Started"."""

import re
from collections.abc import Iterator

from drillbook.lint.texts.done import claims_of
from drillbook.lint.texts.said import says_any, words_of
from drillbook.model.document import Document, Prose
from drillbook.model.lint import Circumstances, DocumentLint, Flaw

_HINTS = words_of("started")
_ROW = re.compile(r"\|[^|\w]{0,6}not (?:yet )?started[^|\w]{0,6}(?:\||$)", re.IGNORECASE)
# A table that explains the words of another one.
_LEGEND = re.compile(r"meaning|legend|description|definition", re.IGNORECASE)


def _check(document: Document, _: Circumstances) -> Iterator[Flaw]:
    if not says_any(document, _HINTS):
        return
    rows = list(_rows(document))
    for claim in claims_of(document):
        row = next((number for number in rows if claim.start <= number < claim.end), None)
        if row is not None:
            yield Flaw(
                place=document.place_of(claim.text, claim.line),
                message=f"this says it is done, but line {row} says that a part is not started",
                help="correct the row, or say what is still open",
            )


def _rows(document: Document) -> Iterator[int]:
    for block in document.blocks:
        if not isinstance(block, Prose) or "|" not in block.text:
            continue
        first, *lines = block.text.split("\n")
        if _LEGEND.search(first):
            continue
        for number, line in enumerate(lines, start=block.line + 1):
            if _ROW.search(line):
                yield number


LINT = DocumentLint(
    name="claim-above-row-not-started",
    summary='"complete" above a row of a table that says "Not Started"',
    check=_check,
    of_any_markdown=True,
)

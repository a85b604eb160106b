"""A runbook that says what is the matter, but not what to do about it."""

from collections.abc import Iterator

from drillbook.lint.texts.said import (
    RESOLUTION,
    has_sections,
    heading_place,
    is_all_understood,
    section_of,
)
from drillbook.model.document import Document
from drillbook.model.lint import Circumstances, DocumentLint, Flaw, Rung
from drillbook.model.runbook import Runbook


def _check(document: Document, _: Circumstances) -> Iterator[Flaw]:
    for runbook in document.runbooks:
        if _lacks(document, runbook):
            yield Flaw(
                place=heading_place(document, runbook.place),
                message="no section says what to do, so whoever follows it ends with a diagnosis",
                help='add a section "Resolution" with a heading for each way out, mild ones first',
            )


def _lacks(document: Document, runbook: Runbook) -> bool:
    """In plain Markdown a section whose title says nothing to us may be the missing one."""
    is_sure = document.is_adopted or is_all_understood(runbook)
    return has_sections(runbook) and is_sure and section_of(runbook, RESOLUTION) is None


LINT = DocumentLint(
    name="runbook-without-resolution",
    summary="a runbook without a section that says what to do",
    rung=Rung.RUNNABLE,
    check=_check,
)

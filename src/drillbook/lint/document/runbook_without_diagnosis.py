"""A runbook that says what to do, but not how to find out what is the matter."""

from collections.abc import Iterator

from drillbook.lint.texts.said import (
    DIAGNOSIS,
    has_sections,
    heading_place,
    is_all_understood,
    section_of,
)
from drillbook.model.document import Document
from drillbook.model.lint import Circumstances, DocumentLint, Flaw, Rung
from drillbook.model.runbook import Kind, Runbook


def _check(document: Document, _: Circumstances) -> Iterator[Flaw]:
    for runbook in document.runbooks:
        if runbook.kind is Kind.ALERT and _lacks(document, runbook):
            yield Flaw(
                place=heading_place(document, runbook.place),
                message="no section says how to find out what is the matter",
                help='add a section "Diagnosis" with the commands that tell the causes apart',
            )


def _lacks(document: Document, runbook: Runbook) -> bool:
    """In plain Markdown a section whose title says nothing to us may be the missing one."""
    is_sure = document.is_adopted or is_all_understood(runbook)
    return has_sections(runbook) and is_sure and section_of(runbook, DIAGNOSIS) is None


LINT = DocumentLint(
    name="runbook-without-diagnosis",
    summary="a runbook without a section that says how to find the cause",
    rung=Rung.RUNNABLE,
    check=_check,
)

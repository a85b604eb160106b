"""A runbook that never says how to see that the trouble is over."""

from collections.abc import Iterator

from drillbook.lint.texts.said import (
    RESOLUTION,
    VERIFICATION,
    has_sections,
    heading_place,
    section_of,
)
from drillbook.model.document import Document, Heading
from drillbook.model.lint import Circumstances, DocumentLint, Flaw, Rung
from drillbook.model.runbook import Runbook

_ANY_PROOF = ("verif", "valid", "confirm", "check", "test", "success", "recovered")


def _check(document: Document, _: Circumstances) -> Iterator[Flaw]:
    for runbook in document.runbooks:
        if has_sections(runbook):
            yield from _flaws(document, runbook)


def _flaws(document: Document, runbook: Runbook) -> Iterator[Flaw]:
    section = section_of(runbook, VERIFICATION)
    if section is None and (document.is_adopted or _is_surely_without(document, runbook)):
        yield Flaw(
            place=heading_place(document, runbook.place),
            message="no section says how to see that the trouble is over",
            help='add a section "Verification" with a step and what it shows after the recovery',
        )
    elif section is not None and document.is_adopted and not runbook.verification:
        yield Flaw(
            place=heading_place(document, section.place),
            message="the Verification has no step, so no run can end as recovered",
            help="add a fenced block and **Recovered:** exit code is 0, for 10 s.",
        )


def _is_surely_without(document: Document, runbook: Runbook) -> bool:
    """In plain Markdown any title may be one of a verification by another name."""
    if section_of(runbook, RESOLUTION) is None or _is_recovery_told_apart(runbook):
        return False
    titles = [block.title for block in document.blocks if isinstance(block, Heading)]
    text = " ".join(titles).casefold()
    return not any(word in text for word in _ANY_PROOF)


def _is_recovery_told_apart(runbook: Runbook) -> bool:
    """Below another resolution a section of this name tells how to see that it is over."""
    titles = [each.title.casefold() for each in runbook.sections if each.role == RESOLUTION]
    return len(titles) > 1 and any("recover" in title for title in titles[1:])


LINT = DocumentLint(
    name="runbook-without-verification",
    summary="a runbook that does not say how to see that the trouble is over",
    rung=Rung.RUNNABLE,
    check=_check,
)

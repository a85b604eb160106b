"""A section that stands before the one that it follows from: a person reads from above."""

from collections.abc import Iterator

from drillbook.lint.texts.said import (
    DIAGNOSIS,
    RESOLUTION,
    SYMPTOMS,
    VERIFICATION,
    heading_place,
    section_of,
)
from drillbook.model.document import Document
from drillbook.model.lint import Circumstances, DocumentLint, Flaw, Rung
from drillbook.model.runbook import Runbook, Section

_ORDER = (
    (SYMPTOMS, DIAGNOSIS, "a reader recognises the trouble before looking for its cause"),
    (DIAGNOSIS, RESOLUTION, "what is done depends on what the diagnosis found"),
    (RESOLUTION, VERIFICATION, "nothing has been done yet that could be verified"),
)
# In plain Markdown other titles of the same role may well mean something else: what mitigates
# may stand before the diagnosis, and what is to be verified first is the alert.
_PLAIN = {
    SYMPTOMS: ("symptoms",),
    DIAGNOSIS: ("diagnosis", "investigation", "investigation steps"),
    RESOLUTION: ("resolution", "resolution steps", "fix", "solution"),
    VERIFICATION: ("verification", "verify recovery", "verify the fix", "verify resolution"),
}


def _check(document: Document, _: Circumstances) -> Iterator[Flaw]:
    for runbook in document.runbooks:
        for first, second, why in _ORDER:
            early = _named(document, runbook, second)
            late = _named(document, runbook, first)
            if early and late and early.place.line < late.place.line:
                yield Flaw(
                    place=heading_place(document, early.place),
                    message=f'"{early.title}" stands before "{late.title}" (line '
                    f"{late.place.line}), but {why}",
                    help=f'move "{early.title}" below "{late.title}"',
                )


def _named(document: Document, runbook: Runbook, role: str) -> Section | None:
    section = section_of(runbook, role)
    if section is None or document.is_adopted:
        return section
    return section if section.title.casefold().strip(" :") in _PLAIN[role] else None


LINT = DocumentLint(
    name="section-out-of-order",
    summary="a Resolution before the Diagnosis, or a Verification before the Resolution",
    rung=Rung.RUNNABLE,
    check=_check,
)

"""A text that says it is complete, above boxes that nobody has ticked."""

from collections.abc import Iterator

from drillbook.lint.texts.done import Box, Claim, claims_of, open_boxes
from drillbook.lint.texts.said import whole_text
from drillbook.model.document import Document
from drillbook.model.lint import Circumstances, DocumentLint, Flaw


def _check(document: Document, _: Circumstances) -> Iterator[Flaw]:
    boxes = open_boxes(document) if "[ ]" in whole_text(document) else []
    if not boxes:
        return
    for claim in claims_of(document):
        inside = [box for box in boxes if _is_meant(box, claim)]
        if inside:
            count = "one box is" if len(inside) == 1 else f"{len(inside)} boxes are"
            where = "on" if len(inside) == 1 else "the first on"
            yield Flaw(
                place=document.place_of(claim.text, claim.line),
                message=f"this says it is done, but {count} not ticked, {where} line "
                f"{inside[0].line}",
                help="tick what is done, or say what is still open",
            )


def _is_meant(box: Box, claim: Claim) -> bool:
    """A claim of the whole document is about its criteria, one of a section about its boxes."""
    return claim.start <= box.line < claim.end and (box.is_criterion or not claim.is_of_all)


LINT = DocumentLint(
    name="claim-above-unticked-boxes",
    summary='"complete" or "passed" where boxes are not ticked',
    check=_check,
    of_any_markdown=True,
)

"""A runbook that does not say when somebody last read it."""

from collections.abc import Iterator

from drillbook.lint.texts.reviews import reviews_of
from drillbook.lint.texts.said import heading_place
from drillbook.model.document import Document
from drillbook.model.finding import Severity
from drillbook.model.lint import Circumstances, DocumentLint, Flaw, Rung


def _check(document: Document, around: Circumstances) -> Iterator[Flaw]:
    if not document.is_adopted or any(not review.is_ours for review in reviews_of(document)):
        return
    for runbook in document.runbooks:
        if not runbook.reviewed and around.settings.review_days.get(runbook.kind.value, 0):
            yield Flaw(
                place=heading_place(document, runbook.place),
                message="nothing says when somebody last read it from end to end",
                help='add "reviewed: 2026-11-21", with the day, to the front matter',
            )


LINT = DocumentLint(
    name="runbook-without-review",
    summary="a runbook that does not say when it was last reviewed",
    severity=Severity.NOTE,
    rung=Rung.PROVEN,
    check=_check,
)

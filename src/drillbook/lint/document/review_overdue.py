"""A runbook that was last looked at too long ago."""

from collections.abc import Iterator
from datetime import timedelta

from drillbook.lint.texts.reviews import Review, reviews_of
from drillbook.model.document import Document
from drillbook.model.lint import Circumstances, DocumentLint, Flaw, Rung


def _check(document: Document, around: Circumstances) -> Iterator[Flaw]:
    for review in reviews_of(document):
        late_by = _late_by(review, around)
        if late_by is None:
            continue
        days = (around.today - review.date).days if review.date else 0
        message = (
            f"the review was due {days} days ago"
            if review.is_next
            else f"it was last looked at {days} days ago, {late_by} more than a review holds"
        )
        yield Flaw(
            place=review.place,
            message=message,
            help=f'read it again, drill it, and write "{around.today}"',
        )


def _late_by(review: Review, around: Circumstances) -> int | None:
    """In days; None where it is not late. How long a review holds is set for each kind."""
    if review.date is None:
        return None
    holds = 0 if review.is_next else around.settings.review_days.get(review.kind.value, 0)
    if not holds and not review.is_next:
        return None
    late_by = (around.today - review.date - timedelta(days=holds)).days
    return late_by if late_by > 0 else None


LINT = DocumentLint(
    name="review-overdue",
    summary="a runbook that was last looked at too long ago",
    rung=Rung.RUNNABLE,
    check=_check,
    uses_today=True,
)

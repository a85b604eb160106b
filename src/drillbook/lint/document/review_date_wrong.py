"""A review on a day that does not exist, or has not come yet."""

from collections.abc import Iterator

from drillbook.lint.texts.reviews import reviews_of
from drillbook.model.document import Document
from drillbook.model.lint import Circumstances, DocumentLint, Flaw


def _check(document: Document, around: Circumstances) -> Iterator[Flaw]:
    for review in reviews_of(document):
        if review.is_next:
            continue
        if review.date is None:
            message = f'"{review.text[:40]}" is no date, so nobody knows when the review was'
        # Of a month alone the last days count, which may be to come.
        elif (review.date - around.today).days > 31:
            message = "this day has not come yet, so no review can have been on it"
        else:
            continue
        yield Flaw(
            place=review.place,
            message=message,
            help=f'write the day of the review, such as "{around.today}"',
        )


LINT = DocumentLint(
    name="review-date-wrong",
    summary="a review on a day that does not exist or has not come yet",
    check=_check,
    uses_today=True,
)

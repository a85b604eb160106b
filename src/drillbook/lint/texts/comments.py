"""The lints of what silences lints, and of settings that name them."""

from drillbook.model.finding import Severity
from drillbook.model.lint import ReadingLint

COMMENTS: tuple[ReadingLint, ...] = (
    ReadingLint(
        name="comment-not-understood",
        summary="a comment for Drillbook that says nothing it understands",
    ),
    ReadingLint(
        name="needless-ignore",
        summary="a comment that ignores what is not flagged",
        severity=Severity.NOTE,
    ),
    ReadingLint(
        name="snooze-passed",
        summary="a snooze whose day has come",
        severity=Severity.NOTE,
    ),
    ReadingLint(
        name="unknown-lint",
        summary="a comment or a setting that names a lint that there is not",
    ),
)
